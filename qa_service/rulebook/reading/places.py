"""Where a condition looks, in words: parts of the leg, distances, limits of steps."""

from __future__ import annotations

from dataclasses import dataclass

from qa_service.i18n.catalogue import Catalogue
from qa_service.rulebook.reading.quoting import duration, percent
from qa_service.rules.conditions import Between, Distance, Limit, Scope, Unit, Which


@dataclass(frozen=True, slots=True)
class Places:
    """Tells where, in one language."""

    texts: Catalogue

    def scope(self, scope: Scope) -> str:
        """A part of the leg; the whole call where it is all of it."""
        return self._part(scope) or self.texts.say("says.scope.whole")

    def beside(self, scope: Scope) -> str:
        """The same behind a sentence; nothing for all of the leg."""
        part = self._part(scope)
        return self.texts.say("says.in_scope", where=part) if part else ""

    def _part(self, scope: Scope) -> str:
        if scope.between is not None:
            return self._range(scope.between)
        say, edge = self.texts.say, "last" if scope.is_of_end else "first"
        long_ms, share = (getattr(scope, f"{edge}_{unit}") for unit in ("ms", "share"))
        if long_ms is not None:
            return say(f"says.scope.{edge}_ms", within=duration(long_ms))
        if scope.utterances is not None:
            return say(f"says.scope.{edge}_utterances", count=scope.utterances)
        return say(f"says.scope.{edge}_share", percent=percent(share)) if share is not None else ""

    def _range(self, between: Between) -> str:
        say = self.texts.say
        start, end = (self._end(between.unit, edge) for edge in (between.start, between.end))
        if between.start is None:
            return say("says.scope.up_to", end=end)
        key = "says.scope.from" if between.end is None else "says.scope.between"
        return say(key, start=start, end=end).strip()

    def _end(self, unit: Unit, edge: float | None) -> str:
        if edge is None:
            return ""
        if unit is Unit.UTTERANCES:
            far = self.texts.say("says.scope.nth", count=round(abs(edge)))
        else:
            shown = duration(round(abs(edge))) if unit is Unit.MS else f"{percent(abs(edge)):g}%"
            far = self.texts.say("says.scope.far", far=shown)
        return self.texts.say("says.scope.back", far=far) if edge < 0 else far

    def distance(self, distance: Distance, which: Which | int = Which.ANY) -> str:
        """On which side of what, how near, and which of its times."""
        side = self.texts.say(f"says.side.{distance.side}", within=self._within(distance))
        if which is Which.ANY:
            return side
        numbered = isinstance(which, int) and not isinstance(which, Which)
        key = "nth" if numbered else str(which)
        return side + self.texts.say(f"says.which.{key}", count=which if numbered else 0)

    def limit(self, limit: Limit) -> str:
        """How soon after the step before; nothing where there is no limit."""
        if limit.is_open:
            return ""
        return self.texts.say("says.within", within=self.near(limit.ms, limit.utterances))

    def near(self, within_ms: int | None, utterances: int | None) -> str:
        """A distance as authors write it, in words."""
        if within_ms is not None:
            return self.texts.say("says.time", within=duration(within_ms))
        if utterances == 0:
            return self.texts.say("says.same_sentence")
        return self.texts.say("says.utterances", count=utterances or 0)

    def _within(self, distance: Distance) -> str:
        if distance.within_ms is None and distance.within_utterances is None:
            return ""
        return self.texts.say("says.within", within=self.near(distance.within_ms, distance.within_utterances))
