"""What a row of digits must be, from its length, its first digits and its check digit alone."""

from __future__ import annotations

import re
from typing import NamedTuple

from qa_service.privacy.identity import is_identity, looks_like_identity
from qa_service.privacy.kinds import PersonalKind


class Shape(NamedTuple):
    """A kind of number and how sure its form alone makes us, 0–1."""

    kind: PersonalKind
    confidence: float
    #: The digits are the number; otherwise it stands somewhere among them.
    exact: bool = True


#: Mainland ones, as dialled from an office too (9, 0, 00 before them), and Taiwan's (0912345678).
_MOBILE = re.compile(r"(?:9?0{0,2}|(?:00)?86)1[3-9][0-9]{9}|(?:0|(?:00)?886)9[0-9]{8}")
_TWO_MOBILES = re.compile(r"(?:1[3-9][0-9]{9}){2}")
# Area codes: 010, 02x (three digits), 03xx–09xx (four); subscriber numbers never begin with 0 or 1. Taiwan's: 02 and 04
# with eight digits behind them.
_LANDLINE = re.compile(r"0(?:10|2[0-57-9])[2-9][0-9]{7}|0[3-9][0-9]{2}[2-9][0-9]{6,7}|0[24][2-9][0-9]{7}")
# Issuers. UnionPay and the domestic ranges have 16–19 digits, the others one length each. Mastercard's newer
# range 2221–2720 begins like a year and is left to context; so are passbooks, which have no check digit.
_ISSUERS = {
    14: re.compile(r"3(?:0[0-5]|[68])"),
    15: re.compile(r"3[47]"),
    16: re.compile(r"62|60|81|4|5[0-9]|35(?:2[89]|[3-8])|9[04-689]"),
    17: re.compile(r"62|60|81|9[04-689]"),
    18: re.compile(r"62|60|81|9[04-689]"),
    19: re.compile(r"62|60|81|9[04-689]"),
}
# Numbers that everybody may know: emergency, hotlines, carriers, banks (95588), 400 and 800.
_PUBLIC = re.compile(
    r"1[12][0-9]|12[0-9]{3}|100[0-9]{2}|101[0-9]{5}|95[0-9]{3,6}|96[0-9]{3,4}|116[0-9]{2,3}|[48]00[0-9]{7}|0800[0-9]{6}"
)
_COUNTING = "01234567890"
#: Characters of an identity number.
IDENTITY_LENGTH = 18


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1).

    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


def is_card(digits: str) -> bool:
    """Whether length, issuer and check digit are those of a bank card."""
    issuer = _ISSUERS.get(len(digits))
    return bool(issuer and issuer.match(digits)) and digits.isdecimal() and passes_luhn(digits)


def is_public(digits: str) -> bool:
    """Whether the digits are a number of a service rather than of a person.

    >>> is_public("95588"), is_public("4008123123"), is_public("13800138000")
    (True, True, False)
    """
    return _PUBLIC.fullmatch(digits) is not None


def is_counting(digits: str) -> bool:
    """Whether the digits only count upwards, as people do to test a line.

    >>> is_counting("12345"), is_counting("12354")
    (True, False)
    """
    return digits in _COUNTING


#: Rows of other lengths have no shape; the shortest is a mobile of Taiwan, the longest an identity number among digits.
LENGTHS = range(10, 41)


def shape_of(digits: str) -> Shape | None:
    """What the digits (and X) are by themselves, whatever was said around them; most rows are nothing.

    >>> shape_of("13800138000").kind.value, shape_of("20261125001")
    ('mobile', None)
    """
    if len(digits) not in LENGTHS:
        return None
    if len(digits) >= IDENTITY_LENGTH and (shape := _identity(digits)):
        return shape
    if _MOBILE.fullmatch(digits):
        return Shape(PersonalKind.MOBILE, 0.95)
    if _LANDLINE.fullmatch(digits):
        return Shape(PersonalKind.LANDLINE, 0.85)
    if is_card(digits):
        return Shape(PersonalKind.BANK_CARD, 0.95)
    return Shape(PersonalKind.MOBILE, 0.85, exact=False) if _TWO_MOBILES.fullmatch(digits) else None


def _identity(digits: str) -> Shape | None:
    """An identity number, also one with further digits before or after it."""
    if len(digits) == IDENTITY_LENGTH:
        if is_identity(digits):
            return Shape(PersonalKind.ID_CARD, 0.99)
        return Shape(PersonalKind.ID_CARD, 0.7) if looks_like_identity(digits) else None
    inside = any(
        is_identity(digits[at : at + IDENTITY_LENGTH]) for at in range(len(digits) - IDENTITY_LENGTH + 1)
    )
    return Shape(PersonalKind.ID_CARD, 0.9, exact=False) if inside else None
