"""Whether a point was said: in words that count for it, as a statement, with its numbers at their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from qa_service.text.context import is_quoted, is_supposed
from qa_service.text.mending import SURE, Mender
from qa_service.text.negation import is_forbidden, is_negated
from qa_service.text.normalize import BreakKind, Folded, fold
from qa_service.text.phrases import is_whole_word
from qa_service.text.pinyin import LEAST_SAME, SoundScanner
from qa_service.text.questions import is_asked
from qa_service.text.resemblance import Features, features, least_shared, resemblance, stretches
from qa_service.text.same_number import Named, among, has_value, named


class Sense(IntEnum):
    """What was done with a point; the later weighs more."""

    MISSING = 0
    #: Perhaps said: asked, supposed, in words that are only half alike, with a number that nobody can tell.
    DOUBTFUL = 1
    #: Another number in its place: 工本费 30 元 for 20 元.
    OTHER_NUMBER = 2
    DENIED = 3
    SAID = 4


class Spot(NamedTuple):
    """A point, or what stands for it, at the folded characters [start, end)."""

    sense: Sense
    start: int
    end: int
    #: 0–1, how sure it is that these words are the point's.
    sure: float


#: Word for word; with a number at its value, other words around it.
_EXACT, _NUMBER = 0.95, 0.85
#: By sound, plus so much per share of right characters (text.pinyin).
_BY_SOUND, _PER_SAME = 0.55, 0.35
#: Alike by characters (text.resemblance): said from the first on, perhaps said from the second on.
_ALIKE, _HALF_ALIKE = 0.65, 0.5
_OTHER_SURE, _ALIKE_DENIED, _AFFIRMED = 0.75, 0.6, 0.6
#: Fewer pairs and characters are compared exactly only.
_LEAST_GRAMS = 7
_ROUNDING = 1e-9
#: So much of what stands beside a number has to be said, for the number to be this point's.
_REST, _REST_FOR_OTHER = 0.5, 0.6
#: A comma inside fewer characters parts two thoughts (text.phrases).
_TOLERATES_COMMA = 4
_FILLING = re.compile(
    r"[的了吧呢啊呀哦嗯是在就会要能给您你我他到为用有个]|可以|需要|一般|大概|左右|以内|之内|内|大约|通常|预计|预估"
)
#: What may stand beside a number that is all of an answer. 一般三天 may go on with 最长七天, 三天了 looks back.
_BESIDE = re.compile(
    r"您好|女士|先生|预计|预估|大概|大约|左右|以内|之内|一共|总共|需要|只要|这边|这个|[嗯啊呢吧哦哈的是就要会内只在那亲您你]"
)
#: Words of numbers that are long enough to be told from what they were heard for.
_UNITS = ("工作日", "自然日", "百分之", "千分之", "万分之", "小时", "分钟", "星期", "礼拜")
_NUMERALS = frozenset("0123456789半一二两三四五六七八九十百千万")
_MISHEARD = 0.75
#: 不收费: what is required is that something is not so; 收费 alone says the contrary.
_DENIES = re.compile(r"^(?:不需要|不用|不会|不能|不可以|不支持|无需|没有|不|没|无|免)(?P<deed>.{2,})$")
#: 三天，不好意思说错了，是三到五天: what stands before it was taken back.
_TAKEN_BACK = re.compile(r"说错|口误|更正|纠正|讲错|看错|记错")


@dataclass(frozen=True, slots=True)
class Way:
    """One wording of a point, taken apart."""

    text: str
    numbers: tuple[Named, ...]
    #: What they count.
    counted: frozenset[str]
    #: What is left without numbers and fillers.
    rest: str
    said: Features
    #: Its characters that are compared one by one.
    characters: frozenset[str]
    #: With fewer of them in what was said it cannot have been said by sound; nor in other words.
    least_by_sound: float
    least_alike: float

    @classmethod
    def of(cls, written: str) -> Way:
        """The wording as its author wrote it."""
        folded = fold(written)
        text = folded.text.replace("您", "你")
        # What has no value of its own (当天, 下周三) is a word like others.
        found = tuple(one for one in named(folded) if one.values)
        edges = [0, *(edge for one in found for edge in (one.start, one.end)), len(text)]
        rest = "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
        said = features(text)
        alone = frozenset(gram for gram in said.grams if len(gram) == 1)
        # Of the pairs that both have there are fewer than characters; marks of questions are not counted here.
        alike = least_shared(said, _HALF_ALIKE) / 2 - len(said.asked)
        return cls(
            text,
            found,
            frozenset(one.what for one in found),
            _FILLING.sub("", rest),
            said,
            alone,
            LEAST_SAME * len(text) - _ROUNDING,
            alike,
        )

    def may_sound(self, characters: frozenset[str]) -> bool:
        """Whether it can be there by sound: a third of its characters has to be heard as written."""
        return sum(char in characters for char in self.text) >= self.least_by_sound

    def may_be_alike(self, characters: frozenset[str]) -> bool:
        """Whether words that are like it enough can be made of these characters."""
        return len(self.characters & characters) >= self.least_alike


@lru_cache(maxsize=4_096)
def _way(written: str) -> Way:
    return Way.of(written)


@lru_cache(maxsize=512)
def _characters(folded_text: str) -> frozenset[str]:
    return frozenset(folded_text.replace("您", "你"))


@lru_cache(maxsize=2_048)
def _by_sound(written: str) -> SoundScanner:
    return SoundScanner((written,))


def spoken(ways: tuple[str, ...], folded: Folded, around: Set[str] = frozenset()) -> Spot | None:
    """What an utterance does with a point; `around` are characters of what was said beside it, for bare numbers.

    >>> spoken(("3到5个工作日到账",), fold("一般三到五个工作日就到您账上了")).sense.name
    'SAID'
    >>> spoken(("3到5天到账",), fold("三天就能到账")).sense.name
    'OTHER_NUMBER'
    """
    found = [spot for way in ways for spot in _spots(way, folded, around)]
    found = [spot for spot in found if spot.sense is Sense.SAID or not _taken_back(folded, spot)] or found
    return max(found, key=lambda spot: (spot.sense, spot.sure, -spot.start)) if found else None


def _taken_back(folded: Folded, spot: Spot) -> bool:
    return bool(_TAKEN_BACK.search(folded.text, spot.end))


def _spots(written: str, folded: Folded, around: Set[str]) -> Iterator[Spot]:
    way = _way(written)
    if way.numbers:
        yield from _with_numbers(way, folded, around)
        return
    exact = list(_exact(way.text, folded))
    if exact:
        yield from (Spot(_sense(folded, start, end), start, end, _EXACT) for start, end in exact)
        return
    heard = _characters(folded.text)
    by_sound = (
        [hit for hit in _by_sound(written).scan(folded) if hit.same < 1] if way.may_sound(heard) else []
    )
    yield from (
        Spot(_sense(folded, hit.start, hit.end), hit.start, hit.end, _BY_SOUND + _PER_SAME * hit.same)
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


def _sense(folded: Folded, start: int, end: int) -> Sense:
    return _sense_in(folded.original, start, end)


@lru_cache(maxsize=2_048)
def _sense_in(text: str, start: int, end: int) -> Sense:
    """What is done with the words that stand there in the folded text."""
    folded = fold(text)
    if is_quoted(folded, start, end):
        return Sense.MISSING
    if is_negated(folded, start, end) or is_forbidden(folded, start, end):
        return Sense.DENIED
    if is_asked(folded, start, end) or is_supposed(folded, start, end):
        return Sense.DOUBTFUL
    return Sense.SAID


def _alike(way: Way, folded: Folded) -> Iterator[Spot]:
    """A clause that says it in other words."""
    if len(way.said.grams) < _LEAST_GRAMS:
        return
    for start, end in stretches(folded):
        said = features(folded.text[start:end])
        alike = resemblance(said, way.said)
        plain = resemblance(said._replace(is_denied=way.said.is_denied), way.said)
        at = _core(folded.text, start, end, way.said)
        if plain < _HALF_ALIKE or is_quoted(folded, *at):
            continue
        if alike < plain and plain >= _ALIKE:
            yield Spot(Sense.DENIED, *at, _ALIKE_DENIED)
        elif alike >= _HALF_ALIKE:
            is_asked_for = any(kind is BreakKind.ASK and border == end for border, kind in folded.breaks)
            is_said = alike >= _ALIKE and not is_asked_for
            yield Spot(Sense.SAID if is_said else Sense.DOUBTFUL, *at, round(min(_NUMBER, alike), 2))


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
        if _sense(folded, start, end) is Sense.SAID:
            yield Spot(Sense.DENIED, start, end, _AFFIRMED)


def _with_numbers(way: Way, folded: Folded, around: Set[str]) -> list[Spot]:
    found, is_told = [], False
    for sentence, said, counted in _sentences(folded.original):
        # No number of the same thing: neither this one nor another in its place.
        if way.counted.isdisjoint(counted):
            continue
        spots = list(_in_sentence(way, folded, sentence, said, around))
        found += spots
        text = folded.text[slice(*sentence)]
        is_right = any(spot.sense in (Sense.SAID, Sense.DOUBTFUL) and spot.sure == _NUMBER for spot in spots)
        is_told |= is_right and (_is_bare(text, sentence[0], said) or _speaks_of(way.rest, text))
    if not found:
        return list(_misheard(way, folded, around))
    # 三到五个工作日到账。最长七个工作日。 The one that is wanted was told as well.
    return [spot for spot in found if not (is_told and spot.sense is Sense.OTHER_NUMBER)]


def _misheard(way: Way, folded: Folded, around: Set[str]) -> Iterator[Spot]:
    """Its numbers where their unit was misheard: 七个宫作日; another number in such a place is left to people."""
    units = tuple(unit for unit in _UNITS if unit in way.text)
    characters = _characters(folded.text)
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
    return sum(char in characters for char in unit) >= LEAST_SAME * len(unit) - _ROUNDING


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
        sense = _sense(folded, start, end)
        if sense is Sense.SAID and _share(way.rest, {*folded.text, *around}) < _REST:
            sense = Sense.DOUBTFUL
        if sense is Sense.SAID and _is_of_another(way, folded, places):
            sense = Sense.DOUBTFUL
        yield Spot(sense, start, end, _NUMBER)
        return
    yield from _otherwise(way, folded, sentence[0], text, said)


def _otherwise(
    way: Way, folded: Folded, sentence_at: int, text: str, said: Sequence[Named]
) -> Iterator[Spot]:
    """Another number where the point's words, or others of its numbers, stand; or one that nobody can tell."""
    right = {one for wanted in way.numbers for one in among(wanted, said)}
    missing = [wanted for wanted in way.numbers if not among(wanted, said)]
    is_answer = len(way.numbers) == 1 and _is_bare(text, sentence_at, said)
    is_spoken_of = bool(right) or _speaks_of(way.rest, text) or is_answer
    near = frozenset(one for one in said if way.rest and way.rest in _clause(folded, one))
    for wanted in missing:
        alike = [one for one in said if one.what == wanted.what]
        # 利率百分之五，手续费百分之五: of several, the one in the clause that speaks of the point.
        for one in [one for one in alike if one in near] or alike:
            has_its_value = has_value(one, wanted)
            if one in right or not (has_its_value or is_spoken_of):
                continue
            if _sense(folded, one.start, one.end) is not Sense.SAID:
                continue
            if has_its_value:
                yield Spot(Sense.DOUBTFUL, one.start, one.end, _NUMBER)
            else:
                is_open = not one.values or not wanted.values
                other = Sense.DOUBTFUL if is_open else Sense.OTHER_NUMBER
                yield Spot(other, one.start, one.end, _OTHER_SURE)


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
