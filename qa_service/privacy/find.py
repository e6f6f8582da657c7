"""The one question that the rest of the package answers: where in a call is personal data?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qa_service.core.speech import Utterance
from qa_service.core.time import Span
from qa_service.privacy.addresses import addresses
from qa_service.privacy.call import Call
from qa_service.privacy.echoes import echoes
from qa_service.privacy.kinds import PersonalKind, PersonalSpan
from qa_service.privacy.letters import documents, with_letters
from qa_service.privacy.names import names, repeated
from qa_service.privacy.nearby import near_cards
from qa_service.privacy.numbers import numbers
from qa_service.privacy.runs import Found
from qa_service.privacy.secret_words import secret_answers, secret_words
from qa_service.privacy.spans import spans
from qa_service.privacy.streams import across
from qa_service.privacy.tails import without_tails
from qa_service.privacy.thousands import counted_out


def find(utterances: Sequence[Utterance]) -> tuple[PersonalSpan, ...]:
    """Every stretch of personal data in a call, in order, none overlapping another.

    `utterances` stand in the order in which they were heard and have different ids. Each finding needs
    something that is there, never that something is not there: more utterances before or after can add
    spans and change their kind, never uncover a character.
    """
    call = Call.of(utterances)
    beside = (*names(call), *addresses(call), *with_letters(call), *secret_words(call), *counted_out(call))
    elsewhere = (*repeated(call, beside), *documents(call), *secret_answers(call))
    call = without_tails(call.read(beside, elsewhere))
    return spans(call, (*beside, *elsewhere, *_numbers(call)))


def find_in(text: str) -> tuple[PersonalSpan, ...]:
    """As `find`, in a text of its own: a note, an alert, a quote from elsewhere. The utterance is ''."""
    return find((Utterance("", Span(0, 0), "", text),))


def _numbers(call: Call) -> Iterator[Found]:
    """Numbers inside utterances, over several, then what only they make personal."""
    if not call.lines:
        return
    inside = [found for line in call.lines for found in numbers(call, line)]
    references = frozenset(_starts(inside))
    whole = [*inside, *across(call, references)]
    yield from whole
    yield from echoes(call.lines, whole, references)
    yield from near_cards(call, [found for found in whole if found.kind is PersonalKind.BANK_CARD])


def _starts(found: Iterable[Found]) -> Iterator[int]:
    """Where the parts of order numbers begin."""
    return (part.start for one in found if one.kind is PersonalKind.REFERENCE for part in one.parts)
