"""try: a draft of a rulebook on its own examples, on a transcript, and on stored calls. Nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa_service.core.people import Asked
from qa_service.core.stored import StoredCall
from qa_service.ports.history import CallHistory
from qa_service.ports.rules import Rulebooks
from qa_service.ports.storing import KeptMeasures
from qa_service.rulebook.book import Rulebook
from qa_service.usecases.analyze import Analyst, Analyzed, Request
from qa_service.usecases.known import known_of
from qa_service.usecases.masking import masked_document
from qa_service.usecases.transcript import read_transcript
from qa_service.usecases.try_rulebook import Trial, try_examples


@dataclass(frozen=True, slots=True)
class TriedOn:
    """What a draft makes of one call; the document is masked."""

    #: Empty for a transcript that came with the question.
    call_id: str
    #: The score that the call's list shows today.
    listed_score: float | None
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tried:
    """What a draft does."""

    rulebook: Rulebook
    examples: tuple[Trial, ...]
    calls: tuple[TriedOn, ...]


@dataclass(frozen=True, slots=True)
class DraftTrial:
    """Judges with drafts. No ears are needed: calls come from what was measured."""

    rulebooks: Rulebooks
    analyst: Callable[[], Analyst]
    document: Callable[[Analyzed], Mapping[str, Any]]
    timezone: str = "Asia/Shanghai"
    #: Where earlier calls are looked up; rules that ask for them are undecided without.
    history: CallHistory | None = None

    def run(self, asked: Asked, name: str, transcript: str, call_ids: Sequence[str]) -> Tried | None:
        """What the draft does; None where there is no draft, or a call is not to be seen.

        Raises:
            RulebookError: the draft does not hold any more.
            EnvelopeError: the transcript will not do.
            UsageError: `not_measured_yet`.
        """
        bundle = self.rulebooks.read(asked, name)
        stored = self.rulebooks.measured(asked, name, call_ids) if call_ids else ()
        if bundle is None or stored is None:
            return None
        book = bundle.book
        pasted = (self._on_transcript(book, transcript),) if transcript else ()
        judged = tuple(self._on_call(book, call, kept) for call, kept in stored)
        return Tried(book, self._examples(book), (*pasted, *judged))

    def _examples(self, book: Rulebook) -> tuple[Trial, ...]:
        analyst = self.analyst()
        return try_examples(book, tokens=analyst.tokens, interpreter=analyst.interpreter)

    def _on_transcript(self, book: Rulebook, text: str) -> TriedOn:
        analyst = self.analyst()
        read = read_transcript(
            text,
            source="transcript",
            timezone=self.timezone,
            tokens=analyst.tokens,
            customers=analyst.customers,
        )
        request = Request((), read.envelope, rulebook=book)
        return TriedOn(
            "", None, self._masked(analyst.measured(analyst.interpreter.call(read.measured), request))
        )

    def _on_call(self, book: Rulebook, call: StoredCall, kept: KeptMeasures) -> TriedOn:
        known = known_of(self.history, call, book)
        request = replace(Request.of_stored(call), rulebook=book, history=known)
        return TriedOn(call.id, call.score, self._masked(self.analyst().measured(kept.call, request)))

    def _masked(self, analyzed: Analyzed) -> Mapping[str, Any]:
        return masked_document(self.document(analyzed))
