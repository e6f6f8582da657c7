"""What a comparison comes to: per rule the calls hit by both, by one side alone, or never judged by ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qa_service.core.intervals import Share
from qa_service.core.texts import Reason


@dataclass(frozen=True, slots=True)
class Place:
    """A call in which a rule was hit, and the sentences on either side."""

    call: str
    theirs: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    #: Ours is not sure enough to decide alone.
    needs_human: bool = False
    verdict: bool | None = None
    #: Why ours gave no answer there; None where it did.
    because: Reason | None = None


@dataclass(slots=True)
class RuleParity:
    """One rule, theirs and ours."""

    rid: str
    title: str
    #: Empty where no rule of ours stands for theirs.
    our_id: str = ""
    both: list[Place] = field(default_factory=list)
    only_theirs: list[Place] = field(default_factory=list)
    only_ours: list[Place] = field(default_factory=list)
    #: Theirs was hit where ours gave no answer: not judged is not the same as not hit.
    not_judged: list[Place] = field(default_factory=list)
    #: Scored calls in which ours gave no answer, whether theirs was hit there or not.
    not_asked: list[str] = field(default_factory=list)

    @property
    def theirs_right(self) -> Share:
        """Precision of theirs, also where ours gave no answer."""
        return _share([*self.both, *self.only_theirs, *self.not_judged])

    @property
    def ours_right(self) -> Share:
        """Precision of ours, by the same verdicts."""
        return _share([*self.both, *self.only_ours])

    @property
    def hit(self) -> Sequence[Place]:
        """Wherever either side was hit."""
        return (*self.both, *self.only_theirs, *self.only_ours, *self.not_judged)


@dataclass(slots=True)
class Unused:
    """Rows of a table of verdicts that no figure holds."""

    calls: list[tuple[str, str]] = field(default_factory=list)
    rules: list[tuple[str, str]] = field(default_factory=list)
    not_hit: list[tuple[str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.calls or self.rules or self.not_hit)


@dataclass(slots=True)
class Parity:
    """Every rule of theirs that was hit, and every rule of ours."""

    calls: int
    rules: list[RuleParity] = field(default_factory=list)
    #: Calls that ours does not judge, with why.
    unscored: dict[str, Reason] = field(default_factory=dict)
    #: Verdicts (call, rule as written) that count for nothing: no such call, no such rule, or nobody hit it there.
    unused: Unused = field(default_factory=Unused)


def rows_with_hits(parity: Parity) -> Iterator[RuleParity]:
    """Rules that anybody hit, those that differ most first."""
    hit = [row for row in parity.rules if row.hit]
    yield from sorted(hit, key=lambda row: -(len(row.only_theirs) + len(row.only_ours)))


def _share(places: Sequence[Place]) -> Share:
    said = [place.verdict for place in places if place.verdict is not None]
    return Share(sum(said), len(said))
