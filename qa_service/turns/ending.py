"""How a call ended: whether the customer left before the agent could say goodbye."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.core.calls import Envelope, ParticipantKind
from qa_service.core.hanging_up import hang_up
from qa_service.core.speech import Role, Utterance, Voice, spoken_chars
from qa_service.core.texts import Reason
from qa_service.text.answers import asks_back
from qa_service.text.normalize import BreakKind, Folded, fold
from qa_service.turns.line import SKEW_MS

#: Who had the line to themselves for less than this had no time for a goodbye …
_NO_TIME_MS = 3_000
#: … and from here on they had; in between a person says so.
_TIME_MS = 5_000
#: Edges of voices are this unsure: speech that ends so much later was not said after.
_EDGE_MS = 300

_AFTER = r"(?:了|啊|哈|吧|哦|呀|嗯|好的?|谢谢[您你]?|[您你]忙|辛苦了?)*$"
_GOODBYE = re.compile(
    r"(?:再见|再会|回见|拜拜|拜了|bye|(?:我|那|行|好的?|嗯|哦|算了)(?:先|就)?挂了|^挂了|先挂了"
    r"|(?<!你们)(?<!你)(?<!您)(?<!不能)(?<!怎么)(?<!难道)(?:先|就)这样(?:子|吧|了|啊|哈)?)" + _AFTER
)
#: A customer who says this wants nothing more.
_CONTENT = re.compile(r"谢谢|谢了|多谢|没有?了|没事了|没问题了|不用了|可以了|行了|知道了|明白了")


@dataclass(frozen=True, slots=True)
class CutShort:
    """Why the agent is not held to a goodbye; whether that is sure, or a person has to say so."""

    because: Reason
    is_sure: bool


@dataclass(frozen=True, slots=True)
class LastWords:
    """The end of the conversation as it was recorded: what the parties said, and their voice."""

    utterances: Sequence[Utterance]
    voice: Sequence[Voice]
    #: When the sound ends; None where nobody knows how long the line was open (transcripts, cut-off recordings).
    ended_ms: int | None = None

    def before(self, end_ms: int | None) -> LastWords:
        """What was begun before the hang-up; two clocks are allowed to differ."""
        if end_ms is None:
            return self
        until_ms = end_ms + SKEW_MS
        return LastWords(
            [said for said in self.utterances if said.span.start_ms < until_ms],
            [heard for heard in self.voice if heard.span.start_ms < until_ms],
            end_ms,
        )

    def last(self, role: Role) -> Utterance | None:
        """What somebody of this role said last."""
        said = [one for one in self.utterances if one.role is role and spoken_chars(one.text)]
        return max(said, key=lambda one: one.span.end_ms, default=None)

    def until_ms(self, role: Role) -> int:
        """Until when somebody of this role spoke, also what gave no text; 0 for never."""
        said = (one.span.end_ms for one in self.utterances if one.role is role)
        heard = (one.span.end_ms for one in self.voice if one.role is role)
        return max((*said, *heard), default=0)

    @property
    def quiet_ms(self) -> int | None:
        """How long the line was open after the last word; None where nobody knows."""
        if self.ended_ms is None:
            return None
        return max(0, self.ended_ms - max(self.until_ms(Role.AGENT), self.until_ms(Role.CUSTOMER)))


def cut_short(envelope: Envelope, duration_ms: int, words: LastWords) -> CutShort | None:
    """Whether the customer left before the agent could say goodbye; None where the agent had the time.

    By the hang-up that was signalled, and where nobody says who hung up, by a goodbye of the customer's after which
    nothing comes. An agent who hangs up, who answers that goodbye, or who lets seconds pass had the time.
    """
    event = hang_up(envelope, duration_ms)
    kind = envelope.kind_by(event) if event else None
    words = words.before(event.at_ms if event else words.ended_ms)
    if kind is ParticipantKind.AGENT or (words.quiet_ms or 0) >= _TIME_MS:
        return None
    return _hung_up(words) if kind is ParticipantKind.CUSTOMER else _left(words)


def _hung_up(words: LastWords) -> CutShort | None:
    """The customer hung up: before the agent could answer, in the middle of it, or after an answer."""
    theirs, mine = words.last(Role.CUSTOMER), words.last(Role.AGENT)
    if _is_last(words, Role.AGENT) and theirs and mine:
        if _is_over(fold(theirs.text)):
            return None
        is_sure = asks_back(fold(mine.text))
    else:
        is_sure = True
    if is_sure and (words.quiet_ms or 0) < _NO_TIME_MS:
        return CutShort(Reason("not_applicable.customer_hung_up"), is_sure=True)
    return CutShort(Reason("doubt.customer_hung_up"), is_sure=False)


def _left(words: LastWords) -> CutShort | None:
    """The customer's goodbye was the last word; nobody says who hung up."""
    theirs = words.last(Role.CUSTOMER)
    if theirs is None or _is_last(words, Role.AGENT) or not _is_goodbye(fold(theirs.text)):
        return None
    if words.quiet_ms is not None and words.quiet_ms < _NO_TIME_MS:
        return CutShort(Reason("not_applicable.customer_left"), is_sure=True)
    return CutShort(Reason("doubt.customer_left"), is_sure=False)


def _is_last(words: LastWords, role: Role) -> bool:
    """Whether the last word is theirs."""
    other = Role.CUSTOMER if role is Role.AGENT else Role.AGENT
    return words.until_ms(role) > words.until_ms(other) + _EDGE_MS


def _is_goodbye(folded: Folded) -> bool:
    asks = any(kind is BreakKind.ASK and at == len(folded.text) for at, kind in folded.breaks)
    return not asks and bool(_GOODBYE.search(folded.text))


def _is_over(folded: Folded) -> bool:
    """Whether the customer says goodbye, or that nothing is left: time for the agent to say goodbye too."""
    return _is_goodbye(folded) or bool(_CONTENT.search(folded.text))
