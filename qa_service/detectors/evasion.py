"""Evasion: the customer asks, the agent speaks, and the question stays unanswered.

Deciding that something is *no* answer is risky, so the doubt goes to the agent: whatever could be an answer,
a question back, a promise to look, or an open "I don't know" (that is hedging) is none. A dodge is sure only
when the customer says so, by asking again or by complaining (我问的是…).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Sound, Utterance, spoken_chars
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.text.answers import asks_back, is_definite, is_frank, says_yes_or_no
from qa_service.text.normalize import Folded, fold
from qa_service.text.questions import Asked, kinds_asked
from qa_service.text.replies import Reply, reply_to
from qa_service.text.similar import asking_part, content, likeness, shares_content

EVASION, REPEAT = "hedging.evasion", "hedging.unanswered_repeat"
#: Shorter utterances are back-channels.
_LEAST_CHARS = 4
#: Questions before the current one that may come back.
_REMEMBERED = 6
#: Questions whose answers can be told from other words (what and how may be answered by anything).
_JUDGED = frozenset({Asked.WHEN, Asked.HOW_MUCH, Asked.WHETHER, Asked.WHY})
#: Of these, the ones whose answer is so plain that a dodge shows even if the customer lets it pass.
_PLAIN = frozenset({Asked.WHEN, Asked.HOW_MUCH})
_PUT_TO_CHOICE = re.compile(r"(?P<verb>[\u4e00-\u9fff])[不没](?P=verb)")
_COMPLAINS = re.compile(
    r"我问的是|我是问|我是在问|我就问|我问你|我没问|没有?回答|答非所问|别绕|绕来绕去|问你也问不|问也问不|你就告诉我|你就说|直接告诉我|直接回答|(?:你|您)直接说|(?:就|只)说(?:个)?数字?|不肯说|又是这一套|回答我"
    r"|再问一遍|问了.{0,4}遍|第.遍问|你别绕|说了半天|别跟我说(?:这些|那些|别的)|你没(?:听|明白)|你们?就是(?:不想|故意|在拖)"
    r"|(?<!不)(?<!不想)(?<!不用)(?<!没想)(?<!不是)(?:找|叫|让|请|换|转)你?们?.{0,3}(?:领导|主管|经理|负责人|管事)"
)
#: With one of these, putting a question again says that the reply in between was no answer.
_INSISTS = re.compile(r"到底|究竟|给(?:我)?[个句](?:准话|准信|痛快话|话)|总得给|总要给")
#: Who takes leave does not reply any more: what was said before stands as the reply.
_TAKES_LEAVE = re.compile(r"(?:感谢|谢谢)(?:您|你)的?(?:来电|致电|接听)|再见|拜拜|祝(?:您|你)")
_MOVES_ON = re.compile(
    r"^(?:嗯|哦|噢|啊|那)*(?:好的?|行|可以|知道了?|明白了?|谢谢|了解|清楚了|没事|没有了|不用了|谢了|收到)"
)


@dataclass(frozen=True, slots=True)
class Evasion:
    """Tags `hedging.evasion` (the reply that dodged) and `hedging.unanswered_repeat` (the question put again).

    A reply counts when it starts within `answer_ms` of the question's end. A dodge without the customer's
    protest has confidence `alone`, with it `protested`. A question counts as put again when it is at least
    `alike` (text.similar) to one asked at most `again_ms` before, which an agent has spoken after and not
    answered, or asks for the time of what the agent has put forward instead; the tag comes with asking number
    `times` and every one after it.
    Defaults: docs/detectors-words.md#evasion.
    """

    name: ClassVar[str] = "hedging.evasion"
    version: ClassVar[str] = "2"
    labels: ClassVar[tuple[str, ...]] = (EVASION, REPEAT)
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    answer_ms: int = 15_000
    again_ms: int = 120_000
    alike: float = 0.6
    times: int = 2
    alone: float = 0.5
    protested: float = 0.8
    repeated: float = 0.75

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words."""
        return EvasionRun(self) if self.needs <= facts.parts else Deaf()


@dataclass(slots=True)
class _Question:
    """A question, how often it was put, and what the agent has said since it was put last."""

    heard: Utterance
    text: str
    asked: frozenset[Asked]
    times: int = 1
    reply: Utterance | None = None
    #: What the agent has said since, folded: 配件到了就能修 makes 那配件什么时候到 the same matter.
    said: str = ""
    #: Openly no answer, or an apology: unanswered, but no dodge.
    is_vague: bool = False
    #: The reply may be an answer: only the customer can say that it was none.
    is_touched: bool = False
    #: The customer has spoken since: what the agent says now may still answer, but dodges something else.
    is_closed: bool = False
    #: The customer went on talking, or the agent spoke late: the reply may be to something else.
    is_followed: bool = False
    is_answered: bool = False
    #: Answered by what is done, and by no time or amount, which was asked for: 已经帮您登记了.
    is_promised: bool = False
    #: Until when a reply belongs to it.
    until_ms: int = 0
    is_judged: bool = False


@dataclass(slots=True)
class EvasionRun:
    """The question on the table and the ones before it that may come back."""

    settings: Evasion
    current: _Question | None = None
    earlier: list[_Question] = field(default_factory=list)

    def hear(self, event: Event) -> Iterable[Tag]:
        """A dodge once the customer protests or its time is over; a repeat once it is put.

        What was lost of the recording may have been the answer to every question before it.
        """
        if isinstance(event, Sound) and event.is_lost:
            yield from self.wait(event.span.start_ms)
            self.current, self.earlier = None, []
        if not isinstance(event, Utterance):
            return
        yield from self.wait(event.span.start_ms)
        if event.role is Role.CUSTOMER:
            if spoken_chars(event.text) >= _LEAST_CHARS:
                yield from self._customer(event)
        elif event.role is Role.AGENT:
            self._agent(event)

    def wait(self, now_ms: int) -> Iterable[Tag]:
        """The dodge nobody protested against, once the time for an answer is over."""
        if self.current is not None and now_ms >= self.current.until_ms:
            yield from self._judge(self.current, self.settings.alone)

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """The dodge that was the last word."""
        if self.current is not None:
            yield from self._judge(self.current, self.settings.alone)

    def _customer(self, heard: Utterance) -> Iterable[Tag]:
        if heard.unreliable:
            self.current = None
            return
        folded = fold(heard.text)
        asked = kinds_asked(folded) & _JUDGED
        text = asking_part(folded) if asked else ""
        complains = bool(_COMPLAINS.search(folded.text))
        again = self._put_again(heard, asked, text, insists=complains or bool(_INSISTS.search(text)))
        protested = again or (self.current if complains else None)
        if protested is not None:
            yield from self._judge(protested, self.settings.protested)
        elif self.current is not None and _MOVES_ON.match(folded.text):
            self.current.is_answered, self.current.is_promised = True, False
        if again is not None:
            yield from self._repeat(again, heard)
        if asked:
            self._put(heard, asked, text, again)
        elif self.current is not None:
            self.current.is_followed = self.current.is_followed or self.current.reply is None
            self.current.is_closed = self.current.reply is not None

    def _agent(self, heard: Utterance) -> None:
        question = self.current
        if question is None or (question.is_answered and not question.is_promised):
            return
        if heard.unreliable:
            question.is_answered, question.is_promised = True, False
            return
        folded = fold(heard.text)
        question.said += folded.text
        reply = reply_to(folded, question.asked, question.text)
        if reply is Reply.ANSWER or is_frank(folded):
            is_open = bool(question.asked & _PLAIN) and not _says_it(folded, question.asked)
            question.is_promised = is_open and (question.is_promised or not question.is_answered)
            question.is_answered = True
            question.reply = heard if question.is_promised else question.reply
        if question.is_answered or reply in (Reply.ANSWER, Reply.NOTHING) or question.is_closed:
            return
        if question.reply is not None and _TAKES_LEAVE.search(folded.text):
            return
        question.is_vague = question.is_vague or reply in (Reply.HEDGE, Reply.SORRY)
        question.is_touched = question.is_touched or reply is Reply.TOUCH
        question.is_followed = question.is_followed or heard.span.start_ms >= question.until_ms
        question.reply = heard

    def _put_again(
        self, heard: Utterance, asked: frozenset[Asked], text: str, *, insists: bool
    ) -> _Question | None:
        """The open question that this one puts again, the latest first; 多久 alone puts any of its kind."""
        if not asked:
            return None
        candidates = [self.current] if self.current else []
        for question in (*candidates, *reversed(self.earlier)):
            since_ms = heard.span.start_ms - question.heard.span.end_ms
            is_done = question.is_answered and not question.is_promised
            if since_ms > self.settings.again_ms or is_done or question.reply is None:
                continue
            if question.is_touched and not insists:
                continue
            is_put = insists or not question.is_promised
            if is_put and asked & question.asked and self._is_alike(text, question.text):
                return question
            if Asked.WHEN in asked & question.asked and shares_content(text, question.said):
                return question
        return None

    def _is_alike(self, text: str, before: str) -> bool:
        return not content(text) or likeness(text, before) >= self.settings.alike

    def _put(self, heard: Utterance, asked: frozenset[Asked], text: str, again: _Question | None) -> None:
        """Puts a question on the table; the one before may come back."""
        times = again.times + 1 if again else 1
        if self.current is not None and self.current is not again:
            self.earlier = [*self.earlier[-_REMEMBERED:], self.current]
        if again in self.earlier:
            self.earlier.remove(again)
        until_ms = heard.span.end_ms + self.settings.answer_ms
        self.current = _Question(heard, text, asked, times, until_ms=until_ms)

    def _judge(self, question: _Question, confidence: float) -> Iterable[Tag]:
        """The tag of a dodge, once per question."""
        if question.reply is None or question.is_judged or question.is_answered or question.is_vague:
            return
        lets_pass = confidence == self.settings.alone
        if lets_pass and (question.is_followed or question.is_touched or not _is_plain(question)):
            return
        question.is_judged = True
        because = Reason.of(EVASION, asked=str(min(question.asked)), question=question.heard.text)
        yield self._tag(EVASION, (Evidence.said(question.reply),), confidence, because, by=question.reply)

    def _repeat(self, question: _Question, heard: Utterance) -> Iterable[Tag]:
        """The tag of a question put again, with the reply that did not answer it; from `times` on."""
        # Who was promised something and asks for its time may be told it now; who has to ask once more was not.
        least = self.settings.times + question.is_promised
        if question.times + 1 < least or question.reply is None:
            return
        evidence = (Evidence.said(question.reply), Evidence.said(heard))
        because = Reason.of(REPEAT, count=question.times + 1, question=heard.text)
        yield self._tag(REPEAT, evidence, self.settings.repeated, because, by=question.reply)

    def _tag(
        self, label: str, evidence: tuple[Evidence, ...], confidence: float, because: Reason, *, by: Utterance
    ) -> Tag:
        return Tag(
            evidence=evidence,
            label=label,
            detector=f"{self.settings.name}@{self.settings.version}",
            confidence=confidence,
            because=because,
            speaker=by.speaker,
            role=by.role,
        )


def _says_it(folded: Folded, asked: frozenset[Asked]) -> bool:
    """Whether a reply that answers names what was asked for, or asks back for what it takes to tell."""
    return is_definite(folded, asked) or asks_back(folded) or says_yes_or_no(folded, asked)


def _is_plain(question: _Question) -> bool:
    """Whether what would answer it is so plain that its absence says something."""
    return bool(question.asked & _PLAIN or _PUT_TO_CHOICE.search(question.text))
