"""What a customer asked and which value the agent gave: a number of days, an amount, a rate, or yes or no.

Only what can be held against another answer counts: one value of the kind that was asked for, said before the next
question. Dates and times of day are none, as they change with the day on which they are said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from qa_service.text.asked_like import asks
from qa_service.text.figures import Range
from qa_service.text.negation import is_negated
from qa_service.text.normalize import Folded, fold
from qa_service.text.questions import Asked, kinds_asked
from qa_service.text.same_number import named
from qa_service.text.similar import asking_part, content


class Kind(StrEnum):
    """What a value is of; the first three are units of text.quantities."""

    DAYS = "days"
    YUAN = "yuan"
    PERCENT = "percent"
    YES_NO = "yes_no"


class Answered(NamedTuple):
    """The folded question, and the value that is said in the folded characters [start, end) of the answer."""

    question: str
    kind: Kind
    value: Range
    start: int
    end: int


YES, NO = Range(1, 1), Range(0, 0)
_OF_NUMBERS = {Asked.WHEN: (Kind.DAYS,), Asked.HOW_MUCH: (Kind.YUAN, Kind.PERCENT)}
#: With fewer characters of content a question could be about anything (这个多少钱).
_LEAST_CONTENT = 2
#: An agent who has said so much since has gone on to something else.
_MOST_REPLIES = 3
_COURTESY = (
    "^(?:嗯|啊|哦|噢|那|先生|女士|您好|你好|亲|抱歉|非常抱歉|对不起|不好意思|很遗憾"
    "|我们|这边|您|目前|现在|暂时|这个|那个|它|都|也|是|呢|的话)*"
)
_SAYS_NO = re.compile(
    rf"{_COURTESY}(?:不(?:可以|能|行|会|支持|允许|包|算|在|是|给|提供)|无法|没法|没办法"
    "|没有(?!问题|关系)|.{0,4}不了(?!解))"
)
_SAYS_YES = re.compile(
    rf"{_COURTESY}(?:可以|能(?!否|不能)|行(?!不行)|会的?|支持|包(?!括)|有的|是的|对的?(?!不)|没问题)"
)
_A_NOT_A = re.compile(r"(?P<a>[\u4e00-\u9fff])[不没](?P=a)")
_NEGATIVE = re.compile("[不没无]")


@dataclass(slots=True)
class Listening:
    """The question that stands, and what the agent has said to it; one for each conversation."""

    question: str = ""
    asked: frozenset[Asked] = frozenset()
    replies: int = 0

    def customer(self, text: str) -> None:
        """A question takes the place of the one before; anything else leaves it standing."""
        folded = fold(text)
        if not asks(folded):
            return
        part = asking_part(folded)
        self.question = part if len(content(part)) >= _LEAST_CONTENT else ""
        self.asked, self.replies = kinds_asked(folded), 0

    def agent(self, text: str) -> Answered | None:
        """The value that this is the answer with, once for each question."""
        if not self.question:
            return None
        folded, self.replies = fold(text), self.replies + 1
        found = self._answer(folded)
        if found or self.replies >= _MOST_REPLIES:
            self.question = ""
        return found

    def _answer(self, folded: Folded) -> Answered | None:
        kinds = [kind for asked in self.asked for kind in _OF_NUMBERS.get(asked, ())]
        if kinds:
            return self._number(folded, kinds)
        if Asked.WHETHER in self.asked and not _NEGATIVE.search(_A_NOT_A.sub("", self.question)):
            return self._yes_or_no(folded)
        return None

    def _number(self, folded: Folded, kinds: list[Kind]) -> Answered | None:
        said = [
            one
            for one in named(folded)
            if one.what in kinds and len(one.values) == 1 and not is_negated(folded, one.start, one.end)
        ]
        if len({(one.what, one.values) for one in said}) != 1:
            return None
        one = said[0]
        return Answered(self.question, Kind(one.what), one.values[0], one.start, one.end)

    def _yes_or_no(self, folded: Folded) -> Answered | None:
        for pattern, value in ((_SAYS_NO, NO), (_SAYS_YES, YES)):
            if match := pattern.search(folded.text):
                return Answered(self.question, Kind.YES_NO, value, match.start(), match.end())
        return None


def answers_told(said: Iterable[tuple[bool, str]]) -> Iterator[Answered]:
    """All that an agent answered; of each utterance whether the agent said it, and its text.

    >>> [one.value for one in answers_told([(False, "退款多久到账？"), (True, "三到五天。")])]
    [Range(low=3, high=5)]
    """
    listening = Listening()
    for is_agent, text in said:
        if not is_agent:
            listening.customer(text)
        elif found := listening.agent(text):
            yield found
