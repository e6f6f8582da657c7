"""How often this customer called, or was called, in the days up to this call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from qa_service.core.calls import CallFacts, Envelope
from qa_service.core.history import Contact
from qa_service.core.speech import Utterance
from qa_service.core.tags import Tag
from qa_service.core.texts import Reason
from qa_service.detectors.asking import DAY_MS, Asked, asked, days
from qa_service.detectors.base import Deaf, DetectorRun
from qa_service.detectors.once import Named, Told, begins
from qa_service.detectors.unfit import Unfit, Why, check_words

_DIRECTIONS = ("inbound", "outbound")
#: What calls may have to have in common.
_SAME = ("line", "skill_group")


@dataclass(frozen=True, slots=True)
class Contacts:
    """Tags the beginning of a leg where the customer had `at_least` calls in the `within_ms` up to the call's start.

    The call itself is one of them, and later ones are none. `direction` counts calls of that direction alone, `same`
    those alone with the same line or skill group. What nobody knows of a call counts neither for nor against: as long
    as it could make the difference, `unanswered` says so. A limit that is reached by what is known is reached.
    """

    name: ClassVar[str] = "call.contacts"
    version: ClassVar[str] = "1"
    needs: ClassVar[frozenset[str]] = frozenset()
    #: What was said in them is nothing to it.
    told_reach_ms: ClassVar[int] = 0

    label: str = "call.contacts"
    within_ms: int = 7 * DAY_MS
    at_least: int | None = None
    direction: str = ""
    same: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.direction:
            check_words("direction", self.direction, _DIRECTIONS)
        check_words("same", self.same, _SAME)
        if self.at_least is None:
            raise Unfit(Why.NOTHING, known=("at_least",))

    @property
    def labels(self) -> tuple[str, ...]:
        """Its own."""
        return (self.label,)

    @property
    def reach_ms(self) -> int:
        """How far back it looks from the call's start."""
        return self.within_ms

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run that tells what was known before the call."""
        about = asked(facts)
        count = _Count() if isinstance(about, Reason) else self._count(about)
        if not count.certain or count.certain < self._least:
            return Deaf()
        return Told((self._tag(facts, count.certain),))

    def unanswered(self, facts: CallFacts) -> Reason | None:
        """Why nobody can say whether there were as many, or nothing."""
        about = asked(facts)
        if isinstance(about, Reason):
            return about
        count, known = self._count(about), about.history.known_since
        if count.certain >= self._least:
            return None
        if known is None or known > self._since(about.began):
            return Reason.of("undecided.store_young", days=days(self.within_ms))
        if count.certain + count.open >= self._least or self._is_cut(about):
            return Reason.of("undecided.contacts_unclear", days=days(self.within_ms), count=count.certain)
        return None

    def possible(self, facts: CallFacts, said: Sequence[Utterance]) -> Iterable[Tag]:  # noqa: ARG002
        """What it would have tagged, had there been as many."""
        yield self._tag(facts, self._least)

    @property
    def _least(self) -> int:
        return self.at_least or 1

    def _since(self, began: datetime) -> datetime:
        return began - timedelta(milliseconds=self.within_ms)

    def _tag(self, facts: CallFacts, count: int) -> Tag:
        named = Named(self.label, f"{self.name}@{self.version}")
        because = Reason.of("call.contacts", days=days(self.within_ms), count=count)
        return named.tag(begins(facts.leg), because)

    def _count(self, about: Asked) -> _Count:
        """What is certain and what is open of the calls in the window, this one among them."""
        own = about.envelope
        this = Contact(about.began, own.direction, own.line, own.skill_group)
        since = self._since(about.began)
        held = [one for one in about.history.contacts if since < one.began <= about.began]
        answers = [self._counts(one, own) for one in (this, *held)]
        return _Count(answers.count(True), answers.count(None) + about.history.undated)

    def _is_cut(self, about: Asked) -> bool:
        """Whether calls of the window were left out by the store: those that it gave are all younger."""
        held = about.history.contacts
        return about.history.is_cut and (not held or held[-1].began > self._since(about.began))

    def _counts(self, one: Contact, own: Envelope) -> bool | None:
        """Whether a call is of the wanted kind; None where nobody said."""
        answers = tuple(self._answers(one, own))
        if False in answers:
            return False
        return None if None in answers else True

    def _answers(self, one: Contact, own: Envelope) -> Iterator[bool | None]:
        if self.direction:
            yield one.direction == self.direction if one.direction else None
        if "line" in self.same:
            yield _alike(one.line, own.line)
        if "skill_group" in self.same:
            yield _alike(one.skill_group, own.skill_group)


def _alike(one: str, other: str) -> bool | None:
    """As operators on the envelope compare; None where one of them was not said."""
    return one.casefold() == other.casefold() if one and other else None


@dataclass(frozen=True, slots=True)
class _Count:
    """Calls that count, and calls of which nobody knows whether they do."""

    certain: int = 0
    open: int = 0
