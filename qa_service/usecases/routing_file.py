"""Reads a routing table as people write it in YAML; every mistake in it is named at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from qa_service.core.errors import RoutingError
from qa_service.core.routing import METADATA, Between, Condition, OneOf, Outcome, Profile, Route, RoutingTable
from qa_service.rulebook.once import OnceLoader, SlipError
from qa_service.rulebook.places import path_of
from qa_service.rulebook.unfolded import is_plain
from qa_service.usecases.refusals import why_of
from qa_service.usecases.routing_schema import WrittenOutcome, WrittenTable, WrittenWhen, minutes

#: 500 routes with their lists are some 200 kB.
MAX_BYTES = 1 << 20
#: Mappings count ten times. Those that only aliases bring: the same hundred lines in 500 routes.
MAX_VALUES, MAX_REPEATED = 500_000, 50_000
#: Mistakes told at once; what is more is seen when these are mended.
MOST_MISTAKES = 100
_SEE = "See docs/routing.md"


@dataclass(frozen=True, slots=True)
class Known:
    """What a table may name."""

    rulebooks: Collection[str] = ()
    models: Collection[str] = ()


def read_table(text: str, known: Known) -> RoutingTable:
    """The table in a YAML text.

    Raises:
        RoutingError: it does not say what its author meant; `more` are the other mistakes.
    """
    written = _written(text)
    table = _table(written)
    mistakes = [*_named_twice(written), *_unknown(written, known)]
    if mistakes:
        raise together(mistakes)
    return table


def read_known(text: str) -> RoutingTable:
    """A table that was published: what it names was there then.

    Raises:
        RoutingError: it cannot be read any more.
    """
    return _table(_written(text))


def together(mistakes: Sequence[RoutingError]) -> RoutingError:
    """The first mistake, which brings the others along."""
    first, *rest = mistakes[:MOST_MISTAKES]
    first.more = tuple(rest)
    return first


def _written(text: str) -> WrittenTable:
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise RoutingError("routing_too_large", problem="is larger than 1 MB", fix="Use fewer routes")
    data = _parsed(text)
    try:
        return WrittenTable.model_validate({} if data is None else data)
    except ValidationError as error:
        raise together([_invalid(one) for one in error.errors()]) from None


def _parsed(text: str) -> object:
    try:
        data: object = yaml.load(text, Loader=OnceLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        where = f"line {mark.line + 1}" if mark else ""
        twice = error.word if isinstance(error, SlipError) and error.kind == "twice" else ""
        problem = f"{twice!r} stands twice" if twice else "is not YAML"
        raise RoutingError("routing_unreadable", where=where, problem=problem, fix=_SEE) from None
    if not is_plain(data, MAX_VALUES, MAX_REPEATED):
        raise RoutingError("routing_too_large", problem="unfolds to too much", fix="Use fewer routes")
    return data


def _invalid(error: ErrorDetails) -> RoutingError:
    _, problem, why, limit = why_of(error)
    where = path_of(error["loc"]).lstrip(".")
    return RoutingError(
        "routing_invalid", where=where, problem=problem, fix=_SEE, field=where, why=why, limit=limit
    )


def _table(written: WrittenTable) -> RoutingTable:
    routes = tuple(
        Route(route.id, tuple(_conditions(route.when)), _outcome(route), route.title)
        for route in written.routes
    )
    profiles = tuple(
        Profile(name, **{**given.model_dump(), "hot_words": tuple(given.hot_words)})
        for name, given in written.profiles.items()
    )
    return RoutingTable(routes, _outcome(written.default), profiles, written.timezone)


def _conditions(when: WrittenWhen) -> Iterator[Condition]:
    for name, values in when.lists():
        yield OneOf(name, tuple(values))
    for key, values in when.metadata.items():
        yield OneOf(METADATA + key, tuple(values))
    if when.time:
        yield Between(*minutes(when.time))


def _outcome(written: WrittenOutcome) -> Outcome:
    return Outcome(
        rulebooks=tuple(written.rulebooks),
        profile=written.profile,
        jurisdiction=written.jurisdiction,
        retention=written.retention,
        alerts=written.alerts,
    )


def _outcomes(written: WrittenTable) -> Iterator[tuple[str, WrittenOutcome]]:
    yield "default", written.default
    for at, route in enumerate(written.routes):
        yield f"routes[{at}]", route


def _named_twice(written: WrittenTable) -> Iterator[RoutingError]:
    seen: set[str] = set()
    for at, route in enumerate(written.routes):
        if route.id in seen:
            yield _twice(f"routes[{at}].id", route.id)
        seen.add(route.id)
    for place, outcome in _outcomes(written):
        names = [ref.partition("@")[0] for ref in outcome.rulebooks]
        for at, name in enumerate(names):
            if name in names[:at]:
                yield _twice(f"{place}.rulebooks[{at}]", name)


def _twice(where: str, word: str) -> RoutingError:
    fix = "Keep one of them"
    return RoutingError("routing_twice", where=where, problem=f"{word!r} stands twice", fix=fix, word=word)


def _unknown(written: WrittenTable, known: Known) -> Iterator[RoutingError]:
    for place, outcome in _outcomes(written):
        for at, ref in enumerate(outcome.rulebooks):
            if ref not in known.rulebooks:
                yield _not_there(f"{place}.rulebooks[{at}]", ref, known.rulebooks)
        if outcome.profile and outcome.profile not in written.profiles:
            yield _not_there(f"{place}.profile", outcome.profile, written.profiles)
    for name, profile in written.profiles.items():
        if profile.model and profile.model not in known.models:
            yield _not_there(f"profiles.{name}.model", profile.model, known.models)


def _not_there(where: str, word: str, known: Collection[str]) -> RoutingError:
    names = ", ".join(sorted(known)) or "–"
    return RoutingError(
        "routing_unknown",
        where=where,
        problem=f"there is no {word!r}",
        fix=f"Known: {names}",
        word=word,
        known=names,
    )
