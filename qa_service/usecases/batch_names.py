"""What the names of a batch's recordings say, by a pattern (docs/file-names.md)."""

from __future__ import annotations

from qa_service.core.batches import BatchRow
from qa_service.core.errors import EnvelopeError
from qa_service.usecases.columns import TABLE_COLUMNS, Reading, said_in
from qa_service.usecases.name_numbers import by_token, without_number
from qa_service.usecases.name_pattern import Kind, NamePattern, read_pattern

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
    name = without_number(file_name, found, lambda _: by_token(envelope.customer))
    return BatchRow(number, name, envelope, channel)
