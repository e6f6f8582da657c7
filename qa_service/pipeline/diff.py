"""What judging a call again changes: findings that appear, disappear or move, the score, pass and fail. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from qa_service.core.alerts import AlertPolicy, alerting
from qa_service.core.part_scores import PartScore, all_passed, lowest_score
from qa_service.core.reviews import Verdict
from qa_service.core.time import Span
from qa_service.pipeline.assessment import Assessment


class Found(NamedTuple):
    """A finding, as far as two verdicts on a call are compared."""

    id: str
    rule: str
    span: Span
    needs_human: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rulebook made of one call."""

    #: Of the rulebook.
    digest: str
    status: str
    #: One per agent.
    parts: tuple[PartScore, ...]
    #: In order of time.
    found: tuple[Found, ...]

    @classmethod
    def of(cls, assessment: Assessment) -> Self:
        """Of a call that was just judged."""
        return cls(
            assessment.rulebook.digest,
            assessment.scorable.status.value,
            tuple(PartScore(one.leg.agent_id, one.score, one.passed) for one in assessment.evaluations),
            _once(Found(one.id, one.rule, one.span, one.needs_human) for one in assessment.findings),
        )

    @classmethod
    def kept(cls, document: Mapping[str, Any]) -> Self:
        """Of an assessment as it is kept."""
        found = (
            Found(one["id"], one["rule"], Span(one["start_ms"], one["end_ms"]), one["needs_human"])
            for one in document["findings"]
        )
        return cls(
            document["rulebook"]["digest"],
            document["status"],
            PartScore.of(document),
            _once(found),
        )

    @property
    def score(self) -> float | None:
        """Of the worst part, as lists show it."""
        return lowest_score(self.parts)

    @property
    def passed(self) -> bool | None:
        """Whether every part did; None where that is open."""
        return all_passed(self.parts)

    @property
    def needs_human(self) -> bool:
        """Whether a finding waits for a person."""
        return any(one.needs_human for one in self.found)

    def alerts(self, policies: Mapping[str, AlertPolicy]) -> int:
        """How many alerts it would raise if the call went on now."""
        return len(alerting(self.found, policies))


@dataclass(frozen=True, slots=True)
class Change:
    """Two outcomes of one call, side by side."""

    before: Outcome
    after: Outcome
    appeared: tuple[Found, ...]
    disappeared: tuple[Found, ...]
    #: The same rule at a place that overlaps the one before.
    moved: tuple[tuple[Found, Found], ...]

    @property
    def is_flip(self) -> bool:
        """Whether pass or fail is not what it was; becoming open, or no longer being it, is one too."""
        return self.before.passed is not self.after.passed

    @property
    def shift(self) -> float | None:
        """By how many points the score changes; None where one of both is unknown."""
        before, after = self.before.score, self.after.score
        return None if before is None or after is None else round(after - before, 1)

    @property
    def is_empty(self) -> bool:
        """Whether nothing that people see is different."""
        is_same = (self.before.status, self.before.parts) == (self.after.status, self.after.parts)
        asks_alike = self.before.needs_human == self.after.needs_human
        return is_same and asks_alike and not (self.appeared or self.disappeared or self.moved)

    @property
    def surprise(self) -> tuple[float, ...]:
        """How much a person would want to look at it: flips first, then points, then findings."""
        found = len(self.appeared) + len(self.disappeared)
        return (float(self.is_flip), abs(self.shift or 0.0), float(found), float(len(self.moved)))


@dataclass(frozen=True, slots=True)
class Again:
    """One call, judged again."""

    call_id: str
    team: str
    change: Change
    #: How many alerts the former rulebook and this one raise; the former may be gone.
    alerts: tuple[int | None, int] = (None, 0)
    #: What people said of the former findings, by their ids.
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def agents(self) -> frozenset[str]:
        """Who had a part in the call."""
        return frozenset(part.agent_id for part in self.change.after.parts if part.agent_id)


def compare(before: Outcome, after: Outcome) -> Change:
    """What is different. The same finding has the same id; else it moved if its rule fires where it overlaps.

    Of several that overlap, those that share most time belong together, and each belongs to one only.
    """
    same = {one.id for one in before.found} & {one.id for one in after.found}
    gone = [one for one in before.found if one.id not in same]
    new = [one for one in after.found if one.id not in same]
    moved = _moved(gone, new)
    left, come = ({one.id for one in side} for side in (zip(*moved, strict=True) if moved else ((), ())))
    return Change(
        before,
        after,
        appeared=tuple(one for one in new if one.id not in come),
        disappeared=tuple(one for one in gone if one.id not in left),
        moved=tuple(moved),
    )


def _once(found: Iterable[Found]) -> tuple[Found, ...]:
    """In order of time. What two parts of a call both found is one finding, as the store keeps it."""
    return tuple(sorted({one.id: one for one in found}.values(), key=lambda one: (one.span, one.id)))


def _moved(gone: Sequence[Found], new: Iterable[Found]) -> list[tuple[Found, Found]]:
    """Pairs of one rule whose times overlap, in the order of the later verdict."""
    by_rule: defaultdict[str, list[Found]] = defaultdict(list)
    for one in gone:
        by_rule[one.rule].append(one)
    pairs = [
        (-was.span.overlap_ms(now.span), was, now)
        for now in new
        for was in by_rule[now.rule]
        if was.span.overlap_ms(now.span) or was.span == now.span
    ]
    taken: set[str] = set()
    chosen = []
    for _, was, now in sorted(pairs):
        if was.id not in taken and now.id not in taken:
            taken |= {was.id, now.id}
            chosen.append((was, now))
    return sorted(chosen, key=lambda pair: (pair[1].span, pair[1].id))
