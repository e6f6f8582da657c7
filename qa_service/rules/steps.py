"""Process inspection: what has to be said one after the other, and where that was not done.

Each step is looked for from the last step that was there on, at its first time; two steps may share a sentence, in
whatever order, but not the words. Where one is missing, the search for the next goes on from the same place, without
a limit: there is nothing to measure it from. A leg that goes on has only the hits that nothing said later takes away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from qa_service.core.tags import Evidence, Quote, Tag
from qa_service.core.texts import Reason
from qa_service.core.time import Span
from qa_service.rules.about import is_prompt, labels_of, roles_of
from qa_service.rules.conditions import Branch, Condition, Limit, Step, Steps
from qa_service.rules.hit import Hit, absence_confidence
from qa_service.rules.scene import Scene
from qa_service.rules.work import LOOKED_AT

#: Says which hits a condition has (rules.match).
Finder = Callable[[Condition, Scene], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with the course of a leg."""

    hits: tuple[Hit, ...]
    #: Whether more might be wrong, or less, for something was not heard where a step belongs.
    is_unsure: bool
    #: Which way was gone, for whoever wants to see why nothing is wrong (usecases.why).
    course: tuple[Passed, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """A step by its title, or a branch (without one), and where it was said; nothing where it was not."""

    title: str
    hit: Hit | None


def faults(steps: Steps, scene: Scene, find: Finder) -> Faults:
    """A hit for each step that is missing, late or early."""
    walk = _Walk(steps, scene, find)
    walk.along(steps.parts)
    return Faults(tuple(walk.told()), walk.is_unsure, tuple(walk.course))


class _Kind(Enum):
    MISSING = auto()
    LATE = auto()
    EARLY = auto()


@dataclass(frozen=True, slots=True)
class _Fault:
    """A step that is not where it should be; how many steps were there before it."""

    hit: Hit
    found_before: int


@dataclass(slots=True)
class _Walk:
    """One way through the steps of a leg."""

    steps: Steps
    scene: Scene
    find: Finder
    #: The last step (or answer) that was there.
    last: Hit | None = None
    #: Whether the next one's limit counts from there: not when one between them is missing.
    is_measured: bool = True
    #: The least sure of the answers that led here.
    most: float = 1.0
    used: list[Quote] = field(default_factory=list)
    found: int = 0
    faults: list[_Fault] = field(default_factory=list)
    course: list[Passed] = field(default_factory=list)
    is_unsure: bool = False
    has_stopped: bool = False

    def along(self, parts: Iterable[Step | Branch]) -> None:
        for part in parts:
            if self.has_stopped:
                return
            if isinstance(part, Step):
                self._step(part)
            else:
                self._branch(part)

    def told(self) -> Iterable[Hit]:
        """What comes after a missing step shows that it was due: its end is not the call's."""
        for fault in self.faults:
            was_due = fault.found_before < self.found
            yield replace(fault.hit, doubts=(), is_of_end=False) if was_due else fault.hit

    def _step(self, step: Step) -> None:
        limit = step.limit if self.is_measured else Limit()
        found = self._unused(step.what)
        hit = self._next(found, limit)
        self.course.append(Passed(step.title, hit))
        if hit:
            self._take(hit)
        elif not self._is_over(limit, step.what):
            self.has_stopped = True
        elif self.scene.is_misheard_in(self._window(limit), {step.role}):
            self.is_measured = False
            self.is_unsure |= not step.is_optional
        elif not step.is_optional:
            self._note(step, limit, found)
            self.is_measured = False

    def _branch(self, branch: Branch) -> None:
        limit, before = branch.limit if self.is_measured else Limit(), self.most
        hit = self._next(self._unused(branch.on), limit)
        self.course.append(Passed("", hit))
        if hit:
            self.most = min(self.most, hit.confidence)
            self._take(hit)
            self.along(branch.then)
        elif not self._is_over(limit, branch.on):
            self.has_stopped = True
        elif self.scene.is_misheard_in(self._window(limit), roles_of(branch.on)):
            self.is_unsure = self.has_stopped = True
        else:
            self.along(branch.otherwise)
        self.most = before

    def _unused(self, what: Condition) -> list[Hit]:
        """Its hits in the order of their sentences, but for those whose words are steps already."""
        hits = self.find(what, self.scene)
        self.scene.work.spend(LOOKED_AT * len(hits) + len(hits) * len(self.used))
        found = [hit for hit in hits if not self._is_used(hit)]
        return sorted(found, key=lambda hit: (self._began_ms(hit), hit.anchor.span, hit.anchor))

    def _is_used(self, hit: Hit) -> bool:
        return any(
            own.utterance == used.utterance and own.start < used.end and used.start < own.end
            for own in hit.anchor.quotes
            for used in self.used
        )

    def _next(self, found: Sequence[Hit], limit: Limit) -> Hit | None:
        """The first hit that is neither too early nor too late."""
        return next((hit for hit in found if self._follows(hit) and self._is_within(hit, limit)), None)

    def _take(self, hit: Hit) -> None:
        self.used += hit.anchor.quotes
        self.found += 1
        if not self._is_of_whole(hit):
            self.last, self.is_measured = hit, True

    def _began_ms(self, hit: Hit) -> int:
        return self.scene.began_ms(hit.anchor)

    def _is_of_whole(self, hit: Hit) -> bool:
        """Whether it is about the whole leg, which it stands at the beginning of: it has no place among the steps."""
        start_ms = self.scene.leg.span.start_ms
        return not hit.anchor.quotes and hit.anchor.span == Span(start_ms, start_ms)

    def _follows(self, hit: Hit) -> bool:
        if self.last is None or self._is_of_whole(hit):
            return True
        return self._began_ms(hit) >= self._began_ms(self.last)

    def _is_within(self, hit: Hit, limit: Limit) -> bool:
        if self._is_of_whole(hit):
            return True
        if limit.ms is not None and hit.anchor.span.start_ms > self._from_ms + limit.ms:
            return False
        if limit.utterances is None:
            return True
        return self.scene.begun_between(self._last_began_ms, self._began_ms(hit)) <= limit.utterances

    @property
    def _from_ms(self) -> int:
        """From when a limit in time counts."""
        return self.last.anchor.span.end_ms if self.last else self.scene.leg.span.start_ms

    @property
    def _last_began_ms(self) -> int | None:
        return self._began_ms(self.last) if self.last else None

    def _due_ms(self, limit: Limit) -> int | None:
        """When the time for a step is over; None where that is not before the leg ends, or nobody knows yet."""
        if limit.ms is not None:
            return self._from_ms + limit.ms
        if limit.utterances is not None:
            after_ms = self._last_began_ms
            nth = self.scene.nth_after(after_ms, limit.utterances) if limit.utterances else None
            return nth.span.end_ms if nth else self._from_ms if not limit.utterances else None
        scope = self.steps.scope
        return None if self.scene.open or scope.is_of_end else self.scene.window(scope).end_ms

    def _is_over(self, limit: Limit, what: Condition) -> bool:
        """Whether nothing that comes later can be this step in time."""
        if self.scene.open is None:
            return True
        due_ms = self._due_ms(limit)
        is_known = is_prompt(what) and labels_of(what).isdisjoint(self.scene.open.late)
        return is_known and due_ms is not None and due_ms < self.scene.open.until_ms

    def _window(self, limit: Limit) -> Span:
        """Where the step should have been."""
        leg, due_ms = self.scene.leg.span, self._due_ms(limit)
        start_ms = self.last.anchor.span.start_ms if self.last else leg.start_ms
        return Span(start_ms, max(start_ms, leg.end_ms if due_ms is None else min(due_ms, leg.end_ms)))

    def _note(self, step: Step, limit: Limit, found: Sequence[Hit]) -> None:
        said = self.scene.said_in(self.steps.scope, step.role)
        if not said:  # who never speaks is not asked for single sentences
            self.has_stopped = bool(self.scene.open)
            return
        other = self._elsewhere(found)
        kind = _Kind.MISSING if other is None else _Kind.LATE if self._follows(other) else _Kind.EARLY
        due_ms, end_ms = self._due_ms(limit), self.scene.leg.span.end_ms
        is_of_end = kind is _Kind.MISSING and (due_ms is None or due_ms >= end_ms)
        beside = self.last.anchor.evidence if self.last else (Evidence.said(said[0]),)
        rests = [self.last.confidence] if self.last and (not limit.is_open or kind is _Kind.EARLY) else []
        tag = Tag(
            evidence=(*beside, *(other.anchor.evidence if other else ())),
            label=step.label,
            detector="rules@1",
            confidence=min(self._absence(beside), self.most, *rests, 1.0),
            because=_reason(kind, step.title, limit),
            speaker=said[0].speaker,
            role=step.role,
        )
        doubts = (Reason("doubt.not_due"),) if is_of_end and not limit.is_open else ()
        hit = Hit(tag, doubts=doubts, is_of_end=is_of_end, is_apart=True)
        self.faults.append(_Fault(hit, self.found))

    def _elsewhere(self, found: Sequence[Hit]) -> Hit | None:
        """Where the step is instead: the last time before the step that it should follow, or the first time after."""
        early = [hit for hit in found if not self._follows(hit)]
        late = [hit for hit in found if self._follows(hit)]
        return early[-1] if early else late[0] if late else None

    def _absence(self, beside: Iterable[Evidence]) -> float:
        quoted = [quote.utterance for piece in beside for quote in piece.quotes]
        heard = [self.scene.said[name].confidence for name in quoted if name in self.scene.said]
        return absence_confidence(min(heard, default=1.0))


def _reason(kind: _Kind, title: str, limit: Limit) -> Reason:
    """What is wrong, by the limit that its author set."""
    if kind is _Kind.EARLY:
        return Reason.of("steps.early", step=title)
    if limit.ms is not None:
        seconds = round(limit.ms / 1000, 1)
        if kind is _Kind.LATE:
            return Reason.of("steps.late", step=title, seconds=seconds)
        return Reason.of("steps.missing_within", step=title, seconds=seconds)
    if limit.utterances is not None:
        if kind is _Kind.LATE:
            return Reason.of("steps.late_utterances", step=title, count=limit.utterances)
        return Reason.of("steps.missing_within_utterances", step=title, count=limit.utterances)
    return Reason.of("steps.missing", step=title)
