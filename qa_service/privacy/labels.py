"""Names that come with a call (its file's, its id elsewhere, a skill group's) with the numbers of people covered.

Nobody speaks here: a number stands as digits, alone or in the groups in which people write it. Numbers without a check
digit or a length of their own, and numbers inside longer rows of digits, are not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from qa_service.privacy.kinds import COVER, PersonalKind
from qa_service.privacy.shapes import shape_of

_JOINT = "[ ._-]"
#: A row of digits, or the groups of a mobile, an identity number, a card or a landline.
_ROWS = re.compile(
    r"(?<!\d)(?:"
    rf"1[3-9]\d{_JOINT}?\d{{4}}{_JOINT}?\d{{4}}"
    rf"|\d{{6}}{_JOINT}\d{{8}}{_JOINT}\d{{3}}[\dXx]"
    rf"|\d{{4}}(?:{_JOINT}\d{{4}}){{2,3}}{_JOINT}?\d{{1,4}}"
    rf"|0\d{{2,3}}(?:{_JOINT}|\)){_JOINT}?\d{{7,8}}"
    rf"|0[24]{_JOINT}?\d{{4}}{_JOINT}\d{{4}}"
    rf"|(?:0|(?:00)?886{_JOINT}?)9\d{{2}}{_JOINT}?\d{{3}}{_JOINT}?\d{{3}}"
    r"|\d{17}[Xx]"
    r"|\d{10,40}"
    r")(?!\d)"
)
#: Ids and digests that machines make up; digits stand in them by chance.
_MADE_UP = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(?:[0-9a-fA-F]{32}){1,2}|[0-9a-fA-F]{40})"
    r"(?![0-9A-Za-z])"
)
#: What exchanges dial before a mobile: an outside line, a long-distance 0, a country.
_DIALLED = re.compile(r"(?:9?0{0,2}|9?0{0,2}86|(?:17951|17911|12593|17909|10193)0?)(1[3-9]\d{9})")
_PERSONAL = frozenset({PersonalKind.MOBILE, PersonalKind.ID_CARD, PersonalKind.BANK_CARD})


def covered(name: str, *, landlines: bool = True) -> str:
    """The name with mobile, identity, card and landline numbers covered, a cover for each character.

    Of a line the landline is the centre's own: `landlines` leaves it.

    >>> covered("8012_13812345678_20261125.mp3"), covered("20261125083000-17"), covered("400-812-3123")
    ('8012_●●●●●●●●●●●_20261125.mp3', '20261125083000-17', '400-812-3123')
    >>> covered("9013812345678.wav")
    '●●●●●●●●●●●●●.wav'
    """
    kinds = _PERSONAL | {PersonalKind.LANDLINE} if landlines else _PERSONAL
    shown, made_up = name, [match.span() for match in _MADE_UP.finditer(name)]
    for start, end in _rows(name):
        inside = any(since <= start and end <= until for since, until in made_up)
        digits = _digits(name[start:end])
        dialled = _DIALLED.fullmatch(digits)
        shape = None if inside else shape_of(dialled[1] if dialled else digits)
        if shape is not None and shape.kind in kinds:
            shown = shown[:start] + COVER * (end - start) + shown[end:]
    return shown


def _rows(name: str) -> Iterator[tuple[int, int]]:
    """Where rows stand; of what looks like groups and is none, each group is looked at too."""
    for match in _ROWS.finditer(name):
        yield match.span()
        for part in re.finditer(r"\d{11,}", match[0]):
            yield match.start() + part.start(), match.start() + part.end()


def _digits(row: str) -> str:
    """As figures of ASCII, without what stands between."""
    return "".join(
        char.upper() if char in "Xx" else str(unicodedata.decimal(char))
        for char in row
        if char not in " ._-)"
    )
