"""Whether a point was said: in words that count for it, as a statement, with its numbers at their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import lru_cache

from qa_service.text.context import is_quoted
from qa_service.text.normalize import BreakKind, Folded
from qa_service.text.phrases import is_whole_word
from qa_service.text.pinyin import SoundScanner
from qa_service.text.point_numbers import with_numbers
from qa_service.text.point_ways import (
    HALF_ALIKE,
    NUMBER_SURE,
    Sense,
    Spot,
    Way,
    characters_of,
    sense_of,
    way_of,
)
from qa_service.text.resemblance import Features, features, resemblance, stretches

#: Word for word; with a number at its value, other words around it.
_EXACT = 0.95
#: By sound, plus so much per share of right characters (text.pinyin).
_BY_SOUND, _PER_SAME = 0.55, 0.35
#: Alike by characters (text.resemblance): said from here on.
_ALIKE = 0.65
_ALIKE_DENIED, _AFFIRMED = 0.6, 0.6
#: Fewer pairs and characters are compared exactly only.
_LEAST_GRAMS = 7
#: A comma inside fewer characters parts two thoughts (text.phrases).
_TOLERATES_COMMA = 4
#: 不收费: what is required is that something is not so; 收费 alone says the contrary.
_DENIES = re.compile(r"^(?:不需要|不用|不会|不能|不可以|不支持|无需|没有|不|没|无|免)(?P<deed>.{2,})$")
#: 三天，不好意思说错了，是三到五天: what stands before it was taken back.
_TAKEN_BACK = re.compile(r"说错|口误|更正|纠正|讲错|看错|记错")


@lru_cache(maxsize=2_048)
def _by_sound(written: str) -> SoundScanner:
    return SoundScanner((written,))


def spoken(ways: tuple[str, ...], folded: Folded, around: Set[str] = frozenset()) -> Spot | None:
    """What an utterance does with a point; `around` are characters of what was said beside it, for bare numbers.

    >>> from qa_service.text.normalize import fold
    >>> spoken(("3到5个工作日到账",), fold("一般三到五个工作日就到您账上了")).sense.name
    'SAID'
    >>> spoken(("3到5天到账",), fold("三天就能到账")).sense.name
    'OTHER_NUMBER'
    """
    found = all_spoken(ways, folded, around)
    return max(found, key=lambda spot: (spot.sense, spot.sure, -spot.start)) if found else None


def all_spoken(ways: tuple[str, ...], folded: Folded, around: Set[str] = frozenset()) -> list[Spot]:
    """The same of all its places: but of what was taken back only what was not put right."""
    found = [spot for way in ways for spot in _spots(way, folded, around)]
    return [spot for spot in found if spot.sense is Sense.SAID or not _taken_back(folded, spot)] or found


def takes_back(folded: Folded) -> bool:
    """Whether it says that something said before was wrong."""
    return bool(_TAKEN_BACK.search(folded.text))


def _taken_back(folded: Folded, spot: Spot) -> bool:
    return bool(_TAKEN_BACK.search(folded.text, spot.end))


def _spots(written: str, folded: Folded, around: Set[str]) -> Iterator[Spot]:
    way = way_of(written)
    if way.numbers:
        yield from with_numbers(way, folded, around)
        return
    exact = list(_exact(way.text, folded))
    if exact:
        yield from (Spot(sense_of(folded, start, end), start, end, _EXACT) for start, end in exact)
        return
    heard = characters_of(folded.text)
    by_sound = (
        [hit for hit in _by_sound(written).scan(folded) if hit.same < 1] if way.may_sound(heard) else []
    )
    yield from (
        Spot(sense_of(folded, hit.start, hit.end), hit.start, hit.end, _BY_SOUND + _PER_SAME * hit.same)
        for hit in by_sound
    )
    if not by_sound and way.may_be_alike(heard):
        yield from _alike(way, folded)
    yield from _affirmed(way, folded)


def _exact(wanted: str, folded: Folded) -> Iterator[tuple[int, int]]:
    text, at = folded.text.replace("您", "你"), -1
    least = BreakKind.HARD if len(wanted) >= _TOLERATES_COMMA else BreakKind.SOFT
    while (at := text.find(wanted, at + 1)) >= 0:
        end = at + len(wanted)
        is_worded = wanted[0].isascii() or wanted[-1].isascii()
        if not (is_worded and not is_whole_word(folded, at, end)) and not folded.crosses(at, end, least):
            yield at, end


def _alike(way: Way, folded: Folded) -> Iterator[Spot]:
    """A clause that says it in other words."""
    if len(way.said.grams) < _LEAST_GRAMS:
        return
    for start, end in stretches(folded):
        said = features(folded.text[start:end])
        alike = resemblance(said, way.said)
        plain = resemblance(said._replace(is_denied=way.said.is_denied), way.said)
        at = _core(folded.text, start, end, way.said)
        if plain < HALF_ALIKE or is_quoted(folded, *at):
            continue
        if alike < plain and plain >= _ALIKE:
            yield Spot(Sense.DENIED, *at, _ALIKE_DENIED)
        elif alike >= HALF_ALIKE:
            is_asked_for = any(kind is BreakKind.ASK and border == end for border, kind in folded.breaks)
            is_said = alike >= _ALIKE and not is_asked_for
            yield Spot(Sense.SAID if is_said else Sense.DOUBTFUL, *at, round(min(NUMBER_SURE, alike), 2))


def _core(text: str, start: int, end: int, wanted: Features) -> tuple[int, int]:
    """From the first to the last pair of characters that both have; the clause where there is none."""
    shared = [at for at in range(start, end - 1) if text[at : at + 2] in wanted.grams]
    return (shared[0], shared[-1] + 2) if shared else (start, end)


def _affirmed(way: Way, folded: Folded) -> Iterator[Spot]:
    """要收费 where 不收费 is required."""
    match = _DENIES.match(way.text)
    if match is None:
        return
    for start, end in _exact(match["deed"], folded):
        if sense_of(folded, start, end) is Sense.SAID:
            yield Spot(Sense.DENIED, start, end, _AFFIRMED)
