"""Chooses at most three notes for a call: the worst moments first, never the same advice twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from qa_service.coaching.advice import Advice
from qa_service.coaching.context import Surroundings, surroundings
from qa_service.core.coaching import CoachingNote
from qa_service.core.findings import Finding, Moment, Stage
from qa_service.core.speech import Utterance
from qa_service.core.texts import Sentence
from qa_service.core.time import Span

#: An agent reads a note between two calls (coaching-guide): three are what fits.
MOST_NOTES = 3
#: Gaps that a note can only speak of when the call holds them.
_SPOKEN_GAPS = re.compile(r"\{(question|reply)\}")


def notes(
    moments: Iterable[Moment],
    findings: Sequence[Finding],
    advice: Mapping[str, Sequence[Advice]],
    utterances: Sequence[Utterance],
    leg: Span,
) -> tuple[CoachingNote, ...]:
    """Notes for the worst moments of one leg, each with a quote; fewer than three when fewer are due."""
    by_id = {finding.id: finding for finding in findings}
    used: set[str] = set()
    written: list[CoachingNote] = []
    for moment in sorted(moments, key=lambda m: (-m.severity, m.span)):
        note = _note(moment, [by_id[i] for i in moment.findings], advice, utterances, leg, used)
        if note:
            written.append(note)
        if len(written) == MOST_NOTES:
            break
    return tuple(written)


def _note(
    moment: Moment,
    findings: Sequence[Finding],
    advice: Mapping[str, Sequence[Advice]],
    utterances: Sequence[Utterance],
    leg: Span,
    used: set[str],
) -> CoachingNote | None:
    for finding in findings:
        if finding.stage is Stage.OBSERVE:
            continue
        around = surroundings(finding, utterances, leg)
        chosen = around and _choose(advice.get(finding.rule, ()), around, used)
        if around and chosen:
            used.add(chosen.name)
            return CoachingNote(
                moment=moment.id,
                finding=finding.id,
                what_happened=Sentence(chosen.what, around.values),
                why_it_matters=Sentence(chosen.why, around.values),
                try_instead=Sentence(chosen.instead, around.values),
                quote=around.quote,
            )
    return None


def _choose(variants: Sequence[Advice], around: Surroundings, used: set[str]) -> Advice | None:
    """The first variant that fits, was not given in this call yet, and speaks only of what was said."""
    for variant in variants:
        if variant.name not in used and _fits(variant, around):
            return variant
    return None


def _fits(variant: Advice, around: Surroundings) -> bool:
    known = {name for name, _ in around.values}
    spoken = _SPOKEN_GAPS.findall(variant.what.zh_CN + variant.why.zh_CN + variant.instead.zh_CN)
    if not known.issuperset(spoken):
        return False
    fit = variant.fit
    if fit.touchpoint and fit.touchpoint != around.touchpoint:
        return False
    return not fit.customer or any(word in around.question for word in fit.customer)
