"""The hook through which an export hides what may not leave the house: numbers, names, addresses.

A mask gets text that was said, or a sentence that quotes it, and gives back what may be shown. Codes,
ids, titles of rules and headers never pass through it. A mask that keeps the length of a text keeps the
places of quotes; it may not know any other state, and what it raises stops the export.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Mask: TypeAlias = Callable[[str], str]


def unmasked(text: str) -> str:
    """The mask of whoever hands in texts that are masked already, or may see them."""
    return text


def masked_quote(quote: Mapping[str, Any], said: Mapping[str, str], mask: Mask) -> str:
    """A quote's text, masked as part of its utterance where that can be.

    Half a telephone number looks like none: so the whole utterance is masked and the quote cut out of it.
    Where the mask changes the length, or the utterance is not at hand, the quote is masked by itself.
    """
    text: str = quote["text"]
    whole = said.get(quote["utterance"], "")
    if whole[quote["start"] : quote["end"]] != text:
        return mask(text)
    hidden = mask(whole)
    return hidden[quote["start"] : quote["end"]] if len(hidden) == len(whole) else mask(text)
