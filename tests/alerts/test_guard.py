"""The guard: nothing inside is called, however it is written; what is allowed is called where it was checked."""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from qa_service.alerts.address import is_public, read_named, read_url
from qa_service.alerts.guard import PORTS, Guard
from qa_service.alerts.pinned import Dial
from qa_service.core.errors import AddressError
from tests.alerts import hostile
from tests.alerts.receiver import Canary, Receiver, canary, running

PUBLIC = "93.184.215.14"


def names(host: str) -> tuple[str, ...]:
    """The machine's own reading of numbers, and names as the table says: `public.test` is the only good one."""
    if host == "public.test":
        return (PUBLIC,)
    if host in hostile.NAMES:
        return hostile.NAMES[host]
    return tuple(str(answer[4][0]) for answer in socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST))


@pytest.fixture(scope="module")
def bird() -> Iterator[Canary]:
    with canary() as bird:
        yield bird


def test_the_canary_sings_when_it_is_called(bird: Canary) -> None:
    before = bird.calls

    with pytest.raises(AddressError, match="could not be reached"):
        Guard((read_named(f"127.0.0.1:{bird.port}"),)).post(
            f"http://127.0.0.1:{bird.port}/", b"{}", {}, seconds=5
        )

    assert bird.calls == before + 1


@pytest.mark.parametrize("written", sorted(set(hostile.urls())), ids=ascii)
def test_what_leads_inside_is_refused_and_nobody_is_called(bird: Canary, written: str) -> None:
    before, guard = bird.calls, Guard(ports=PORTS | {bird.port}, resolver=names)
    url = written.replace("{port}", str(bird.port))

    for call in (
        lambda: guard.check(url),
        lambda: guard.post(url, b"{}", {}, seconds=5),
        lambda: guard.fetch(url, 1_000, io.BytesIO(), seconds=5),
    ):
        with pytest.raises(AddressError) as caught:
            call()
        assert caught.value.code == "address_refused"

    assert bird.calls == before


def test_there_are_more_than_two_hundred_of_them() -> None:
    assert len(set(hostile.urls())) >= 200


@pytest.mark.parametrize("written", sorted(set(hostile.urls())), ids=ascii)
def test_naming_another_place_opens_none_of_them(bird: Canary, written: str) -> None:
    elsewhere = tuple(map(read_named, (f"10.77.0.0/16:{bird.port}", f"hooks.corp.test:{bird.port}")))
    guard = Guard(elsewhere, resolver=names)

    with pytest.raises(AddressError):
        guard.check(written.replace("{port}", str(bird.port)))


@given(st.ip_addresses())
def test_what_python_knows_to_be_private_is_not_public_for_us(address: object) -> None:
    known = ip_address(str(address))

    if not known.is_global or known.is_multicast or known.is_reserved:
        assert not is_public(known)


@pytest.mark.parametrize(
    "address",
    [PUBLIC, "1.1.1.1", "223.255.255.254", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2400:3200::1"],
)
def test_public_addresses_are(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("written", "host", "port", "target"),
    [
        pytest.param("https://Hooks.Example.com", "hooks.example.com", 443, "/", id="nothing but a host"),
        pytest.param(
            "http://a.example/b?c=d&e=%2f", "a.example", 80, "/b?c=d&e=%2f", id="path and query stay"
        ),
        pytest.param("https://a.example?key=1", "a.example", 443, "/?key=1", id="a query without a path"),
        pytest.param(
            "https://a.example/录音.wav", "a.example", 443, "/%E5%BD%95%E9%9F%B3.wav", id="a Chinese path"
        ),
        pytest.param("https://[2400:3200::1]:443/", "2400:3200::1", 443, "/", id="IPv6"),
        pytest.param(
            "https://xn--fiq228c.example/", "xn--fiq228c.example", 443, "/", id="a name in ASCII form"
        ),
    ],
)
def test_plain_urls_are_read(written: str, host: str, port: int, target: str) -> None:
    url = read_url(written)

    assert (url.host, url.port, url.target) == (host, port, target)


@given(st.text(max_size=60), st.text(max_size=20))
def test_whatever_is_written_is_read_strictly_or_refused(host: str, path: str) -> None:
    try:
        url = read_url(f"http://{host}/{path}")
    except AddressError:
        return

    assert url.host.isascii()
    assert not set(url.host) & set("@/\\?#% \t\r\n")
    assert not set(url.target) & set(" \t\r\n#\\")


@pytest.mark.parametrize(
    ("named", "url", "is_allowed"),
    [
        pytest.param("10.1.0.0/16:443", "https://10.1.2.3/", True, id="in the network, at the port"),
        pytest.param("10.1.0.0/16:443", "https://10.2.0.1/", False, id="beside the network"),
        pytest.param("10.1.0.0/16:443", "http://10.1.2.3/", False, id="another port"),
        pytest.param("10.1.0.0/16:443", "https://[::ffff:10.1.2.3]/", False, id="the same in another dress"),
        pytest.param("10.1.2.3:8080", "http://10.1.2.3:8080/", True, id="one address"),
        pytest.param("[fd00::/8]:443", "https://[fd00::5]/", True, id="an IPv6 network"),
        pytest.param("[fd00::5]:443", "https://[fd00::6]/", False, id="another IPv6 address"),
        pytest.param("db:443", "https://db/", True, id="a host by its name"),
        pytest.param("DB:443", "https://db/", True, id="letters are the same in both cases"),
        pytest.param("db:443", "https://172.18.0.2/", False, id="its address was not named"),
        pytest.param("db:443", "https://intranet.corp.test/", False, id="another host"),
        pytest.param(
            "public.test:8443", "https://public.test:8443/", True, id="a public host at its own port"
        ),
        pytest.param("public.test:8443", "https://public.test:8444/", False, id="at another"),
        pytest.param(
            "metadata:443", "https://metadata/", False, id="a name never leads to a cloud's secrets"
        ),
        pytest.param("169.254.169.254:443", "https://metadata/", True, id="an address that was meant does"),
    ],
)
def test_administrators_name_places(named: str, url: str, is_allowed: bool) -> None:
    guard = Guard((read_named(named),), resolver=names)

    if is_allowed:
        assert guard.check(url).addresses
    else:
        with pytest.raises(AddressError):
            guard.check(url)


@pytest.mark.parametrize(
    "written",
    ["", "host", ":443", "host:", "host:0", "host:65536", "*:443", "10.1.0.1/16:443", "10.0.0.0/33:1", "::1:80",
     "http://host:80", "host:80/x", "2130706433:80", "127.1:80"],
)  # fmt: skip
def test_places_that_cannot_be_read_are_refused(written: str) -> None:
    with pytest.raises(AddressError) as caught:
        read_named(written)

    assert caught.value.code == "address_unreadable"


def _leads_to(port: int, dialled: list[str]) -> Dial:
    """Connects to a receiver here, whatever address was meant, and writes that down."""

    def dial(address: tuple[str, int], timeout: float) -> socket.socket:
        dialled.append(address[0])
        return socket.create_connection(("127.0.0.1", port), timeout)

    return dial


def test_a_name_that_leads_elsewhere_the_second_time_is_not_asked_a_second_time(bird: Canary) -> None:
    answers, dialled = [(PUBLIC,), ("127.0.0.1",), ("127.0.0.1",)], list[str]()
    with running(Receiver()) as receiver:
        guard = Guard(
            ports=frozenset({bird.port}),
            resolver=lambda _: answers.pop(0),
            dial=_leads_to(receiver.port, dialled),
        )

        guard.post(f"http://rebind.test:{bird.port}/", b"{}", {}, seconds=5)

        assert dialled == [PUBLIC]
        assert len(answers) == 2
        with pytest.raises(AddressError):
            guard.post(f"http://rebind.test:{bird.port}/", b"{}", {}, seconds=5)
        assert dialled == [PUBLIC]
        assert len(receiver.got) == 1


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    dialled: list[str] = []
    with running(Receiver()) as receiver:

        def dial(address: tuple[str, int], timeout: float) -> socket.socket:
            if address[0] == "1.1.1.1":
                raise ConnectionRefusedError
            return _leads_to(receiver.port, dialled)(address, timeout)

        answer = Guard(resolver=lambda _: ("1.1.1.1", PUBLIC), dial=dial).post(
            "http://two.test/", b"{}", {}, seconds=5
        )

    assert (answer.status, dialled) == (200, [PUBLIC])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_an_answer_and_not_followed(bird: Canary, status: int) -> None:
    before = bird.calls
    there = {"location": f"http://127.0.0.1:{bird.port}/"}
    with running(Receiver(status=status, headers=there)) as receiver:
        guard = Guard((read_named(f"127.0.0.1:{receiver.port}"), read_named(f"127.0.0.1:{bird.port}")))

        assert guard.post(receiver.url, b"{}", {}, seconds=5).status == status
        with pytest.raises(AddressError) as caught:
            guard.fetch(receiver.url, 1_000, io.BytesIO())

    assert caught.value.code == "answer_unfit"
    assert bird.calls == before


def test_proxies_of_the_environment_are_not_used(bird: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bird.calls
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{bird.port}")
    with running(Receiver()) as receiver:
        named = (read_named(f"127.0.0.1:{receiver.port}"),)

        assert Guard(named).post(receiver.url, b"{}", {}, seconds=5).status == 200

    assert bird.calls == before


@pytest.mark.parametrize("way", ["hang", "drip"])
def test_who_does_not_answer_in_time_is_left(way: str) -> None:
    with running(Receiver(way=way)) as receiver:
        guard = Guard((read_named(f"127.0.0.1:{receiver.port}"),))

        with pytest.raises(AddressError) as caught:
            guard.post(receiver.url, b"{}", {}, seconds=0.3)

    assert caught.value.code == "address_slow"
    assert "k1" not in str(caught.value)


def test_a_resolver_that_says_nothing_is_not_waited_for() -> None:
    never = Receiver()

    def hang(_: str) -> tuple[str, ...]:
        never.let_go.wait(30)
        return ()

    with pytest.raises(AddressError) as caught:
        Guard(resolver=hang).check("https://slow.test/", seconds=0.1)
    never.let_go.set()

    assert caught.value.code == "address_slow"


class TestFetch:
    """Recordings by URL."""

    def fetched(self, receiver: Receiver, limit_bytes: int = 1_000) -> bytes:
        into = io.BytesIO()
        with running(receiver):
            guard = Guard((read_named(f"127.0.0.1:{receiver.port}"),))
            count = guard.fetch(receiver.url, limit_bytes, into, seconds=5)
        assert count == len(into.getvalue())
        return into.getvalue()

    def test_a_file_of_the_limit_arrives(self) -> None:
        assert self.fetched(Receiver(answer=b"s" * 1_000)) == b"s" * 1_000

    @pytest.mark.parametrize(
        ("receiver", "code"),
        [
            pytest.param(
                Receiver(answer=b"s" * 1_001), "answer_too_large", id="it says that it is too large"
            ),
            pytest.param(
                Receiver(answer=b"s" * 5_000, headers={"content-length": "", "connection": "close"}),
                "answer_too_large",
                id="it is too large and does not say so",
            ),
            pytest.param(
                Receiver(answer=b"s" * 10, headers={"content-length": "500"}),
                "address_away",
                id="it ends too soon",
            ),
            pytest.param(
                Receiver(answer=b"s", headers={"content-encoding": "gzip"}),
                "answer_unfit",
                id="packed unasked",
            ),
            pytest.param(Receiver(status=404), "answer_unfit", id="not there"),
            pytest.param(Receiver(status=206), "answer_unfit", id="a part of it"),
            pytest.param(Receiver(way="die"), "address_away", id="it dies"),
        ],
    )
    def test_anything_else_is_an_error(self, receiver: Receiver, code: str) -> None:
        with pytest.raises(AddressError) as caught:
            self.fetched(receiver)

        assert caught.value.code == code


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of `hooks.test`, signed by itself."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.test")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "hooks.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize(
    ("host", "is_right"),
    [pytest.param("hooks.test", True, id="its own name"), pytest.param("other.test", False, id="another's")],
)
def test_certificates_are_checked_against_the_name_not_the_address(
    certificate: Path, host: str, is_right: bool
) -> None:
    asked: list[str | None] = []
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    server.sni_callback = lambda _, name, __: asked.append(name)
    with running(Receiver(), server) as receiver:
        guard = Guard(
            resolver=lambda _: (PUBLIC,),
            dial=_leads_to(receiver.port, []),
            tls=lambda: ssl.create_default_context(cafile=certificate),
        )

        if is_right:
            assert guard.post(f"https://{host}/hook", b"{}", {}, seconds=5).status == 200
            assert receiver.got[0].headers["host"] == "hooks.test"
        else:
            with pytest.raises(AddressError, match="could not be reached"):
                guard.post(f"https://{host}/hook", b"{}", {}, seconds=5)
            assert receiver.got == []

    assert asked == [host]
