"""Identity numbers that can be checked: mainland (GB 11643), Hong Kong, Taiwan."""

from __future__ import annotations

from datetime import date

# First two digits: provinces, 81–83 residence permits of Hong Kong, Macao, Taiwan residents, 91 of foreigners.
_REGIONS = frozenset(
    str(10 * north + place)
    for north, places in {
        1: range(1, 6),
        2: range(1, 4),
        3: range(1, 8),
        4: range(1, 7),
        5: range(5),
        6: range(1, 6),
        7: range(1, 2),
        8: range(1, 4),
        9: range(1, 2),
    }.items()
    for place in places
)
_WEIGHTS = tuple(2**place % 11 for place in range(17, 0, -1))
_CHECK = "10X98765432"
_EARLIEST_YEAR = 1880
_LATEST_YEAR = 2099
# Without the check digit, a later year is rather the date inside a work-ticket number.
_LATEST_UNCHECKED = 2015
# Letters of Taiwan's numbers stand for two digits, in this order from 10.
_TAIWAN = "abcdefghjklmnpqrstuvxywzio"


def check_digit(first: str) -> str:
    """The last character of the 18-digit number that begins with these 17 digits (GB 11643-1999).

    >>> check_digit("11010519491231002")
    'X'
    """
    total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
    return _CHECK[total % 11]


def is_identity(number: str) -> bool:
    """Whether 18 characters are a resident's number: region, real date of birth, check digit.

    >>> is_identity("11010519491231002X"), is_identity("110105194912310021")
    (True, False)
    """
    return _is_born(number, _LATEST_YEAR) and number[-1].upper() == check_digit(number[:-1])


def looks_like_identity(number: str) -> bool:
    """As `is_identity`, without the check digit: what is left of one that was misheard."""
    return _is_born(number, _LATEST_UNCHECKED)


def _is_born(number: str, latest_year: int) -> bool:
    """Whether 18 characters begin with a region and a real date up to the end of `latest_year`."""
    if not (len(number) == 18 and number[:17].isdecimal() and number[:2] in _REGIONS):
        return False
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    return _EARLIEST_YEAR <= year <= latest_year and _is_date(year, month, day)


def is_old_identity(number: str) -> bool:
    """Whether 15 digits can be a number of the kind used before 1999: region and date, nothing to check."""
    known = len(number) == 15 and number.isdecimal() and number[:2] in _REGIONS
    return known and _is_date(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))


def _is_date(year: int, month: int, day: int) -> bool:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_hong_kong(number: str) -> bool:
    """Whether letters, six digits and a check character are a Hong Kong identity number.

    >>> is_hong_kong("a1234563"), is_hong_kong("a1234567")
    (True, False)
    """
    letters = number[:-7]
    if not (1 <= len(letters) <= 2 and letters.isalpha() and number[-7:-1].isdecimal()):
        return False
    values = [ord(letter) - ord("a") + 10 for letter in letters.rjust(2)]
    values[0] = values[0] if len(letters) == 2 else 36
    values += map(int, number[-7:-1])
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    last = number[-1]
    return (total + (10 if last == "a" else int(last) if last.isdecimal() else 99)) % 11 == 0


def is_taiwan(number: str) -> bool:
    """Whether a letter and nine digits are a Taiwan identity or residence number.

    >>> is_taiwan("a123456789"), is_taiwan("a123456788")
    (True, False)
    """
    if not (len(number) == 10 and number[0] in _TAIWAN and number[1:].isdecimal() and number[1] in "1289"):
        return False
    letter = _TAIWAN.index(number[0]) + 10
    weighted = zip(map(int, number[1:]), (8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)
    return (letter // 10 + letter % 10 * 9 + sum(digit * weight for digit, weight in weighted)) % 10 == 0
