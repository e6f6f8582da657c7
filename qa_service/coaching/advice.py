"""Advice that a rulebook gives for a rule: variants, the first that fits the moment is used."""

from __future__ import annotations

from dataclasses import dataclass

from qa_service.core.texts import Text


@dataclass(frozen=True, slots=True)
class Fit:
    """When a variant fits: what the customer had just said, and which part of the call it was.

    Empty means "always". `customer` holds words of which one must occur in what the customer said last.
    """

    customer: tuple[str, ...] = ()
    touchpoint: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """One way to coach a moment. Gaps: {quote} {question} {reply} {answer} {time} and the values of the reason."""

    what: Text
    why: Text
    instead: Text
    fit: Fit = Fit()
    #: A name that is unique in the rulebook: no advice is given twice in one call.
    name: str = ""
