"""rescore: many calls judged again, counted while they come in. Memory does not grow with the calls."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count

from qa_service.core.intervals import Share
from qa_service.core.reviews import Verdict
from qa_service.pipeline.diff import Again, Change
from qa_service.pipeline.rescored import EDGES, Agreement, Diff, Flip, Load, RuleChange, Touched

#: Of so many calls both verdicts are shown side by side.
MOST_SHOWN = 20


@dataclass(slots=True)
class _Side:
    """One of the two rulebooks."""

    findings: int = 0
    review: int = 0
    alerts: int | None = 0
    confirmed: int = 0
    dismissed: int = 0


@dataclass(slots=True)
class _Touched:
    calls: int = 0
    changed: int = 0
    flips: int = 0
    scored: int = 0
    shift: float = 0.0

    def add(self, change: Change) -> None:
        self.calls += 1
        self.changed += not change.is_empty
        self.flips += change.is_flip
        if change.shift is not None:
            self.scored += 1
            self.shift += change.shift

    def told(self, name: str) -> Touched:
        mean = round(self.shift / self.scored, 2) if self.scored else None
        return Touched(name, self.calls, self.changed, self.flips, mean)


class Rescoring:
    """Counts what changes, call by call."""

    def __init__(self) -> None:
        self._calls, self._changed = 0, 0
        self._left_out = Counter[str]()
        self._flips = Counter[tuple[bool | None, bool | None]]()
        self._rules: dict[str, Counter[str]] = {}
        self._shifts = [0] * (len(EDGES) + 1)
        self._scores: list[float] = [0.0, 0.0]
        self._scored = 0
        self._agents: dict[str, _Touched] = {}
        self._teams: dict[str, _Touched] = {}
        self._shown: list[tuple[tuple[float, ...], int, Again]] = []
        self._order = count(0, -1)
        self._before, self._after = _Side(), _Side()
        self._said = Counter[Verdict]()

    @property
    def calls(self) -> int:
        """How many were counted."""
        return self._calls

    def leave_out(self, why: str, calls: int = 1) -> None:
        """Calls that cannot be judged again."""
        if calls:
            self._left_out[why] += calls

    def add(self, again: Again) -> None:
        """A call that was."""
        change = again.change
        self._calls += 1
        for name in again.agents:
            self._agents.setdefault(name, _Touched()).add(change)
        self._teams.setdefault(again.team, _Touched()).add(change)
        self._count_rules(change)
        self._count_sides(again)
        if not change.is_empty:
            self._changed += 1
            self._show(again)
        if change.is_flip:
            self._flips[change.before.passed, change.after.passed] += 1
        before, after, shift = change.before.score, change.after.score, change.shift
        if before is not None and after is not None and shift is not None:
            self._scored += 1
            self._scores[0] += before
            self._scores[1] += after
            if shift:
                self._shifts[sum(shift > edge for edge in EDGES)] += 1

    def diff(self) -> Diff:
        """What was counted so far."""
        shown = sorted(self._shown, key=lambda one: (one[0], one[1]), reverse=True)
        scored = self._scored
        return Diff(
            calls=self._calls,
            changed=self._changed,
            left_out=dict(self._left_out),
            flips=tuple(Flip(*sides, calls) for sides, calls in self._flips.most_common()),
            rules=tuple(sorted(self._rule_changes(), key=_by_change)),
            shifts=tuple(self._shifts),
            mean=(round(self._scores[0] / scored, 2), round(self._scores[1] / scored, 2)) if scored else None,
            agents=_most_touched(self._agents),
            teams=_most_touched(self._teams),
            surprising=tuple(again for _, _, again in shown),
            before=self._load(self._before),
            after=self._load(self._after),
            agreement=(self._agreement(self._before), self._agreement(self._after)),
        )

    def _show(self, again: Again) -> None:
        one = (again.change.surprise, next(self._order), again)
        if len(self._shown) < MOST_SHOWN:
            heapq.heappush(self._shown, one)
        else:
            heapq.heappushpop(self._shown, one)

    def _count_rules(self, change: Change) -> None:
        counted: Iterable[tuple[str, Iterable[str]]] = (
            ("before", (one.rule for one in change.before.found)),
            ("after", (one.rule for one in change.after.found)),
            ("appeared", (one.rule for one in change.appeared)),
            ("disappeared", (one.rule for one in change.disappeared)),
            ("moved", (now.rule for _, now in change.moved)),
        )
        for what, rules in counted:
            for rule in rules:
                self._rules.setdefault(rule, Counter())[what] += 1

    def _rule_changes(self) -> Iterable[RuleChange]:
        for rule, seen in self._rules.items():
            yield RuleChange(
                rule, seen["before"], seen["after"], seen["appeared"], seen["disappeared"], seen["moved"]
            )

    def _count_sides(self, again: Again) -> None:
        change = again.change
        gone = {one.id for one in change.disappeared}
        for side, outcome, alerts in (
            (self._before, change.before, again.alerts[0]),
            (self._after, change.after, again.alerts[1]),
        ):
            side.findings += len(outcome.found)
            side.review += outcome.needs_human
            side.alerts = None if alerts is None or side.alerts is None else side.alerts + alerts
        for finding, verdict in again.verdicts.items():
            self._said[verdict] += 1
            is_confirmed, is_dismissed = verdict is Verdict.CONFIRMED, verdict is Verdict.DISMISSED
            self._before.confirmed += is_confirmed
            self._before.dismissed += is_dismissed
            self._after.confirmed += is_confirmed and finding not in gone
            self._after.dismissed += is_dismissed and finding not in gone

    def _load(self, side: _Side) -> Load:
        return Load(side.findings, Share(side.review, self._calls), side.alerts)

    def _agreement(self, side: _Side) -> Agreement:
        said = self._said
        return Agreement(
            Share(side.confirmed, said[Verdict.CONFIRMED]), Share(side.dismissed, said[Verdict.DISMISSED])
        )


def _by_change(one: RuleChange) -> tuple[int, str]:
    return (-(one.appeared + one.disappeared + one.moved), one.rule)


def _most_touched(touched: Mapping[str, _Touched]) -> tuple[Touched, ...]:
    """Those whose calls change most, flips before all."""
    told: Callable[[str], Touched] = lambda name: touched[name].told(name)  # noqa: E731
    changed = (one for one in map(told, touched) if one.changed)
    ordered = sorted(changed, key=lambda one: (-one.flips, -abs(one.shift or 0.0), -one.changed, one.name))
    return tuple(ordered[:MOST_SHOWN])
