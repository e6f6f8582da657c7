"""Reviews: what people say about findings. Kept apart, and linked to whatever is judged later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa_service.core.intervals import wilson
from qa_service.core.speech import Role
from qa_service.core.time import Span


class Verdict(StrEnum):
    """What a person says about a finding; `withdrawn` takes back what was said before, and nothing more."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Place:
    """A finding of one evaluation, by what a review is linked to it."""

    id: str
    rule: str
    role: Role
    span: Span


@dataclass(frozen=True, slots=True)
class Review:
    """A verdict as it was given. It is never changed: the next one about the same finding acts in its place."""

    id: str
    call_id: str
    #: Where the person saw the finding.
    evaluation_id: str
    finding: Place
    verdict: Verdict
    #: Why; never empty where a finding was dismissed.
    reason: str
    by: str
    at: datetime
    #: The first review of the same finding (its own id where it is the first), however often the call was judged since.
    chain: str
    #: In whose part of the call; empty where nobody knows.
    agent_id: str = ""


@dataclass(frozen=True, slots=True)
class VerdictToGive:
    """What somebody wants to say about a finding."""

    verdict: Verdict
    reason: str = ""
    #: The last review that they have seen, empty for none; None where they do not say.
    expects: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What people last said about the findings of one rule."""

    confirmed: int = 0
    dismissed: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Of both together."""
        return Tally(self.confirmed + other.confirmed, self.dismissed + other.dismissed)

    @property
    def count(self) -> int:
        """How many findings somebody judged."""
        return self.confirmed + self.dismissed

    @property
    def least_precision(self) -> float | None:
        """The lower end of the 95 % interval of the share that was right; None where nobody judged any."""
        return wilson(self.confirmed, self.count).low if self.count else None


def acting(reviews: Iterable[Review], places: Sequence[Place]) -> Mapping[str, Review]:
    """The newest review of each finding of an evaluation, by the finding's id; `reviews` come oldest first.

    One chain of reviews is about one finding: the one whose id it names, else, of the same rule and role, the one that
    shares most time with it. Whoever is named goes before whoever lies there, then the newer before the older.
    """
    chains: dict[str, list[Review]] = {}
    for review in reviews:
        chains[review.chain] = [*chains.pop(review.chain, ()), review]
    found: dict[str, Review] = {}
    rest = []
    for chain in reversed(chains.values()):
        named = _named(chain, places)
        if named is None:
            rest.append(chain)
        else:
            found.setdefault(named.id, chain[-1])
    exact = frozenset(found)
    for chain in rest:
        nearest = _nearest(chain[-1].finding, [place for place in places if place.id not in exact])
        if nearest is not None:
            found.setdefault(nearest.id, chain[-1])
    return found


def verdicts(found: Mapping[str, Review]) -> Mapping[str, Verdict]:
    """What counts: of each finding the acting verdict, unless it was withdrawn."""
    return {
        finding: review.verdict
        for finding, review in found.items()
        if review.verdict is not Verdict.WITHDRAWN
    }


def _named(chain: Sequence[Review], places: Sequence[Place]) -> Place | None:
    known = {(place.id, place.rule, place.role): place for place in places}
    keys = ((one.finding.id, one.finding.rule, one.finding.role) for one in reversed(chain))
    return next((known[key] for key in keys if key in known), None)


def _nearest(finding: Place, places: Iterable[Place]) -> Place | None:
    near = [
        place
        for place in places
        if (place.rule, place.role) == (finding.rule, finding.role) and _overlap(place.span, finding.span)
    ]
    return min(near, key=lambda p: (-p.span.overlap_ms(finding.span), p.span.start_ms, p.id), default=None)


def _overlap(one: Span, other: Span) -> bool:
    """Touching is not overlapping; a moment without length overlaps itself."""
    return one == other or one.overlap_ms(other) > 0
