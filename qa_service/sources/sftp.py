"""A folder on an SFTP server whose own key is known beforehand: no server is believed at first sight."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from qa_service.core.errors import UsageError
from qa_service.core.items import Item
from qa_service.core.sources import Place, Secrets
from qa_service.sources import errors
from qa_service.sources.names import named

if TYPE_CHECKING:
    import asyncssh

T = TypeVar("T")
#: Addresses of a host that may be called (host, port); raises AddressError.
Checked = Callable[[str, int], tuple[str, ...]]
_CONNECT_S = 15
#: A whole listing, a whole file.
_LIST_S, _FETCH_S = 300.0, 900.0
_BLOCK = 256 << 10


@dataclass(frozen=True, slots=True)
class SftpReader:
    """Keeps the port `SourceReader`. Each call is a connection of its own."""

    place: Place
    checked: Checked
    secrets: Secrets = field(repr=False)

    def items(self, since: datetime, until: datetime | None = None) -> Iterator[Item]:
        """Every plain file that changed in [since, until); links are not followed, hidden files left out."""
        with errors.listing():
            found = _finished(self._listed(), _LIST_S)
        return (i for i in found if i.changed_at >= since and (until is None or i.changed_at < until))

    def fetch(self, item: Item, into: BinaryIO, most_bytes: int) -> int:
        """Copies the file, and makes sure that it was the same before and after."""
        return _finished(self._fetched(item, into, most_bytes), _FETCH_S)

    async def _listed(self) -> list[Item]:
        found: list[Item] = []
        async with self._connected() as sftp:
            waiting = [""]
            while waiting:
                folder = waiting.pop()
                async for entry in sftp.scandir(self._path(folder)):
                    _sort_in(entry, folder, waiting, found)
        return found

    async def _fetched(self, item: Item, into: BinaryIO, most_bytes: int) -> int:
        done = 0
        async with self._connected() as sftp, sftp.open(self._path(item.key), "rb") as opened:
            if _version(await opened.stat()) != item.version:
                raise errors.changed()
            while block := cast(bytes, await opened.read(_BLOCK)):
                done += len(block)
                if done > most_bytes:
                    raise errors.too_large(most_bytes)
                if done > item.bytes:
                    raise errors.changed()
                into.write(block)
            if _version(await opened.stat()) != item.version:
                raise errors.changed()
        return done

    def _path(self, key: str) -> str:
        if ".." in key.split("/"):
            raise errors.gone()
        return f"{self.place.folder.rstrip('/') or ''}/{key}".rstrip("/") or "/"

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncssh.SFTPClient]:
        import asyncssh

        address = self.checked(self.place.host, self.place.port)[0]
        key = _private_key(self.secrets)
        options = asyncssh.SSHClientConnectionOptions(
            config=None,
            agent_path=None,
            username=self.place.user,
            password=self.secrets.password or None,
            client_keys=[key] if key else None,
            known_hosts=([host_key(self.place.host_key)], [], []),
            connect_timeout=_CONNECT_S,
            login_timeout=_CONNECT_S,
            keepalive_interval=_CONNECT_S,
        )
        async with (
            asyncssh.connect(address, self.place.port, options=options) as connection,
            connection.start_sftp_client(path_errors="surrogateescape") as sftp,
        ):
            yield sftp


def host_key(written: str) -> asyncssh.SSHKey:
    """The server's key, as `ssh-keyscan` prints it, with or without the host in front.

    Raises:
        UsageError: `source_invalid`.
    """
    import asyncssh

    parts = written.split()
    try:
        return asyncssh.import_public_key(" ".join(parts[-2:]))
    except (asyncssh.KeyImportError, ValueError) as error:
        raise _invalid(
            "place.host_key", "host_key", "Copy the line that ssh-keyscan prints for the server"
        ) from error


def _private_key(secrets: Secrets) -> asyncssh.SSHKey | None:
    """Raises UsageError `source_invalid`."""
    import asyncssh

    if not secrets.private_key:
        return None
    try:
        return asyncssh.import_private_key(secrets.private_key)
    except (asyncssh.KeyImportError, ValueError) as error:
        raise _invalid(
            "secrets.private_key", "private_key", "Give a key in OpenSSH's form without a passphrase"
        ) from error


def check_keys(place: Place, secrets: Secrets) -> None:
    """Refuses keys that nobody can read, before they are kept.

    Raises:
        UsageError: `source_invalid`.
    """
    host_key(place.host_key)
    if not secrets.password and _private_key(secrets) is None:
        raise _invalid("secrets", "no_secret", "Give a password or a private key")


def _sort_in(entry: Any, folder: str, waiting: list[str], found: list[Item]) -> None:
    import asyncssh

    name, attributes = str(entry.filename), entry.attrs
    key = f"{folder}/{name}".lstrip("/")
    if name.startswith("."):
        return
    if attributes.type == asyncssh.FILEXFER_TYPE_DIRECTORY:
        waiting.append(key)
    elif attributes.type == asyncssh.FILEXFER_TYPE_REGULAR:
        changed_at = datetime.fromtimestamp(attributes.mtime or 0, UTC)
        found.append(named(Item(key, _version(attributes), attributes.size or 0, changed_at)))


def _version(attributes: Any) -> str:
    return f"{attributes.size}-{attributes.mtime}"


def _finished(work: Coroutine[Any, Any, T], seconds: float) -> T:
    async def in_time() -> T:
        return await asyncio.wait_for(work, seconds)

    with _as_ours():
        return asyncio.run(in_time())


@contextmanager
def _as_ours() -> Iterator[None]:
    import asyncssh

    try:
        yield
    except (asyncssh.HostKeyNotVerifiable, asyncssh.PermissionDenied) as error:
        raise errors.refused(type(error).__name__) from error
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
        raise errors.gone() from error
    except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPLockConflict) as error:
        raise errors.locked() from error
    except (asyncssh.Error, OSError, TimeoutError) as error:
        raise errors.away(type(error).__name__) from error


def _invalid(where: str, unfit: str, fix: str) -> UsageError:
    return UsageError("source_invalid", where=where, problem="cannot be read", fix=fix, unfit=unfit)
