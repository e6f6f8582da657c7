"""Folder, object store and SFTP keep one contract; each has its own dangers besides."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import obstore
import pytest
from obstore.store import LocalStore, MemoryStore, ObjectStore

from qa_service.core.errors import SourcingError, UsageError
from qa_service.core.items import Item
from qa_service.core.sources import Place as Somewhere
from qa_service.core.sources import Secrets
from qa_service.ports.sources import SourceReader
from qa_service.sources.bucket import BucketReader, open_bucket
from qa_service.sources.folder import FolderReader
from tests.ports.source_contract import LONG_AGO, MOST, SourceReaderContract, fetched, listed, refusal
from tests.s3_server import BUCKET, KEY_ID, REGION, SECRET, Kept, S3Server, s3_server

if TYPE_CHECKING:
    import asyncssh

RIGHT, WRONG = "right", "wrong"


@dataclass
class Folder:
    """A folder, whoever reads it; every writing has a time of its own."""

    root: Path
    reader: SourceReader
    ticks: int = 0

    def put(self, key: str, content: bytes) -> None:
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.ticks += 1
        os.utime(path, (1_700_000_000 + self.ticks, 1_700_000_000 + self.ticks))

    def remove(self, key: str) -> None:
        (self.root / key).unlink()


@dataclass
class Bucket:
    """An object store."""

    store: ObjectStore
    reader: SourceReader

    def put(self, key: str, content: bytes) -> None:
        obstore.put(self.store, key, content)

    def remove(self, key: str) -> None:
        obstore.delete(self.store, key)


class TestFolder(SourceReaderContract):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Folder:
        return Folder(tmp_path, FolderReader(tmp_path))

    def test_links_and_hidden_files_are_left_out(self, place: Folder, tmp_path_factory: Any) -> None:
        outside = tmp_path_factory.mktemp("outside")
        (outside / "secret").write_bytes(b"s")
        (place.root / "link.wav").symlink_to(outside / "secret")
        (place.root / "down").symlink_to(outside)
        place.put(".hidden.wav", b"x")
        place.put(".partial/a.wav", b"x")
        os.mkfifo(place.root / "pipe.wav")

        assert listed(place) == {}
        assert refusal(place, Item("link.wav", "1-1", 1, LONG_AGO)) in {"item_gone", "source_away"}
        assert refusal(place, Item("down/secret", "1-1", 1, LONG_AGO)) == "item_gone"

    def test_a_name_in_another_encoding_is_shown_as_far_as_it_can_be(self, place: Folder) -> None:
        (Path(os.fsdecode(os.fsencode(place.root) + b"/\xb5\xe7.wav"))).write_bytes(b"x")

        assert [(key, item.unfit) for key, item in listed(place).items()] == [
            ("\\xb5\\xe7.wav", "name_not_utf8")
        ]

    def test_a_folder_that_is_not_mounted_is_the_whole_sources_trouble(self, tmp_path: Path) -> None:
        reader = FolderReader(tmp_path / "away")

        with pytest.raises(SourcingError) as refused:
            list(reader.items(LONG_AGO))
        assert refused.value.code == "source_away"
        with pytest.raises(SourcingError) as refused:
            reader.fetch(Item("a", "1", 1, LONG_AGO), io.BytesIO(), MOST)
        assert refused.value.code == "source_away"

    def test_a_file_that_grows_while_it_is_read_is_not_whole(self, place: Folder) -> None:
        place.put("a.wav", b"x" * (3 << 20))
        item = listed(place)["a.wav"]

        class Grows(io.BytesIO):
            def write(self, block: Any) -> int:
                with (place.root / "a.wav").open("ab") as more:
                    more.write(b"y")
                return super().write(block)

        with pytest.raises(SourcingError) as refused:
            place.reader.fetch(item, Grows(), 10 << 20)
        assert refused.value.code == "item_changed"


class TestMemory(SourceReaderContract):
    @pytest.fixture
    def place(self) -> Bucket:
        store = MemoryStore()
        return Bucket(store, BucketReader(store))


class TestLocalStore(SourceReaderContract):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Bucket:
        store = LocalStore(tmp_path)
        return Bucket(store, BucketReader(store))


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as made:
        yield made


class TestS3OverHttp(SourceReaderContract):
    @pytest.fixture
    def place(self, s3: S3Server) -> Bucket:
        s3.objects.clear()
        s3.objects["elsewhere/secret"] = s3.objects["inbox-2/b.wav"] = Kept(b"x", LONG_AGO)
        return Bucket(in_s3(s3, SECRET).store, in_s3(s3, SECRET))

    def test_more_than_one_page_is_listed(self, place: Bucket) -> None:
        for number in range(8):
            place.put(f"{number}.wav", b"x")

        assert len(listed(place)) == 8

    def test_a_wrong_key_is_the_whole_sources_trouble(self, s3: S3Server) -> None:
        with pytest.raises(SourcingError) as refused:
            list(in_s3(s3, WRONG).items(LONG_AGO))

        assert refused.value.code == "source_refused"

    def test_a_store_that_answers_with_errors_is_away(self, s3: S3Server, place: Bucket) -> None:
        place.put("a.wav", b"x")
        item = listed(place)["a.wav"]
        s3.mood = "500"
        try:
            told = refusal(place, item)
        finally:
            s3.mood = ""

        assert (told, fetched(place, item)) == ("source_away", b"x")


def in_s3(server: S3Server, secret: str) -> BucketReader:
    """A folder of the store, as an admin sets a source up."""
    where = Somewhere(url=f"s3://{BUCKET}/inbox", endpoint=server.endpoint, region=REGION)
    return open_bucket(where, Secrets(key_id=KEY_ID, secret_key=secret))


@pytest.mark.parametrize("url", ["file:///etc", "memory:///", "http://host/x", "s3:/x", "", "/srv"])
def test_an_object_store_is_one_of_three(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        open_bucket(Somewhere(url=url), Secrets())

    assert refused.value.code == "source_invalid"


def test_a_store_that_does_not_answer_is_away() -> None:
    reader = open_bucket(
        Somewhere(url="s3://bucket/prefix", endpoint="http://127.0.0.1:9"),
        Secrets(key_id="k", secret_key=WRONG),
    )
    reader = replace(reader, store=_without_retries())

    with pytest.raises(SourcingError) as refused:
        list(reader.items(LONG_AGO))
    assert refused.value.code == "source_away"


def _without_retries() -> Any:
    from obstore.store import S3Store

    return S3Store(
        "bucket",
        region="x",
        endpoint="http://127.0.0.1:9",
        skip_signature=True,
        client_options={"allow_http": True, "timeout": "1s"},
        retry_config={"max_retries": 0},
    )


# SFTP ---------------------------------------------------------------------------------------------------------------


@dataclass
class Server:
    """An SFTP server in a thread of this process."""

    root: Path
    port: int
    host_key: str
    client_key: str


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    import asyncssh

    own, theirs = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    started: list[asyncssh.SSHAcceptor] = []
    ready, over = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    class Guarded(asyncssh.SSHServer):  # type: ignore[misc, unused-ignore]
        def begin_auth(self, username: str) -> bool:
            return True

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("qa", RIGHT)

        def public_key_auth_supported(self) -> bool:
            return True

        def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
            return username == "qa" and key.public_data == theirs.public_data

    async def run() -> None:
        started.append(
            await asyncssh.listen(
                "127.0.0.1",
                0,
                server_host_keys=[own],
                server_factory=Guarded,
                sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=os.fsencode(root)),
            )
        )
        ready.set()
        await over.wait()
        started[0].close()
        await started[0].wait_closed()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield Server(
            root,
            started[0].get_port(),
            own.export_public_key().decode(),
            theirs.export_private_key().decode(),
        )
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    pytest.importorskip("asyncssh", reason="asyncssh is not installed")
    with serving(tmp_path) as made:
        yield made


def sftp(server: Server, *, place: dict[str, Any] | None = None, secrets: Secrets | None = None) -> Folder:
    from qa_service.sources.sftp import SftpReader

    told = {
        "host": "sftp.example",
        "port": server.port,
        "user": "qa",
        "host_key": server.host_key,
        "folder": "/",
    }
    reader = SftpReader(
        Somewhere(**{**told, **(place or {})}),
        lambda host, port: ("127.0.0.1",),
        secrets or Secrets(private_key=server.client_key),
    )
    return Folder(server.root, reader)


class TestSftp(SourceReaderContract):
    @pytest.fixture
    def place(self, server: Server) -> Folder:
        return sftp(server)

    def test_a_password_opens_it_too(self, server: Server) -> None:
        place = sftp(server, secrets=Secrets(password=RIGHT))
        place.put("a.wav", b"one")

        assert set(listed(place)) == {"a.wav"}

    def test_a_folder_below_is_a_place_of_its_own(self, server: Server) -> None:
        place = sftp(server, place={"folder": "/rec"})
        place.put("rec/a.wav", b"one")
        place.put("other/b.wav", b"two")

        assert set(listed(place)) == {"a.wav"}

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            pytest.param({"secrets": Secrets(password=WRONG)}, "source_refused", id="a wrong password"),
            pytest.param({"place": {"user": "root"}}, "source_refused", id="another user"),
            pytest.param({"place": {"folder": "/nowhere"}}, "source_away", id="no such folder"),
            pytest.param({"place": {"port": 9}}, "source_away", id="nobody listens"),
        ],
    )
    def test_what_is_in_the_way_is_told(self, server: Server, wrong: Any, code: str) -> None:
        with pytest.raises(SourcingError) as refused:
            list(sftp(server, **wrong).reader.items(LONG_AGO))
        assert refused.value.code == code

    def test_a_server_with_another_key_is_not_talked_to(self, server: Server) -> None:
        import asyncssh

        other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()

        with pytest.raises(SourcingError) as refused:
            list(sftp(server, place={"host_key": other}).reader.items(LONG_AGO))
        assert refused.value.code == "source_refused"

    @pytest.mark.parametrize("written", ["", "ssh-ed25519", "AAAA", "sftp.example ssh-ed25519 AAAA"])
    def test_a_key_that_nobody_can_read_is_refused_beforehand(self, server: Server, written: str) -> None:
        from qa_service.sources.sftp import check_keys

        with pytest.raises(UsageError):
            check_keys(Somewhere(host_key=written), Secrets(password=WRONG))

    def test_the_line_of_ssh_keyscan_is_taken_as_it_is(self, server: Server) -> None:
        from qa_service.sources.sftp import check_keys

        check_keys(Somewhere(host_key=f"sftp.example {server.host_key}"), Secrets(password=WRONG))
