"""Text in the profile's script, character for character, with Chinese punctuation.

Offsets must keep their meaning, so nothing here changes how many characters there are (decisions.md 11).
"""

from __future__ import annotations

from functools import cache
from typing import Protocol

#: Which OpenCC table writes a script; other scripts are left as they were heard.
_TABLES = {"zh_CN": "t2s", "zh_TW": "s2tw"}
#: ASCII marks that Whisper mixes into Chinese, and their full-width form.
_FULL_WIDTH = str.maketrans(",?!;:", "，？！；：")
PUNCTUATION = frozenset("，。？！；：、…—,.?!;:~～·")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter(table: str) -> _Converter:
    from opencc import OpenCC

    converter: _Converter = OpenCC(table)
    return converter


def in_script(text: str, script: str) -> str:
    """`text` in `script` with as many characters as before.

    Words decide where they can (乾坤, 皇后); where that would change the length, characters do.

    >>> in_script("歡迎您，請問有什麼可以幫您", "zh_CN")
    '欢迎您，请问有什么可以帮您'
    >>> in_script("发票", "zh_TW")
    '發票'
    """
    table = _TABLES.get(script)
    if table is None or not text:
        return text
    converter = _converter(table)
    whole = converter.convert(text)
    return whole if len(whole) == len(text) else "".join(_same_length(char, converter) for char in text)


def _same_length(char: str, converter: _Converter) -> str:
    converted = converter.convert(char)
    return converted if len(converted) == 1 else char


def is_han(char: str) -> bool:
    """Whether this is a Chinese character (also of the rarer planes)."""
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003134f" or char == "〇"


def full_width(text: str) -> str:
    """ASCII punctuation as Chinese writes it; a full stop only where no digit or letter follows or precedes.

    >>> full_width("您好,请问?")
    '您好，请问？'
    """
    return text.translate(_FULL_WIDTH)
