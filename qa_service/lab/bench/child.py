"""One timed run in a process of its own: `python -m qa_service.lab.bench.child TASK.json RESULT.json`.

Loading the model is timed apart. What counts is what a user waits for once it is loaded: a file in,
for the plain run text per channel out, for ours an assessment.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from qa_service import bootstrap
from qa_service.asr.scripted import Line, ScriptedRecogniser
from qa_service.asr.vad import SileroVad
from qa_service.core.time import Span
from qa_service.ports import SpeakerEncoder
from qa_service.usecases.analyze import Analyst, Request
from qa_service.usecases.measure import Ears

#: Ways to run: the plain baseline, our two efforts, and ours with a recogniser that costs nothing.
PLAIN, SCRIPTED = "plain", "scripted"


@dataclass(frozen=True, slots=True)
class Task:
    """What one process is to do."""

    way: str
    wav: str
    model: str
    threads: int
    #: For the scripted recogniser: (channel, start_ms, end_ms, text).
    script: tuple[tuple[int, int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. Seconds are of the timed part; the peak is of the whole process."""

    load_s: float
    wall_s: float
    #: Of the process and the children it waited for.
    cpu_s: float
    peak_mb: float
    lanes: tuple[tuple[str, ...], ...]
    timings_ms: dict[str, int]
    unheard: int
    status: str


@dataclass(frozen=True, slots=True)
class _Made:
    """What a way makes of a recording."""

    lanes: tuple[tuple[str, ...], ...]
    timings_ms: dict[str, int]
    unheard: int = 0
    status: str = ""


def run(task: Task) -> Outcome:
    """Loads, then runs once with both clocks."""
    begun = time.perf_counter()
    work = _plain(task) if task.way == PLAIN else _ours(task)
    loaded, cpu = time.perf_counter(), _cpu_s()
    made = work()
    return Outcome(
        load_s=loaded - begun,
        wall_s=time.perf_counter() - loaded,
        cpu_s=_cpu_s() - cpu,
        peak_mb=_peak_mb(),
        **asdict(made),
    )


def _plain(task: Task) -> Callable[[], _Made]:
    """What somebody who installs faster-whisper would write (docs/benchmarks.md)."""
    from faster_whisper import WhisperModel, decode_audio

    folder = bootstrap.model_store().find(task.model).folder
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=task.threads)

    def work() -> _Made:
        lanes = []
        for channel in decode_audio(task.wav, split_stereo=True):
            segments, _ = model.transcribe(
                channel, beam_size=5, vad_filter=True, language="zh", condition_on_previous_text=False
            )
            lanes.append(tuple(segment.text for segment in segments))
        return _Made(tuple(lanes), {})

    return work


def _ours(task: Task) -> Callable[[], _Made]:
    analyst = _analyst(task)
    hearing = bootstrap.hearing_profile("" if task.way == SCRIPTED else task.way)

    def work() -> _Made:
        analyzed = analyst.recording(Request((Path(task.wav),), hearing=hearing))
        assessment = analyzed.assessment
        heard = sorted(assessment.utterances, key=lambda u: (u.span.start_ms, u.id))
        return _Made(
            lanes=tuple(tuple(u.text for u in heard if u.channel == channel) for channel in (0, 1)),
            timings_ms=dict(analyzed.timings_ms),
            unheard=len(assessment.measured.unheard),
            status=assessment.scorable.status.value,
        )

    return work


def _analyst(task: Task) -> Analyst:
    book = bootstrap.rulebook()
    if task.way == SCRIPTED:
        return bootstrap.analyst(book, scripted_ears(task.script))
    return bootstrap.analyst(book, bootstrap.ears(task.model))


def scripted_ears(script: tuple[tuple[int, int, int, str], ...]) -> Ears:
    """Everything real but the words: they come from the script and cost next to nothing."""
    lines = [Line(channel, Span(start, end), text) for channel, start, end, text in script]
    real = bootstrap.tokenizer()

    def no_speakers() -> SpeakerEncoder:
        raise RuntimeError("two channels need no speaker encoder")

    return Ears(SileroVad(), ScriptedRecogniser(lines), no_speakers, real.tokens)


def _cpu_s() -> float:
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def _peak_mb() -> float:
    """The kernel's own high-water mark of this process, in MB (10^6 bytes)."""
    for line in Path("/proc/self/status").read_text("ascii", "ignore").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1_024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 / 1e6


def main() -> None:
    """Reads the task, writes the outcome."""
    given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    given["script"] = tuple(tuple(line) for line in given["script"])
    Path(sys.argv[2]).write_text(json.dumps(asdict(run(Task(**given))), ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
