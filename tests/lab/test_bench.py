"""Benchmarks: the arithmetic, the made calls, the interleaving and the verdicts. No test times anything."""

from __future__ import annotations

import json
import math
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from qa_service import bootstrap
from qa_service.cli import bench as command
from qa_service.core.errors import QaError, UsageError
from qa_service.core.time import Span
from qa_service.lab.bench import documents, tables
from qa_service.lab.bench.child import PLAIN, SCRIPTED, Outcome, Task
from qa_service.lab.bench.figures import Spread, exponent, ratios
from qa_service.lab.bench.growth import Growth, Length, bench_growth
from qa_service.lab.bench.material import SampleCall, TestCall, calls_of, make_call
from qa_service.lab.bench.pairs import CallBench, bench_call, difference
from qa_service.lab.bench.processes import run_apart
from qa_service.lab.bench.targets import Target, targets
from qa_service.lab.truth import Said
from qa_service.lab.words import words
from qa_service.ports import SAMPLE_RATE, SAMPLES_PER_MS

SAMPLES = Path(__file__).parents[2] / "sample_audio"


def sample_call(name: str) -> SampleCall:
    """12 seconds: the agent, the customer answering, and both at once."""
    said = (
        Said(Span(1_000, 4_000), "agent", 0, f"{name}您好"),
        Said(Span(4_500, 6_000), "customer", 1, f"{name}我问一下"),
        Said(Span(7_000, 11_000), "agent", 0, f"{name}您请说"),
        Said(Span(8_000, 8_500), "customer", 1, f"{name}嗯"),
    )
    return SampleCall(np.full((2, 12 * SAMPLE_RATE), 500 + ord(name), np.int16), said)


MATERIAL = tuple(map(sample_call, "甲乙丙"))


def test_ratios_are_taken_within_pairs() -> None:
    # The machine was twice as slow in the second pair: the ratio does not care.
    assert ratios([4.0, 8.0], [10.0, 20.0]) == Spread(0.4, 0.4, 0.4, 2)


@pytest.mark.parametrize(
    ("lengths", "costs", "slope"),
    [
        pytest.param([1, 10, 60], [3, 30, 180], 1.0, id="linear"),
        pytest.param([1, 10, 60], [3, 300, 10_800], 2.0, id="quadratic"),
        pytest.param([1, 10], [5, 5], 0.0, id="constant"),
    ],
)
def test_exponent(lengths: list[float], costs: list[float], slope: float) -> None:
    assert exponent(lengths, costs) == pytest.approx(slope)


@pytest.mark.parametrize(
    ("lengths", "costs"),
    [pytest.param([5], [1], id="one length"), pytest.param([1, 10], [0, 4], id="too quick to be timed")],
)
def test_no_exponent(lengths: list[float], costs: list[float]) -> None:
    assert exponent(lengths, costs) is None


def test_a_made_call_is_the_same_every_time_and_another_with_another_seed(tmp_path: Path) -> None:
    first = make_call(MATERIAL, 0.5, tmp_path / "a.wav")
    again = make_call(MATERIAL, 0.5, tmp_path / "b.wav")
    other = make_call(MATERIAL, 0.5, tmp_path / "c.wav", seed=1)

    assert (first.sha256, first.utterances) == (again.sha256, again.utterances)
    assert first.sha256 != other.sha256


@given(seed=st.integers(0, 10_000), minutes=st.sampled_from([0.5, 0.6, 1.0]))
def test_made_calls_are_whole_calls_one_after_the_other_and_each_once_a_round(
    tmp_path_factory: pytest.TempPathFactory, seed: int, minutes: float
) -> None:
    call = make_call(MATERIAL, minutes, tmp_path_factory.mktemp("made") / "call.wav", seed=seed)
    names = [u.text[0] for u in call.utterances if u.text.endswith("您好")]

    assert len(set(names[:3])) == 3
    assert call.rounds == math.ceil(len(names) / 3)
    for said in call.utterances[: 4 * len(names) - 4]:
        start = said.span.start_ms % 12_000
        assert (start, said.channel) in {(1_000, 0), (4_500, 1), (7_000, 0), (8_000, 1)}
        assert said.text[0] == names[said.span.start_ms // 12_000]


@pytest.mark.parametrize(
    ("length_ms", "end_ms", "utterances"),
    [
        pytest.param(12_000, 12_000, 4, id="the whole call"),
        pytest.param(6_500, 6_500, 2, id="in a pause"),
        pytest.param(5_000, 4_500, 1, id="within an utterance: before it"),
        pytest.param(9_000, 7_000, 2, id="within an utterance: nor what was said during it"),
        pytest.param(500, 500, 0, id="before anybody speaks"),
    ],
)
def test_a_call_is_never_cut_within_an_utterance(length_ms: int, end_ms: int, utterances: int) -> None:
    cut = MATERIAL[0].until(length_ms)

    assert cut.sound.shape[1] == end_ms * SAMPLES_PER_MS
    assert cut.utterances == MATERIAL[0].utterances[:utterances]


@pytest.fixture(scope="module")
def material() -> tuple[SampleCall, ...]:
    return calls_of(SAMPLES, bootstrap.audio_reader())


def test_material_is_scored_two_channel_calls_with_the_agent_first(material: tuple[SampleCall, ...]) -> None:
    said = [u for call in material for u in call.utterances]

    assert {u.channel for u in said if u.role == "agent"} == {0}
    assert {u.channel for u in said if u.role == "customer"} == {1}
    assert "system" in {u.role for u in said}
    assert not any("暂时无人接听" in u.text for u in said)


def test_sound_follows_its_words_where_channels_are_swapped(material: tuple[SampleCall, ...]) -> None:
    for call in material:
        first = next(u for u in call.utterances if u.role == "agent")
        heard = call.sound[:, first.span.start_ms * SAMPLES_PER_MS : first.span.end_ms * SAMPLES_PER_MS]
        speaker, other = np.abs(heard.astype(np.int32)).mean(axis=1)
        assert speaker > 3 * other


def test_ten_minutes_need_no_call_twice(material: tuple[SampleCall, ...], tmp_path: Path) -> None:
    assert make_call(material, 10, tmp_path / "ten.wav").rounds == 1


def test_a_folder_without_calls_is_no_material(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no two-channel calls"):
        calls_of(tmp_path, bootstrap.audio_reader())


CALL = TestCall(
    1,
    Path("made.wav"),
    "ab" * 32,
    tuple(Said(Span(i * 1_000, i * 1_000 + 900), "agent", i % 2, "三天之内到账") for i in range(12)),
    1,
)


class Machine:
    """Answers with set times and a set number of errors, and keeps the order it was asked in."""

    def __init__(self, wall_s: dict[str, float], wrong: dict[str, int]) -> None:
        self.asked: list[str] = []
        self._wall_s, self._wrong = wall_s, wrong

    def __call__(self, task: Task) -> Outcome:
        self.asked.append(task.way)
        wall_s = self._wall_s[task.way]
        said = ["三天之内到账"] * 6
        worse = ["四天之内到账"] * self._wrong[task.way] + said[self._wrong[task.way] :]
        timings = {} if task.way == PLAIN else {"asr": round(950 * wall_s)}
        return Outcome(0.1, wall_s, wall_s * 2, 400.0, (tuple(said), tuple(worse)), timings, 0, "scored")


@pytest.fixture
def machine() -> Machine:
    return Machine({PLAIN: 10.0, "accurate": 4.5, "fast": 4.0}, {PLAIN: 2, "accurate": 2, "fast": 4})


@pytest.fixture
def bench(machine: Machine) -> CallBench:
    return bench_call(CALL, pairs=2, model="m", threads=2, run=machine)


def test_every_second_pair_goes_backwards(bench: CallBench, machine: Machine) -> None:
    assert machine.asked == [PLAIN, "accurate", "fast", "fast", "accurate", PLAIN]


def test_error_rates_are_those_of_the_same_runs(bench: CallBench) -> None:
    # 12 utterances of 6 characters, each counted once: 2 of 72 wrong for plain, 4 of 72 for fast.
    assert bench.way(PLAIN).errors.pooled.characters == 72
    assert bench.way(PLAIN).errors.value == pytest.approx(2 / 72)
    beyond, interval = difference([bench], "fast")
    assert beyond == pytest.approx(2 / 72)
    assert interval is not None
    assert interval.low <= 2 / 72 <= interval.high


def test_targets_say_pass_fail_or_nothing(bench: CallBench) -> None:
    reached = {target.name: target.reached for target in targets([bench], None, None)}

    assert reached == {
        "accurate.wall_ratio": True,
        "accurate.cer_beyond_baseline": True,
        "accurate.unheard": True,
        "accurate.not_asr": True,
        "fast.wall_ratio": False,
        "fast.cer_beyond_baseline": False,
        "fast.unheard": True,
        "fast.not_asr": True,
        "peak_mb": True,
        "judge_ms": None,
        "growth_exponent": None,
    }


def test_nothing_measured_is_nothing_passed() -> None:
    assert all(target.reached is None for target in targets([], None, None))


@pytest.mark.parametrize(
    ("figure", "reached"),
    [
        pytest.param(0.5, True, id="at the limit"),
        pytest.param(0.501, False, id="over it"),
        pytest.param(0.0, True, id="nought is a figure"),
        pytest.param(None, None, id="unmeasured"),
    ],
)
def test_a_target(figure: float | None, reached: bool | None) -> None:
    assert Target("some", 0.5, figure).reached is reached


def test_growth_leaves_recognition_out() -> None:
    def run(task: Task) -> Outcome:
        scale = 10 if "ten" in task.wav else 1
        return Outcome(0, 1, 1, 300, (), {"decode": 10 * scale, "asr": 5, "vad": 90 * scale}, 0, "scored")

    ten = TestCall(10, Path("ten.wav"), "", CALL.utterances, 1)
    growth = bench_growth([ten, CALL], run)

    assert [length.minutes for length in growth.lengths] == [1, 10]
    assert growth.exponent == pytest.approx(1.0)
    assert growth.exponent_of("judge") is None


def test_tables_and_documents_show_the_unknown_as_such(bench: CallBench) -> None:
    growth = Growth((Length(1, {"vad": 5}, 300.0),))
    shown = StringIO()
    console = Console(width=80, file=shown)

    tables.print_calls([bench], console, words("en"))
    tables.print_growth(growth, console, words("en"))
    tables.print_targets(targets([bench], growth, None), console, words("en"))
    document = documents.calls_document([bench]) | {"growth": documents.growth_document(growth)}

    assert "…" not in shown.getvalue()
    assert "0.45 (0.45–0.45)" in shown.getvalue()
    assert "PASS" in shown.getvalue()
    assert json.loads(json.dumps(document))["growth"]["exponent"] is None


def test_a_run_in_its_own_process_brings_back_words_and_memory(tmp_path: Path) -> None:
    call = make_call(calls_of(SAMPLES, bootstrap.audio_reader()), 0.5, tmp_path / "call.wav")
    script = tuple((u.channel, u.span.start_ms, u.span.end_ms, u.text) for u in call.utterances)

    outcome = run_apart(Task(SCRIPTED, str(call.wav), "", 0, script))

    assert len(outcome.lanes) == 2
    assert {"decode", "vad", "asr", "measure", "judge"} <= set(outcome.timings_ms)
    assert outcome.peak_mb > 50


def test_a_run_that_breaks_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(QaError, match="status 1"):
        run_apart(Task(SCRIPTED, str(tmp_path / "missing.wav"), "", 0))


def test_the_command_profiles_judging() -> None:
    given = CliRunner().invoke(
        command.app,
        ["judge", "--minutes", "0.5", "--repeat", "2", "--samples", str(SAMPLES), "--format", "json"],
    )

    assert given.exit_code == 0, given.output
    document = json.loads(given.stdout)
    assert document["judging"]["cold_ms"]["n"] == 2
    assert any(part["name"].startswith("detector ") for part in document["judging"]["parts"])


@pytest.mark.parametrize("minutes", ["ten", "0.1", "1,999"])
def test_lengths_that_make_no_sense_are_wrong_use(minutes: str) -> None:
    given = CliRunner().invoke(command.app, ["analyze", "--minutes", minutes, "--samples", str(SAMPLES)])

    assert isinstance(given.exception, UsageError)
