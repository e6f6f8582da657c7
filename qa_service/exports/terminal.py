"""An assessment for the terminal: what was found, why, and what to say instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from qa_service.exports import wire, wire_of_call
from qa_service.exports.document import assessment_model
from qa_service.exports.flow import Flow, marked
from qa_service.exports.moments import Found, MomentView, moments_of, page_doubts
from qa_service.exports.summary import headline_score, lost_points, summary
from qa_service.exports.transcript import Line, lines_of
from qa_service.exports.words import clock, count, duration, percent, without_controls
from qa_service.i18n.catalogue import Catalogue
from qa_service.usecases.analyze import Analyzed

SHAPES = {
    "critical": ("◆", "bold red"),
    "major": ("▲", "dark_orange3"),
    "minor": ("●", "yellow"),
    "info": ("○", "blue"),
}
_ROLES = {"agent": "slate_blue1", "customer": "dark_cyan"}
#: A window wider than this would make lines that nobody likes to read.
WIDEST = 120


def print_assessment(analyzed: Analyzed, texts: Catalogue, console: Console, *, source: str = "") -> None:
    """Prints one call as a panel, with what holds for its recogniser."""
    print_document(assessment_model(analyzed, texts, source=source), texts, console)


def print_document(
    document: wire.WireAssessment, texts: Catalogue, console: Console, *, with_notes: bool = True
) -> None:
    """The same of a document; without its notes where they are said once for several calls."""
    body = Group(*_body(document, texts, with_notes=with_notes))
    width = min(console.width, WIDEST)
    console.print(Panel(body, title=_title(document, texts), title_align="left", padding=(0, 1), width=width))


def _title(document: wire.WireAssessment, texts: Catalogue) -> Text:
    title = Text(plain(document.call.source or document.call.id), style="bold")
    layout = texts.say(f"layout.{document.call.layout}")
    title.append(f"  {clock(document.call.duration_ms)}  {layout}", style="default")
    if document.evaluation:
        title.append(f"  {texts.say('report.score')} {headline_score(document.evaluation)}", style="bold")
    return title


def _body(document: wire.WireAssessment, texts: Catalogue, *, with_notes: bool) -> Iterator[RenderableType]:
    for sentence in summary(document, texts):
        yield Flow(Text(plain(sentence)))
    lost = lost_points(document, texts)
    if lost:
        yield marked("✗", Text(plain(lost), style="red"), style="red")
    for warning in _warnings(document, texts, with_notes=with_notes):
        yield marked("!", Text(warning, style="yellow"), style="yellow")
    for view in moments_of(document, lines_of(document)):
        yield Text()
        yield _head(view, texts)
        yield Padding(Group(*_moment(view, texts)), (0, 0, 0, 3))
    if document.strengths:
        yield Text()
        yield from (marked("✓", Text(plain(s.text)), style="bold green") for s in document.strengths)
    yield Text()
    yield Flow(Text(_measures(document, texts, with_notes=with_notes), style="dim"))


def notes_of(document: wire.WireAssessment, texts: Catalogue) -> Iterator[str]:
    """What holds for the recogniser, whatever was said: the same for all calls that it heard."""
    model = document.models.asr
    if document.call.layout == "text":
        return
    if model.cer is None:
        yield texts.say("report.cer_unknown", model=model.name)
    if model.proves_pipeline_only:
        yield texts.say("report.base_only")


def _warnings(document: wire.WireAssessment, texts: Catalogue, *, with_notes: bool) -> Iterator[str]:
    """What holds for the whole call: said once, not at every finding."""
    model = document.models.asr
    if model.cer is not None or document.call.layout == "text":
        yield from page_doubts(document)
    elif with_notes:
        yield texts.say("report.cer_unknown", model=model.name)
    yield from (_when(problem, document.call.duration_ms) + problem.detail for problem in document.problems)


def _when(problem: wire_of_call.WireProblem, duration_ms: int) -> str:
    """Where in the call a problem lies, unless it is all of it."""
    if not problem.start_ms and problem.end_ms >= duration_ms:
        return ""
    begins, ends = clock(problem.start_ms), clock(problem.end_ms)
    return f"{begins} " if begins == ends else f"{begins}–{ends} "


def _head(view: MomentView, texts: Catalogue) -> RenderableType:
    shape, style = SHAPES[view.moment.severity]
    line = Text(f"{shape} {view.number}. {plain(view.moment.title)}", style=style)
    agent = f"  {texts.say('report.agent')} {view.agent_id}" if view.agent_id else ""
    level = texts.say(f"severity.{view.moment.severity}")
    line.append(f"  {clock(view.at_ms)}  {level}{agent}", style="default")
    return Flow(line)


def _moment(view: MomentView, texts: Catalogue) -> Iterator[RenderableType]:
    if view.lines:
        yield _said(view.lines, texts)
    for found in view.found:
        shape, style = SHAPES[found.finding.severity]
        yield marked(shape, _why(found, texts), style=style)
    yield from (_note(note, texts) for note in view.notes)


def _said(lines: Iterable[Line], texts: Catalogue) -> Table:
    """Who said what; evidence in bold."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for line in lines:
        said = line.utterance
        text = Text(style="" if line.is_marked else "dim")
        for piece in line.pieces:
            text.append(plain(piece.text), style="bold underline" if piece.severity else "")
        role = Text(texts.say(f"role.{said.role}"), style=_ROLES.get(said.role, "dim"))
        table.add_row(Text(clock(said.start_ms), style="dim"), role, Flow(text))
    return table


def _why(found: Found, texts: Catalogue) -> Text:
    finding = found.finding
    line = Text(plain(finding.title), style="bold")
    if found.times > 1:
        line.append(f" ×{found.times}")
    reasons = plain(texts.say("report.between").join(found.reasons))
    line.append(f"  {reasons} · {texts.say('report.confidence')} {percent(finding.confidence)}", style="dim")
    if finding.stage != "score":
        line.append(f" · {texts.say('stage_of_rule.' + finding.stage)}", style="dim")
    if found.needs_human:
        line.append(f"  {texts.say('report.needs_human')}", style="not bold dark_orange3")
        line.append("".join(f" · {doubt}" for doubt in found.doubts), style="not bold dark_orange3")
    return line


def _note(note: wire.WireNote, texts: Catalogue) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(ratio=1)
    for key, said, style in (
        ("note.what", note.what_happened, ""),
        ("note.why", note.why_it_matters, ""),
        ("note.instead", note.try_instead, "green"),
    ):
        table.add_row(texts.say(key), Flow(Text(plain(said), style=style)))
    return table


def _measures(document: wire.WireAssessment, texts: Catalogue, *, with_notes: bool) -> str:
    measured = document.measurements
    shown = (
        ("measure.talk_ratio", percent(measured.talk_ratio)),
        ("measure.agent_cpm", count(measured.agent_chars_per_minute)),
        ("measure.response", duration(measured.response_latency_ms)),
        ("measure.interruptions", count(measured.interruptions)),
        ("measure.hold", duration(measured.hold_ms)),
    )
    facts = [f"{texts.say(key)} {value}" for key, value in shown]
    if document.call.layout != "text":
        model = document.models.asr
        facts.append(texts.say("report.model_short", model=model.name, cer=percent(model.cer)))
        if model.proves_pipeline_only and with_notes:
            facts.append(texts.say("report.base_only"))
    return " · ".join(facts)


def plain(said: str) -> str:
    """Text of strangers without control characters and in one line."""
    return " ".join(without_controls(said).split("\n"))
