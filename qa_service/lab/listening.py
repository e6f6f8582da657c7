"""The real analysis, as the evaluations call it: settings, envelope beside the recording, chosen model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from qa_service import bootstrap
from qa_service.core.calls import Envelope
from qa_service.pipeline.assessment import Assessment
from qa_service.ports import HearingProfile, Progress, silent_progress
from qa_service.rulebook.book import Rulebook
from qa_service.text.files import read_text
from qa_service.usecases.analyze import Analyst, Analyzed, Request
from qa_service.usecases.envelope import MAX_BYTES, read_envelope

#: The names under which a call's envelope may lie beside its recording.
_SIDECARS = (".envelope.json", ".envelope.yaml")


@dataclass(frozen=True, slots=True)
class Listener:
    """An analyst with the way it is to listen; `working` is entered for each recording by name."""

    analyst: Analyst
    hearing: HearingProfile
    progress: Progress = silent_progress
    working: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext()

    def hear(self, recording: Path) -> Analyzed:
        """Analyses one recording with the envelope that lies beside it."""
        request = Request((recording,), envelope=envelope_beside(recording), hearing=self.hearing)
        with self.working(recording.name):
            return self.analyst.recording(request, progress=self.progress)

    def write(self, recording: Path) -> list[str]:
        """What is said in a recording, in order of time, whoever says it."""
        utterances = self.hear(recording).assessment.utterances
        return [u.text for u in sorted(utterances, key=lambda u: (u.span.start_ms, u.id))]

    def judge(self, transcript: str) -> Assessment:
        """Judges a transcript in the contract of `analyze --transcript`."""
        timezone = bootstrap.settings().timezone
        return self.analyst.transcript(transcript, source="transcript", timezone=timezone).assessment

    @property
    def described(self) -> Mapping[str, str]:
        """What a figure belongs to: rulebook, and what heard the recordings."""
        book: Rulebook = self.analyst.rulebook
        said = {"rulebook": f"{book.name}@{book.version}", "rulebook_digest": book.digest}
        if self.analyst.ears is not None:
            model = self.analyst.ears.recogniser.model
            said |= {"model": model.name, "revision": model.revision, "model_digest": model.digest}
            said |= {"effort": self.hearing.effort, "script": self.hearing.script}
        return said


def envelope_beside(recording: Path) -> Envelope:
    """The call envelope that lies beside a recording; an empty one where none does."""
    beside = (recording.with_name(recording.stem + suffix) for suffix in _SIDECARS)
    found = next((path for path in beside if path.exists()), None)
    if found is None:
        return Envelope()
    zone = bootstrap.settings().timezone
    text, tokens = read_text(found, MAX_BYTES), bootstrap.customer_tokens()
    return read_envelope(text, source=found.name, timezone=zone, tokens=tokens)
