"""Whether two questions ask the same thing, by the words that carry it. No model: rules must be repeatable."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from qa_service.text.normalize import Folded
from qa_service.text.questions import kinds_asked

# Words that say that something is asked, or fill a sentence, not what it is about.
_EMPTY = re.compile(
    r"什么时候|啥时候|什么时间|多长时间|多久|几天|几点|哪天|哪一天|多少钱|多少|为什么|为啥|怎么回事|怎么|到底|究竟|能不能|可不可以|是不是|有没有|会不会"
    r"|请问|我问的是|我是问|我就问|我想问|问一下|告诉我|你就说|直接说|你说|麻烦|不好意思|还是|就是|那个|这个|那么|然后|现在|我们|你们|咱们|我的|您的|你的"
    r"|[我你您他她它的了吗呢啊吧呀嘛哦嗯哎喂那这就还都也才要得给是有在把被让跟和又再先个一下]"
)
#: Fewer characters of content than this are compared whole.
_LEAST_PAIRS = 2
#: A clause says what it asks about with this many characters of content; 能不能, 多久 alone do not.
_LEAST_CONTENT = 3


@lru_cache(maxsize=2048)
def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters of what a question is about; its single characters where it is short."""
    held = content(text)
    pairs = frozenset(held[i : i + 2] for i in range(len(held) - 1))
    return pairs if len(pairs) >= _LEAST_PAIRS else frozenset(held)


def content(text: str) -> str:
    """What a folded question is about: its text without question words and fillers.

    >>> content("那到底什么时候能修好啊")
    '能修好'
    """
    return _EMPTY.sub("", text)


def asking_part(folded: Folded) -> str:
    """The clause of a text in which something is asked; the whole text where there is none.

    A recogniser writes a comma where a speaker would have put a full stop, so commas part clauses too, as
    long as what is left says what is asked about.

    >>> from qa_service.text.normalize import fold
    >>> asking_part(fold("我等了一个星期了。到底几天能修好？"))
    '到底几天能修好'
    >>> asking_part(fold("师傅上门收了检测费，你们收费有没有提前告诉我"))
    '你们收费有没有提前告诉我'
    """
    for borders in ([at for at, _ in folded.breaks], folded.stops):
        bounds = sorted({0, *borders, len(folded.text)})
        parts = [folded.text[a:b] for a, b in pairwise(bounds) if a < b]
        asking = [part for part in parts if _asks(part) and len(content(part)) >= _LEAST_CONTENT]
        if asking and len(parts) > 1:
            return asking[-1]
    return folded.text


@lru_cache(maxsize=2048)
def _asks(sentence: str) -> bool:
    return bool(kinds_asked(Folded(sentence, sentence, range(len(sentence)), range(1, len(sentence) + 1))))


def likeness(one: str, other: str) -> float:
    """0–1: the share of the shorter question's content that the other one has too; 1 if neither has any.

    >>> likeness("到底几天能修好", "那什么时候能修好")
    1.0
    """
    ours, theirs = _pairs(one), _pairs(other)
    if not ours or not theirs:
        return 1.0 if ours == theirs else 0.0
    return len(ours & theirs) / min(len(ours), len(theirs))


def shares_content(question: str, reply: str) -> bool:
    """Whether a reply speaks of what the question was about: two neighbouring characters of its content.

    >>> shares_content("固态和机械一共只能装两个么", "一共有两个固态接口")
    True
    """
    return any(pair in reply for pair in _pairs(question) if len(pair) > 1)
