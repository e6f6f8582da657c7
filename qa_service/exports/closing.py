"""What several calls come to, in one table at the end: which to open first, and where its report is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from qa_service.exports import wire
from qa_service.exports.flow import Flow
from qa_service.exports.moments import headline_ms
from qa_service.exports.summary import awaited, call_outcome, headline_score, worst_moment
from qa_service.exports.terminal import SHAPES, WIDEST, notes_of, plain
from qa_service.exports.words import UNKNOWN, clock
from qa_service.i18n.catalogue import Catalogue

_KEYS = ("call", "score", "outcome", "worst", "needs_human", "report")
#: Columns of the window from which on the names of reports fit beside all else.
_WITH_REPORTS = 100
#: Of a call's name, so much stands in one line.
_NAME_WIDTH = 28
_STYLES = {"outcome.passed": "green", "outcome.failed": "red"}


@dataclass(frozen=True, slots=True)
class Closed:
    """One input and what it came to; no document where it failed."""

    name: str
    document: wire.WireAssessment | None
    #: The file of its report; empty where none was written.
    report: str = ""


def print_closing(calls: Sequence[Closed], texts: Catalogue, console: Console) -> None:
    """The table, a row per input in their order, and what holds for all of them."""
    width = min(console.width, WIDEST)
    # Names of reports are names of calls once more: in a narrow window the rest needs the room.
    with_reports = width >= _WITH_REPORTS and any(call.report for call in calls)
    table = _table(calls, texts, _KEYS if with_reports else _KEYS[:-1])
    console.print()
    console.print(table, width=width)
    documents = [call.document for call in calls if call.document]
    for note in dict.fromkeys(note for document in documents for note in notes_of(document, texts)):
        console.print(Flow(Text(note, style="dim")), width=width)


def _table(calls: Sequence[Closed], texts: Catalogue, keys: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    longest = max((cell_len(plain(call.name)) for call in calls), default=0)
    for key in keys:
        justify: JustifyMethod = "right" if key == "needs_human" else "left"
        fixed = min(longest, _NAME_WIDTH) if key == "call" else None
        table.add_column(
            texts.say(f"closing.{key}"),
            overflow="fold",
            justify=justify,
            width=fixed,
            no_wrap=key in ("score", "needs_human"),
        )
    for call in calls:
        table.add_row(*list(_cells(call, texts))[: len(keys)])
    return table


def _cells(call: Closed, texts: Catalogue) -> Iterator[Text]:
    yield Text(plain(call.name))
    if call.document is None:
        yield from (Text(UNKNOWN), Text(texts.say("closing.failed"), style="bold red"))
        yield from (Text(UNKNOWN), Text(UNKNOWN), Text(""))
        return
    document = call.document
    outcome = call_outcome(document.status, [each.passed for each in document.evaluations])
    yield Text(_scores(document))
    yield Text(texts.say(outcome), style=_STYLES.get(outcome, ""))
    yield _worst(document)
    yield Text(UNKNOWN if document.status == "not_scorable" else str(awaited(document)))
    yield Text(plain(call.report), style="dim")


def _scores(document: wire.WireAssessment) -> str:
    if document.status == "not_scorable" or not document.evaluations:
        return UNKNOWN
    return " · ".join(headline_score(each) for each in document.evaluations)


def _worst(document: wire.WireAssessment) -> Text:
    moment = worst_moment(document)
    if moment is None:
        return Text(UNKNOWN)
    shape, style = SHAPES[moment.severity]
    told = Text(f"{shape}\N{NO-BREAK SPACE}", style=style)
    told.append(f"{plain(moment.title)} {clock(headline_ms(document, moment))}", style="default")
    return told
