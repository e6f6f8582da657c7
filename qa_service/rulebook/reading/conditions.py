"""A condition as indented sentences: what is listened for, by whom, where, and what has to stand around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from qa_service.i18n.catalogue import Catalogue
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.reading.listens import Listening
from qa_service.rulebook.reading.operators import operators_of
from qa_service.rulebook.reading.places import Places
from qa_service.rulebook.reading.quoting import Quoting, percent
from qa_service.rules.conditions import (
    Absent,
    AllOf,
    AnyOf,
    Branch,
    Capped,
    Condition,
    Every,
    Lacking,
    Nearby,
    Repeated,
    Scope,
    Step,
    Steps,
    Tagged,
    steps_of,
)

#: How much of a condition a short line shows.
_BRIEF_WORDS, _BRIEF_COLUMNS = 3, 90
#: From this character on they are two columns wide.
_WIDE_FROM = "\u2e80"


class Line(NamedTuple):
    """A sentence, and how far it is indented."""

    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads conditions of one book out in one language."""

    texts: Catalogue
    listening: Listening
    places: Places

    @classmethod
    def of(cls, book: Rulebook, texts: Catalogue, *, is_brief: bool = False) -> Reader:
        """A reader that tells everything, or in few words."""
        quoting = Quoting(texts, _BRIEF_WORDS, 24) if is_brief else Quoting(texts)
        listening = Listening(texts, operators_of(book), quoting, is_brief)
        return cls(texts, listening, Places(texts))

    def lines(self, condition: Condition, depth: int = 0) -> list[Line]:
        """One sentence a line; parts of a condition stand under it."""
        return list(self._lines(condition, depth))

    def in_short(self, condition: Condition) -> str:
        """What it listens for first of all, on one line."""
        return _cut(self._short(condition))

    def _short(self, condition: Condition) -> str:
        say = self.texts.say
        match condition:
            case Tagged():
                return self.leaf(condition)
            case AllOf() | AnyOf():
                first, count = self._short(_first(condition)), len(condition.parts) - 1
                key = "says.short.all" if isinstance(condition, AllOf) else "says.short.any"
                return say(key, what=first, count=count) if count else first
            case Absent() | Every():
                who, where = self.listening.who(condition.role), self.places.scope(condition.scope)
                key = "says.short.absent" if isinstance(condition, Absent) else "says.short.every"
                return say(
                    key, who=who, where=where, what=self._short(unscoped(condition.what, condition.scope))
                )
            case Steps():
                titles = [part.title for part in steps_of(condition.parts) if isinstance(part, Step)]
                return say("says.short.steps", words=self.listening.quoting.words(titles))
            case _:
                return self._short(condition.what)

    def _lines(self, condition: Condition, depth: int) -> Iterator[Line]:
        match condition:
            case Tagged():
                yield Line(depth, self.leaf(condition))
            case AllOf():
                yield from self._all(condition, depth)
            case AnyOf():
                yield from self._under("any", condition.parts, depth)
            case Repeated():
                yield from self._lines(condition.what, depth)
                yield Line(depth, self.texts.say("says.repeated", count=condition.at_least))
            case Capped():
                yield from self._lines(condition.what, depth)
                yield Line(depth, self.texts.say("says.capped", percent=percent(condition.confidence)))
            case Nearby() | Lacking():
                yield from self._anchor(condition, depth)
            case _:
                yield from self._of_many(condition, depth)

    def _of_many(self, condition: Absent | Every | Steps, depth: int) -> Iterator[Line]:
        """What can be said only of several utterances together."""
        say = self.texts.say
        where = self.places.scope(condition.scope)
        match condition:
            case Absent(what=Every() as inner):
                yield Line(depth, say("says.absent_every", **self._every(inner)))
                yield from self._lines(unscoped(inner.what, inner.scope), depth + 1)
            case Absent():
                yield Line(depth, say("says.absent", who=self.listening.who(condition.role), where=where))
                yield from self._lines(unscoped(condition.what, condition.scope), depth + 1)
            case Every():
                yield Line(depth, say("says.every", **self._every(condition)))
                yield from self._lines(unscoped(condition.what, condition.scope), depth + 1)
            case Steps():
                yield Line(depth, say("says.steps", where=where))
                yield from self._steps(condition.parts, depth + 1)

    def leaf(self, wanted: Tagged) -> str:
        """A condition on tags: what, where, how surely."""
        said = self.listening.told(wanted) + self.places.beside(wanted.scope)
        if wanted.min_confidence > 0:
            said += self.texts.say("says.sure", percent=percent(wanted.min_confidence))
        return said

    def _all(self, condition: AllOf, depth: int) -> Iterator[Line]:
        """What has to stand around the first part comes after it, each with an "and"."""
        first, *others = condition.parts
        yield from self._lines(first, depth)
        for part in others:
            held = self.lines(part, depth)
            yield Line(depth, self.texts.say("says.and", what=held[0].text))
            yield from held[1:]

    def _anchor(self, condition: Nearby | Lacking, depth: int) -> Iterator[Line]:
        where = self.places.distance(condition.distance, condition.which)
        inner = self.lines(condition.what, depth + 1)
        key = "says.beside" if isinstance(condition, Nearby) else "says.not_beside"
        yield Line(depth, self.texts.say(key, where=where, what=inner[0].text))
        yield from inner[1:]

    def _under(self, key: str, parts: Iterable[Condition], depth: int) -> Iterator[Line]:
        held = tuple(parts)
        if len(held) == 1:
            yield from self._lines(held[0], depth)
            return
        yield Line(depth, self.texts.say(f"says.{key}"))
        for part in held:
            first, *rest = self._lines(part, depth + 1)
            yield Line(first.depth, self.texts.say("says.one_of_them", what=first.text))
            yield from (Line(line.depth + 1, line.text) for line in rest)

    def _every(self, condition: Every) -> dict[str, object]:
        who, where = self.listening.who(condition.role), self.places.scope(condition.scope)
        least = self.texts.say("says.min_chars", count=condition.min_chars) if condition.min_chars else ""
        return {"who": who, "where": where, "least": least}

    def _steps(self, parts: Iterable[Step | Branch], depth: int) -> Iterator[Line]:
        for at, part in enumerate(parts, 1):
            within = self.places.limit(part.limit)
            if isinstance(part, Step):
                may = self.texts.say("says.optional") if part.is_optional else ""
                yield Line(
                    depth, self.texts.say("says.step", number=at, word=part.title, within=within + may)
                )
                yield from self._lines(part.what, depth + 1)
            else:
                yield Line(depth, self.texts.say("says.branch", number=at, within=within))
                yield from self._lines(part.on, depth + 1)
                yield from self._branch("then", part.then, depth)
                yield from self._branch("otherwise", part.otherwise, depth)

    def _branch(self, key: str, parts: tuple[Step | Branch, ...], depth: int) -> Iterator[Line]:
        if parts:
            yield Line(depth, self.texts.say(f"says.{key}"))
            yield from self._steps(parts, depth + 1)


def _first(condition: Condition) -> Condition:
    """The leaf or the like that stands first."""
    while isinstance(condition, AllOf | AnyOf):
        condition = condition.parts[0]
    return condition


def _cut(said: str) -> str:
    """The first columns of a text, a Chinese character taking two."""
    columns = 0
    for at, char in enumerate(said):
        columns += 2 if char >= _WIDE_FROM else 1
        if columns > _BRIEF_COLUMNS:
            return said[:at] + "……"
    return said


def unscoped(condition: Condition, scope: Scope) -> Condition:
    """The condition without a part of the leg that was told already."""
    match condition:
        case Tagged() if condition.scope == scope:
            return replace(condition, scope=Scope())
        case AllOf() | AnyOf():
            return replace(condition, parts=tuple(unscoped(part, scope) for part in condition.parts))
        case Repeated() | Capped():
            return replace(condition, what=unscoped(condition.what, scope))
        case _:
            return condition
