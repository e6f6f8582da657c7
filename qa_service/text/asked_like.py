"""Whether somebody asks: the question itself, not that it was asked once, by others, or need not be answered."""

from __future__ import annotations

import re

from qa_service.text.context import is_quoted
from qa_service.text.normalize import BreakKind, Folded
from qa_service.text.questions import kinds_asked
from qa_service.text.similar import content

#: 我想问一下…, 你给我介绍一下…: asked without a word of question.
_WANTS_TO_KNOW = re.compile(
    r"(?:想|要|来|再)(?:问|咨询|了解|打听|知道|查)|问一下|问下|咨询一下|请问|请教|告诉我|说一下|说说|讲一下|讲讲|介绍|解释|查一下|查下|帮我(?:查|问|看)|不(?:太)?(?:知道|清楚|明白|懂)"
)
_MAYBE = re.compile("吗|么|没有?$|不$|呢$|吧$")
#: What stands before a question that is only spoken of.
_SPOKEN_OF = re.compile(
    r"(?:上次|上回|之前|以前|昨天|前天|那天|那次|当时|早就|已经|刚才|刚刚)[^？]{0,8}(?:问过|问了|说过|说了|讲过|查过|查了|告诉过|告诉)"
    r"|(?:不是|没有?|没想|不想|不用|不需要|不必|无需|不再)(?:要|想|来|是)?(?:问|知道|了解|咨询|说|讲|告诉|查)(?!吗|清|明)"
    r"|(?<!不)(?<!想)(?<!要)(?<!不太)(?:我|我们|我们家|咱)(?:都|也|已经|早就|当然|其实)?(?:知道|清楚|明白|了解)(?!一下)"
    r"|(?:别|不要|甭)(?:再)?(?:跟我|给我|和我)?(?:说|讲|提|问)|(?:不管|无论|不论|不在乎|无所谓|不关心)"
    r"|(?:等|回头|下次|改天|以后|到时候)[^？]{0,6}再(?:问|说|讲|打)"
)
#: 你刚才说多久到账: whoever asks the agent for the agent's own words asks.
_YOU_SAID = re.compile(r"[您你]们?(?:刚才|刚刚|刚|是|的)?(?:说|讲|提)(?:的|到|是)?$")
_LEAST_CHARS, _LEAST_CONTENT = 4, 2


def asks(folded: Folded) -> bool:
    """Whether a text asks for an answer that says something; 是吗 and 喂？ do not.

    >>> from qa_service.text.normalize import fold
    >>> [asks(fold(text)) for text in ("那多久到账呢", "是吗？", "好的，谢谢")]
    [True, False, False]
    """
    if len(folded.text) < _LEAST_CHARS or len(content(folded.text)) < _LEAST_CONTENT:
        return False
    return bool(kinds_asked(folded)) or any(kind is BreakKind.ASK for _, kind in folded.breaks)


def is_put(folded: Folded, start: int, end: int) -> bool:
    """Whether the clause [start, end) is put as a question, or as the wish to know."""
    left, right = folded.sentence(start, end)
    sentence = folded.text[left:right]
    is_marked = any(kind is BreakKind.ASK and at == right for at, kind in folded.breaks)
    if is_marked or _WANTS_TO_KNOW.search(sentence) or _MAYBE.search(folded.text, start, end):
        return True
    part = folded.text[start:end]
    return bool(kinds_asked(Folded(part, part, range(len(part)), range(1, len(part) + 1))))


def is_spoken_of(folded: Folded, start: int, end: int) -> bool:
    """Whether the question at [start, end) is only mentioned: 我知道多少钱, 上次问过多少钱, 我朋友说多少钱.

    >>> from qa_service.text.normalize import fold
    >>> is_spoken_of(fold("我上次问过宽带多少钱"), 5, 10), is_spoken_of(fold("我不知道宽带多少钱"), 4, 9)
    (True, False)
    """
    left, _ = folded.sentence(start, end)
    if _SPOKEN_OF.search(folded.text, left, start):
        return True
    return is_quoted(folded, start, end) and not _YOU_SAID.search(folded.text, left, start)
