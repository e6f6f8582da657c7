"""Runs `analyze` over its inputs: progress on stderr, results out as they come, failures in their place."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from qa_service import bootstrap
from qa_service.cli.progress import Bars
from qa_service.core.calls import Envelope
from qa_service.core.errors import QaError, RecordingError, UsageError
from qa_service.exports.document import failure_document, to_json, wire_assessment
from qa_service.exports.report import write_report
from qa_service.exports.terminal import print_assessment
from qa_service.rulebook.book import Rulebook
from qa_service.usecases.analyze import Analyst, Analyzed, Request
from qa_service.usecases.envelope import read_envelope

#: A call's envelope may lie beside its recording under one of these names.
_SIDECARS = (".envelope.json", ".envelope.yaml")


@dataclass(frozen=True, slots=True)
class Job:
    """What to analyse, and how."""

    inputs: tuple[tuple[Path, ...], ...]
    is_transcript: bool
    rulebook: Rulebook
    model: str
    effort: str
    agent_channel: int | None
    meta: Path | None
    profile: str


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where results go."""

    form: str
    out: Path | None
    reports: Path | None
    many: bool

    def file_for(self, name: str, suffix: str) -> Path | None:
        """The file of one result; None for stdout."""
        if self.out is None or not self.many:
            return self.out
        return self.out / f"{name}{suffix}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One input and what came of it."""

    name: str
    analyzed: Analyzed | None = None
    error: QaError | None = None


def run(job: Job, outlet: Outlet) -> int:
    """Analyses every input and writes what comes of it; the number of inputs that failed."""
    if outlet.form == "html" and outlet.out is None:
        raise UsageError(
            "html_needs_out", problem="--format html needs --out", fix="Say where: --out report.html"
        )
    documents: list[dict[str, object]] = []
    failed = 0
    for outcome in _outcomes(job):
        failed += outcome.error is not None
        if outlet.form == "json":
            documents.append(_document(outcome))
        else:
            _show(outcome, outlet)
        _report(outcome, outlet)
    if outlet.form == "json":
        _write_json(documents, outlet)
    _say_where(outlet)
    return failed


def _outcomes(job: Job) -> Iterator[Outcome]:
    """Each input's outcome as soon as it is known."""
    with Bars(len(job.inputs)) as bars:
        analyst = _analyst(job, bars)
        for paths in job.inputs:
            name = "+".join(path.name for path in paths)
            with bars.input(name):
                try:
                    analyzed = _analyze(job, analyst, paths, bars)
                except UsageError:
                    raise
                except QaError as error:
                    outcome = Outcome(name, error=error)
                else:
                    outcome = Outcome(name, analyzed)
            yield outcome


def _analyst(job: Job, bars: Bars) -> Analyst:
    if job.is_transcript:
        return bootstrap.analyst(job.rulebook)
    return bootstrap.analyst(job.rulebook, bootstrap.ears(job.model, progress=bars.progress))


def _analyze(job: Job, analyst: Analyst, paths: tuple[Path, ...], bars: Bars) -> Analyzed:
    if job.is_transcript:
        return analyst.transcript(
            _read_text(paths[0]), source=paths[0].name, timezone=bootstrap.settings().timezone
        )
    request = Request(
        paths=paths,
        envelope=_envelope(paths[0], job.meta),
        source=bootstrap.source_profile(job.profile),
        hearing=bootstrap.hearing_profile(job.effort),
        agent_channel=job.agent_channel,
    )
    return analyst.recording(request, progress=bars.progress)


def _envelope(recording: Path, meta: Path | None) -> Envelope:
    beside = (recording.with_name(recording.stem + suffix) for suffix in _SIDECARS)
    found = meta or next((path for path in beside if path.exists()), None)
    if found is None:
        return Envelope()
    return read_envelope(_read_text(found), source=found.name, timezone=bootstrap.settings().timezone)


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise RecordingError(
            "not_found", where=str(path), problem="is not there", fix="Check the path"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingError(
            "unreadable_text", where=str(path), problem="cannot be read as UTF-8 text"
        ) from error


def _document(outcome: Outcome) -> dict[str, object]:
    if outcome.error is not None:
        return failure_document(outcome.error, outcome.name, bootstrap.texts())
    assert outcome.analyzed is not None  # noqa: S101 - one of the two is there by construction
    return wire_assessment(outcome.analyzed, bootstrap.texts(), source=outcome.name)


def _show(outcome: Outcome, outlet: Outlet) -> None:
    texts = bootstrap.texts()
    if outcome.error is not None:
        line = f"✗ {outcome.name}: {texts.error(outcome.error)}"
        Console(stderr=True).print(line, style="red", markup=False)
    if outcome.analyzed is None:
        return
    stem = Path(outcome.name).stem
    if outlet.form == "html":
        _write_report(outcome.analyzed, outlet.file_for(stem, ".html") or Path(f"{stem}.html"), outcome.name)
        return
    file = outlet.file_for(stem, ".txt")
    if file is None:
        print_assessment(outcome.analyzed, texts, Console(), source=outcome.name)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as opened:
        print_assessment(outcome.analyzed, texts, Console(file=opened, width=100), source=outcome.name)


def _report(outcome: Outcome, outlet: Outlet) -> None:
    if outlet.reports is not None and outcome.analyzed is not None:
        file = outlet.reports / f"{Path(outcome.name).stem}.html"
        _write_report(outcome.analyzed, file, outcome.name)


def _write_report(analyzed: Analyzed, file: Path, name: str) -> None:
    clip = bootstrap.clip(analyzed.recording)
    write_report(analyzed, bootstrap.texts(), file, source=name, clip=clip)


def _write_json(documents: list[dict[str, object]], outlet: Outlet) -> None:
    if outlet.out is None:
        sys.stdout.write(to_json(documents if outlet.many else documents[0]) + "\n")
        return
    if not outlet.many:
        outlet.out.parent.mkdir(parents=True, exist_ok=True)
        outlet.out.write_text(to_json(documents[0]) + "\n", "utf-8")
        return
    outlet.out.mkdir(parents=True, exist_ok=True)
    for document in documents:
        file = outlet.out / f"{_file_stem(document)}.json"
        file.write_text(to_json(document) + "\n", "utf-8")


def _file_stem(document: dict[str, object]) -> str:
    """The name of the input that a document came from."""
    place = document.get("error") or document["call"]
    source = place.get("path") or place.get("source") if isinstance(place, dict) else None
    return Path(str(source)).stem


def _say_where(outlet: Outlet) -> None:
    texts = bootstrap.texts()
    for folder in (outlet.reports, outlet.out if outlet.form == "html" else None):
        if folder is not None:
            Console(stderr=True).print(texts.say("cli.reports_at", path=str(folder.resolve())), markup=False)
