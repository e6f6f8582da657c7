"""What of a source is secret, sealed with the master key: how it is opened, and links that programs hand over."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache

from pydantic import TypeAdapter

from qa_service.core.items import Handed
from qa_service.core.sources import Handling, Place, Secrets
from qa_service.stores.keys import MasterKey


def seal(key: MasterKey, source_id: str, secrets: Secrets) -> bytes:
    """For the table; opens only as what belongs to this source."""
    return key.wrap(json.dumps(asdict(secrets)).encode(), f"source:{source_id}")


def unseal(key: MasterKey, source_id: str, sealed: bytes) -> Secrets:
    """What opens a source.

    Raises:
        UsageError: `wrong_master_key`.
    """
    return Secrets(**json.loads(key.unwrap(sealed, f"source:{source_id}")))


def seal_handed(key: MasterKey, item_id: str, handed: Handed) -> bytes:
    """For the table; opens only as what belongs to this item."""
    return key.wrap(_handed().dump_json(handed), f"item:{item_id}")


def unseal_handed(key: MasterKey, item_id: str, sealed: bytes) -> Handed:
    """What a program told us.

    Raises:
        UsageError: `wrong_master_key`.
    """
    return _handed().validate_json(key.unwrap(sealed, f"item:{item_id}"))


def place_text(place: Place) -> str:
    """For the table."""
    return _place().dump_json(place).decode()


def place_of(text: str) -> Place:
    """The place again."""
    return _place().validate_json(text)


def handling_text(handling: Handling) -> str:
    """For the table."""
    return _handling().dump_json(handling).decode()


def handling_of(text: str) -> Handling:
    """The handling again."""
    return _handling().validate_json(text)


@cache
def _handed() -> TypeAdapter[Handed]:
    return TypeAdapter(Handed)


@cache
def _place() -> TypeAdapter[Place]:
    return TypeAdapter(Place)


@cache
def _handling() -> TypeAdapter[Handling]:
    return TypeAdapter(Handling)
