"""Chooses at most three notes for a call: the worst first, never the same advice twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qa_service.coaching.advice import Advice
from qa_service.coaching.context import Surroundings, surroundings
from qa_service.core.coaching import CoachingNote
from qa_service.core.findings import Finding, Moment, Severity, Stage
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Quote
from qa_service.core.texts import Sentence
from qa_service.core.time import Span
from qa_service.text.normalize import fold

#: An agent reads a note between two calls (coaching-guide): three are what fits.
MOST_NOTES = 3
#: A moment may hold two things to say, such as a promise and the threat that answered it.
MOST_IN_A_MOMENT = 2
#: What costs points is spoken of before what is only coached.
_REACH = {Stage.SCORE: 0, Stage.COACH: 1, Stage.OBSERVE: 2}
#: Gaps that a note can only speak of when the call holds them.
_SPOKEN_GAPS = re.compile(r"\{(question|reply|answer|better|point)\}")


def notes(
    moments: Iterable[Moment],
    findings: Sequence[Finding],
    advice: Mapping[str, Sequence[Advice]],
    utterances: Sequence[Utterance],
    legs: Sequence[Span],
    *,
    in_order: bool = True,
) -> tuple[CoachingNote, ...]:
    """Notes for the worst moments of a call, each with a quote; fewer than three when fewer are due.

    Every moment has its first note before one has a second, which comes from another rule.
    `legs` are the agents' parts of the call: opening and closing are counted from theirs. Not `in_order` are calls
    whose parties' times cannot be held against each other.
    """
    by_id = {finding.id: finding for finding in findings}
    writer = _Writer(advice, utterances, legs, in_order)
    places = [(m, sorted((by_id[i] for i in m.findings), key=_worst_first)) for m in moments]
    places.sort(key=lambda place: (_is_formal(place[1][0]), -place[0].severity, _worst_first(place[1][0])))
    written: list[CoachingNote] = []
    for moment, found in places * MOST_IN_A_MOMENT:
        if len(written) == MOST_NOTES:
            break
        said_of = {by_id[note.finding].rule for note in written if note.moment == moment.id}
        note = writer.note(moment, [f for f in found if f.rule not in said_of])
        if note:
            written.append(note)
    return tuple(written)


def _is_formal(finding: Finding) -> bool:
    """Whether it is of little weight, such as a missing goodbye: the last thing to speak of with anybody."""
    return finding.severity < Severity.MAJOR


def _worst_first(finding: Finding) -> tuple[bool, bool, int, int, bool, float, Span, str]:
    """What weighs before what is formal; what the agent did before what the customer did; then the most, and surest."""
    about_customer = finding.role is Role.CUSTOMER
    reach, doubtful = _REACH[finding.stage], finding.needs_human
    weight = (reach, -finding.severity, doubtful, -finding.confidence)
    return _is_formal(finding), about_customer, *weight, finding.span, finding.id


@dataclass(slots=True)
class _Writer:
    """Writes the notes of one call and remembers what was advised already."""

    advice: Mapping[str, Sequence[Advice]]
    utterances: Sequence[Utterance]
    legs: Sequence[Span]
    in_order: bool = True
    #: What was advised, and about which row of a table where it was one.
    given: list[tuple[Advice, object]] = field(default_factory=list)
    #: Words that stand in a note: its moment, what it is about, and the words.
    quoted: list[tuple[str, Finding, Quote]] = field(default_factory=list)

    def note(self, moment: Moment, findings: Sequence[Finding]) -> CoachingNote | None:
        """A note about the first of the findings for which there is advice and a quote."""
        for finding in findings:
            if finding.stage is Stage.OBSERVE or not self.advice.get(finding.rule):
                continue
            around = surroundings(finding, self.utterances, self._leg(finding), in_order=self.in_order)
            if around and self._is_told(moment, finding, around.quote):
                continue
            if around and around.is_met and finding.role is Role.CUSTOMER:
                continue  # the agent met it: nothing to say better
            chosen = around and self._choose(self.advice[finding.rule], around)
            if around and chosen:
                self.given.append((chosen, _row(around)))
                self.quoted.append((moment.id, finding, around.quote))
                return CoachingNote(
                    moment=moment.id,
                    finding=finding.id,
                    what_happened=Sentence(chosen.what, around.values),
                    why_it_matters=Sentence(chosen.why, around.values),
                    try_instead=Sentence(chosen.instead, around.values),
                    quote=around.quote,
                )
        return None

    def _is_told(self, moment: Moment, finding: Finding, quote: Quote) -> bool:
        """Whether these words stand in a note already: of another moment, or of this one about a like fault."""
        return any(
            _is_said_of(quote, old) and (of != moment.id or _kind(told) == _kind(finding))
            for of, told, old in self.quoted
        )

    def _leg(self, finding: Finding) -> Span:
        begun = [leg for leg in self.legs if leg.start_ms <= finding.span.start_ms]
        return begun[-1] if begun else finding.span

    def _choose(self, variants: Sequence[Advice], around: Surroundings) -> Advice | None:
        """The first variant that fits, is news in this call, and speaks only of what was said."""
        fitting = (variant for variant in variants if _fits(variant, around))
        given = [old for old, row in self.given if row == _row(around)]
        return next((v for v in fitting if not any(_is_same(v, old) for old in given)), None)


def _row(around: Surroundings) -> object:
    """The row of a table that a note is about: of two rows one advice says different things."""
    return dict(around.values).get("row")


def _kind(finding: Finding) -> str:
    """`hedging` of `hedging.noncommittal`: what several rules may say of the same words."""
    return finding.label.partition(".")[0]


def _is_said_of(quote: Quote, other: Quote) -> bool:
    """Whether both are of the same words."""
    return quote.utterance == other.utterance and quote.start < other.end and other.start < quote.end


def _is_same(advice: Advice, other: Advice) -> bool:
    """Whether both say the same thing to do; two rules may give one advice."""
    here, there = advice.instead.zh_CN, other.instead.zh_CN
    return advice.name == other.name or here in there or there in here


def _fits(variant: Advice, around: Surroundings) -> bool:
    known = {name for name, value in around.values if value != ""}
    texts = (variant.what, variant.why, variant.instead)
    spoken = _SPOKEN_GAPS.findall("".join(t.zh_CN + t.zh_TW + t.en for t in texts))
    if not known.issuperset(spoken):
        return False
    fit = variant.fit
    if fit.touchpoint and fit.touchpoint != around.touchpoint:
        return False
    asked = fold(around.question).text
    return not fit.customer or any(fold(word).text in asked for word in fit.customer)
