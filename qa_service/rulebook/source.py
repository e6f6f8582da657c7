"""YAML text → the written form; every mistake in it named by file, path and fix."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from qa_service.core.errors import RulebookError
from qa_service.rulebook.calm import calm
from qa_service.rulebook.explain import explain
from qa_service.rulebook.found import Found, spoiled_by
from qa_service.rulebook.later import object_to
from qa_service.rulebook.mistakes import together
from qa_service.rulebook.once import values
from qa_service.rulebook.places import Place
from qa_service.rulebook.salvage import salvage
from qa_service.rulebook.schema import SCHEMA, VERSION, WrittenRulebook
from qa_service.rulebook.slips import no_mapping, slip, unreadable
from qa_service.rulebook.unfolded import is_plain

#: A rulebook of 10,000 rules with examples is about 6 MB; more is a mistake.
MAX_BYTES = 16 << 20
#: Values in one file, aliases written out, and mappings ten times; 20,000 rules with examples and coaching have about
#: 6 million. Those that only aliases bring: a list of 1,000 words in 500 rules.
MAX_VALUES, MAX_REPEATED = 15_000_000, 500_000
_SCHEMA = re.compile(rf"{SCHEMA}@([0-9]{{1,9}})")


def read(text: str, source: str) -> Found:
    """Parses and checks one file; what is wrong with the writing of parts is noted in it.

    Raises:
        RulebookError: nothing of it can be read.
    """
    place = Place(source)
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise place.error("too_large", "is larger than 16 MB", "Split it with include")
    data, has_joined = _parse(text, place)
    if not isinstance(data, dict):
        fix = "Start with `schema: qa-service/rulebook@1`"
        raise no_mapping(text, place) or place.error("not_a_book", "is not a rulebook", fix)
    if (newer := _newer(data)) is not None:
        raise _not_yet(newer, place)
    if not is_plain(data, MAX_VALUES, MAX_REPEATED):
        problem = (
            "its aliases (&name, *name) refer to each other without end, or unfold to far too many values"
        )
        object_to(place.error("tangled", problem, "Write the values out"))
    try:
        with calm():
            written = WrittenRulebook.model_validate(data)
    except ValidationError as error:
        return _salvaged(data, source, explain(error, place, data))
    return Found(written, source, data, text=text, has_joined=has_joined)


def _newer(data: Mapping[str, Any]) -> int | None:
    """The version of the written form, where it is one that only a later qa-service reads."""
    named = _SCHEMA.fullmatch(str(data.get("schema")))
    version = int(named[1]) if named else VERSION
    return version if version > VERSION else None


def _not_yet(version: int, place: Place) -> RulebookError:
    """Of what the keys mean there, nobody here knows: no other mistake is looked for."""
    problem = f"is written for {SCHEMA}@{version}; this qa-service reads up to @{VERSION}"
    fix = f"Upgrade qa-service, or take the book as it was in @{VERSION} (docs/rulebook.md#versions)"
    return place.at("schema").error("schema_newer", problem, fix, word=f"{SCHEMA}@{version}", here=VERSION)


def _salvaged(data: dict[str, Any], source: str, mistakes: tuple[RulebookError, ...]) -> Found:
    """What can be read beside the mistakes, so that the author hears of what is wrong there as well."""
    unknown = {error.steps for error in mistakes if error.code.startswith("rulebook_key_unknown")}
    spoiled = spoiled_by(mistakes)
    try:
        written = WrittenRulebook.model_validate(salvage(data, spoiled, unknown))
    except ValidationError as error:  # a mistake where nothing can stand in
        raise together(mistakes) from error
    return Found(written, source, data, mistakes, spoiled)


def _parse(text: str, place: Place) -> tuple[object, bool]:
    """The values, and whether one of them is a `Joined`."""
    # As Windows writes it; the library in C would leave it to the slow one.
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        with calm():
            return values(text)
    except yaml.MarkedYAMLError as error:
        raise slip(error, text, place) from error
    except yaml.reader.ReaderError as error:
        raise unreadable(error, text, place) from error


def digest_of(canonical: str) -> str:
    """sha256 of the canonical JSON: keys sorted, no spaces, comments and order of keys left out."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def canonical_json(parts: Mapping[str, object]) -> str:
    """The resolved whole of a book as text: the same for the same book, however it was written."""
    return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(f"{type(value).__name__} has no canonical form")
