"""Names that our books cannot hold as they are: shown as far as they can be, and told to a person."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from qa_service.core.items import Item

#: Longer paths than this are no recordings.
MOST_KEY_CHARS = 1_000
_SHOWN_CHARS = 900


def named(item: Item) -> Item:
    """The item as it can be kept: with a name in UTF-8 that is not too long, or `unfit` with the name escaped.

    A name in another encoding (GBK, after a ZIP of Windows) comes with its bytes as lone surrogates.
    """
    if len(item.key) > MOST_KEY_CHARS:
        mark = hashlib.sha256(item.key.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        return replace(item, key=f"{_escaped(item.key)[:_SHOWN_CHARS]}…{mark}", unfit="name_too_long")
    escaped = _escaped(item.key)
    return item if escaped == item.key else replace(item, key=escaped, unfit="name_not_utf8")


def _escaped(key: str) -> str:
    r"""With bytes that are no UTF-8 as \xd6.

    >>> _escaped(b"\xd6\xd0.wav".decode("utf-8", "surrogateescape"))
    '\\xd6\\xd0.wav'
    """
    shown = "".join(f"\\x{ord(char) & 0xFF:02x}" if "\udc80" <= char <= "\udcff" else char for char in key)
    return shown.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")
