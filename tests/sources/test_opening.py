"""What may be opened: folders that were named, addresses that were allowed, and nothing of this machine besides."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from qa_service.alerts.address import read_named
from qa_service.alerts.guard import Guard
from qa_service.core.errors import QaError
from qa_service.core.sources import Handling, Keep, NewSource, Place, Secrets, SourceKind
from qa_service.sources.opening import Opener

QUERY = "SELECT a AS call_id, b AS started_at, c AS changed_at FROM cdr WHERE c >= :since"

NOTHING = Secrets()
NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def opener(tmp_path: Path) -> Opener:
    (tmp_path / "inbox").mkdir()
    guard = Guard((read_named("127.0.0.1:5432"), read_named("10.1.0.0/16:22")))
    return Opener(
        (tmp_path / "inbox",),
        lambda url: guard.check(url).addresses,
        guard.fetch,
        lambda number: number,
        tmp_path,
        lambda: NOW,
    )


def refusal(
    opener: Opener, kind: SourceKind, place: Place, secrets: Secrets = NOTHING, **handling: Any
) -> str:
    try:
        opener.check(NewSource("x", kind, place, Handling(**handling), secrets))
    except QaError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("folder", "code"),
    [
        pytest.param("inbox", "", id="the folder that was named"),
        pytest.param("inbox/below/it", "", id="below it, also when it is not there yet"),
        pytest.param("", "folder_refused", id="above it"),
        pytest.param("inbox/../data", "folder_refused", id="beside it by dots"),
        pytest.param("inboxes", "folder_refused", id="a name that only begins alike"),
    ],
)
def test_folders(opener: Opener, tmp_path: Path, folder: str, code: str) -> None:
    assert refusal(opener, SourceKind.FOLDER, Place(folder=str(tmp_path / folder))) == code


def test_a_link_out_of_the_folder_is_seen_through(opener: Opener, tmp_path: Path) -> None:
    (tmp_path / "inbox" / "way").symlink_to(tmp_path)

    assert refusal(opener, SourceKind.FOLDER, Place(folder=str(tmp_path / "inbox/way"))) == "folder_refused"


def test_a_relative_folder_is_nobodys(opener: Opener) -> None:
    assert refusal(opener, SourceKind.FOLDER, Place(folder="inbox")) == "folder_refused"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        pytest.param("postgresql://u:p@127.0.0.1/cdr", "", id="a server that was named"),
        pytest.param("postgresql://u:p@127.0.0.1:5433/cdr", "address_refused", id="another port of it"),
        pytest.param("postgresql://u:p@8.8.8.8/cdr", "address_refused", id="a public one that nobody named"),
        pytest.param(
            "postgresql://u:p@127.0.0.1/cdr?hostaddr=10.0.0.1", "source_invalid", id="two addresses"
        ),
        pytest.param("postgresql://u:p@127.0.0.1/cdr?host=/tmp", "source_invalid", id="a host and a socket"),
        pytest.param(
            "postgresql:///cdr?host=/var/run/postgresql", "folder_refused", id="a socket of this machine"
        ),
        pytest.param("postgresql:///cdr", "source_invalid", id="no host"),
        pytest.param("sqlite:////etc/passwd", "folder_refused", id="any file"),
        pytest.param("sqlite://", "folder_refused", id="no file"),
        pytest.param("nonsense", "source_invalid", id="no address"),
    ],
)
def test_databases(opener: Opener, url: str, code: str) -> None:
    assert refusal(opener, SourceKind.CDR, Place(query=QUERY), Secrets(database_url=url)) == code


def test_a_database_file_within_the_folder_may_be_read(opener: Opener, tmp_path: Path) -> None:
    secrets = Secrets(database_url=f"sqlite:///{tmp_path / 'inbox' / 'cdr.db'}")

    assert refusal(opener, SourceKind.CDR, Place(query=QUERY), secrets) == ""


@pytest.mark.parametrize(
    ("place", "code"),
    [
        pytest.param(Place(url="s3://recordings/2026"), "", id="a public store"),
        pytest.param(
            Place(url="s3://x", endpoint="http://127.0.0.1:9000"), "address_refused", id="one inside"
        ),
        pytest.param(
            Place(url="s3://x", endpoint="http://169.254.169.254/"), "address_refused", id="a cloud's secrets"
        ),
        pytest.param(Place(url="file:///etc"), "source_invalid", id="a folder in disguise"),
    ],
)
def test_object_stores(opener: Opener, place: Place, code: str) -> None:
    assert refusal(opener, SourceKind.BUCKET, place) == code


def test_a_link_expires_and_is_never_only_referenced(opener: Opener) -> None:
    assert refusal(opener, SourceKind.DIALLER, Place()) == ""
    assert refusal(opener, SourceKind.DIALLER, Place(), keep=Keep.REFERENCE) == "source_invalid"


def test_nothing_is_listed_where_programs_tell_us(opener: Opener) -> None:
    with pytest.raises(QaError) as refused:
        opener.reader(SourceKind.DIALLER, Place(), Secrets())
    assert refused.value.code == "source_invalid"


@pytest.mark.parametrize("url", ["http://127.0.0.1/x", "http://10.1.2.3/x", "ftp://example.com/x"])
def test_links_inside_are_refused(opener: Opener, url: str) -> None:
    reader = opener.link(url)

    with pytest.raises(QaError) as refused:
        reader.fetch(None, io.BytesIO(), 10)  # type: ignore[arg-type]
    assert refused.value.code == "address_refused"


def test_sftp_wants_a_server_that_was_named_and_its_key(opener: Opener) -> None:
    asyncssh = pytest.importorskip("asyncssh", reason="asyncssh is not installed")
    key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    secrets = Secrets(password="x" * 3)

    def code(host: str, host_key: str = key) -> str:
        return refusal(opener, SourceKind.SFTP, Place(host=host, user="qa", host_key=host_key), secrets)

    assert code("10.1.2.3") == ""
    assert code("10.2.2.3") == "address_refused"
    assert code("8.8.8.8") == "address_refused"
    assert code("10.1.2.3", "") == "source_invalid"
    assert code("") == "source_invalid"


@pytest.mark.parametrize(
    ("kind", "handling", "code"),
    [
        pytest.param(SourceKind.FOLDER, {"legs": ("-in", "-out")}, "", id="two endings"),
        pytest.param(SourceKind.FOLDER, {"legs": ("-in",)}, "source_invalid", id="one"),
        pytest.param(SourceKind.FOLDER, {"legs": ("-in", "-in")}, "source_invalid", id="the same twice"),
        pytest.param(
            SourceKind.FOLDER,
            {"legs": ("-in", "-out"), "marker": ".done"},
            "source_invalid",
            id="with a marker",
        ),
        pytest.param(
            SourceKind.FOLDER,
            {"legs": ("-in", "-out"), "keep": Keep.REFERENCE},
            "source_invalid",
            id="not kept",
        ),
        pytest.param(SourceKind.DIALLER, {"legs": ("-in", "-out")}, "source_invalid", id="of a link"),
    ],
)
def test_two_files_are_one_call_where_files_are_listed_and_kept(
    opener: Opener, tmp_path: Path, kind: SourceKind, handling: dict[str, Any], code: str
) -> None:
    assert refusal(opener, kind, Place(folder=str(tmp_path / "inbox")), **handling) == code
