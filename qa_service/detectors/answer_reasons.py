"""What is said of an answer: one reason a way to be right or wrong. Not a detector.

`row` and `topic` name the row and its question, `point` what is missing or was said, `better` the words to say instead
(empty where the table gives none), `note` what the table says of the row.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa_service.core.standard_answers import AnswerRow
from qa_service.core.texts import Reason


def met(row: AnswerRow) -> Reason:
    """Every point was said."""
    return Reason.of("answers.met", row=row.id, topic=row.question, note=row.note, better=row.better)


def incomplete(row: AnswerRow, missing: Sequence[str]) -> Reason:
    """Points that were not said."""
    return Reason.of(
        "answers.incomplete",
        row=row.id,
        topic=row.question,
        note=row.note,
        better="，".join(missing),
        point="；".join(missing),
        count=len(missing),
    )


def forbidden(row: AnswerRow, said: str) -> Reason:
    """Something that must not be said."""
    return Reason.of(
        "answers.forbidden", row=row.id, topic=row.question, note=row.note, better=row.better, point=said
    )


def denied(row: AnswerRow, wanted: str) -> Reason:
    """The contrary of what must be said."""
    return Reason.of(
        "answers.denied",
        row=row.id,
        topic=row.question,
        note=row.note,
        better=row.answer or wanted,
        point=wanted,
    )


def other_number(row: AnswerRow, wanted: str) -> Reason:
    """Another number than the one that must be said."""
    return Reason.of(
        "answers.other_number",
        row=row.id,
        topic=row.question,
        note=row.note,
        better=row.answer or wanted,
        point=wanted,
    )


def half(row: AnswerRow, percent: int) -> Reason:
    """A question that is half the row's."""
    return Reason.of(
        "answers.half", row=row.id, topic=row.question, note=row.note, better=row.better, percent=percent
    )


def two(row: AnswerRow, other: AnswerRow) -> Reason:
    """Two rows that are equally near."""
    return Reason.of(
        "answers.two", row=row.id, topic=row.question, note=row.note, better=row.better, other=other.question
    )


def day(row: AnswerRow) -> Reason:
    """A row with days in a call of an unknown day."""
    return Reason.of("answers.day", row=row.id, topic=row.question, note=row.note, better=row.better)


def words(row: AnswerRow) -> Reason:
    """A question that was not recognised well."""
    return Reason.of("answers.words", row=row.id, topic=row.question, note=row.note, better=row.better)


def misheard(row: AnswerRow) -> Reason:
    """An answer of which nobody heard all."""
    return Reason.of("answers.misheard", row=row.id, topic=row.question, note=row.note, better=row.better)


def much(row: AnswerRow) -> Reason:
    """So many questions with so many wordings in one call that the answer was not looked at."""
    return Reason.of("answers.much", row=row.id, topic=row.question, note=row.note, better=row.better)


def nothing(row: AnswerRow) -> Reason:
    """No answer."""
    return Reason.of("answers.nothing", row=row.id, topic=row.question, note=row.note, better=row.better)


def at_end(row: AnswerRow) -> Reason:
    """A question at the very end."""
    return Reason.of("answers.at_end", row=row.id, topic=row.question, note=row.note, better=row.better)


def interrupted(row: AnswerRow) -> Reason:
    """An answer that was cut off."""
    return Reason.of("answers.interrupted", row=row.id, topic=row.question, note=row.note, better=row.better)


def deferred(row: AnswerRow) -> Reason:
    """An answer that somebody else gives, or that follows."""
    return Reason.of("answers.deferred", row=row.id, topic=row.question, note=row.note, better=row.better)


def unclear(row: AnswerRow, doubtful: Sequence[str]) -> Reason:
    """Points of which nobody can say whether they were said."""
    return Reason.of(
        "answers.unclear",
        row=row.id,
        topic=row.question,
        note=row.note,
        better=row.better,
        point="；".join(doubtful),
    )
