"""A prefix of an object store: S3 and what speaks like it, GCS, Azure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import ObjectStore, from_url

from qa_service.core.errors import UsageError
from qa_service.core.items import Item
from qa_service.core.sources import Place, Secrets
from qa_service.sources import errors
from qa_service.sources.names import named

_PAGE = 1_000
#: A store that is away is the round's trouble, and the next round asks again.
_RETRIES: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
_REFUSED = (PermissionError, PermissionDeniedError, UnauthenticatedError)
#: A listing that is refused is a general error of the library, and says only so.
_IN_WORDS = ("status code: 401", "status code: 403")
_SCHEMES = ("s3://", "gs://", "az://")


@dataclass(frozen=True, slots=True)
class BucketReader:
    """Keeps the port `SourceReader`."""

    store: ObjectStore

    def items(self, since: datetime, until: datetime | None = None) -> Iterator[Item]:
        """Every object that was written in [since, until)."""
        with _as_ours():
            for page in obstore.list(self.store, chunk_size=_PAGE):
                for meta in page:
                    item = _item(meta)
                    if item and item.changed_at >= since and (until is None or item.changed_at < until):
                        yield item

    def fetch(self, item: Item, into: BinaryIO, most_bytes: int) -> int:
        """Copies this version of the object; what is written in its place meanwhile is not mixed in."""
        with _as_ours():
            got, done = obstore.get(self.store, item.key), 0
            if _version(got.meta) != item.version:
                raise errors.changed()
            for block in got.stream():
                done += len(block)
                if done > most_bytes:
                    raise errors.too_large(most_bytes)
                into.write(bytes(block))
        return done


def open_bucket(place: Place, secrets: Secrets) -> BucketReader:
    """The store with these keys alone: not with those of the machine that we run on.

    Raises:
        UsageError: `source_invalid`.
    """
    if not place.url.startswith(_SCHEMES):
        raise _invalid()
    told: dict[str, Any] = {"client_options": {"timeout": "60s", "allow_http": True}}
    if place.url.startswith("s3://"):
        told |= _s3(place, secrets)
    elif place.url.startswith("gs://"):
        told |= (
            {"service_account_key": secrets.secret_key} if secrets.secret_key else {"skip_signature": True}
        )
    else:
        told |= {"account_name": secrets.key_id, "account_key": secrets.secret_key}
    try:
        return BucketReader(from_url(place.url, retry_config=_RETRIES, **told))
    except (ValueError, BaseError) as error:
        raise _invalid() from error


def _s3(place: Place, secrets: Secrets) -> dict[str, Any]:
    told: dict[str, Any] = {"region": place.region or "us-east-1"}
    if place.endpoint:
        told |= {"endpoint": place.endpoint, "virtual_hosted_style_request": False}
    if secrets.key_id:
        return {**told, "access_key_id": secrets.key_id, "secret_access_key": secrets.secret_key}
    return {**told, "skip_signature": True}


def _item(meta: Any) -> Item | None:
    key = str(meta["path"])
    if key.endswith("/"):
        return None
    return named(Item(key, _version(meta), int(meta["size"]), meta["last_modified"].astimezone(UTC)))


def _version(meta: Any) -> str:
    """The store's own word for a version, its hash, or what changes with every writing."""
    told = meta.get("version") or meta.get("e_tag") or f"{meta['size']}-{meta['last_modified'].timestamp()}"
    return str(told)[:200]


@contextmanager
def _as_ours() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, ValueError) as error:  # or a key that no store has
        raise errors.gone() from error
    except (OSError, BaseError) as error:
        told = errors.refused if _is_refusal(error) else errors.away
        raise told(type(error).__name__) from error


def _is_refusal(error: Exception) -> bool:
    return isinstance(error, _REFUSED) or any(words in str(error) for words in _IN_WORDS)


def _invalid() -> UsageError:
    return UsageError(
        "source_invalid",
        where="place.url",
        problem="is not the address of an object store",
        fix="Write s3://bucket/prefix, gs://bucket/prefix or az://container/prefix, with its keys",
        unfit="no_store",
    )
