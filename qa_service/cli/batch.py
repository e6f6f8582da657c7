"""Runs `analyze` over its inputs, one after the other, with progress on stderr."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from qa_service import bootstrap
from qa_service.cli.inputs import Input, Kind, envelope_of, read_transcript_text
from qa_service.cli.outlet import Outcome, Outlet
from qa_service.cli.progress import Bars
from qa_service.cli.writing import writing
from qa_service.core.calls import Envelope
from qa_service.core.errors import QaError, UsageError
from qa_service.exports.measured import load_measured, save_measured
from qa_service.ports import SourceProfile
from qa_service.rulebook.book import Rulebook
from qa_service.usecases.analyze import Analyst, Analyzed, Request


@dataclass(frozen=True, slots=True)
class Job:
    """What to analyse, and how."""

    inputs: Sequence[Input]
    rulebook: Rulebook
    model: str
    effort: str
    agent_channel: int | None
    meta: Path | None
    source: SourceProfile
    save: bool


def run(job: Job, outlet: Outlet) -> int:
    """Analyses every input and writes what comes of it; the number of inputs that failed."""
    waiting, failed = [], 0
    for outcome in _outcomes(job):
        failed += isinstance(outcome.result, QaError)
        document = outlet.write(outcome)
        if document is not None:
            waiting.append(document)
    outlet.finish(waiting)
    return failed


def _outcomes(job: Job) -> Iterator[Outcome]:
    """Each input's outcome as soon as it is known; wrong use stops everything."""
    with Bars(len(job.inputs)) as bars:
        analyst = _analyst(job, bars)
        for given in job.inputs:
            result: Analyzed | QaError
            with bars.input(given.name):
                try:
                    result = _analyze(job, given, analyst, bars)
                except UsageError:
                    raise
                except QaError as error:
                    result = error
            _log(result)
            yield Outcome(given, result)


def _log(result: Analyzed | QaError) -> None:
    log = structlog.get_logger()
    if isinstance(result, QaError):
        log.info("call_failed", code=result.code)
        return
    assessment = result.assessment
    log.info(
        "call_judged",
        call_id=assessment.measured.call_id,
        status=assessment.scorable.status.value,
        rulebook=assessment.rulebook.digest[:12],
        duration_ms=assessment.measured.duration_ms,
        findings=len(assessment.findings),
        took_ms=sum(result.timings_ms.values()),
    )


def _analyst(job: Job, bars: Bars) -> Analyst:
    """Models are loaded only if there is something to hear."""
    if any(given.kind is Kind.RECORDING for given in job.inputs):
        return bootstrap.analyst(job.rulebook, bootstrap.ears(job.model, progress=bars.progress))
    return bootstrap.analyst(job.rulebook)


def _analyze(job: Job, given: Input, analyst: Analyst, bars: Bars) -> Analyzed:
    analyzed = _analyzed(job, given, analyst, bars)
    if job.save and given.kind is not Kind.MEASURED:
        _save(analyzed)
    return analyzed


def _analyzed(job: Job, given: Input, analyst: Analyst, bars: Bars) -> Analyzed:
    envelope = envelope_of(given, job.meta)
    if given.kind is Kind.TRANSCRIPT:
        text, timezone = read_transcript_text(given.paths[0]), bootstrap.settings().timezone
        return analyst.transcript(text, source=given.name, timezone=timezone, envelope=envelope)
    request = Request(
        paths=given.paths,
        envelope=envelope or Envelope(),
        source=job.source,
        hearing=bootstrap.hearing_profile(job.effort),
        agent_channel=job.agent_channel,
    )
    if given.kind is Kind.MEASURED:
        return analyst.measured(load_measured(given.paths[0]), request)
    return analyst.recording(request, progress=bars.progress)


def _save(analyzed: Analyzed) -> None:
    folder = bootstrap.settings().data_dir / "measured"
    with writing(folder):
        save_measured(analyzed.assessment.measured, folder)
