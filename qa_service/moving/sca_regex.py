"""Their regular expressions → ours: a search in RE2's words."""

from __future__ import annotations

import re

#: Everything before, in a search, is there anyway; greedy or not.
_BEFORE, _AFTER = re.compile(r"(?:\.\*\??)+"), re.compile(r"(?<!\\)(?:\\\\)*(?P<any>(?:\.\*\??)+)\Z")
#: An escape: a character by its number, or any other, which stays.
_ESCAPE = re.compile(r"\\(?:u(?P<number>[0-9a-fA-F]{4})|.)", re.DOTALL)


def searched(pattern: str) -> str:
    r"""The pattern with its characters written out, without the `.*` at its ends, which a search does not need.

    >>> searched(r".*[\u4e00-\u9fa5]{2}价格.*"), searched(r".*价格\.*")
    ('[一-龥]{2}价格', '价格\\.*')
    """
    written = _ESCAPE.sub(_character, pattern)
    inner = _BEFORE.sub("", written, count=1) if _BEFORE.match(written) else written
    if after := _AFTER.search(inner):
        inner = inner[: after.start("any")]
    return inner or pattern


def _character(escape: re.Match[str]) -> str:
    """The character itself: RE2 knows no escape of four digits. What means something in a pattern stays escaped."""
    if not escape["number"]:
        return escape[0]
    character = chr(int(escape["number"], 16))
    # Half a character, and what no text holds, is left for the loader to refuse.
    return escape[0] if 0xD800 <= ord(character) <= 0xDFFF or not ord(character) else re.escape(character)
