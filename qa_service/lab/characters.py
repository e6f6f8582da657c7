"""Text as the characters that an error rate counts: what was said, not how it was written down."""

from __future__ import annotations

import re
import unicodedata

from qa_service.text.normalize import fold

_DIGITS = dict(zip("零〇一二两三四五六七八九", "001223456789", strict=True))
_POWERS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_PERCENT = re.compile("百分之([0-9零一二两三四五六七八九十百点.]+)")
#: A number with a power of ten in it; 千万, 百分 or 万一 do not begin one.
_VALUE = re.compile(
    "[0-9零〇一二两三四五六七八九十][0-9零〇一二两三四五六七八九十百千万亿]*[十百千万亿][0-9零〇一二两三四五六七八九]*"
    "|十[0-9一二三四五六七八九]?"
)
_PARTS = re.compile("[0-9]+|.")
_POINT = re.compile(r"(?<=[0-9])[.:：](?=[0-9])")


def counted(text: str) -> str:
    """The characters of `text` that an error rate counts.

    Script, width and case are folded as rules fold them (text.normalize), punctuation and spaces are
    dropped, and numbers are figures however they were written, so each of their digits counts.

    >>> counted("請撥 123-15，共二十五塊！"), counted("请拨幺二三一五 共25块")
    ('请拨12315共25块', '请拨12315共25块')
    >>> counted("百分之三点五"), counted("3.5%"), counted("千万别")
    ('3点5%', '3点5%', '千万别')
    """
    plain = _PERCENT.sub(r"\1%", fold(text).text)
    plain = _VALUE.sub(lambda match: _figures(match.group()), plain)
    plain = _POINT.sub("点", "".join(_DIGITS.get(char, char) for char in plain))
    return "".join(char for char in plain if char == "%" or unicodedata.category(char)[0] in "LN")


def _figures(written: str) -> str:
    """The value in figures; the text itself where it is no number that can be read.

    >>> _figures("一百二"), _figures("3万"), _figures("十"), _figures("三五十")
    ('120', '30000', '10', '三五十')
    """
    value = _value(written)
    return written if value is None else str(value)


def _value(written: str) -> int | None:
    """Reads 一千零二十, 12万 and 一百二; None for anything else."""
    total = section = 0
    digit: int | None = None
    unit = 1
    for part in _PARTS.findall(written):
        power = _POWERS.get(part)
        if power is None:
            if digit:
                return None
            digit, unit = int(_DIGITS.get(part, part)), (1 if part in "零〇" else unit)
        elif power >= _POWERS["万"]:
            now = section + (digit or 0)
            total = total + now * power if power < total else (total + now) * power
            section, digit, unit = 0, None, power
        else:
            if not digit and (power != _POWERS["十"] or section):
                return None
            section, digit, unit = section + (digit or 1) * power, None, power
    # 一百二 is 120 and 一万二 is 12,000, but 一百零二 is 102.
    return total + section + (digit or 0) * max(1, unit // 10)
