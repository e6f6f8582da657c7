"""Numbers that only context makes personal: what was announced or asked for, and how long it may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa_service.privacy.cues import Cue
from qa_service.privacy.groups import Group, Link
from qa_service.privacy.kinds import PersonalKind
from qa_service.privacy.runs import Found
from qa_service.privacy.shapes import is_counting, is_public
from qa_service.privacy.sounds import Part

#: How sure a cue in the same utterance makes us, and a question in an earlier one.
SAID, ASKED = 0.7, 0.6


class _Announced(NamedTuple):
    """How many digits a cue makes personal: in the same utterance, and in the answer to a question."""

    kind: PersonalKind
    said: range
    asked: range


#: Digits that are heard twice or with others behind them make a long number longer, not somebody else's business.
_SAID_TWICE = 41
_ANNOUNCED = {
    Cue.PHONE: _Announced(PersonalKind.MOBILE, range(5, 16), range(3, 16)),
    Cue.PHONE_NEAR: _Announced(PersonalKind.MOBILE, range(7, 16), range(7, 16)),
    Cue.ID: _Announced(PersonalKind.ID_CARD, range(6, _SAID_TWICE), range(4, _SAID_TWICE)),
    Cue.CARD: _Announced(PersonalKind.BANK_CARD, range(6, _SAID_TWICE), range(3, _SAID_TWICE)),
    Cue.CARD_NEAR: _Announced(PersonalKind.BANK_CARD, range(8, 25), range(8, 25)),
    Cue.CARD_CODE: _Announced(PersonalKind.CARD_CODE, range(3, 5), range(3, 5)),
    Cue.CHECK: _Announced(PersonalKind.ONE_TIME_CODE, range(3, 9), range(3, 9)),
    Cue.CODE: _Announced(PersonalKind.ONE_TIME_CODE, range(4, 9), range(4, 9)),
    Cue.PASSWORD: _Announced(PersonalKind.PASSWORD, range(4, 13), range(4, 13)),
    Cue.PARTIAL: _Announced(PersonalKind.PARTIAL, range(3, 9), range(3, 9)),
    Cue.QQ: _Announced(PersonalKind.QQ, range(5, 13), range(5, 13)),
    Cue.WECHAT: _Announced(PersonalKind.WECHAT, range(5, 21), range(5, 21)),
    Cue.DOCUMENT: _Announced(PersonalKind.DOCUMENT, range(6, 21), range(6, 21)),
    Cue.ACCOUNT: _Announced(PersonalKind.ACCOUNT, range(6, 25), range(5, 25)),
    Cue.REFERENCE: _Announced(PersonalKind.REFERENCE, range(4, 41), range(0)),
}
#: What a cue announces as a whole number.
EXPECTED = {
    Cue.PHONE: frozenset({PersonalKind.MOBILE, PersonalKind.LANDLINE}),
    Cue.PHONE_NEAR: frozenset({PersonalKind.MOBILE, PersonalKind.LANDLINE}),
    Cue.ID: frozenset({PersonalKind.ID_CARD}),
    Cue.CARD: frozenset({PersonalKind.BANK_CARD}),
    Cue.CARD_NEAR: frozenset({PersonalKind.BANK_CARD}),
}
#: Where 12345 is no counting, 95588 no hotline, and letters may stand before the digits.
_ANYTHING = frozenset(_ANNOUNCED) - frozenset(EXPECTED)
# A number that the utterance breaks off: personal from three digits on, if they are the last thing said.
_BROKEN_OFF = 3
_BREAKS_OFF = frozenset({Cue.PHONE, Cue.CARD, Cue.ID})
# Asked for one of these, an answer of nothing but digits is a piece of it from two digits on.
_PIECE = 2
#: Amounts are said in hundreds and tens; a number only in part.
_LEAST_TENS = 7
_LANDLINE_LENGTHS = (7, 8)
#: Surer than the piece of a card that it may look like, for a code is not kept at all; less sure than a whole number.
_OF_CODES = (0.8, 0.75)
#: 校验码: with three digits the card's, with more one that was sent.
_CODE_DIGITS = 3


class Manner(NamedTuple):
    """How a row of digits is said."""

    #: In answer to a question, rather than behind a word in the same utterance.
    asked: bool
    #: The utterance ends with it.
    last: bool
    #: The utterance says digits and nothing else.
    bare: bool
    #: More digits stand at once before it, or behind it.
    goes_before: bool
    goes_on: bool


def announced(cue: Cue, run: Sequence[Group], manner: Manner) -> Found | None:
    """The row as what `cue` announced, if it can be that."""
    if cue not in _ANNOUNCED or not all(group.link >= Link.TIGHT for group in run[1:]):
        return None
    _, said, answered = _ANNOUNCED[cue]
    digits = "".join(group.digits for group in run)
    lengths = answered if manner.asked else said
    if (manner.last or manner.bare) and cue in _BREAKS_OFF:
        lengths = range(_PIECE if manner.asked else _BROKEN_OFF, lengths.stop)
    if len(digits) not in lengths or (cue not in _ANYTHING and not _is_plain(run, digits)):
        return None
    kind = _kind(cue, run, digits, manner)
    sureness = _OF_CODES if kind is PersonalKind.CARD_CODE else (SAID, ASKED)
    return Found(
        kind, sureness[manner.asked], tuple(heard(run)), digits if kind is PersonalKind.CARD_CODE else ""
    )


def _kind(cue: Cue, run: Sequence[Group], digits: str, manner: Manner) -> PersonalKind:
    """A piece of a longer row is no code of a card: a code is not kept (PCI DSS), and nobody can mend that."""
    kind = _ANNOUNCED[cue].kind
    is_piece = manner.goes_before or manner.goes_on
    if cue is Cue.CHECK and len(digits) == _CODE_DIGITS and not is_piece:
        return PersonalKind.CARD_CODE
    # 安全码123 4111…: the code, written apart, and then the card.
    begins = len(run) == 1 and not manner.goes_before and not manner.asked
    if kind is PersonalKind.CARD_CODE and is_piece and not begins:
        return PersonalKind.ONE_TIME_CODE
    is_landline = kind is PersonalKind.MOBILE and digits[0] != "1" and len(digits) in _LANDLINE_LENGTHS
    return PersonalKind.LANDLINE if is_landline else kind


def _is_plain(run: Sequence[Group], digits: str) -> bool:
    """Whether the row is neither counting, nor an amount, nor a model, nor a service's number."""
    is_amount = len(digits) < _LEAST_TENS and not all(group.plainly for group in run)
    return not (is_amount or is_counting(digits) or any(group.lettered for group in run))


def heard(run: Sequence[Group]) -> Iterator[Part]:
    """The sure digits of a row, and what stands for a digit between two of them."""
    for group in run:
        yield from group.said


def public(groups: Sequence[Group]) -> frozenset[int]:
    """Where the groups begin that say a service's number: alone, or as everything between two breaks."""
    found = {group.start for group in groups if is_public(group.digits)}
    for row in _rows(groups):
        if is_public("".join(group.digits for group in row)):
            found |= {group.start for group in row}
    return frozenset(found)


def _rows(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Groups with nothing but marks and fillers between them, as many as there are."""
    row: list[Group] = []
    for group in groups:
        if row and (group.link < Link.TIGHT or group.quantity):
            yield row
            row = []
        if not group.quantity:
            row.append(group)
    yield row
