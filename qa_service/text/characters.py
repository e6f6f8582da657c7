"""One character at a time: script, width, case, and what punctuation means for matching."""

from __future__ import annotations

import unicodedata
from functools import cache

import opencc

# Marks stand in for punctuation while a text is folded; they never leave this package. All of them are
# private-use characters: one that a stranger wrote is dropped like any other symbol.
DROP, SOFT, HARD, ASK, OPEN, CLOSE, DOT, DASH, COMMA, COLON = map(chr, range(0xE000, 0xE00A))
MARKS = DROP + SOFT + HARD + ASK + OPEN + CLOSE + DOT + DASH + COMMA + COLON

_MEANS = {
    SOFT: "、",
    HARD: "。！!；;…‥｡\n\r",
    ASK: "？?﹖",
    OPEN: "「『“《〈【‘﹁﹃",
    CLOSE: "」』”》〉】’﹂﹄",
    DOT: ".．",
    DASH: "-－–—―~～〜−‐‑",
    COMMA: "，,﹐",
    COLON: ":：",
    "%": "%％﹪",
}
_BY_CHARACTER = {char: mark for mark, chars in _MEANS.items() for char in chars}

# What OpenCC's character table leaves apart although callers and recognisers mix them freely.
_ALIKE = {
    "著": "着",
    "麽": "么",
    "妳": "你",
    "祢": "你",
    "帐": "账",
    "帳": "账",
    "〇": "零",
    "瞭": "了",
    "喔": "哦",
}

_HAN = tuple(chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0xF900, 0xFB00)))


@cache
def simplified() -> dict[str, str]:
    """Traditional characters and their simplified forms, as OpenCC's `t2s` maps single characters."""
    converted = opencc.OpenCC("t2s").convert("\n".join(_HAN)).split("\n")
    pairs = {old: new for old, new in zip(_HAN, converted, strict=True) if old != new and len(new) == 1}
    return pairs | _ALIKE


class FoldTable(dict[int, str]):
    """For `str.translate`: every character becomes exactly one, looked up once and remembered."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


def _fold_character(char: str) -> str:
    """A letter in its plain form, or the mark that says what a punctuation character does."""
    if char in _BY_CHARACTER:
        return _BY_CHARACTER[char]
    plain = unicodedata.normalize("NFKC", char).lower()
    if len(plain) != 1:
        plain = char
    plain = simplified().get(plain, plain)
    return plain if unicodedata.category(plain)[0] in "LN" else DROP


#: Shared by all folding; grows to the number of different characters ever seen.
TABLE = FoldTable()
