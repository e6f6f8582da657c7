"""The customer of an envelope: an opaque token as it was sent, or a number that becomes one at once."""

from __future__ import annotations

from collections.abc import Callable

from qa_service.core.customers import in_clear
from qa_service.core.errors import EnvelopeError

#: A telephone number → its token under this installation's key; None for what is no telephone number.
Tokens = Callable[[str], str | None]


def customer_of(customer: str, number: str, *, source: str, tokens: Tokens | None) -> str:
    """The token to keep. What was written is repeated in no message, whatever is wrong with it.

    Raises:
        EnvelopeError: `customer_in_clear`, `customer_twice`, `customer_key_missing` or
            `customer_number_unreadable`; `tokens` raises its own errors about the key.
    """
    if looks := in_clear(customer):
        raise EnvelopeError(
            "customer_in_clear",
            where=f"{source}: customer",
            problem=f"takes a keyed hash of the customer's number, and this looks like {_A[looks]}",
            fix="Write it as customer_number, which qa-service turns into a keyed hash at once"
            " (the key makes itself when first needed; on PostgreSQL QA_CUSTOMER_KEY_FILE names it),"
            " or write hex or base64url of at least 16 characters",
            looks=str(looks),
        )
    return _token(number, customer, source, tokens) if number else customer


_A = {
    "phone": "a telephone number",
    "id_card": "an identity card number",
    "card": "a card number",
    "email": "an e-mail address",
    "name": "a name",
    "other": "something that people could read",
}


def _token(number: str, customer: str, source: str, tokens: Tokens | None) -> str:
    where = f"{source}: customer_number"
    if customer:
        raise EnvelopeError(
            "customer_twice",
            where=where,
            problem="customer and customer_number both say who called",
            fix="Leave one of them out",
        )
    if tokens is None:
        raise EnvelopeError(
            "customer_key_missing",
            where=where,
            problem="this installation has no key to hash numbers with",
            fix="Let QA_CUSTOMER_KEY_FILE name a file (it is made if it does not exist),"
            " or write customer with a keyed hash of your own",
        )
    token = tokens(number)
    if token is None:
        raise EnvelopeError(
            "customer_number_unreadable",
            where=where,
            problem="is not a telephone number of 5 to 15 digits",
            fix="Write the whole number, or leave the field out",
        )
    return token
