"""An assessment for the terminal: what was found, why, and what to say instead."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from qa_service.exports import wire
from qa_service.exports.document import assessment_model
from qa_service.exports.summary import headline_score, summary
from qa_service.exports.words import clock, duration, number, percent
from qa_service.i18n.catalogue import Catalogue
from qa_service.usecases.analyze import Analyzed

_SHAPES = {
    "critical": ("◆", "bold red"),
    "major": ("▲", "dark_orange3"),
    "minor": ("●", "yellow"),
    "info": ("○", "blue"),
}


def print_assessment(analyzed: Analyzed, texts: Catalogue, console: Console, *, source: str = "") -> None:
    """Prints one call as a panel."""
    document = assessment_model(analyzed, texts, source=source)
    console.print(
        Panel(
            Group(*_body(document, texts)), title=_title(document, texts), title_align="left", padding=(0, 1)
        )
    )


def _title(document: wire.WireAssessment, texts: Catalogue) -> Text:
    title = Text(document.call.source or document.call.id, style="bold")
    title.append(
        f"  {duration(document.call.duration_ms)}  {texts.say('layout.' + document.call.layout)}",
        style="default",
    )
    if document.evaluation:
        title.append(f"  {texts.say('report.score')} {headline_score(document.evaluation)}", style="bold")
    return title


def _body(document: wire.WireAssessment, texts: Catalogue) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(" ".join(summary(document, texts)))]
    parts += [Text(f"! {problem.detail}", style="yellow") for problem in document.problems]
    findings = {finding.id: finding for finding in document.findings}
    notes = {note.moment: note for note in document.coaching}
    for number_, moment in enumerate(document.moments, start=1):
        parts.append(Text())
        parts.append(_moment(number_, moment, texts))
        for finding_id in moment.findings:
            parts += _finding(findings[finding_id], texts, alone=len(moment.findings) == 1)
        if moment.id in notes:
            parts.append(_note(notes[moment.id], texts))
    if document.strengths:
        parts.append(Text())
        parts += [_good(strength) for strength in document.strengths]
    parts += [Text(), Text(_measures(document, texts), style="dim")]
    return parts


def _moment(number_: int, moment: wire.WireMoment, texts: Catalogue) -> Text:
    shape, style = _SHAPES[moment.severity]
    line = Text(f"{shape} {number_}. {moment.title}", style=style)
    line.append(f"  {clock(moment.start_ms)}  {texts.say('severity.' + moment.severity)}", style="default")
    return line


def _finding(finding: wire.WireFinding, texts: Catalogue, *, alone: bool) -> list[RenderableType]:
    quotes = [f"「{quote.text}」" for piece in finding.evidence for quote in piece.quotes]
    lines = (
        [Text(("" if alone else f"{finding.title}：") + "".join(quotes), style="bold")]
        if quotes or not alone
        else []
    )
    because = f"{finding.because.text}（{texts.say('report.confidence')} {percent(finding.confidence)}）"
    why = Text(because, style="dim")
    if finding.needs_human:
        why.append(f"  {texts.say('report.needs_human')}：{finding.doubts[0].text}", style="dark_orange3")
    return [Padding(line, (0, 0, 0, 3)) for line in [*lines, why]]


def _note(note: wire.WireNote, texts: Catalogue) -> Padding:
    lines = Text()
    for key, said, style in (
        ("note.what", note.what_happened, "default"),
        ("note.why", note.why_it_matters, "default"),
        ("note.instead", note.try_instead, "green"),
    ):
        lines.append(f"{texts.say(key)}  ", style="dim")
        lines.append(said + "\n", style=style)
    lines.rstrip()
    return Padding(lines, (0, 0, 0, 5))


def _good(strength: wire.WireStrength) -> Text:
    line = Text("✓ ", style="bold green")
    line.append(strength.text, style="default")
    return line


def _measures(document: wire.WireAssessment, texts: Catalogue) -> str:
    measured = document.measurements
    shown = (
        ("measure.talk_ratio", percent(measured.talk_ratio)),
        ("measure.agent_cpm", number(measured.agent_chars_per_minute)),
        ("measure.response", duration(measured.response_latency_ms)),
        ("measure.interruptions", number(measured.interruptions)),
        ("measure.hold", duration(measured.hold_ms)),
    )
    model = document.models.asr
    foot = texts.say("report.model_short", model=model.name, cer=percent(model.cer))
    return "  ·  ".join([*(f"{texts.say(key)} {value}" for key, value in shown), foot])
