"""The report of a call that is kept: from its document, with its sound where somebody may hear it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from qa_service.exports import wire
from qa_service.exports.ogg import beginning
from qa_service.exports.report import Clip, policy, render_document
from qa_service.exports.waveform import Peaks
from qa_service.i18n.catalogue import Catalogue
from qa_service.ports.playing import Outline
from qa_service.ports.reporting import Page, ReportSound

#: A page that was made of strangers' words is nobody's: not of our origin, in no frame, and it fetches nothing.
_ALONE = "sandbox allow-scripts; frame-ancestors 'none'"
_MEDIA_TYPE = "audio/ogg"


def report_page(document: Mapping[str, Any], heard: ReportSound | None, texts: Catalogue) -> Page:
    """The page of one call. The document's sentences stay in the language in which it was made."""
    kept = wire.WireAssessment.model_validate(document)
    outline = _points(heard.outline) if heard else None
    html = render_document(kept, texts, outline=outline, clip=_clip(heard) if heard else None)
    return Page(html, f"{policy()}; {_ALONE}")


def _points(outline: Outline) -> Peaks:
    return np.asarray(outline.channels, np.int8).reshape(len(outline.channels), -1, 2)


def _clip(heard: ReportSound) -> Clip | None:
    if heard.is_whole:
        return Clip(_MEDIA_TYPE, heard.content)
    content, ends_ms = beginning(heard.content)
    return Clip(_MEDIA_TYPE, content, ends_ms=ends_ms) if content else None
