"""A call to hear: the sound of a sample call, and a recogniser that says what the test wants to be heard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from qa_service.asr.scripted import Line, ScriptedRecogniser
from qa_service.asr.vad import SileroVad
from qa_service.core.measured import HearingModel, MeasuredCall
from qa_service.core.time import Span, intersect, total_ms
from qa_service.inference.speakers import Ge2eEncoder
from qa_service.ports import (
    Heard,
    HearingProfile,
    Progress,
    Recogniser,
    Recording,
    Stretch,
    never_cancelled,
    silent_progress,
)
from qa_service.usecases.measure import Ears, Manners, hear
from qa_service.usecases.timing import Stopwatch
from tests.measures.calls import SAMPLES, SECONDS, sample_call
from tests.measures.voices import noise, pcm

Rows = npt.NDArray[np.int16]
WEIGHTS = Path(__file__).parents[2] / "models" / "weights" / "ge2e-speaker.onnx"


@dataclass(frozen=True)
class Take:
    """A recording and what is said in it."""

    rows: Rows
    script: tuple[Line, ...] = ()

    @property
    def recording(self) -> Recording:
        return Recording(self.rows, "ab" * 32, codec="pcm_s16le", source_rate=16_000)

    @property
    def ms(self) -> int:
        return int(self.rows.shape[1]) // 16

    def said(self, *texts: str) -> Take:
        """The same, but other words: in order, over both channels."""
        return replace(
            self, script=tuple(replace(line, text=t) for line, t in zip(self.script, texts, strict=False))
        )

    def after(self, ms: int) -> Take:
        """The same, `ms` later, with nothing before it."""
        quiet = np.zeros((self.rows.shape[0], ms * 16), np.int16)
        moved = (replace(line, span=_later(line.span, ms)) for line in self.script)
        return Take(np.concatenate([quiet, self.rows], axis=1), tuple(moved))


def _later(span: Span, ms: int) -> Span:
    return Span(span.start_ms + ms, span.end_ms + ms)


@cache
def two_parties() -> Take:
    """30 s of a good call: the agent on channel 0, the customer on channel 1, each alone, over an idle line."""
    call = sample_call("good-call")
    rows = np.stack([pcm(own + noise(c, SECONDS, dbfs=-65)) for c, own in enumerate(call.voices)])
    truth = yaml.safe_load((SAMPLES / "good-call.truth.yaml").read_text("utf-8"))
    script = tuple(
        Line(0 if said["speaker"] == "agent" else 1, Span(said["start_ms"], said["end_ms"]), said["text"])
        for said in truth["utterances"]
        if said["end_ms"] <= SECONDS * 1_000
    )
    rows[:, script[-1].span.end_ms * 16 + 8_000 :] = 0  # nobody is cut off in mid-sentence
    rows.flags.writeable = False
    return Take(rows, script)


def spread(take: Take) -> tuple[Line, ...]:
    """The script with its words where there is voice: nobody speaks in the pauses of a sentence."""
    voiced = [_voice().voiced(row) for row in take.rows]
    return tuple(part for line in take.script for part in _parts(line, voiced[line.channel]))


def _parts(line: Line, voiced: Sequence[Span]) -> list[Line]:
    inside = intersect([line.span], voiced) or (line.span,)
    total, done, parts = total_ms(inside), 0, []
    for span in inside:
        begin = len(line.text) * done // total
        done += span.duration_ms
        parts.append(Line(line.channel, span, line.text[begin : len(line.text) * done // total]))
    return parts


@dataclass
class Notebook:
    """A recogniser that writes down what it is asked, and answers some stretches differently."""

    recogniser: Recogniser
    asked: list[Stretch] = field(default_factory=list)
    profiles: list[HearingProfile] = field(default_factory=list)
    answer: Callable[[Stretch, Heard], Heard] = lambda _, heard: heard

    @property
    def model(self) -> HearingModel:
        return self.recogniser.model

    def recognise(
        self,
        stretches: Sequence[Stretch],
        profile: HearingProfile,
        *,
        progress: Progress = silent_progress,
        cancelled: Callable[[], bool] = never_cancelled,
    ) -> Sequence[Heard]:
        self.asked += stretches
        self.profiles.append(profile)
        heard = self.recogniser.recognise(stretches, profile, progress=progress, cancelled=cancelled)
        return [self.answer(stretch, each) for stretch, each in zip(stretches, heard, strict=True)]


@cache
def _voice() -> SileroVad:
    return SileroVad()


@cache
def speakers() -> Ge2eEncoder:
    return Ge2eEncoder(WEIGHTS)


def ears(recogniser: Recogniser) -> Ears:
    """The real voice detector and speaker encoder; words cut at every second character."""
    return Ears(_voice(), recogniser, speakers, lambda text: tuple(range(0, len(text), 2)))


def listener(take: Take, *, language: str = "zh") -> Notebook:
    return Notebook(ScriptedRecogniser(spread(take), language=language))


@dataclass(frozen=True)
class Result:
    """What was measured, the sound on the call's clock, what the recogniser was asked, and the time taken."""

    call: MeasuredCall
    sound: Recording
    asked: Sequence[Stretch]
    taken_ms: Mapping[str, int]

    def texts(self, speaker: str) -> str:
        return "".join(said.text for said in self.call.utterances if said.speaker == speaker)


def heard(take: Take, notebook: Notebook | None = None, *, progress: Progress = silent_progress) -> Result:
    """The take as `hear` measures it."""
    listens, watch = notebook or listener(take), Stopwatch()
    call, sound = hear(take.recording, ears(listens), HearingProfile(), Manners(watch, progress))
    return Result(call, sound, listens.asked, watch.taken_ms)
