"""A customer's number in the name of a recording, and the name without it.

What is shown and kept as a call's file name has a stand-in where the number was; where the recording lies is another
matter, and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from qa_service.privacy.kinds import COVER
from qa_service.usecases.columns import CUSTOMER, CUSTOMER_NUMBER, is_number
from qa_service.usecases.customer import Tokens
from qa_service.usecases.name_pattern import Found, NamePattern

#: A number → what stands for it in a name.
StandIn = Callable[[str], str]
_CUSTOMERS = frozenset({CUSTOMER, CUSTOMER_NUMBER})
#: As much of a token as a name shows: the same customer is seen to be the same.
_TOKEN_CHARS = 12
#: What may be a number where a name does not fit its pattern: not a day, nor a time of a day.
_DIGITS = re.compile(r"\+?\d+")
_TIME = re.compile(
    r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])(?:[0-5]\d){1,2}(?:\d{3})?)?"
)
_LEAST = 5


def by_token(token: str) -> str:
    """What stands for a customer with this token.

    >>> by_token("hmac-sha256:9f2c41d07be5a6c3")
    'c9f2c41d07be5'
    """
    return f"c{token.rpartition(':')[2][:_TOKEN_CHARS]}"


def by_tokens(tokens: Tokens | None) -> StandIn:
    """The customer's token, or a cover where the installation has no key or it is no telephone number."""

    def stand_in(number: str) -> str:
        token = tokens(number) if tokens else None
        return by_token(token) if token else covers(number)

    return stand_in


def covers(number: str) -> str:
    """A cover for each character."""
    return COVER * len(number)


def without_number(name: str, found: Mapping[str, Found], stand_in: StandIn) -> str:
    """The name whose fields were `found`, with something else in place of a customer's number."""
    customer = found.get(CUSTOMER)
    clear = [said for said in (found.get(CUSTOMER_NUMBER), customer) if said is not None]
    if customer is not None and not is_number(customer.text):
        clear.remove(customer)
    for said in sorted(clear, key=lambda one: one.span, reverse=True):
        start, end = said.span
        name = f"{name[:start]}{stand_in(said.text)}{name[end:]}"
    return name


def shown(name: str, pattern: NamePattern | None, stand_in: StandIn = covers) -> str:
    """A name of a source whose pattern this is, as it may be shown.

    Where the pattern has a customer's number and the name does not fit it, nobody knows which digits are the number:
    all are covered that may be one.
    """
    if pattern is None or _CUSTOMERS.isdisjoint(pattern.fields):
        return name
    found = pattern.read(name)
    if found is None:
        return _DIGITS.sub(_covered, name)
    return without_number(name, found, stand_in)


def _covered(digits: re.Match[str]) -> str:
    is_number = len(digits[0]) >= _LEAST and not _TIME.fullmatch(digits[0])
    return covers(digits[0]) if is_number else digits[0]
