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
from qa_service.exports.waveform import Peaks, draw, outline_of
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
    outline = outline_of(analyzed.recording.samples) if analyzed.recording else None
    document = assessment_model(analyzed, texts, source=source)
    return render_document(document, texts, outline=outline, clip=clip)


def render_document(
    document: wire.WireAssessment, texts: Catalogue, *, outline: Peaks | None = None, clip: Clip | None = None
) -> str:
    """The same of a document that was kept; without an outline the lanes show who spoke when."""
    lines = lines_of(document)
    style, script = style_of("report"), _asset("report.js")
    values: dict[str, Any] = {
        "doc": document,
        "t": texts.say,
        "lang": texts.lang.replace("_", "-"),
        "summary": summary(document, texts),
        "score": headline_score,
        "drawing": draw(outline, document),
        "rows": rows_of(lines, document),
        "moments": moments_of(document, lines),
        "links": partial(links_of, document),
        "page_doubts": page_doubts(document),
        "of_the_page": of_the_page,
        "clip": clip,
        "style": style,
        "script": script,
        "policy": policy(),
    }
    return environment().get_template("report.html.j2").render(values)


@cache
def policy() -> str:
    """Nothing runs, styles or loads but our two blocks and the sound that lies in the page."""
    style, script = style_of("report"), _asset("report.js")
    return (
        f"default-src 'none'; style-src '{block_hash(style)}'; script-src '{block_hash(script)}'; "
        "media-src data:; base-uri 'none'; form-action 'none'"
    )


def block_hash(block: str) -> str:
    """How a policy names a block of style or script that stands in the page."""
    return f"sha256-{base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()}"


@cache
def environment() -> Environment:
    """What pages are made with: strangers' text is escaped and cannot turn around."""
    made = Environment(
        loader=PackageLoader("qa_service.exports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "clock": clock,
        "count": count,
        "duration": duration,
        "number": number,
        "percent": percent,
        "outcome": outcome_key,
    }
    return made


def _harmless(value: object) -> object:
    """Strangers' text cannot turn the page's text around; our own style and script stay as they are."""
    return without_controls(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def style_of(page: str) -> Markup:
    """What all pages have in common, and what this one has of its own."""
    return _asset("ground.css") + _asset(f"{page}.css")


def _asset(name: str) -> Markup:
    """Our own style and script, which stand in the page as they are."""
    return Markup(_read(name))  # noqa: S704 - files of this package, not of strangers


def _read(name: str) -> str:
    return resources.files("qa_service.exports").joinpath("templates", name).read_text("utf-8")
