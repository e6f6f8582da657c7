"""Simplified Chinese → the Chinese of Taiwan, for texts that nobody wrote in it.

OpenCC knows the characters and much of everyday wording (簡訊, 網路); what people in a contact centre say is
here. A word stands in this table only if its replacement is right wherever it may stand.
"""

from __future__ import annotations

from functools import cache

import opencc

#: Applied in this order after OpenCC; longer words first where one holds the other.
_WORDS: tuple[tuple[str, str], ...] = (
    ("坐席", "客服專員"),
    ("質檢", "品質檢核"),
    ("許可權", "權限"),
    ("置信度", "信心度"),
    ("識別", "辨識"),
    ("響應", "回應"),
    ("列表", "清單"),
    ("運算元", "算子"),
    ("連字元", "連字號"),
)


@cache
def to_taiwan(text: str) -> str:
    """The text as a contact centre in Taiwan would write it.

    >>> to_taiwan("坐席给客户发了短信")
    '客服專員給客戶發了簡訊'
    """
    text = str(_converter().convert(text))
    for mainland, taiwan in _WORDS:
        text = text.replace(mainland, taiwan)
    return text


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2twp")
