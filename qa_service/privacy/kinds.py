"""What is personal, and where it was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: Stands for one covered character. A text that already holds it is taken as already masked there.
COVER = "●"
#: Stands, inside this package, for a character of a name or place, so that numbers beside it are read without it.
HIDDEN = "\ue102"
#: Of a whole number, a policy may leave so many digits readable.
TAIL_DIGITS = 4


class PersonalKind(StrEnum):
    """What a covered stretch would have said; a policy names the kinds that it masks."""

    ID_CARD = "id_card"  # 居民身份证, 港澳台居民居住证, 永久居留证
    BANK_CARD = "bank_card"
    CARD_CODE = "card_code"  # 安全码, CVV: may not be kept after authorisation at all (PCI DSS)
    CARD_EXPIRY = "card_expiry"
    MOBILE = "mobile"
    LANDLINE = "landline"  # with area code, or 座机 in context
    EMAIL = "email"
    WECHAT = "wechat"
    QQ = "qq"
    PLATE = "plate"  # 车牌
    DOCUMENT = "document"  # 护照, 港澳台证件, 社保号
    ACCOUNT = "account"  # 账号, 户号, 会员号
    ONE_TIME_CODE = "one_time_code"  # 验证码
    PASSWORD = "password"  # noqa: S105 - the name of a kind
    PARTIAL = "partial"  # 后四位, 尾号, 开头
    NAME = "name"
    ADDRESS = "address"
    #: Order, work-ticket, policy and agent numbers: found, and left readable unless a policy names it.
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True, order=True)
class PersonalSpan:
    """The characters [start, end) of one utterance's original text that are personal.

    A number that is spoken with words in between (一三八，嗯，零零…), or over several utterances, is one span
    per unbroken stretch; marks and spaces inside are covered, words are not. Holds no text: a list of spans
    tells where to look, never what was said.
    """

    utterance: str
    start: int
    end: int
    kind: PersonalKind
    #: 0–1: checked digits are near 1, context alone is near 0.6.
    confidence: float
    #: From here to `end` stand the last four digits of a whole number; equals `end` where none do.
    tail: int
