"""What the names of a batch's recordings say, by a pattern (docs/file-names.md)."""

from __future__ import annotations

from collections.abc import Mapping

from qa_service.core.batches import BatchRow
from qa_service.core.errors import EnvelopeError
from qa_service.usecases.columns import CUSTOMER, CUSTOMER_NUMBER, TABLE_COLUMNS, Reading, is_number, said_in
from qa_service.usecases.name_pattern import Found, Kind, NamePattern, read_pattern

#: As long as the column in which a batch keeps its pattern.
BARE_NAMES = Kind(TABLE_COLUMNS, most_chars=300, has_folders=False)


def batch_pattern(text: str) -> NamePattern:
    """The pattern of a batch.

    Raises:
        UsageError: `pattern_invalid`, with the place.
    """
    return read_pattern(text, BARE_NAMES)


def row_by_name(pattern: NamePattern, file_name: str, number: int, reading: Reading) -> BatchRow:
    """What a file's name says. A customer's number in it is replaced by the start of its token.

    Raises:
        EnvelopeError: `name_does_not_match`, or a part that will not do.
    """
    where = f"#{number}" if number else "file_name"
    found = pattern.read(file_name)
    if found is None:
        raise EnvelopeError(
            "name_does_not_match",
            where=where,
            problem="does not look as the pattern says",
            fix=f"Name it as {pattern.text}",
            pattern=pattern.text,
        )
    envelope, channel = said_in({field: said.text for field, said in found.items()}, where, reading)
    return BatchRow(number, _without_number(file_name, found, envelope.customer), envelope, channel)


def _without_number(name: str, found: Mapping[str, Found], token: str) -> str:
    customer = found.get(CUSTOMER)
    clear = [said for said in (found.get(CUSTOMER_NUMBER), customer) if said is not None]
    if customer is not None and not is_number(customer.text):
        clear.remove(customer)
    for said in sorted(clear, key=lambda one: one.span, reverse=True):
        start, end = said.span
        name = f"{name[:start]}c{token.rpartition(':')[2][:12]}{name[end:]}"
    return name
