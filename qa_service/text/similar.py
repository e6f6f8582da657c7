"""Whether two questions ask the same thing, by the words that carry it. No model: rules must be repeatable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from qa_service.text.normalize import Folded
from qa_service.text.questions import kinds_asked

# Words that say that something is asked, or fill a sentence, not what it is about.
_EMPTY = re.compile(
    r"什么时候|啥时候|什么时间|多长时间|多久|几天|几点|哪天|哪一天|多少钱|多少|百分之几|几个点|为什么|为啥|怎么回事|怎么|到底|究竟|能不能|可不可以|是不是|有没有|会不会|行不行|好不好|成不成"
    r"|(?:总得|总要|好歹|至少|倒是)?(?:给|定|说)(?:我|我们|人家)?(?:一?个|下)(?:准确的?|具体的?|大概的?|确切的?|明确的?)?(?:时间|日子|日期|期限)|(?:给|说)(?:我)?[个句](?:准话|准信|痛快话|话)"
    r"|请问|我问的是|我是问|我就问|我想问|我问|问一下|告诉我|你就说|直接说|你说|麻烦|不好意思|还是|就是|那个|这个|那么|然后|现在|我们|你们|咱们|我的|您的|你的"
    r"|[我你您他她它的了吗呢啊吧呀嘛哦嗯哎喂那这就还都也才要得给是有在把被让跟和又再先个一下]"
)
#: Fewer characters of content than this are compared whole.
_LEAST_PAIRS = 2
#: A clause says what it asks about with this many characters of content; 能不能, 多久 alone do not.
_LEAST_CONTENT = 2


@lru_cache(maxsize=2048)
def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters of what a question is about."""
    held = content(text)
    return frozenset(held[i : i + 2] for i in range(len(held) - 1))


def _is_short(text: str) -> bool:
    """Whether a question holds so little that its characters have to be compared one by one."""
    return len(_pairs(text)) < _LEAST_PAIRS


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
    end = len(folded.text)
    start, stop = _last_asking(folded.text, (0, *folded.stops, end), least=1) or (0, end)
    commas = (at for at, _ in folded.breaks if start < at < stop)
    start, stop = _last_asking(folded.text, (start, *commas, stop), least=_LEAST_CONTENT) or (start, stop)
    return folded.text[start:stop]


def _last_asking(text: str, borders: Iterable[int], *, least: int) -> tuple[int, int] | None:
    """The last stretch between borders that asks, with at least that much content."""
    for a, b in reversed(tuple(pairwise(sorted(set(borders))))):
        if _asks(text[a:b]) and len(content(text[a:b])) >= least:
            return a, b
    return None


@lru_cache(maxsize=2048)
def _asks(sentence: str) -> bool:
    return bool(kinds_asked(Folded(sentence, sentence, range(len(sentence)), range(1, len(sentence) + 1))))


def likeness(one: str, other: str) -> float:
    """0–1: the share of the shorter question's content that the other one has too; 1 if neither has any.

    >>> likeness("到底几天能修好", "那什么时候能修好")
    1.0
    """
    short = _is_short(one) or _is_short(other)
    ours, theirs = (frozenset(content(text)) if short else _pairs(text) for text in (one, other))
    if not ours or not theirs:
        return 1.0 if ours == theirs else 0.0
    return len(ours & theirs) / min(len(ours), len(theirs))


def shares_content(question: str, reply: str) -> bool:
    """Whether a reply speaks of what the question was about: two neighbouring characters of its content.

    >>> shares_content("固态和机械一共只能装两个么", "一共有两个固态接口")
    True
    """
    return share_of_content(question, reply) > 0


def share_of_content(question: str, reply: str) -> float:
    """0–1: the share of neighbouring characters of the question's content that the reply has too.

    >>> share_of_content("年费有没有提前通知", "年费是标准收费")
    0.2
    """
    pairs, said = _pairs(question), content(reply)
    return sum(pair in said for pair in pairs) / len(pairs) if pairs else 0.0
