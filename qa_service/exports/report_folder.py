"""Many calls as a folder of reports in one ZIP: an index that says where to look first, and a report of each call."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from markupsafe import Markup

from qa_service.core.stored import StoredCall
from qa_service.exports.assessed import Assessed, Document, duration_ms, is_judged, parts_of
from qa_service.exports.files import whole_file
from qa_service.exports.kept_report import report_page
from qa_service.exports.report import block_hash, environment
from qa_service.exports.summary import call_outcome, headline_score
from qa_service.exports.wire import WireEvaluation
from qa_service.i18n.catalogue import Catalogue

#: Reports in one file: what a person reads in a week, and a minute of work for us.
MOST_REPORTS = 1_000
#: Unpacked bytes of all reports; calls after that stand in the index without one.
MOST_BYTES = 1 << 30
_RANK = {"critical": 3, "major": 2, "minor": 1, "info": 0}
_STYLE = Markup(
    "body{font:14px/1.6 system-ui,'PingFang SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:24px;"
    "color:#1c2433}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:5px 12px 5px 0;"
    "border-top:1px solid #e1e5ee;vertical-align:top}thead th{border-top:0;color:#566072;font-weight:400;"
    "position:sticky;top:0;background:#fff}td.n{text-align:right;white-space:nowrap}a{color:#4338ca}"
    ".critical{color:#b91c1c}.major{color:#9a4207}.minor{color:#735700}.info{color:#475569}p{color:#566072}"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One call in the index."""

    call: StoredCall
    agents: str
    lasts_ms: int | None
    scores: str
    outcome: str
    #: The worst moment's title, severity and time; None where nothing was found.
    worst: Document | None
    #: How many findings a person decides; None where nobody judged.
    people: int | None
    #: The report's name in the ZIP; empty where there is none.
    file: str


def write_report_folder(
    assessed: Iterable[Assessed], file: Path, texts: Catalogue, most_bytes: int = MOST_BYTES
) -> None:
    """Writes the ZIP, one report after the other; memory holds one call at a time."""
    with (
        whole_file(file) as part,
        tempfile.TemporaryFile("w+b", dir=file.parent) as index,
        ZipFile(part, "w", ZIP_DEFLATED) as packed,
    ):
        values: dict[str, Any] = {
            "t": texts.say,
            "lang": texts.lang.replace("_", "-"),
            "rows": _rows(assessed, packed, texts, most_bytes),
            "style": _STYLE,
            "policy": f"default-src 'none'; style-src '{block_hash(_STYLE)}'; base-uri 'none'; form-action 'none'",
            "most": MOST_REPORTS,
        }
        for piece in environment().get_template("index.html.j2").generate(values):
            index.write(piece.encode())
        index.seek(0)
        with packed.open("index.html", "w") as opened:
            while content := index.read(1 << 20):
                opened.write(content)


def _rows(assessed: Iterable[Assessed], packed: ZipFile, texts: Catalogue, most_bytes: int) -> Iterator[Row]:
    """The rows of the index; each call's report is written when its row comes."""
    left = most_bytes
    for call, document in assessed:
        name = ""
        if document is not None and left > 0:
            html = report_page(document, None, texts).html.encode()
            left -= len(html)
            name = f"reports/{call.id}.html"
            packed.writestr(name, html)
        yield _row(call, document, name)


def _row(call: StoredCall, document: Document | None, name: str) -> Row:
    parts = parts_of(call, document)
    evaluations = [WireEvaluation.model_validate(part.evaluation) for part in parts if part.evaluation]
    judged = document is not None and is_judged(document)
    return Row(
        call=call,
        agents="、".join(dict.fromkeys(part.agent for part in parts if part.agent)),
        lasts_ms=duration_ms(call, document),
        scores=" · ".join(headline_score(one) for one in evaluations) if judged else "",
        outcome=(
            call_outcome(document["status"], [one.passed for one in evaluations])
            if document
            else f"export_status.{call.state.value}"
        ),
        worst=_worst(document) if document else None,
        people=sum(one["needs_human"] for one in document["findings"]) if document and judged else None,
        file=name,
    )


def _worst(document: Document) -> Document | None:
    moments = document["moments"]
    return max(moments, key=lambda m: (_RANK[m["severity"]], -m["start_ms"]), default=None)
