"""Points with numbers: said at their values, others in their place or of something else, units that were misheard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from itertools import pairwise

from qa_service.text.mending import SURE, Mender
from qa_service.text.normalize import Folded, fold
from qa_service.text.numbers import NumberKind
from qa_service.text.pinyin import LEAST_SAME
from qa_service.text.point_ways import (
    NUMBER_SURE,
    ROUNDING,
    Sense,
    Spot,
    Way,
    characters_of,
    sense_of,
)
from qa_service.text.quantities import UNITS
from qa_service.text.same_number import Named, among, has_value, named

_OTHER_SURE = 0.75
#: So much of what stands beside a number has to be said, for the number to be this point's.
_REST, _REST_FOR_OTHER = 0.5, 0.6
#: What may stand beside a number that is all of an answer. 一般三天 may go on with 最长七天, 三天了 looks back.
_BESIDE = re.compile(
    r"您好|女士|先生|到账|到帐|每个?月|一个月|每年|预计|预估|大概|大约|左右|以内|之内|一共|总共|需要|只要|这边|这个|[嗯啊呢吧哦哈的是就要会内只在那亲您你]"
)
#: Words of numbers that are long enough to be told from what they were heard for.
_UNITS = ("工作日", "自然日", "百分之", "千分之", "万分之", "小时", "分钟", "星期", "礼拜")
#: What is counted with them is no money: 九十九个G.
_COUNTERS = ("个", "条", "次", "张", "台", "件", "位", "份", "笔", "档", "兆", "g", "人")
_NUMERALS = frozenset("0123456789半一二两三四五六七八九十百千万")
_MISHEARD = 0.75


def with_numbers(way: Way, folded: Folded, around: Set[str]) -> list[Spot]:
    """What a text does with a point that has numbers; `around` are characters of what was said beside it."""
    found, is_told = [], False
    for sentence, said, counted in _sentences(folded.original):
        # No number of the same thing: neither this one nor another in its place.
        if way.counted.isdisjoint(counted):
            continue
        spots = list(_in_sentence(way, folded, sentence, said, around))
        found += spots
        text = folded.text[slice(*sentence)]
        is_right = any(
            spot.sense in (Sense.SAID, Sense.DOUBTFUL) and spot.sure == NUMBER_SURE for spot in spots
        )
        is_told |= is_right and (_is_bare(text, sentence[0], said) or _speaks_of(way.rest, text))
    if not found:
        return list(_misheard(way, folded, around)) or list(_without_unit(way, folded))
    # 三到五个工作日到账。最长七个工作日。 The one that is wanted was told as well.
    return [spot for spot in found if not (is_told and spot.sense is Sense.OTHER_NUMBER)]


def _without_unit(way: Way, folded: Folded) -> Iterator[Spot]:
    """每个月九十九 for 每月99元: its sum, and nobody said of what; left to people. 七个人 are no 七天."""
    sums = [wanted for wanted in way.numbers if wanted.what == UNITS[NumberKind.AMOUNT]]
    for _, said, _ in _told_numbers(folded):
        for one in said:
            meant = one._replace(what=UNITS[NumberKind.AMOUNT])
            if folded.text.startswith(_COUNTERS, one.end):
                continue
            if one.what == NumberKind.NUMBER.value and any(has_value(meant, wanted) for wanted in sums):
                yield Spot(Sense.DOUBTFUL, one.start, one.end, NUMBER_SURE)


def _misheard(way: Way, folded: Folded, around: Set[str]) -> Iterator[Spot]:
    """Its numbers where their unit was misheard: 七个宫作日; another number in such a place is left to people."""
    units = tuple(unit for unit in _UNITS if unit in way.text)
    characters = characters_of(folded.text)
    if characters.isdisjoint(_NUMERALS) or not any(_may_be_misheard(unit, characters) for unit in units):
        return
    for mended in _mender(units).readings(folded):
        is_sure = min(mend.gain for mend in mended.mends) >= SURE
        for sentence, said, _ in _told_numbers(mended.folded):
            for spot in _in_sentence(way, mended.folded, sentence, said, around):
                is_said = spot.sense is Sense.SAID and is_sure
                is_doubtful = spot.sense in (Sense.SAID, Sense.OTHER_NUMBER) and not is_said
                sense = Sense.DOUBTFUL if is_doubtful else spot.sense
                yield spot._replace(sense=sense, sure=min(spot.sure, _MISHEARD))


def _may_be_misheard(unit: str, characters: Set[str]) -> bool:
    """Whether enough of a word is there for it to have been misheard."""
    return sum(char in characters for char in unit) >= LEAST_SAME * len(unit) - ROUNDING


@lru_cache(maxsize=64)
def _mender(units: tuple[str, ...]) -> Mender:
    return Mender(units)


@lru_cache(maxsize=512)
def _sentences(text: str) -> tuple[tuple[tuple[int, int], tuple[Named, ...], frozenset[str]], ...]:
    return _told_numbers(fold(text))


def _told_numbers(folded: Folded) -> tuple[tuple[tuple[int, int], tuple[Named, ...], frozenset[str]], ...]:
    """The sentences of a text in which there are numbers, with these and what they count."""
    heard = named(folded)
    found = []
    for start, end in pairwise((0, *folded.stops, len(folded.text))):
        if said := tuple(one for one in heard if start <= one.start < end):
            found.append(((start, end), said, frozenset(one.what for one in said)))
    return tuple(found)


def _in_sentence(
    way: Way, folded: Folded, sentence: tuple[int, int], said: Sequence[Named], around: Set[str]
) -> Iterator[Spot]:
    text = folded.text[slice(*sentence)]
    found = [among(wanted, said) for wanted in way.numbers]
    if all(found):
        places = [one for some in found for one in some]
        start, end = min(one.start for one in places), max(one.end for one in places)
        sense = sense_of(folded, start, end)
        if sense is Sense.SAID and _share(way.rest, {*folded.text, *around}) < _REST:
            sense = Sense.DOUBTFUL
        if sense is Sense.SAID and _is_of_another(way, folded, places):
            sense = Sense.DOUBTFUL
        yield Spot(sense, start, end, NUMBER_SURE)
        return
    yield from _otherwise(way, folded, sentence[0], text, said)


def _otherwise(
    way: Way, folded: Folded, sentence_at: int, text: str, said: Sequence[Named]
) -> Iterator[Spot]:
    """Another number where the point's words, or others of its numbers, stand; or one that nobody can tell."""
    right = {one for wanted in way.numbers for one in among(wanted, said)}
    missing = [wanted for wanted in way.numbers if not among(wanted, said)]
    is_answer = len(way.numbers) == 1 and (
        _is_bare(text, sentence_at, said)
        or (_has_a_clause_of_its_own(folded, said) and not _lies_in(said[0], way.numbers[0]))
    )
    is_spoken_of = bool(right) or _speaks_of(way.rest, text) or is_answer
    near = frozenset(one for one in said if way.rest and way.rest in _clause(folded, one))
    for wanted in missing:
        alike = [one for one in said if one.what == wanted.what]
        # 利率百分之五，手续费百分之五: of several, the one in the clause that speaks of the point.
        for one in [one for one in alike if one in near] or alike:
            has_its_value = has_value(one, wanted)
            if one in right or not (has_its_value or is_spoken_of):
                continue
            if sense_of(folded, one.start, one.end) is not Sense.SAID:
                continue
            if has_its_value:
                yield Spot(Sense.DOUBTFUL, one.start, one.end, NUMBER_SURE)
            else:
                is_open = not one.values or not wanted.values
                other = Sense.DOUBTFUL if is_open else Sense.OTHER_NUMBER
                yield Spot(other, one.start, one.end, _OTHER_SURE)


def _lies_in(one: Named, wanted: Named) -> bool:
    """四个工作日 of three to five: less than what should be said, and not another."""
    return any(a.low <= b.low and b.high <= a.high for a in wanted.values for b in one.values)


def _has_a_clause_of_its_own(folded: Folded, said: Sequence[Named]) -> bool:
    """七个工作日，原路退回: the only number of a sentence, and nothing else in its clause."""
    if len(said) != 1:
        return False
    (one,) = said
    return _is_bare(_clause(folded, one), folded.clause_start(one.start), said)


def _is_bare(text: str, at: int, said: Sequence[Named]) -> bool:
    """Whether a sentence that begins at `at` is one number and nothing else: 15 个工作日 as the answer to 多久."""
    if len(said) != 1:
        return False
    (one,) = said
    before, after = text[: one.start - at], text[one.end - at :]
    return not (_BESIDE.sub("", before) or _BESIDE.sub("", after))


def _is_of_another(way: Way, folded: Folded, places: Sequence[Named]) -> bool:
    """Whether the point's words stand in a clause with another number: 工本费三十，邮费二十 for 工本费二十."""
    if len(way.numbers) != 1 or len(places) != 1 or not way.rest:
        return False
    (right,) = places
    if way.rest in _clause(folded, right) or _is_bare(
        _clause(folded, right), folded.clause_start(right.start), places
    ):
        return False
    heard = (one for _, said, _ in _told_numbers(folded) for one in said)
    return any(one.what == right.what and way.rest in _clause(folded, one) for one in heard)


def _clause(folded: Folded, one: Named) -> str:
    return folded.text[folded.clause_start(one.start) : folded.clause_end(one.end)]


def _share(rest: str, said: Set[str]) -> float:
    return len(set(rest) & said) / len(set(rest)) if rest else 1.0


def _speaks_of(rest: str, text: str) -> bool:
    """Whether a sentence holds what a point says beside its number."""
    if rest and rest in text:
        return True
    pairs = [rest[at : at + 2] for at in range(len(rest) - 1)]
    return bool(pairs) and sum(pair in text for pair in pairs) / len(pairs) >= _REST_FOR_OTHER
