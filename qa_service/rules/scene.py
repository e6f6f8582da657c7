"""What conditions look at: the tags of one agent's leg and the utterances they point into."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from qa_service.core.calls import Leg
from qa_service.core.given_up import given_up_rule
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Tag
from qa_service.core.time import Span
from qa_service.rules.conditions import Condition, Distance, Scope, Side
from qa_service.rules.hit import Hit
from qa_service.rules.stretch import Stretches
from qa_service.rules.work import Work


@dataclass(frozen=True, slots=True)
class Open:
    """How far a leg that goes on is known."""

    #: Every utterance that began before is there, whole, with every tag that quotes it or begins before, and whatever
    #: was not heard until then.
    until_ms: int
    #: But for tags with these labels, which come later: those of detectors that wait.
    late: frozenset[str] = frozenset()


class Scene:
    """Tags by label in time order, and where each lies among the utterances. Read-only, but for what it remembers."""

    def __init__(
        self,
        leg: Leg,
        utterances: Sequence[Utterance],
        tags: Iterable[Tag],
        unheard: Sequence[tuple[Role, Span]] = (),
        *,
        open_: Open | None = None,
    ) -> None:
        """`unheard` is voice that gave no text, and whose it was; empty spans stand for sound that was lost.

        `open_` says that the leg goes on: what is found then is found at its end as well.
        """
        self.leg = leg
        self.open = open_
        self._unheard = tuple(unheard)
        self.utterances = tuple(utterances)
        self.said = {utterance.id: utterance for utterance in self.utterances}
        self._index = {utterance.id: i for i, utterance in enumerate(self.utterances)}
        self._stretches = Stretches(leg.span, self.utterances)
        self._starts_ms = sorted(utterance.span.start_ms for utterance in self.utterances)
        #: Of what everybody but machines said.
        self._begun_ms = [one.span.start_ms for one in self._stretches.said(Scope(), None)]
        #: What the rule that is being asked may still cost, and the ids of rules for which it was not enough.
        self.work = Work(len(self.utterances))
        self.too_costly: set[str] = set()
        #: What was asked of the scene, with its answer (rules.match).
        self.answers: dict[int, tuple[Condition, list[Hit]]] = {}
        self._by_label: dict[str, list[Tag]] = defaultdict(list)
        for tag in sorted(tags, key=_time_order):
            self._by_label[tag.label].append(tag)
        #: The ids of rules that found more than they may (detectors.allowance).
        self.too_common = frozenset(filter(None, map(given_up_rule, self._by_label)))

    @property
    def labels(self) -> Collection[str]:
        """Every label that a tag of the leg bears."""
        return self._by_label.keys()

    def also(self, tags: Iterable[Tag]) -> Scene:
        """The same leg with these tags beside its own."""
        own = (tag for held in self._by_label.values() for tag in held)
        return Scene(self.leg, self.utterances, (*own, *tags), self._unheard, open_=self.open)

    def labelled(self, labels: Iterable[str]) -> Sequence[Tag]:
        """Tags with any of `labels`, in time order."""
        held = [self._by_label[label] for label in labels if label in self._by_label]
        if len(held) == 1:
            return held[0]
        return sorted((tag for tags in held for tag in tags), key=_time_order)

    def holds(self, tag: Tag, scope: Scope, role: Role | None) -> bool:
        """Whether the tag lies in the scope; `role` is whose utterances it counts, where it counts some."""
        return self._stretches.holds(tag, scope, role)

    def window(self, scope: Scope, role: Role | None = None) -> Span:
        """The scope on the call clock."""
        return self._stretches.window(scope, role)

    @property
    def goes_on(self) -> bool:
        """Whether more may be said."""
        return self.open is not None

    def said_in(self, scope: Scope, role: Role | None) -> tuple[Utterance, ...]:
        """What a role (anybody but machines) said in the scope, in the order in which it began."""
        return self._stretches.said(scope, role)

    def began_ms(self, tag: Tag) -> int:
        """When the utterance began that a tag quotes; the tag itself, where it quotes none."""
        for quote in tag.quotes:
            if quote.utterance in self.said:
                return self.said[quote.utterance].span.start_ms
        return tag.span.start_ms

    def begun_between(self, after_ms: int | None, until_ms: int) -> int:
        """How many utterances (not of machines) began later than `after_ms` (from the first on) up to `until_ms`."""
        before = 0 if after_ms is None else bisect_right(self._begun_ms, after_ms)
        return bisect_right(self._begun_ms, until_ms) - before

    def nth_after(self, after_ms: int | None, count: int) -> Utterance | None:
        """The `count`-th utterance (not of machines) that began later than `after_ms`; None where so many were not."""
        said = self.said_in(Scope(), None)
        at = (0 if after_ms is None else bisect_right(self._begun_ms, after_ms)) + count - 1
        return said[at] if at < len(said) else None

    @property
    def unplaced(self) -> frozenset[Role]:
        """Roles that nobody here is known to have, while somebody's role is not known."""
        return unplaced(self.utterances)

    def is_misheard(self, role: Role, scope: Scope) -> bool:
        """Whether `role` said something in the scope that was not heard well enough to rest on."""
        doubted = (u.span for u in self.utterances if u.role is role and u.unreliable)
        silent = (span for who, span in self._unheard if who is role)
        return any(self._stretches.within(span, scope, role) for span in doubted) or any(
            self._stretches.may_shift(span, scope, role) for span in silent
        )

    def is_misheard_in(self, span: Span, roles: Collection[Role]) -> bool:
        """Whether one of `roles` (anybody, for none) said something in `span` that was not heard well enough."""
        doubted = ((u.role, u.span) for u in self.utterances if u.unreliable)
        return any(
            lost.start_ms <= span.end_ms and lost.end_ms >= span.start_ms
            for who, lost in (*doubted, *self._unheard)
            if not roles or who in roles
        )

    def may_miscount(self, scope: Scope, role: Role | None) -> bool:
        """Whether `role` (anybody) may have said more in the scope than the utterances that it counts."""
        return scope.counts_utterances and any(
            self._stretches.may_shift(span, scope, role) for who, span in self._unheard if role in {None, who}
        )

    def may_precede(self, span: Span, roles: Collection[Role]) -> bool:
        """Whether something by one of `roles` (by anybody, for none) that began before may not have been heard."""
        return any(lost.start_ms < span.start_ms for who, lost in self._unheard if not roles or who in roles)

    def may_follow(self, span: Span, roles: Collection[Role]) -> bool:
        """Whether something by one of `roles` (by anybody, for none) that ended later may not have been heard."""
        return any(lost.end_ms > span.end_ms for who, lost in self._unheard if not roles or who in roles)

    def may_hide(self, anchor: Span, roles: Collection[Role], distance: Distance) -> bool:
        """Whether something by one of `roles` (by anybody, for none) may be in what was not heard so near."""
        return distance.within_utterances != 0 and any(
            is_within(span, anchor, distance) for who, span in self._unheard if not roles or who in roles
        )

    def edge_utterance(self, role: Role, scope: Scope) -> Utterance | None:
        """What `role` said first in the scope; said last, when the scope is the end of the leg."""
        said = [u for u in self.utterances if u.role is role and self._stretches.has(u, scope, role)]
        if not said:
            return None
        return said[-1] if scope.is_of_end else said[0]

    def position(self, tag: Tag) -> int:
        """Index of the utterance a tag quotes; of the last one begun by then, where it quotes none."""
        for quote in tag.quotes:
            if quote.utterance in self._index:
                return self._index[quote.utterance]
        return bisect_right(self._starts_ms, tag.span.start_ms) - 1


def unplaced(utterances: Iterable[Utterance]) -> frozenset[Role]:
    """Roles that nobody in a leg is known to have, while somebody's role is not known."""
    roles = {utterance.role for utterance in utterances if utterance.text}
    return frozenset() if Role.UNKNOWN not in roles else frozenset({Role.AGENT, Role.CUSTOMER} - roles)


def is_within(other: Span, anchor: Span, distance: Distance) -> bool:
    """Whether `other` lies on the right side of `anchor`, and no farther in time."""
    if distance.side is Side.BEFORE and other.start_ms > anchor.start_ms:
        return False
    if distance.side is Side.AFTER and other.end_ms < anchor.end_ms:
        return False
    return distance.within_ms is None or anchor.touches(other, within_ms=distance.within_ms)


def _time_order(tag: Tag) -> tuple[int, int, Tag]:
    span = tag.span
    return (span.end_ms, span.start_ms, tag)
