"""Who the customer is, without their number: what is an opaque token, what is none, and the hash that makes one."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from enum import StrEnum

#: Keys shorter than this are refused: HMAC-SHA256 gains nothing from more, and loses with less.
LEAST_KEY_BYTES = 32
#: Says how a token was made, and keeps a hash of digits alone from being taken for a card.
PREFIX = "hmac-sha256:"
_TOKEN_HEX = 32


class InClear(StrEnum):
    """What a value looks like that says who the customer is."""

    PHONE = "phone"
    ID_CARD = "id_card"
    CARD = "card"
    EMAIL = "email"
    NAME = "name"
    #: Too short to be a hash, or no hash's characters.
    OTHER = "other"


_PREFIXED = re.compile(r"[a-z][a-z0-9_-]{1,30}:([A-Za-z0-9_-]{16,}={0,2})")
_OPAQUE = re.compile(r"[A-Za-z0-9_-]{16,}={0,2}")
_KEYED = re.compile(r"hmac(?:-[a-z0-9-]+)?:[0-9a-fA-F]{16,}")
#: Its hyphens stand between digits as a number's do.
_UUID = re.compile(r"(?i)(?=[0-9-]*[a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HEX = re.compile(r"[0-9a-fA-F]*[a-fA-F][0-9a-fA-F]*")
_ID_CARD = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?![\dA-Za-z])")
_MOBILE = re.compile(r"(?<!\d)(?:00?86)?1[3-9]\d{9}(?!\d)")
# WangXiaoming1988, zhang_san: words of two letters and more, and perhaps a year.
_WORDS = re.compile(
    r"[A-Z]?[a-z]{2,}(?:[ ._'-][A-Z]?[a-z]{2,}|[A-Z][a-z]{2,})*[ ._'-]?\d{0,8}|[A-Z][A-Z ]+\d{0,8}"
)
_CHINESE_CHARACTER = re.compile(r"[\u3400-\u9fff]")
_BETWEEN_DIGITS = re.compile(r"[\s()+./_-]")
_COUNTRY = re.compile(r"(?:\+|00)86|86(?=1[3-9]\d{9}$)")
_PUNCTUATION = re.compile(r"[\s()./_\u2010-\u2015-]")
#: At most 15 digits (ITU-T E.164), after +, 00 or 0.
_NUMBER = re.compile(r"\+?0{0,2}[0-9]{5,15}")
_ABROAD = re.compile(r"\+|00")
_CARD_DIGITS, _PHONE_DIGITS = 15, 5


def in_clear(value: str) -> InClear | None:
    """What a customer value gives away; None for an opaque token (hex or base64url of ≥ 16 characters) or nothing.

    A hash made without a key cannot be told from one with a key, nor an account name from a short token.

    >>> in_clear("hmac-sha256:9f2c41d07be5a6c3")
    >>> in_clear("+86 138-0013-8000")
    <InClear.PHONE: 'phone'>
    """
    plain = unicodedata.normalize("NFKC", value).strip()
    if not plain or _KEYED.fullmatch(plain) or _UUID.fullmatch(plain):
        return None
    held = prefixed[1] if (prefixed := _PREFIXED.fullmatch(plain)) else plain
    if _OPAQUE.fullmatch(held) and (_HEX.fullmatch(held) or not _looks(held)):
        return None
    return _looks(held) or _looks(plain) or InClear.OTHER


def _looks(value: str) -> InClear | None:
    """What a value that may be no hash looks like; None where it looks like nothing in particular."""
    digits = _BETWEEN_DIGITS.sub("", value)
    if "@" in value:
        return InClear.EMAIL
    if _CHINESE_CHARACTER.search(value):
        return InClear.NAME
    if _ID_CARD.search(digits):
        return InClear.ID_CARD
    if _MOBILE.search(digits):
        return InClear.PHONE
    if digits.isdigit() and len(digits) >= _PHONE_DIGITS:
        return InClear.CARD if len(digits) >= _CARD_DIGITS else InClear.PHONE
    return InClear.NAME if _WORDS.fullmatch(value) else None


def normalised(number: str) -> str | None:
    """The digits that one subscriber's number always comes down to; None for what is no telephone number.

    The country is China unless told: +86, 0086 and the leading 0 go. Another country's code stays, behind
    00, so that no foreign number falls together with one at home.

    >>> normalised("+86 138-0013-8000"), normalised("010-8888 0000"), normalised("+1 (415) 555-0100")
    ('13800138000', '1088880000', '0014155550100')
    """
    written = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", number))
    if not _NUMBER.fullmatch(written):
        return None
    if home := _COUNTRY.match(written):
        digits = written[home.end() :].lstrip("0")
    elif abroad := _ABROAD.match(written):
        digits = "00" + written[abroad.end() :].lstrip("0")
    else:
        digits = written.lstrip("0")
    return digits if len(digits) >= _PHONE_DIGITS else None


def customer_token(number: str, key: bytes) -> str | None:
    """The token that stands for a number in this installation; None for what is no telephone number.

    HMAC-SHA256 of the normalised number, its first 32 hexadecimal digits: with the key the same number
    always gets the same token, without it nobody finds the number by trying all of them.

    Raises:
        ValueError: the key has less than 32 bytes.
    """
    if len(key) < LEAST_KEY_BYTES:
        raise ValueError(f"a key has at least {LEAST_KEY_BYTES} bytes, not {len(key)}")
    digits = normalised(number)
    if digits is None:
        return None
    return PREFIX + hmac.new(key, digits.encode("ascii"), hashlib.sha256).hexdigest()[:_TOKEN_HEX]
