"""Analysts who judge what they are handed, and what they say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_service.core.calls import Envelope
from qa_service.core.errors import RecordingError
from qa_service.core.evaluation import Verdict
from qa_service.core.measured import MeasuredCall
from qa_service.pipeline.assessment import Assessment
from qa_service.ports import Recording, SourceProfile
from qa_service.rulebook.load import load
from qa_service.usecases.analyze import Analyst, LinePolicy, Request
from qa_service.usecases.measure import Ears
from tests.usecases.hearing import Take

SERVICE = load("service-zh")
GREETING = "您好，晨光银行客服，很高兴为您服务，请问有什么可以帮您？"
QUESTION = "你好，我想问一下我买的那个理财产品会不会亏本，我很担心。"
PROMISE = "您放心，这款产品保本的，没有任何风险。麻烦您提供一下手机号，我帮您查。"
THANKS = "好的，谢谢你。"
#: Line by line who says what, on channels 0 and 1.
MIS_SOLD = (GREETING, QUESTION, PROMISE, THANKS)
MEASURED_LINE = LinePolicy(cer={"sales": 0.08, "mobile": 0.35}, default_line="sales")


@dataclass(frozen=True)
class Tape:
    """A reader that has one recording, or none."""

    recording: Recording | None = None

    def read(self, paths: Sequence[Path], profile: SourceProfile) -> Recording:
        if self.recording is None:
            raise RecordingError("not_audio", problem="is not a recording", where=paths[0].name)
        return self.recording


def analyst(
    take: Take | None = None, *, listens: Ears | None = None, policy: LinePolicy = MEASURED_LINE
) -> Analyst:
    recording = take.recording if take else None
    return Analyst(Tape(recording), listens, SERVICE, lambda text: tuple(range(len(text))), policy)


def judged(
    call: MeasuredCall, envelope: Envelope | None = None, *, policy: LinePolicy = MEASURED_LINE
) -> Assessment:
    """The call judged by somebody who cannot hear."""
    request = Request(paths=(), envelope=envelope or Envelope())
    return analyst(policy=policy).measured(call, request).assessment


def rules(assessment: Assessment) -> list[str]:
    return [finding.rule.rpartition("/")[2] for finding in assessment.findings]


def answers(assessment: Assessment) -> dict[str, Verdict]:
    assert assessment.evaluation is not None
    return {answer.criterion: answer.answer for answer in assessment.evaluation.answers}
