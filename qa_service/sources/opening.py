"""Which reader reads a source, and whether a source may be read at all: folders and servers that were allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from qa_service.core.errors import UsageError
from qa_service.core.sources import Keep, NewSource, Place, Secrets, SourceKind
from qa_service.ports.sources import SourceReader
from qa_service.sources import cdr
from qa_service.sources.bucket import open_bucket
from qa_service.sources.cdr import CdrReader, check_query, read_only_url
from qa_service.sources.folder import FolderReader
from qa_service.sources.legs import LegReader
from qa_service.sources.link import Fetch, LinkReader
from qa_service.sources.sftp import SftpReader, check_keys

#: Ports that databases use where their address names none.
_PORTS: Mapping[str, int] = {
    "postgresql": 5432,
    "mysql": 3306,
    "mariadb": 3306,
    "mssql": 1433,
    "oracle": 1521,
}


_NOT_LISTED = frozenset({SourceKind.CDR, SourceKind.DIALLER})


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens sources within what the installation allows."""

    #: Folders of this machine that sources may lie in.
    folders: tuple[Path, ...]
    #: The addresses of a URL that may be called; raises AddressError.
    addresses: Callable[[str], tuple[str, ...]]
    fetch: Fetch
    #: A customer's number → its token; raises ValueError where there is none to be had.
    token: Callable[[str], str]
    #: Where two legs lie until they are one file.
    scratch: Path
    now: Callable[[], datetime]

    def check(self, new: NewSource) -> None:
        """Refuses what could not, or may not, be opened.

        Raises:
            UsageError: `source_invalid`, `folder_refused`; AddressError: `address_refused`.
        """
        self._check_legs(new)
        if new.kind is SourceKind.CDR:
            check_query(new.place.query)
            self._database(new.secrets)
        elif new.kind is SourceKind.SFTP:
            _require(new.place, "host", "user", "host_key")
            check_keys(new.place, new.secrets)
            self.addresses(f"http://{new.place.host}:{new.place.port}/")
        elif new.kind is not SourceKind.DIALLER:
            self.reader(new.kind, new.place, new.secrets)
        elif new.handling.keep is Keep.REFERENCE:
            raise _invalid("handling.keep", "links_expire", "Links expire: keep a copy")

    def _check_legs(self, new: NewSource) -> None:
        how = new.handling
        if not how.legs:
            return
        if len(set(how.legs)) != 2 or new.kind in _NOT_LISTED:
            raise _invalid("handling.legs", "legs", "Say how both names end, of files that are listed")
        if how.marker or how.keep is Keep.REFERENCE:
            raise _invalid(
                "handling.legs", "legs_copied", "Keep a copy, and wait with quiet_s: two files are made one"
            )

    def reader(
        self, kind: SourceKind, place: Place, secrets: Secrets, legs: tuple[str, ...] = ()
    ) -> SourceReader:
        """Of a source whose things are listed; with `legs` two files are one thing.

        Raises:
            UsageError: `source_invalid`, `folder_refused`; AddressError: `address_refused`.
        """
        one = self._one(kind, place, secrets)
        return LegReader(one, (legs[0], legs[1]), self.now, self.scratch) if legs else one

    def _one(self, kind: SourceKind, place: Place, secrets: Secrets) -> SourceReader:
        if kind is SourceKind.FOLDER:
            return FolderReader(self._allowed(Path(place.folder)))
        if kind is SourceKind.BUCKET:
            if place.endpoint:
                self.addresses(place.endpoint)
            return open_bucket(place, secrets)
        if kind is SourceKind.SFTP:
            return SftpReader(place, lambda host, port: self.addresses(f"http://{host}:{port}/"), secrets)
        raise _invalid("kind", "not_listed", "Nothing lies there to be listed")

    def link(self, url: str) -> SourceReader:
        """What lies behind a link."""
        return LinkReader(self.fetch, url)

    def records(self, place: Place, secrets: Secrets, timezone: str) -> CdrReader:
        """Of a source of call detail records.

        Raises:
            UsageError: `source_invalid`, `folder_refused`; AddressError: `address_refused`.
        """
        url, connect_args = self._database(secrets)
        return cdr.CdrReader(place, timezone, self.token, url, connect_args)

    def _database(self, secrets: Secrets) -> tuple[Any, dict[str, Any]]:
        url = read_only_url(secrets.database_url)
        backend = url.get_backend_name()
        if backend == "sqlite":
            self._allowed(Path(str(url.database).removeprefix("file:")))
            return url, {}
        socket = url.query.get("host")
        if not url.host:
            if not isinstance(socket, str):
                raise _invalid("secrets.database_url", "no_host", "Name its host")
            # A socket of this machine: our own database may be behind it.
            self._allowed(Path(socket))
            return url, {}
        if socket is not None or "hostaddr" in url.query:
            raise _invalid("secrets.database_url", "two_hosts", "Name its host once")
        port = url.port or _PORTS.get(backend, 0)
        addresses = self.addresses(f"http://{url.host}:{port}/")
        return url, {"hostaddr": addresses[0]} if backend == "postgresql" else {}

    def _allowed(self, path: Path) -> Path:
        """The path itself, where it lies within an allowed folder, links and all."""
        if not path.is_absolute() or not any(
            path.resolve().is_relative_to(f.resolve()) for f in self.folders
        ):
            raise UsageError(
                "folder_refused",
                where="place.folder",
                problem="this folder may not be read",
                fix="Have whoever runs the service name it, or one above it, in QA_SOURCE_FOLDERS",
            )
        return path


def _require(place: Place, *names: str) -> None:
    for name in names:
        if not getattr(place, name):
            raise _invalid(f"place.{name}", "needed", "Sources of this kind need it")


def _invalid(field: str, unfit: str, fix: str) -> UsageError:
    return UsageError(
        "source_invalid", where=field, problem="does not do for this source", fix=fix, unfit=unfit
    )


__all__ = ["CdrReader", "Opener"]
