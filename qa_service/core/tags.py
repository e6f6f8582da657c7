"""Tags: labels on parts of a call, each with evidence that anyone can find again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qa_service.core.speech import Role, Utterance
from qa_service.core.texts import Reason
from qa_service.core.time import Span, cover


@dataclass(frozen=True, slots=True, order=True)
class Quote:
    """The exact characters [start, end) of one utterance's original text."""

    utterance: str
    start: int
    end: int
    text: str

    @classmethod
    def of(cls, utterance: Utterance, start: int = 0, end: int | None = None) -> Quote:
        """Quotes part of `utterance`; the whole of it by default."""
        end = len(utterance.text) if end is None else end
        return cls(utterance.id, start, end, utterance.text[start:end])


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """A piece of the call anyone can find again: in the audio by `span`, in the text by `quotes`."""

    span: Span
    #: Nothing for silence, one quote for a phrase, one per speaker for crosstalk.
    quotes: tuple[Quote, ...] = ()

    @classmethod
    def said(cls, utterance: Utterance, start: int = 0, end: int | None = None) -> Evidence:
        """Evidence that is one quote from `utterance`, at the time those characters were said."""
        quote = Quote.of(utterance, start, end)
        return cls(utterance.span_of(quote.start, quote.end), (quote,))


@dataclass(frozen=True, slots=True, order=True)
class Tag:
    """A label on part of a call. Says the moment something became true; is never retracted."""

    evidence: tuple[Evidence, ...]
    #: `family.kind`, see docs/glossary.
    label: str
    #: `name@version` of the detector.
    detector: str
    #: 0–1, how sure the detector is that the label is right.
    confidence: float
    because: Reason
    #: Whose behaviour the tag describes; the role is what it was when the tag was made.
    speaker: str = ""
    role: Role = Role.UNKNOWN

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(f"tag {self.label} has no evidence")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"tag {self.label}: confidence {self.confidence} is not within 0–1")

    @property
    def span(self) -> Span:
        """From the first piece of evidence to the last."""
        if len(self.evidence) == 1:  # as most have, and rules ask for it again and again
            return self.evidence[0].span
        return cover(piece.span for piece in self.evidence)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """All quotes, in the order of the evidence."""
        return tuple(quote for piece in self.evidence for quote in piece.quotes)


def in_order(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    """The tags sorted as `sorted` does; most differ in their first times, which are quicker to compare."""
    return tuple(sorted(tags, key=_first_times))


def _first_times(tag: Tag) -> tuple[int, int, Tag]:
    first = tag.evidence[0].span
    return (first.start_ms, first.end_ms, tag)
