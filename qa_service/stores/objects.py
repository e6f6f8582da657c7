"""Object stores: how one is opened, how long it may be silent, and what its errors say about where we keep sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, InvalidPathError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from qa_service.core.errors import StorageFull, StoreAway, UsageError
from qa_service.stores.shortage import is_full

#: A part of 5 MiB must be through within this; what is silent for longer is away.
_REQUEST = "20s"
_CONNECT = "4s"
#: Whoever watches over us asks often, and waits for little.
_PROBE = "3s"
_RETRIES: Any = {
    "max_retries": 3,
    # No try begins later than this: together with the last one an answer comes within half a minute.
    "retry_timeout": timedelta(seconds=8),
    "backoff": {
        "init_backoff": timedelta(milliseconds=100),
        "max_backoff": timedelta(seconds=2),
        "base": 2,
    },
}
#: What the variables of a store begin with, by how its address begins.
_PREFIXES = {
    "s3": "AWS_",
    "s3a": "AWS_",
    "gs": "GOOGLE_",
    "az": "AZURE_",
    "azure": "AZURE_",
    "abfs": "AZURE_",
}
#: Of the connection: the store's library forgets those variables where it is given any by us.
_OF_THE_CLIENT = frozenset(
    {
        *("allow_http", "allow_invalid_certificates", "connect_timeout", "timeout", "proxy_url"),
        *("proxy_ca_certificate", "proxy_excludes", "user_agent", "http1_only", "http2_only"),
        *("pool_idle_timeout", "pool_max_idle_per_host"),
    }
)
#: About one object, or ours: these say that the store answers.
_ANSWERS = (FileNotFoundError, NotFoundError, AlreadyExistsError, InvalidPathError)


def opened(url: str, variables: Mapping[str, str]) -> tuple[ObjectStore, ObjectStore]:
    """The object store at `url`: `file:///…`, `s3://bucket/prefix`, `gs://…`, `az://…`; and the same in a hurry.

    `variables` are those of the environment; the library itself reads the keys and the address there.

    Raises:
        UsageError: `store_url`, when it is none of them.
    """
    parts = urlsplit(url)
    try:
        if parts.scheme == "file":
            folder = Path(parts.path)
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return in_folder(folder), in_folder(folder)
        told = _client(parts.scheme, variables)
        patient: Any = {"timeout": _REQUEST, "connect_timeout": _CONNECT, **told}
        hurried: Any = {**told, "timeout": _PROBE, "connect_timeout": _PROBE}
        return (
            from_url(url, client_options=patient, retry_config=_RETRIES),
            from_url(url, client_options=hurried, retry_config={"max_retries": 0}),
        )
    except (ValueError, BaseError) as error:
        raise UsageError(
            "store_url",
            where="QA_STORE_URL",
            problem="is not the address of an object store",
            fix="Write file:///folder, s3://bucket/prefix, gs://bucket/prefix or az://container/prefix",
        ) from error


def in_folder(folder: Path) -> LocalStore:
    """Leaves no empty folders behind what is deleted; new things may come into them meanwhile."""
    return LocalStore(folder, automatic_cleanup=True)


def answers(store: ObjectStore) -> None:
    """Asks for something that is not there.

    Raises:
        StoreAway: nobody answers, or not to us.
    """
    with reaching():
        try:
            obstore.head(store, "ready")
        except FileNotFoundError:
            return


@contextmanager
def reaching() -> Iterator[None]:
    """Around everything that is asked of an object store.

    Raises:
        StoreAway: it does not answer, answers with an error, or does not let us in.
        StorageFull: it has no room.
    """
    try:
        yield
    except _ANSWERS:
        raise
    except (BaseError, OSError) as error:
        raise (StorageFull() if is_full(error) else StoreAway()) from error


def _client(scheme: str, variables: Mapping[str, str]) -> dict[str, str]:
    prefix = _PREFIXES.get(scheme, "\0")
    named = {name.upper(): value for name, value in variables.items() if value}
    return {key: named[prefix + key.upper()] for key in _OF_THE_CLIENT if prefix + key.upper() in named}
