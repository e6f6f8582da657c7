"""Sounds-like matching: 头诉热现 is heard for 投诉热线. Only for phrases whose rule asks for it.

Every character is replaced by one symbol for its syllable, so that finding a phrase by sound is finding a string.
What recognisers and accents confuse shares a symbol: the tones, z/zh, c/ch, s/sh, n/l, f/h (before u), r/l, and -n/-ng
after a, e, i. Confusions follow the "fuzzy pinyin" pairs of Chinese input methods; which of them count can be chosen.
Where nothing is chosen, two-character phrases are too short for more than the tones. One character in three has to be
right.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import cache, lru_cache
from itertools import islice, product
from typing import NamedTuple
from unicodedata import normalize

from qa_service.text.automaton import automaton_of
from qa_service.text.normalize import BreakKind, Folded, fold

#: Shorter phrases are never matched by sound: one syllable means too many words.
LEAST_SYLLABLES = 2
# From this length on, a confused syllable may stand for its neighbour.
_TOLERANT_FROM = 3
# At least this share of the characters must be the ones written in the phrase.
LEAST_SAME = 1 / 3
_MOST_READINGS = 8
_LONGEST = 100
#: The same word, however it was written.
_YOU = ("您", "你")

#: What can be confused, by the name that rules give it.
TONE, _ZH, _L, _R, _F, _NG = CONFUSIONS = ("tone", "zh/z", "l/n", "r/l", "h/f", "n/ng")
_INITIALS = (("zh", "z", _ZH), ("ch", "c", _ZH), ("sh", "s", _ZH), ("n", "l", _L), ("r", "l", _R))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))
_ALL, _TONE_ALONE = frozenset(CONFUSIONS), frozenset({TONE})


class SoundHit(NamedTuple):
    """Phrase number `which` by its sound at [start, end); `same` is the share of equal characters."""

    which: int
    start: int
    end: int
    same: float


def tolerant(syllable: str, confused: Set[str] = _ALL) -> str:
    """The syllable, without its tone, with confusable sounds merged.

    >>> tolerant("zhang"), tolerant("zan"), tolerant("ling"), tolerant("nin")
    ('zan', 'zan', 'lin', 'lin')
    >>> tolerant("zhang", {"n/ng"})
    'zhan'
    """
    for sound, plain, name in _INITIALS:
        if name in confused and syllable.startswith(sound):
            syllable = plain + syllable[len(sound) :]
            break
    if _F in confused and syllable.startswith("hu") and len(syllable) > 2:  # 回 for 飞; 湖 and 福 stay apart
        syllable = "f" + syllable[2:] if syllable[2:] in ("ei", "an", "ang", "en") else syllable
    for sound, plain in _FINALS if _NG in confused else ():
        if syllable.endswith(sound):
            return syllable[: -len(sound)] + plain
    return syllable


class _Symbols(dict[int, str]):
    """For `str.translate`: a character's syllable as one private character; others stand for themselves."""

    def __init__(self, confused: Set[str]) -> None:
        super().__init__()
        self._confused = confused
        self._of: dict[str, str] = {}
        # What is asked for again and again in a book of 100,000 phrases.
        self._by_syllable: dict[str, str] = {}
        self._by_char: dict[str, tuple[str, ...]] = {}

    def __missing__(self, code: int) -> str:
        char = chr(code)
        syllable = _readings(char)[0]
        self[code] = symbol = char if syllable == char else self.symbol(syllable)
        return symbol

    def symbol(self, syllable: str) -> str:
        """The private character for a syllable; new ones are numbered as they come."""
        known = self._by_syllable.get(syllable)
        if known is None:
            known = self._by_syllable[syllable] = self._new(syllable)
        return known

    def usual(self, char: str) -> tuple[str, ...]:
        """The symbols of a character's usual readings, two at most; another character than a Chinese one is its own."""
        known = self._by_char.get(char)
        if known is None:
            all_of_it = dict.fromkeys(map(self.symbol, _readings(char))) if _is_han(char) else [char]
            known = self._by_char[char] = tuple(all_of_it)[:2]
        return known

    def _new(self, syllable: str) -> str:
        key = tolerant(_toneless(syllable), self._confused)
        if TONE not in self._confused:
            key += _tone(syllable)
        return self._of.setdefault(key, chr(0xF0000 + len(self._of)))


@cache
def _symbols(confused: frozenset[str]) -> _Symbols:
    """The symbols of one tolerance, shared by all who ask: which symbol a syllable has says nothing."""
    return _Symbols(confused)


@lru_cache(maxsize=1_024)
def _voiced(text: str, confused: frozenset[str]) -> str:
    """A text as symbols; those who look for phrases and for patterns ask for the same."""
    return text.translate(_symbols(confused))


_MERGED = _symbols(_ALL)


def sounds_of(text: str) -> str:
    """A folded text with one symbol for all Chinese characters that may be heard for one another; of the same length.

    >>> sounds_of("宽代") == sounds_of("宽带"), sounds_of("宽带") == sounds_of("手机")
    (True, False)
    """
    return text.translate(_MERGED)


class SoundScanner:
    """Finds phrases by sound, all at once."""

    def __init__(self, phrases: Sequence[str], confused: Set[str] | None = None) -> None:
        """`confused` names what may be (CONFUSIONS); all of it from three characters on where it is None.

        Phrases without at least two Chinese characters in a row are left to exact matching.
        """
        #: The phrases as they are folded.
        self.texts = tuple(fold(phrase).text for phrase in phrases)
        self._texts = tuple(text.replace(*_YOU) for text in self.texts)
        kinds: tuple[tuple[Set[str], range], ...] = (
            ((_TONE_ALONE, range(LEAST_SYLLABLES, _TOLERANT_FROM)), (_ALL, range(_TOLERANT_FROM, _LONGEST)))
            if confused is None
            else ((confused, range(LEAST_SYLLABLES, _LONGEST)),)
        )
        self._indexes = [_Index(frozenset(confused), self._texts, lengths) for confused, lengths in kinds]

    def scan(self, folded: Folded, *, unlike: bool = False) -> list[SoundHit]:
        """All hits, ordered by start and phrase; none runs over punctuation. Exact wordings too, but if `unlike`."""
        text = folded.text.replace(*_YOU)
        places = {place for index in self._indexes for place in index.scan(text, self._texts, unlike=unlike)}
        hits = []
        for which, start, end in places:
            wanted, said = self._texts[which], text[start:end]
            same = sum(a == b for a, b in zip(wanted, said, strict=True)) / len(wanted)
            if same >= LEAST_SAME and not folded.crosses(start, end, BreakKind.SOFT):
                hits.append(SoundHit(which, start, end, same))
        return sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.which)) if hits else hits


class _Index:
    """The phrases of some lengths, by sound, under all their usual readings."""

    def __init__(self, confused: frozenset[str], texts: Sequence[str], lengths: range) -> None:
        self._confused = confused
        symbols = _symbols(confused)
        sounds = [
            (which, sound)
            for which, text in enumerate(texts)
            if len(text) in lengths
            for sound in _sounds(text, symbols)
        ]
        self._which = tuple(which for which, _ in sounds)
        found = [sound for _, sound in sounds]
        self._automaton = automaton_of(found)

    def scan(self, text: str, texts: Sequence[str], *, unlike: bool) -> list[tuple[int, int, int]]:
        """Phrase, start and end of all that sounds alike; most of it is written alike too."""
        if self._automaton is None:
            return []
        which, said = self._which, _voiced(text, self._confused)
        found = self._automaton.find_matches_as_indexes(said, overlapping=True)
        return [
            (which[at], start, end)
            for at, start, end in found
            if not unlike or texts[which[at]] != text[start:end]
        ]


def _sounds(text: str, symbols: _Symbols) -> set[str]:
    """The phrase as symbols: as read in context, and with the other readings of its characters."""
    readings = [symbols.usual(char) for char in text]
    is_han = [_is_han(char) for char in text]
    if not any(is_han):
        return set()
    # Where every character is read in one way only, nothing is left to ask.
    if all(len(some) == 1 for some in readings):
        return {"".join(some[0] for some in readings)}
    sounds = {"".join(choice) for choice in islice(product(*readings), _MOST_READINGS)}
    if all(is_han) and _may_depend(text):
        sounds.add("".join(symbols.symbol(syllable) for syllable in _read(text)))
    return sounds


def _may_depend(text: str) -> bool:
    """Whether a word stands in it whose characters have readings of their own there: 银行, but not 行走不行."""
    from pypinyin.constants import PHRASES_DICT

    begins = _beginnings()
    starts = [at for at in range(len(text) - 1) if text[at : at + 2] in begins]
    return any(text[start:end] in PHRASES_DICT for start in starts for end in range(start + 2, len(text) + 1))


@cache
def _beginnings() -> frozenset[str]:
    """The first two characters of every such word: most texts hold none of them."""
    from pypinyin.constants import PHRASES_DICT

    return frozenset(word[:2] for word in PHRASES_DICT)


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


#: The marks of the four tones, as they stand behind a letter in decomposed text.
_TONES = dict.fromkeys((0x300, 0x301, 0x304, 0x30C))


@lru_cache(maxsize=16_384)
def _readings(char: str) -> tuple[str, ...]:
    """The syllables a character may be read as, with tone marks, the usual one first; itself if it has none."""
    # The table itself: pypinyin's own function takes five times as long, and asks it the same.
    from pypinyin.constants import PINYIN_DICT  # a sixth of a second, and only rules for sounds need it

    syllables = PINYIN_DICT.get(ord(char), "")
    return tuple(dict.fromkeys(syllables.split(","))) if syllables else (char,)


def _toneless(syllable: str) -> str:
    bare = normalize("NFC", normalize("NFD", syllable).translate(_TONES))
    return bare.replace("ü", "v")


def _tone(syllable: str) -> str:
    return "".join(mark for mark in normalize("NFD", syllable) if ord(mark) in _TONES)


def _read(text: str) -> list[str]:
    """The syllables of a text of Chinese characters, as read in its context."""
    import pypinyin

    return pypinyin.lazy_pinyin(text, style=pypinyin.Style.TONE)
