"""Addresses that lead inside, in every spelling we know of; `{port}` is where a canary listens."""

from __future__ import annotations

from collections.abc import Iterator

#: Literal addresses that are not public, as they are usually written.
PRIVATE = (
    "0.0.0.0",  # noqa: S104
    "127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.254", "0.1.2.3", "10.0.0.1", "10.255.255.255",
    "100.64.0.1", "100.127.255.254", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.254",
    "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.254", "198.18.0.1",
    "198.19.255.254", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255",
)  # fmt: skip
PRIVATE_6 = (
    "::1", "::", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1", "::127.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "100::1", "fc00::1", "fd00::1", "fd00:ec2::254", "fdff:ffff::1",
    "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1", "2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1",
)  # fmt: skip
#: Ways to write 127.0.0.1 that some programs read as that.
SPELLINGS = (
    "2130706433", "017700000001", "0x7f000001", "0X7F000001", "0x7f.0.0.1", "0x7f.0x0.0x0.0x1", "0177.0.0.1",
    "0177.0.0.01", "127.1", "127.0.1", "127.0x1", "0x7f.1", "00000177.1", "127.00.00.01", "0127.0.0.1",
    "127.0.0.1.", "127.0.0.01", "127.0.0.0x1", "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "１２７.0.0.1", "①②⑦.⓪.⓪.①",
    "127.0.0.1%00", "127.0.0.1%2e", "%31%32%37.0.0.1", "127%2e0%2e0%2e1", "127.0.0.1\\", "127.0.0.1 ", "\t127.0.0.1",
    "[::1%25lo]", "[::1%lo]", "[127.0.0.1]", "[::1", "::1]", "[[::1]]", "[::1].example.com", "1", "0", "0x0", "00",
    "127.0.0.1:80", "4294967296", "6425673729", "127.0.0.1.0", "127..0.0.1", "١٢٧.0.0.1", "localhost。", "ⓛocalhost",
    "l\u00adocalhost", "localhost\u200b", "lo\ncalhost", "localhost\x00",
)  # fmt: skip
#: Whole URLs with something else about them.
WHOLE = (
    "file:///etc/passwd", "file://127.0.0.1:{port}/x", "FILE:///etc/passwd", "gopher://127.0.0.1:{port}/_GET", "ftp://127.0.0.1:{port}/x",
    "dict://127.0.0.1:{port}/stat", "ldap://127.0.0.1:{port}/", "tftp://127.0.0.1:{port}/x", "ws://127.0.0.1:{port}/",
    "wss://127.0.0.1:{port}/", "unix:///var/run/docker.sock", "http+unix://%2Fvar%2Frun%2Fdocker.sock/x",
    "jar:http://127.0.0.1:{port}/!/", "data:text/plain,x", "javascript:alert(1)", "//127.0.0.1:{port}/",
    "127.0.0.1:{port}",
    "http:127.0.0.1:{port}/", "http:/127.0.0.1:{port}/", "http:///127.0.0.1:{port}/", "http:\\\\127.0.0.1:{port}\\",
    "http://user@127.0.0.1:{port}/", "http://user:pw@127.0.0.1:{port}/", "http://public.test@127.0.0.1:{port}/",
    "http://public.test:80@127.0.0.1:{port}/", "http://127.0.0.1:{port}@public.test/", "http://public.test#@127.0.0.1:{port}/",
    "http://public.test?@127.0.0.1:{port}/#x", "http://public.test\\@127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@public.test/",
    "http://127.0.0.1:{port}#@public.test/", "http://public.test%40127.0.0.1:{port}/", "http://@127.0.0.1:{port}/",
    "http://:@127.0.0.1:{port}/", "http://127.0.0.1:{port}:80/", "http://127.0.0.1:0{port}/", "http://127.0.0.1:+{port}/",
    "http://127.0.0.1: {port}/", "http://127.0.0.1:{port}%20/", "http://127.0.0.1:{port}\r\nHost: public.test/",
    "http://public.test\r\n@127.0.0.1:{port}/", " http://127.0.0.1:{port}/", "http://127.0.0.1:{port}/\n", "http://", "http://:{port}/",
    "http://.:{port}/", "http://..:{port}/", "http://-:{port}/", "http://*:{port}/", "http://[]:{port}/", "http://[:]:{port}/",
    "",
    "http://public.test:0/", "http://public.test:65536/", "http://public.test:99999/", "http://public.test:22/", "http://public.test:25/",
    "https://public.test:6379/", "http://public.test:11211/", "http://public.test:8443/", "http://public.test:-1/", "http://public.test:８０/",
    "http://public.test:{port}/#fragment",
)  # fmt: skip
#: Names, and where they lead; every one of these must be refused for at least one of its addresses.
NAMES: dict[str, tuple[str, ...]] = {
    "localhost": ("127.0.0.1", "::1"),
    "localhost.localdomain": ("127.0.0.1",),
    "ip6-localhost": ("::1",),
    "localtest.test": ("127.0.0.1",),
    "127.0.0.1.wild.test": ("127.0.0.1",),
    "7f000001.rebind.test": ("127.0.0.1",),
    "metadata.internal": ("169.254.169.254",),
    "metadata": ("169.254.169.254",),
    "db": ("172.18.0.2",),
    "redis.default.svc.cluster.local": ("10.96.0.10",),
    "intranet.corp.test": ("192.168.1.10",),
    "carrier.test": ("100.64.0.7",),
    "six.test": ("fd00::1",),
    "linklocal.test": ("fe80::1%eth0",),
    "mapped.test": ("::ffff:127.0.0.1",),
    "nat64.test": ("64:ff9b::7f00:1",),
    "sixtofour.test": ("2002:7f00:1::",),
    "mixed.test": ("93.184.215.14", "127.0.0.1"),
    "mixed-the-other-way.test": ("127.0.0.1", "93.184.215.14"),
    "mixed-families.test": ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::1"),
    "last-of-many.test": (*("93.184.215.14",) * 20, "10.0.0.1"),
    "multicast.test": ("224.0.0.251",),
    "nothing.test": (),
    "xn--fiqs8s.test": ("127.0.0.1",),
    "under_score.test": ("127.0.0.1",),
}


def urls() -> Iterator[str]:
    """All of them, each once."""
    for host in (*PRIVATE, *SPELLINGS, *NAMES):
        yield f"http://{host}:{{port}}/"
    for host in PRIVATE_6:
        yield f"http://[{host}]:{{port}}/"
    for host in ("127.0.0.1", "localhost", "[::1]", "2130706433", "metadata", "mixed.test"):
        for form in ("https://{}:{{port}}/x?y=z", "HTTP://{}:{{port}}", "http://{}/", "https://{}/"):
            yield form.format(host)
    yield from WHOLE
