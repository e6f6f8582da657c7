"""What is said about the end of work: nothing without experience, never backwards, by its own pace in the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.forecast import STAGES, Ahead, Forecast, StagePace, forecast, reached
from qa_service.core.stored import Job, JobKind, JobState, Queue

BEGUN = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
ALONE = Ahead(0, 1)
#: Seconds of the usual call; 10 in all.
USUAL = {"decode": 1, "vad": 1, "asr": 6, "measure": 1, "judge": 1}


def paces(calls: int = 10, /, **usual_s: float) -> dict[str, StagePace]:
    return {
        stage: StagePace(calls, 0, calls, calls * seconds * 1_000)
        for stage, seconds in {**USUAL, **usual_s}.items()
    }


def job(stage: str = "", done: float = 0, total: float = 0, state: JobState = JobState.RUNNING) -> Job:
    return Job(
        "j", JobKind.PROCESS, Queue.UPLOAD, state, "c", BEGUN,
        stage=stage, done=done, total=total, started_at=BEGUN,
    )  # fmt: skip


def told(work: Job, after_s: float, known: dict[str, StagePace] | None = None) -> Job:
    """As it stands in the database when a worker has told that."""
    share = max(work.reached, reached(work, known or paces()) or 0.0)
    if share <= work.reached:
        return work
    return replace(work, reached=share, reached_at=BEGUN + timedelta(seconds=after_s))


@pytest.mark.parametrize(
    ("work", "after_s", "percent", "eta_s"),
    [
        pytest.param(job(), 0, 0, 10, id="just begun"),
        pytest.param(job("decode", 1, 1), 1, 10, 9, id="decoded, as fast as usual"),
        pytest.param(job("asr", 0, 100), 2, 20, 8, id="listening begins"),
        pytest.param(job("asr", 50, 100), 5, 50, 5, id="half heard, as fast as usual"),
        pytest.param(job("asr", 50, 100), 60, 50, 60, id="half heard, a call twelve times as long"),
        pytest.param(job("judge", 0, 1), 9, 90, 1, id="only judging is left"),
        pytest.param(job(state=JobState.DONE), 0, 100, 0, id="done"),
    ],
)
def test_work_that_runs(work: Job, after_s: float, percent: float, eta_s: float) -> None:
    said = forecast(told(work, after_s), paces(), now=BEGUN + timedelta(seconds=after_s), ahead=ALONE)

    assert said.percent == pytest.approx(percent)
    assert said.eta_s == pytest.approx(eta_s)


@pytest.mark.parametrize(
    ("silent_s", "eta_s"),
    [
        pytest.param(0, 60, id="just told"),
        pytest.param(10, 50, id="it counts down like a clock"),
        pytest.param(30, 30, id="down to the half"),
        pytest.param(120, 30, id="and not further: silence is no progress, and nothing to be alarmed about"),
        pytest.param(121, None, id="twice what was left has gone by without a word: nobody knows"),
    ],
)
def test_between_two_words_the_rest_counts_down(silent_s: float, eta_s: float | None) -> None:
    work = told(job("asr", 50, 100), 60)
    said = forecast(work, paces(), now=BEGUN + timedelta(seconds=60 + silent_s), ahead=ALONE)
    assert said.percent == 50
    assert said.eta_s == (None if eta_s is None else pytest.approx(eta_s))


def test_a_second_of_silence_at_the_very_end_is_no_riddle() -> None:
    work = told(job("judge", 9, 10), 10)
    assert forecast(work, paces(), now=BEGUN + timedelta(seconds=39), ahead=ALONE).eta_s is not None
    assert forecast(work, paces(), now=BEGUN + timedelta(seconds=41), ahead=ALONE).eta_s is None


def test_who_has_lost_its_process_has_no_end() -> None:
    work = told(job("asr", 50, 100), 60)
    assert forecast(work, paces(), now=BEGUN, ahead=Ahead(0, 0)) == Forecast(50, None)


@pytest.mark.parametrize("stage", ["", "coffee"])
def test_a_stage_that_nobody_knows_is_nowhere(stage: str) -> None:
    assert reached(job(stage, 1, 2), paces()) is None


def test_a_stage_without_numbers_has_come_to_its_beginning() -> None:
    assert reached(job("asr"), paces()) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("ahead", "eta_s"),
    [
        pytest.param(Ahead(0, 1), 10, id="it is next"),
        pytest.param(Ahead(6, 1), 70, id="six before it"),
        pytest.param(Ahead(6, 3), 30, id="three share them"),
        pytest.param(Ahead(6, 3, 2), pytest.approx(33.3), id="two of them are in the middle of others"),
        pytest.param(Ahead(6, 0), None, id="nobody works"),
    ],
)
def test_work_that_waits(ahead: Ahead, eta_s: float | None) -> None:
    assert forecast(job(state=JobState.QUEUED), paces(), now=BEGUN, ahead=ahead) == Forecast(0, eta_s)


@pytest.mark.parametrize("known", [{}, paces(2), paces(10, decode=0, vad=0, asr=0, measure=0, judge=0)])
def test_without_experience_nothing_is_said(known: dict[str, StagePace]) -> None:
    assert forecast(job("asr", 1, 2), known, now=BEGUN, ahead=ALONE) == Forecast(None, None)


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED, JobState.QUARANTINED])
def test_of_work_that_broke_off_nothing_is_said(state: JobState) -> None:
    assert forecast(job(state=state), paces(), now=BEGUN, ahead=ALONE) == Forecast(None, None)


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=20),
    st.lists(
        st.fixed_dictionaries({stage: st.floats(0.001, 100) for stage in USUAL}), min_size=5, max_size=5
    ),
    st.floats(0, 10_000),
)
def test_the_share_never_goes_back_and_the_rest_is_never_negative(
    shares: list[float], usual: list[dict[str, float]], after_s: float
) -> None:
    """Also where what is usual changes on the way, because other calls end."""
    now, said, work = BEGUN + timedelta(seconds=after_s), [], job()
    for stage, known in zip(STAGES[JobKind.PROCESS], usual, strict=True):
        for share in shares:
            work = told(replace(work, stage=stage, done=share, total=1.0), after_s / 2, paces(**known))
            said.append(forecast(work, paces(**known), now=now, ahead=ALONE))

    percents = [one.percent or 0.0 for one in said]
    assert percents == sorted(percents)
    assert all(0 <= percent <= 100 for percent in percents)
    assert all(one.eta_s is None or one.eta_s >= 0 for one in said)


def sized(audio_s: float, *, calls: int = 10, known: float = 10.0) -> dict[str, StagePace]:
    """Paces of calls that were so long on average; the length is known of `known` of them."""
    return {
        stage: replace(pace, recent_sized=known, recent_audio_s=known * audio_s)
        for stage, pace in paces(calls).items()
    }


@pytest.mark.parametrize(
    ("stage", "audio_s", "known", "eta_s"),
    [
        pytest.param("vad", 180, sized(180), 9, id="as long as the usual call"),
        pytest.param("vad", 3_600, sized(180), 180, id="an hour, before anything of it is heard"),
        pytest.param("asr", 3_600, sized(180), 160, id="an hour, listening begins"),
        pytest.param("vad", 18, sized(180), 0.9, id="a tenth of the usual call"),
        pytest.param("decode", 0, sized(180), 10, id="its length is not known yet"),
        pytest.param("vad", 3_600, sized(180, known=0), 9, id="nobody knows how long calls were"),
        pytest.param("vad", 3_600, sized(180, calls=2), None, id="too few calls tell nothing"),
    ],
)
def test_a_long_call_takes_as_many_times_longer_from_the_first_word_on(
    stage: str, audio_s: float, known: dict[str, StagePace], eta_s: float | None
) -> None:
    work = replace(job(stage, 0, audio_s or 1), audio_s=audio_s)
    share, at = reached(work, known) or 0.0, BEGUN + timedelta(seconds=0)
    if eta_s is not None:
        at += timedelta(seconds=eta_s * share / (1 - share))  # as fast as it is expected
    work = replace(work, reached=share, reached_at=at)

    said = forecast(work, known, now=at, ahead=ALONE)

    assert said.eta_s == (None if eta_s is None else pytest.approx(eta_s))


def test_before_its_first_batch_a_long_call_is_not_promised_for_soon() -> None:
    """Its own pace tells little yet: decoding goes by faster than it does for a short call."""
    known = sized(180)
    work = replace(
        job("asr", 0, 3_000), audio_s=3_600.0, reached=0.1, reached_at=BEGUN + timedelta(seconds=2)
    )

    said = forecast(work, known, now=BEGUN + timedelta(seconds=2), ahead=ALONE)
    without = forecast(replace(work, audio_s=0.0), known, now=BEGUN + timedelta(seconds=2), ahead=ALONE)

    assert without.eta_s == pytest.approx((18 + 9) / 2), "as it was: from the usual call"
    assert said.eta_s == pytest.approx((18 + 180) / 2)
