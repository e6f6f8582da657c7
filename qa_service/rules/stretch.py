"""Which stretch of a leg a scope is: so long, so many utterances, or such a share, from the start or from the end."""

from __future__ import annotations

from collections.abc import Sequence

from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Tag
from qa_service.core.time import Span
from qa_service.rules.conditions import Between, Scope, Unit

#: No limit at all, as most conditions have it.
_WHOLE = Scope()


class Stretches:
    """The stretches of one leg, and what lies in them. Read-only; remembers what it counted."""

    def __init__(self, leg: Span, utterances: Sequence[Utterance]) -> None:
        self._leg = leg
        said = [one for one in utterances if one.text and one.role is not Role.SYSTEM]
        self._said = sorted(said, key=lambda one: (one.span.start_ms, one.span.end_ms, one.id))
        self._by_role: dict[Role | None, tuple[Utterance, ...]] = {}
        self._counted: dict[tuple[Scope, Role | None], frozenset[str]] = {}
        self._ids: dict[Role | None, frozenset[str]] = {}

    def window(self, scope: Scope, role: Role | None) -> Span:
        """The scope on the call clock; all of the leg where fewer utterances were said than it counts."""
        if scope.between is not None:
            return self._range(scope, scope.between, role)
        leg, long_ms = self._leg, self._long_ms(scope, role)
        if long_ms is None:
            return leg
        long_ms = max(0, min(long_ms, leg.duration_ms))
        if scope.is_of_end:
            return Span(leg.end_ms - long_ms, leg.end_ms)
        return Span(leg.start_ms, leg.start_ms + long_ms)

    def within(self, span: Span, scope: Scope, role: Role | None) -> bool:
        """Whether `span` begins in the first part of the leg or in a range of it, or ends in its last part."""
        if scope is _WHOLE or scope == _WHOLE:
            return True
        window = self.window(scope, role)
        if scope.between is not None:
            is_open = scope.between.end is None
            return window.start_ms <= span.start_ms and (is_open or span.start_ms < window.end_ms)
        return span.end_ms > window.start_ms if scope.is_of_end else span.start_ms < window.end_ms

    def holds(self, tag: Tag, scope: Scope, role: Role | None) -> bool:
        """Whether the tag is in the scope: by what it quotes where utterances are counted, else by its time."""
        if scope.counts_utterances:
            known = self._known(role)
            quoted = {quote.utterance for quote in tag.quotes if quote.utterance in known}
            if quoted:
                return not quoted.isdisjoint(self._in(scope, role))
        return self.within(tag.span, scope, role)

    def has(self, said: Utterance, scope: Scope, role: Role) -> bool:
        """Whether what `role` said is in the scope."""
        if scope.counts_utterances and said.id in self._known(role):
            return said.id in self._in(scope, role)
        return self.within(said.span, scope, role)

    def said(self, scope: Scope, role: Role | None) -> tuple[Utterance, ...]:
        """What a role (anybody but machines) said in the scope, in the order in which it began."""
        if scope.counts_utterances:
            return self._slice(scope, role)
        return tuple(one for one in self._of(role) if self.within(one.span, scope, role))

    def may_shift(self, span: Span, scope: Scope, role: Role | None) -> bool:
        """Whether something more, said in `span`, may change which utterances the scope counts, or be one of them."""
        held = scope.between
        if held is None or not scope.counts_utterances:
            return self.within(span, scope, role)
        window = self.window(scope, role)
        is_back = [edge < 0 for edge in (held.start, held.end) if edge is not None]
        if all(is_back):
            return span.end_ms >= window.start_ms
        return any(is_back) or held.end is None or span.start_ms < window.end_ms

    def _range(self, scope: Scope, between: Between, role: Role | None) -> Span:
        """A range on the call clock; empty where nothing of the leg lies in it."""
        leg = self._leg
        if between.unit is not Unit.UTTERANCES:
            whole = 1 if between.unit is Unit.MS else leg.duration_ms
            start_ms = self._edge_ms(between.start, whole, leg.start_ms)
            end_ms = self._edge_ms(between.end, whole, leg.end_ms)
            return Span(start_ms, max(start_ms, end_ms))
        counted = self._slice(scope, role)
        if not counted:
            return Span(leg.end_ms, leg.end_ms)
        start_ms = leg.start_ms if between.start is None else min(one.span.start_ms for one in counted)
        is_full = between.end is not None and (between.end < 0 or len(self._of(role)) >= between.end)
        return Span(start_ms, max(one.span.end_ms for one in counted) if is_full else leg.end_ms)

    def _edge_ms(self, edge: float | None, whole: int, otherwise: int) -> int:
        """Where a range in time begins or ends, inside the leg."""
        if edge is None:
            return otherwise
        at_ms = (self._leg.start_ms if edge >= 0 else self._leg.end_ms) + round(edge * whole)
        return max(self._leg.start_ms, min(at_ms, self._leg.end_ms))

    def _long_ms(self, scope: Scope, role: Role | None) -> int | None:
        """How long the scope is; nothing for the whole leg."""
        if scope.utterances is not None:
            return self._spoken_ms(scope, role, scope.utterances)
        share = scope.last_share if scope.first_share is None else scope.first_share
        if share is not None:
            return round(self._leg.duration_ms * share)
        return scope.last_ms if scope.first_ms is None else scope.first_ms

    def _spoken_ms(self, scope: Scope, role: Role | None, most: int) -> int | None:
        """From the edge of the leg to the end (the beginning) of the last utterance that counts."""
        counted = self._slice(scope, role)
        if len(counted) < most:
            return None
        if scope.is_of_end:
            return self._leg.end_ms - min(one.span.start_ms for one in counted)
        return max(one.span.end_ms for one in counted) - self._leg.start_ms

    def _slice(self, scope: Scope, role: Role | None) -> tuple[Utterance, ...]:
        said = self._of(role)
        if scope.between is not None:
            return said[_place(scope.between.start, len(said), 0) : _place(scope.between.end, len(said), 1)]
        if scope.first_utterances is not None:
            return said[: scope.first_utterances]
        return said[-(scope.last_utterances or len(said)) :]

    def _of(self, role: Role | None) -> tuple[Utterance, ...]:
        """What a role said, in the order in which it began; everybody but machines where none is named."""
        if role not in self._by_role:
            self._by_role[role] = tuple(one for one in self._said if role is None or one.role is role)
        return self._by_role[role]

    def _known(self, role: Role | None) -> frozenset[str]:
        if role not in self._ids:
            self._ids[role] = frozenset(one.id for one in self._of(role))
        return self._ids[role]

    def _in(self, scope: Scope, role: Role | None) -> frozenset[str]:
        if (scope, role) not in self._counted:
            self._counted[scope, role] = frozenset(one.id for one in self._slice(scope, role))
        return self._counted[scope, role]


def _place(number: float | None, count: int, included: int) -> int | None:
    """Where a slice begins (`included` 0) or ends (1), by the number of an utterance; -1 is the last."""
    if number is None:
        return None
    return max(0, int(number) - 1 + included if number > 0 else count + int(number) + included)
