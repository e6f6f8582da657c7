"""What whoever runs the machine may do there without signing in: people, keys of programs, backups."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from qa_service.bootstrap import base
from qa_service.bootstrap.base import settings
from qa_service.bootstrap.storing import shelves
from qa_service.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa_service.ports.people import Accounts
    from qa_service.stores.archive import StoreArchive
    from qa_service.stores.backup import BackedUp, Proof


def archive() -> StoreArchive:
    """Calls and their documents, masked."""
    from qa_service.stores.archive import StoreArchive
    from qa_service.usecases.masking import masked_document

    return StoreArchive(shelves(), masked_document)


def accounts() -> Accounts:
    """Who can come in."""
    from qa_service.stores.accounts import StoreAccounts

    return StoreAccounts(shelves())


def check_team(name: str) -> None:
    """Somebody of a team that nobody knows would see nothing: rather a slip than meant.

    Raises:
        UsageError: `team_unknown`.
    """
    from qa_service.stores.staff import StoreStaff

    if name and not StoreStaff(shelves()).knows_team(name):
        raise UsageError(
            "team_unknown",
            where="--team",
            problem="nobody knows this team",
            fix="Add it at PUT /api/v1/teams",
        )


def back_up(folder: Path, *, keep: int, tell: Callable[[int, int], None]) -> BackedUp:
    """Copies this installation's database and sound into a folder.

    Raises:
        UsageError: `backup_elsewhere`: they do not lie on this machine.
    """
    from qa_service.stores.backup import Backup

    database, sounds = _places()
    return Backup(folder).make(database, sounds, now=base.now(), keep=keep, tell=tell)


def prove_backup(folder: Path) -> Proof:
    """Opens the newest copy in a folder with this installation's master key.

    Raises:
        UsageError: `backup_no_key`: there is none; a new one would open nothing.
    """
    from qa_service.stores.backup import Backup
    from qa_service.stores.keys import master_key

    file = settings().master_key
    if not file.exists():
        raise UsageError(
            "backup_no_key",
            where=str(file),
            problem="there is no master key here",
            fix="Put the key file of the installation here, or name it with QA_MASTER_KEY_FILE",
        )
    return Backup(folder).prove(master_key(file)[0])


def _places() -> tuple[Path, Path]:
    from sqlalchemy.engine import make_url

    chosen = settings()
    url, store = make_url(chosen.database), urlsplit(chosen.store)
    if url.get_backend_name() != "sqlite" or not url.database or store.scheme != "file":
        raise UsageError(
            "backup_elsewhere",
            where="QA_DATABASE_URL" if url.get_backend_name() != "sqlite" else "QA_STORE_URL",
            problem="does not lie in files of this machine",
            fix="Use pg_dump and the versions of the object store (docs/operations.md#backup)",
        )
    database = Path(url.database)
    if not database.is_file():
        raise UsageError(
            "backup_nothing",
            where=str(database),
            problem="there is no database yet",
            fix="Check QA_DATA_DIR and QA_DATABASE_URL, or start the service first",
        )
    return database, Path(store.path)
