"""Names of files as strangers write them: shown, compared, never opened."""

from __future__ import annotations

import re
import unicodedata

#: What turns the direction of text around.
_TURNS = "\u202e\u202d\u2066\u2067"
_LONGEST = 255


def plain_name(name: str) -> str:
    """The last part of a file name, without control characters; composed, as a Mac writes it otherwise."""
    last = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    return "".join(char for char in last if char.isprintable() and char not in _TURNS)[-_LONGEST:]
