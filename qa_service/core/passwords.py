"""Which passwords are too easily guessed: by length and by how they are made, nobody has to mix kinds of characters."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

#: NIST SP 800-63B: length is what counts.
LEAST, MOST = 10, 200
#: A sentence has more; what is typed with one or two fingers has not.
LEAST_DIFFERENT = 5
_COMMON = frozenset({
    "1234567890", "0123456789", "qwertyuiop", "password12", "password123", "1111111111", "0000000000", "passw0rd123",
    "adminadmin", "admin12345", "abcd123456", "aa12345678", "a123456789", "qwerty12345", "1q2w3e4r5t", "iloveyou12",
})  # fmt: skip


def why_weak(password: str, name: str) -> str:
    """Why this will not do for somebody of this name, a code (i18n `value.why`); empty where it will.

    >>> why_weak("一句只有自己知道的话", "li.wei"), why_weak("passwordpassword", "li.wei")
    ('', 'password_repeats')
    """
    if not LEAST <= len(password) <= MOST:
        return "password_length"
    plain = _plain(password)
    if _plain(name) in plain or name.casefold() in password.casefold():
        return "password_name"
    if len(set(plain)) < LEAST_DIFFERENT:
        return "password_few"
    if _repeats(plain) or _repeats(password.casefold()):
        return "password_repeats"
    if _is_row(plain):
        return "password_row"
    return "password_common" if plain in _COMMON else ""


def _plain(text: str) -> str:
    """Without capitals and widths, which guessing tries too."""
    return unicodedata.normalize("NFKC", text).casefold()


def _repeats(text: str) -> bool:
    """Whether it is one piece again and again, also with a few figures and signs around it.

    >>> _repeats("abcabcabcab"), _repeats("abcdefabcde"), _repeats("12passpass!!")
    (True, False, False)
    """
    inside = text.strip("".join(char for char in set(text) if not char.isalpha()))
    return _is_repeated(text) or (len(inside) >= LEAST and _is_repeated(inside))


def _is_repeated(text: str) -> bool:
    """Whether a piece of at most half its length makes it up; the last time it may be cut short."""
    return any(text[size:] == text[:-size] for size in range(1, len(text) // 2 + 1))


def _is_row(text: str) -> bool:
    """Whether each character follows the one before, up or down: `abcdefghij`, `9876543210`."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})
