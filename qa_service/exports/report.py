"""One self-contained HTML file per call: opens offline, plays the sound, prints on A4."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from qa_service.exports import wire
from qa_service.exports.document import assessment_model
from qa_service.exports.files import whole_file
from qa_service.exports.moments import links_of, moments_of, of_the_page, page_doubts
from qa_service.exports.summary import headline_score, outcome_key, summary
from qa_service.exports.transcript import lines_of, rows_of
from qa_service.exports.waveform import Drawing, draw
from qa_service.exports.words import clock, count, duration, number, percent, without_controls
from qa_service.i18n.catalogue import Catalogue
from qa_service.usecases.analyze import Analyzed


@dataclass(frozen=True, slots=True)
class Clip:
    """The call's sound, small enough to lie inside a page."""

    media_type: str
    data: bytes
    #: Where the sound ends, if it was too long to fit; None where all of it is there.
    ends_ms: int | None = None

    @property
    def url(self) -> str:
        """The sound as a data: address."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode()}"


def write_report(
    analyzed: Analyzed, texts: Catalogue, file: Path, *, source: str = "", clip: Clip | None = None
) -> None:
    """Writes the report of one call to `file`, whole or not at all; folders are made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(file) as part:
        part.write_text(render_report(analyzed, texts, source=source, clip=clip), "utf-8")


def render_report(analyzed: Analyzed, texts: Catalogue, *, source: str = "", clip: Clip | None = None) -> str:
    """The report as HTML. Everything that was said or written by strangers is escaped."""
    document = assessment_model(analyzed, texts, source=source)
    lines = lines_of(document)
    style, script = _asset("report.css"), _asset("report.js")
    values: dict[str, Any] = {
        "doc": document,
        "t": texts.say,
        "lang": texts.lang.replace("_", "-"),
        "summary": summary(document, texts),
        "score": headline_score,
        "drawing": _drawing(analyzed, document),
        "rows": rows_of(lines, document),
        "moments": moments_of(document, lines),
        "links": partial(links_of, document),
        "page_doubts": page_doubts(document),
        "of_the_page": of_the_page,
        "clip": clip,
        "style": style,
        "script": script,
        "policy": _policy(style, script),
    }
    return _environment().get_template("report.html.j2").render(values)


def _drawing(analyzed: Analyzed, document: wire.WireAssessment) -> Drawing:
    samples = analyzed.recording.samples if analyzed.recording else None
    return draw(samples, analyzed.assessment, document)


def _policy(style: str, script: str) -> str:
    """Nothing runs, styles or loads but these two blocks and the sound that lies in the page."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "media-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(block: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("qa_service.exports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "clock": clock,
        "count": count,
        "duration": duration,
        "number": number,
        "percent": percent,
        "outcome": outcome_key,
    }
    return environment


def _harmless(value: object) -> object:
    """Strangers' text cannot turn the page's text around; our own style and script stay as they are."""
    return without_controls(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _asset(name: str) -> Markup:
    """Our own style and script, which stand in the page as they are."""
    return Markup(_read(name))  # noqa: S704 - files of this package, not of strangers


def _read(name: str) -> str:
    return resources.files("qa_service.exports").joinpath("templates", name).read_text("utf-8")
