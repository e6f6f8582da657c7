"""The moments of a report as a reviewer reads them: who said what, what was found in it, what to try."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qa_service.exports import wire, wire_parts
from qa_service.exports.transcript import Line, excerpt

#: What the other party said this short a time before is shown with the evidence.
BEFORE_MS = 10_000
#: Doubts that hold for every finding of the page and are said once, at its head.
_OF_THE_PAGE = ("doubt.model_unmeasured", "doubt.model_cer")


@dataclass(frozen=True, slots=True)
class Found:
    """What one rule found in a moment; several hits of a rule stand together."""

    finding: wire.WireFinding
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    times: int
    needs_human: bool


@dataclass(frozen=True, slots=True)
class MomentView:
    """A moment with its number, its lines (evidence marked), its findings and its notes."""

    number: int
    moment: wire.WireMoment
    #: When what its title says happened; the moment may begin earlier.
    at_ms: int
    lines: tuple[Line, ...]
    found: tuple[Found, ...]
    notes: tuple[wire.WireNote, ...]
    agent_id: str | None


@dataclass(frozen=True, slots=True)
class Links:
    """Ways from a score to the places where it was earned: (number of the moment, time) of each."""

    title: str
    places: tuple[tuple[int, int], ...]


def moments_of(document: wire.WireAssessment, lines: Sequence[Line]) -> list[MomentView]:
    """All moments in order of time, numbered from one."""
    findings = {finding.id: finding for finding in document.findings}
    several = len(document.call.legs) > 1
    places = {line.utterance.id: at for at, line in enumerate(lines)}
    views = []
    for number, moment in enumerate(document.moments, start=1):
        own = [findings[finding_id] for finding_id in moment.findings]
        views.append(
            MomentView(
                number=number,
                moment=moment,
                at_ms=max(moment.start_ms, own[0].start_ms),
                lines=tuple(_lines(own, lines, places)),
                found=tuple(_found(own)),
                notes=tuple(note for note in document.coaching if note.moment == moment.id),
                agent_id=own[0].agent_id if several else None,
            )
        )
    return views


def headline_ms(document: wire.WireAssessment, moment: wire.WireMoment) -> int:
    """When the finding that gives a moment its title became true, in ms; never before the moment."""
    headline = next(finding for finding in document.findings if finding.id == moment.findings[0])
    return max(moment.start_ms, headline.start_ms)


def links_of(document: wire.WireAssessment, answer: wire.WireAnswer) -> list[Links]:
    """Where the findings of an answer can be heard, those of one title together."""
    number_of = {f: number for number, m in enumerate(document.moments, start=1) for f in m.findings}
    wanted = number_of.keys() & set(answer.findings)
    by_title: dict[str, list[tuple[int, int]]] = {}
    for finding in document.findings:
        if finding.id in wanted:
            by_title.setdefault(finding.title, []).append((number_of[finding.id], finding.start_ms))
    return [Links(title, tuple(places)) for title, places in by_title.items()]


def of_the_page(reason: wire_parts.WireReason) -> bool:
    """Whether a reason holds for the whole call: it is said once, at the page's head."""
    return reason.code in _OF_THE_PAGE


def page_doubts(document: wire.WireAssessment) -> list[str]:
    """Why people decide about every finding of this call, each reason once."""
    doubts = (doubt for finding in document.findings for doubt in finding.doubts)
    return list(dict.fromkeys(doubt.text for doubt in doubts if of_the_page(doubt)))


def _lines(
    findings: Iterable[wire.WireFinding], lines: Sequence[Line], places: Mapping[str, int]
) -> list[Line]:
    """The quoted lines, and what the other party had said just before the first of them."""
    quoted = {quote.utterance for f in findings for piece in f.evidence for quote in piece.quotes}
    shown = sorted(places[name] for name in quoted if name in places)
    if shown and shown[0] and _answers(lines[shown[0]], lines[shown[0] - 1]):
        shown.insert(0, shown[0] - 1)
    return [excerpt(lines[at]) for at in shown]


def _answers(line: Line, before: Line) -> bool:
    """Whether `before` is the other party, a moment ago."""
    here, there = line.utterance, before.utterance
    return there.speaker != here.speaker and here.start_ms - there.end_ms <= BEFORE_MS


def _found(findings: Sequence[wire.WireFinding]) -> list[Found]:
    by_rule: dict[str, list[wire.WireFinding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    return [_together(hits) for hits in by_rule.values()]


def _together(hits: Sequence[wire.WireFinding]) -> Found:
    doubts = [d.text for hit in hits for d in hit.doubts if not of_the_page(d)]
    return Found(
        finding=max(hits, key=lambda hit: hit.confidence),
        reasons=tuple(dict.fromkeys(hit.because.text for hit in hits)),
        doubts=tuple(dict.fromkeys(doubts)),
        times=len(hits),
        needs_human=any(hit.needs_human for hit in hits),
    )
