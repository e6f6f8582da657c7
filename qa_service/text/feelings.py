"""What somebody feels, as far as their words say so: anger, displeasure, worry, or that they are pleased.

Words alone: a voice that shakes says nothing here, and who complains politely says little. Where the words come from
and how often they are right: docs/detectors-words.md#emotion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from qa_service.text.context import is_quoted, is_supposed
from qa_service.text.feeling_words import JUDGEMENTS, SHAPES, STATES, Feeling
from qa_service.text.negation import is_negated
from qa_service.text.normalize import BreakKind, Folded, fold
from qa_service.text.phrases import PhraseScanner, longest


class Felt(NamedTuple):
    """A feeling, the folded characters [start, end) that say it, and 0–1 how surely they do."""

    feeling: Feeling
    start: int
    end: int
    confidence: float


_LISTS = (*STATES, *JUDGEMENTS)
#: 您别生气, 他很着急, 你要是不满意: somebody else's.
_ANOTHERS = re.compile(
    r"(?:[您你他她]们?|别人|人家|大家|客户|领导|老板|商家|卖家)(?:也|都|又|很|太|就|就是|是|要|会|可能|应该|肯定|是不是|还|不要|先|有点|有多|这么|那么|别|受|现在|一定)*$"
)
#: 我妈很着急, 我家里人不放心 are the speaker's as good as their own.
_OUR_OWN = re.compile(r"我(?:们)?[^您你他她]{0,4}$")
#: 着急用, 我担心的是地址: only 什么, 吗 and 哪里 ask whether it is so.
_ASKS_WHETHER = re.compile(r"^(?:了|的)?(?:吗|嘛|么|没有|不)(?:$|[啊呀呢])")
#: 不满意可以退吗, 满意度, 失望倒没有: talk of it.
_TALK_OF = re.compile(
    r"^(?:度|的话|的(?:客服|人|服务)|倒(?:没|不)|是记错|可以退|能退|就退|包退|率|调查|评价)"
)
#: 太好了吧, 好极了啊你们: said so, it is the opposite.
_MOCKS = re.compile(r"^(?:吧你|，?你们?可真|个屁|个头|才怪)")
_SARCASM = re.compile(r"(?:可真是|你们?可真|你还真|真会)$")
#: Two words for one feeling say it more surely than one.
_MORE, _MOST = 0.05, 0.9


@lru_cache(maxsize=1_024)
def feelings_in(text: str) -> tuple[Felt, ...]:
    """What the words say, each feeling at most once, from its first word to its last; in the order of `Feeling`.

    >>> [felt.feeling.value for felt in feelings_in("你们什么态度，气死我了")]
    ['anger']
    >>> feelings_in("您别生气"), feelings_in("不满意可以退吗"), feelings_in("我没有不满意")
    ((), (), ())
    """
    folded = fold(text)
    found: dict[Feeling, list[Felt]] = {}
    for felt, is_state in _said(folded):
        if _is_meant(folded, felt.start, felt.end, is_state):
            found.setdefault(felt.feeling, []).append(felt)
    return tuple(_joined(found[feeling]) for feeling in Feeling if feeling in found)


def _said(folded: Folded) -> Iterator[tuple[Felt, bool]]:
    """All words for feelings, meant or not, and whether each names a state."""
    for hit in longest(_scanner().scan(folded)):
        feeling, confidence, is_state = _cues()[hit.which]
        yield Felt(feeling, hit.start, hit.end, confidence), is_state
    for feeling, confidence, shape in SHAPES:
        for match in shape.finditer(folded.text):
            if not folded.crosses(match.start(), match.end(), BreakKind.HARD):
                yield Felt(feeling, match.start(), match.end(), confidence), False


def _joined(felt: list[Felt]) -> Felt:
    surest = max(one.confidence for one in felt)
    start, end = min(one.start for one in felt), max(one.end for one in felt)
    return Felt(felt[0].feeling, start, end, round(min(_MOST, surest + _MORE * (len(felt) - 1)), 2))


def _is_meant(folded: Folded, start: int, end: int, is_state: bool) -> bool:
    """Whether the words say it of the speaker, here and now."""
    left = folded.text[folded.clause_start(start) : start]
    right = folded.text[end : folded.clause_end(end)]
    if _TALK_OF.match(right) or _MOCKS.match(right) or _SARCASM.search(left):
        return False
    if is_state and (_ASKS_WHETHER.match(right) or (_ANOTHERS.search(left) and not _OUR_OWN.search(left))):
        return False
    return not (
        is_negated(folded, start, end) or is_quoted(folded, start, end) or is_supposed(folded, start, end)
    )


@cache
def _cues() -> tuple[tuple[Feeling, float, bool], ...]:
    return tuple(
        (feeling, confidence, at < len(STATES))
        for at, (feeling, confidence, words) in enumerate(_LISTS)
        for _ in words.split()
    )


@cache
def _scanner() -> PhraseScanner:
    return PhraseScanner([word for _, _, words in _LISTS for word in words.split()])
