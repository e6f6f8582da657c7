"""Hedging: an agent answers without committing to anything (应该快了吧，您再等等).

Honest, bounded uncertainty is no hedging: 预计1–3个工作日到账, 我不清楚，我帮您问一下.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance, spoken_chars
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.text.answers import commits, gives_value, is_definite, says_yes_or_no
from qa_service.text.hedges import Hedge, Strength, hedges
from qa_service.text.normalize import Folded
from qa_service.text.questions import Asked, kinds_asked
from qa_service.text.smooth import smooth

LABEL = "hedging.noncommittal"
#: Shorter utterances are back-channels (嗯, 好的): they neither ask nor answer.
_LEAST_CHARS = 3
#: Longest stretch between the first and the last hedge that is quoted as one.
_QUOTE_CHARS = 30
#: The same asked again so soon after a bounded answer: whether 说不准 adds honesty or takes it back, a person says.
_STILL_ANSWERED_MS = 60_000
_HALF_SURE = 0.6
#: A customer who says this was not answered, whatever comes next.
_PROTESTS = re.compile(
    r"每次(?:都|总)|又是?(?:要|叫|让)?.{0,2}等|总是|老是|一直(?:在|都|叫|让)|再不(?:处理|解决|给)|说了等于没说|敷衍|投诉|申诉|曝光|你们就会"
)


@dataclass(frozen=True, slots=True)
class Noncommittal:
    """Tags an agent's utterance whose hedges weigh at least `limit` and that nothing makes definite.

    Weights add up: `strong`, `weak` and `vague_time` per hedge, `trailing` for a closing 吧, `asked` when
    the customer had just asked (`asked_why` for reasons, where 可能 is often an honest diagnosis).
    Without a question, weak hedges count only within `near_chars` of another. A time, a deadline, an owner
    or a next step in the same or the next agent utterance that starts within `follow_up_ms` exempts, unless
    the customer had to ask again or protested first. Asked the same within a minute of such an answer, a hedge is only
    half sure. Defaults: docs/detectors-words.md#hedging.
    """

    name: ClassVar[str] = LABEL
    version: ClassVar[str] = "1"
    labels: ClassVar[tuple[str, ...]] = (LABEL,)
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    limit: float = 1.0
    strong: float = 1.0
    weak: float = 0.5
    vague_time: float = 0.3
    vague_time_asked: float = 0.6
    trailing: float = 0.25
    asked: float = 0.5
    asked_why: float = 0.25
    near_chars: int = 16
    question_ms: int = 20_000
    follow_up_ms: int = 10_000

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words."""
        return NoncommittalRun(self) if self.needs <= facts.parts else Deaf()

    def weigh(self, found: list[Hedge], asked: frozenset[Asked]) -> float:
        """How much the hedges of one utterance weigh after such a question."""
        if not asked:
            found = [hedge for hedge in found if self._counts_alone(hedge, found)]
        vague_time = self.vague_time_asked if Asked.WHEN in asked else self.vague_time
        weights = {Strength.STRONG: self.strong, Strength.WEAK: self.weak, Strength.VAGUE_TIME: vague_time}
        weight = sum(weights[hedge.strength] for hedge in found)
        if any(hedge.trails for hedge in found):
            weight += self.trailing
        if asked - {Asked.WHY, Asked.WHAT}:
            return weight + self.asked
        return weight + self.asked_why if Asked.WHY in asked else weight

    def _counts_alone(self, hedge: Hedge, found: list[Hedge]) -> bool:
        """Whether a hedge that nobody asked for counts: a strong one, or one of several close together."""
        return hedge.strength is Strength.STRONG or any(
            other is not hedge and abs(other.start - hedge.start) <= self.near_chars for other in found
        )

    def confidence(self, weight: float, *, is_asked: bool, is_open: bool) -> float:
        """0.5 at the limit, more with the weight; most when an asked question is openly left open."""
        sure = 0.5 + 0.2 * (weight - self.limit) + (0.1 if is_asked and is_open else 0.0)
        return round(min(0.92, sure), 2)


@dataclass(slots=True)
class NoncommittalRun:
    """The customer's last question, and a hedge that may still turn out to be bounded."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    settings: Noncommittal
    question: Utterance | None = None
    asked: frozenset[Asked] = frozenset()
    #: A hedge waiting for its follow-up, and until when.
    pending: Tag | None = None
    until_ms: int = field(default=0)
    #: What was answered with a step, a time or an authority, and when: who asks the same once more may get no more.
    answered: frozenset[Asked] = frozenset()
    answered_ms: int = 0

    def hear(self, event: Event) -> Iterable[Tag]:
        """The tag of an earlier hedge once it stands; hedges of `event` wait for their follow-up."""
        if not isinstance(event, Utterance) or spoken_chars(event.text) < _LEAST_CHARS:
            return
        if event.span.start_ms >= self.until_ms:
            yield from self._stands()
        if event.role is Role.CUSTOMER:
            yield from self._customer(event)
        elif event.role is Role.AGENT:
            yield from self._agent(event)

    def wait(self, now_ms: int) -> Iterable[Tag]:
        """The tag of a hedge whose follow-up did not come in time."""
        return self._stands() if now_ms >= self.until_ms else ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """The tag of a hedge that was the last word."""
        return self._stands()

    def _stands(self) -> Iterable[Tag]:
        tag, self.pending = self.pending, None
        return () if tag is None else (tag,)

    def _customer(self, heard: Utterance) -> Iterable[Tag]:
        folded = smooth(heard.text)
        kinds = frozenset() if heard.unreliable else kinds_asked(folded)
        if not kinds:
            return self._stands() if _PROTESTS.search(folded.text) else ()
        self.question, self.asked = heard, kinds
        return self._stands()

    def _agent(self, heard: Utterance) -> Iterable[Tag]:
        if heard.unreliable:  # it may have been the answer: nobody knows
            self.pending, self.asked = None, frozenset()
            return
        folded = smooth(heard.text)
        asked = self._just_asked(heard)
        if commits(folded) or is_definite(folded, asked) or (asked and self._counts_what_was_asked(folded)):
            self.answered, self.answered_ms = asked, heard.span.end_ms
            self.pending, self.asked = None, frozenset()
            return
        yield from self._stands()
        if says_yes_or_no(folded, asked):  # 会的，有可能亏: the answer stands first
            asked -= {Asked.WHETHER}
        found = _open_hedges(folded)
        weight = self.settings.weigh(found, asked) if found else 0.0
        if weight >= self.settings.limit:
            self.pending = self._tag(heard, folded, found, asked)
            if self.answered & asked and heard.span.start_ms - self.answered_ms <= _STILL_ANSWERED_MS:
                self.pending = replace(self.pending, confidence=min(_HALF_SURE, self.pending.confidence))
            self.until_ms = heard.span.end_ms + self.settings.follow_up_ms
        elif not found:
            self.asked = frozenset()

    def _counts_what_was_asked(self, folded: Folded) -> bool:
        """快了，九点关门: whoever asked 几点 has been told."""
        return self.question is not None and gives_value(folded, smooth(self.question.text).text)

    def _just_asked(self, heard: Utterance) -> frozenset[Asked]:
        """What the customer asked a moment ago and nobody has answered."""
        if self.question is None:
            return frozenset()
        since_ms = heard.span.start_ms - self.question.span.end_ms
        return self.asked if since_ms <= self.settings.question_ms else frozenset()

    def _tag(self, heard: Utterance, folded: Folded, found: list[Hedge], asked: frozenset[Asked]) -> Tag:
        is_open = any(hedge.strength is Strength.STRONG for hedge in found)
        weight = self.settings.weigh(found, asked)
        words = (heard.text[slice(*folded.origin(hedge.start, hedge.end))] for hedge in found)
        return Tag(
            evidence=(Evidence.said(heard, *_said(folded, found)),),
            label=LABEL,
            detector=f"{LABEL}@{self.settings.version}",
            confidence=self.settings.confidence(weight, is_asked=bool(asked), is_open=is_open),
            because=Reason.of(
                LABEL,
                asked=str(min(asked, default="")),
                count=len(found),
                hedges="、".join(dict.fromkeys(words)),
            ),
            speaker=heard.speaker,
            role=heard.role,
        )


def _open_hedges(folded: Folded) -> list[Hedge]:
    """The hedges of a line; 可能是甲，也可能是乙，您家是新装的吗 narrows down what it is."""
    found = hedges(folded)
    if all(hedge.strength is Strength.WEAK for hedge in found) and found and kinds_asked(folded):
        return []
    return found


def _said(folded: Folded, found: list[Hedge]) -> tuple[int, int]:
    """The characters to quote: from the first hedge to the last, or the strongest where they lie far apart."""
    first, last = found[0], found[-1]
    if last.end - first.start > _QUOTE_CHARS:
        strong = [hedge for hedge in found if hedge.strength is Strength.STRONG]
        first = last = (strong or found)[0]
    return folded.origin(first.start, last.end)
