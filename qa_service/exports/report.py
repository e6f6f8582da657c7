"""One self-contained HTML file per call: opens offline, plays the sound, prints on A4."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from qa_service.exports import wire
from qa_service.exports.document import assessment_model
from qa_service.exports.summary import summary
from qa_service.exports.transcript import lines_of
from qa_service.exports.waveform import Drawing, draw
from qa_service.exports.words import clock, duration, number, percent
from qa_service.i18n.catalogue import Catalogue
from qa_service.usecases.analyze import Analyzed


@dataclass(frozen=True, slots=True)
class Clip:
    """The call's sound, small enough to lie inside a page."""

    media_type: str
    data: bytes

    @property
    def url(self) -> str:
        """The sound as a data: address."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode()}"


def write_report(
    analyzed: Analyzed, texts: Catalogue, file: Path, *, source: str = "", clip: Clip | None = None
) -> None:
    """Writes the report of one call to `file`; folders are made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(render_report(analyzed, texts, source=source, clip=clip), "utf-8")


def render_report(analyzed: Analyzed, texts: Catalogue, *, source: str = "", clip: Clip | None = None) -> str:
    """The report as HTML. Everything that was said or written by strangers is escaped."""
    document = assessment_model(analyzed, texts, source=source)
    values: dict[str, Any] = {
        "doc": document,
        "t": texts.say,
        "lang": texts.lang.replace("_", "-"),
        "summary": summary(document, texts),
        "drawing": _drawing(analyzed, document),
        "lines": lines_of(document),
        "moments": _numbered(document),
        "clip": clip,
        "style": _asset("report.css"),
        "script": _asset("report.js"),
    }
    return _environment().get_template("report.html.j2").render(values)


def _drawing(analyzed: Analyzed, document: wire.WireAssessment) -> Drawing:
    samples = analyzed.recording.samples if analyzed.recording else None
    return draw(samples, analyzed.assessment, document)


def _numbered(document: wire.WireAssessment) -> list[dict[str, Any]]:
    """Moments with their number, findings and note, in order of time."""
    findings = {finding.id: finding for finding in document.findings}
    notes = {note.moment: note for note in document.coaching}
    return [
        {
            "number": i,
            "moment": moment,
            "findings": [findings[finding_id] for finding_id in moment.findings],
            "note": notes.get(moment.id),
        }
        for i, moment in enumerate(document.moments, start=1)
    ]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("qa_service.exports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"clock": clock, "duration": duration, "number": number, "percent": percent}
    return environment


def _asset(name: str) -> Markup:
    """Our own style and script, which stand in the page as they are."""
    return Markup(_read(name))  # noqa: S704 - files of this package, not of strangers


def _read(name: str) -> str:
    return resources.files("qa_service.exports").joinpath("templates", name).read_text("utf-8")
