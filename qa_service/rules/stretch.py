"""Which stretch of a leg a scope is: so long, so many utterances, or such a share, from the start or from the end."""

from __future__ import annotations

from collections.abc import Sequence

from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Tag
from qa_service.core.time import Span
from qa_service.rules.conditions import Scope

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
        leg, long_ms = self._leg, self._long_ms(scope, role)
        if long_ms is None:
            return leg
        long_ms = max(0, min(long_ms, leg.duration_ms))
        if scope.is_of_end:
            return Span(leg.end_ms - long_ms, leg.end_ms)
        return Span(leg.start_ms, leg.start_ms + long_ms)

    def within(self, span: Span, scope: Scope, role: Role | None) -> bool:
        """Whether `span` begins in the first part of the leg, or ends in its last part."""
        if scope is _WHOLE or scope == _WHOLE:
            return True
        window = self.window(scope, role)
        return span.end_ms > window.start_ms if scope.is_of_end else span.start_ms < window.end_ms

    def holds(self, tag: Tag, scope: Scope, role: Role | None) -> bool:
        """Whether the tag is in the scope: by what it quotes where utterances are counted, else by its time."""
        if scope.utterances is not None:
            known = self._known(role)
            quoted = {quote.utterance for quote in tag.quotes if quote.utterance in known}
            if quoted:
                return not quoted.isdisjoint(self._in(scope, role))
        return self.within(tag.span, scope, role)

    def has(self, said: Utterance, scope: Scope, role: Role) -> bool:
        """Whether what `role` said is in the scope."""
        if scope.utterances is not None and said.id in self._known(role):
            return said.id in self._in(scope, role)
        return self.within(said.span, scope, role)

    def said(self, scope: Scope, role: Role | None) -> tuple[Utterance, ...]:
        """What a role (anybody but machines) said in the scope, in the order in which it began."""
        if scope.utterances is not None:
            return self._slice(scope, role)
        return tuple(one for one in self._of(role) if self.within(one.span, scope, role))

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
