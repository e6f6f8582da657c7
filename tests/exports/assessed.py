"""Stored calls with their documents, as exports get them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from qa_service.core.calls import Direction, Envelope, Participant, ParticipantKind
from qa_service.core.stored import CallState, StoredCall
from qa_service.exports.assessed import Assessed
from qa_service.exports.document import wire_assessment
from qa_service.exports.table import Form, Table, rows_of
from qa_service.i18n.catalogue import catalogue
from qa_service.usecases.analyze import Analyzed

WORDS, KEYS = Form(catalogue("zh_CN")), Form(catalogue("zh_CN"), keys=True)
STARTED = datetime(2025, 3, 8, 9, 30, tzinfo=timezone(timedelta(hours=8)))
ABOUT = Envelope(
    call_id="PBX-77",
    started_at=STARTED,
    direction=Direction.INBOUND,
    line="400 热线",
    skill_group="报修",
    participants=(Participant("p1", ParticipantKind.AGENT, "8012"),),
)


def stored(state: CallState = CallState.JUDGED, *, about: Envelope = ABOUT, reason: str = "") -> StoredCall:
    """A call of the store; it lies there without a length until it is measured."""
    return StoredCall(
        id="c1", state=state, source="api", envelope=about, team="", sha256="", file_name="", bytes=0,
        audio_key="", agent_channel=None, created_at=STARTED, reason=reason,
    )  # fmt: skip


def assessed(analyzed: Analyzed) -> Assessed:
    """A judged call and its document, which has been through JSON."""
    return stored(), json.loads(json.dumps(wire_assessment(analyzed, catalogue("zh_CN"))))


def saying(document: dict[str, Any], text: str) -> dict[str, Any]:
    """The document with other words in the quote and the reason of its first finding, and as its agent."""
    changed = copy.deepcopy(document)
    finding = changed["findings"][0]
    finding["evidence"] = [{"start_ms": 0, "end_ms": 0, "quotes": [_quote(text)]}]
    finding["because"]["text"] = text
    for holder in (finding, *changed["call"]["legs"], *changed["evaluations"]):
        holder["agent_id"] = text
    return changed


def rows(table: Table, *calls: Assessed, form: Form = KEYS) -> list[dict[str, Any]]:
    """The rows by key."""
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in rows_of(table, calls, form)]


def cells(file: Path) -> Iterator[Any]:
    """Every filled cell of a workbook, header and all."""
    for sheet in load_workbook(file).worksheets:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


def text_of(value: object) -> str:
    """What Excel shows for a cell: it decodes _xHHHH_, openpyxl leaves that to its caller."""
    return str(unescape(value))


def _quote(text: str) -> dict[str, Any]:
    return {"utterance": "elsewhere", "start": 0, "end": len(text), "text": text}
