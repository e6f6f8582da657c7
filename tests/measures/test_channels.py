from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest

from qa_service.core.errors import UsageError
from qa_service.core.measured import Layout
from qa_service.core.time import Span, intersect, merge, total_ms
from qa_service.measures.alignment import is_steady, paths
from qa_service.measures.channels import align, examine
from tests.measures.calls import (
    SAMPLES,
    Call,
    Leak,
    Rows,
    Spans,
    decoded,
    delayed,
    precision_recall,
    recorded,
    sample_call,
    stereo_names,
)
from tests.measures.voices import Sound, at_level, noise, pcm, speech, telephone

CALLS = stereo_names()
pytestmark = pytest.mark.skipif(not CALLS, reason="the sample calls are not there yet")


@cache
def call() -> Call:
    return sample_call(CALLS[0])


def both(change: Callable[[Sound], Sound]) -> Rows:
    """A mono call: both parties on channel 0, and what `change` makes of it on channel 1."""
    mixed = sum(call().voices) + noise(1, call().seconds, dbfs=-62)[: call().voices[0].size]
    return np.stack([pcm(mixed), pcm(change(mixed))])


def everybody() -> tuple[Span, ...]:
    return merge(call().spoken[0] + call().spoken[1])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda s: s, id="the same samples"),
        pytest.param(lambda s: s * 0.3, id="10 dB quieter"),
        pytest.param(lambda s: -s, id="polarity inverted"),
        pytest.param(lambda s: delayed(s, 50), id="50 ms later"),
        pytest.param(lambda s: delayed(s, -17), id="17 ms earlier"),
        pytest.param(lambda s: s + noise(2, s.size / 16_000, dbfs=-45), id="with noise of its own"),
        pytest.param(telephone, id="through a telephone"),
        pytest.param(
            lambda s: -0.4 * delayed(s, 33) + noise(3, s.size / 16_000, dbfs=-55), id="all of it at once"
        ),
    ],
)
def test_two_copies_of_one_sound_are_mono(change: Callable[[Sound], Sound]) -> None:
    report = examine(both(change), (everybody(), everybody()))

    assert report.layout is Layout.MONO
    assert report.own[report.best] == everybody()
    assert report.own[1 - report.best] == ()
    assert [problem.code for problem in report.problems] == ["channels_identical"]


@pytest.mark.parametrize("on_telephone", [True, False], ids=["telephone", "wide band"])
@pytest.mark.parametrize("name", CALLS)
def test_a_clean_call_keeps_everything_on_its_channel(name: str, on_telephone: bool) -> None:
    rows, voiced = recorded(sample_call(name), (None, None), on_telephone=on_telephone)

    report = examine(rows, voiced)

    assert report.layout is Layout.TWO_CHANNEL
    assert report.own == tuple(voiced)
    assert report.foreign == ()
    assert report.problems == ()
    assert report.lag_ms == 0


@pytest.mark.parametrize("delay_ms", [0, 40, 200])
@pytest.mark.parametrize("db", [-10.0, -20.0, -30.0])
@pytest.mark.parametrize("name", CALLS)
def test_a_leak_is_never_the_channels_own_voice(name: str, db: float, delay_ms: int) -> None:
    heard = sample_call(name)
    rows, voiced = recorded(heard, (Leak(db, delay_ms, 1), Leak(db, delay_ms, 2)))

    own = examine(rows, voiced).own

    for channel in range(2):
        precision, recall = precision_recall(own[channel], heard.spoken[channel])
        assert precision >= 0.95
        assert recall >= 0.95


@pytest.mark.parametrize("gains_db", [(0, -12), (-12, 0)], ids=["the agent is hot", "the customer is hot"])
def test_one_channel_recorded_louder_does_not_turn_the_leak_round(gains_db: tuple[int, int]) -> None:
    rows, voiced = recorded(call(), (Leak(-10, 40, 1), Leak(-10, 40, 2)))
    rows = np.stack([(row * 10 ** (g / 20)).astype(np.int16) for row, g in zip(rows, gains_db, strict=True)])

    own = examine(rows, voiced).own

    for channel in range(2):
        assert min(precision_recall(own[channel], call().spoken[channel])) >= 0.95


@pytest.mark.parametrize("quieter_db", [0, 6, 10])
def test_double_talk_over_a_leak_survives(quieter_db: int) -> None:
    # Both speak for 10 s at once, then one after the other, so that the path can be learned.
    one, two = speech(1, 24, hertz=110), at_level(speech(2, 24, hertz=210), -20 - quieter_db)
    one[17 * 16_000 :] = 0
    two[: 7 * 16_000] = 0
    heard = Call((one, two), ((Span(0, 17_000),), (Span(7_000, 24_000),)))
    rows, voiced = recorded(heard, (Leak(-20, 60, 1), Leak(-20, 60, 2)))

    own = examine(rows, voiced).own

    double = Span(7_200, 16_800)
    assert total_ms(intersect(own[0], [double])) >= 0.93 * double.duration_ms
    assert total_ms(intersect(own[1], [double])) >= 0.93 * double.duration_ms


@pytest.mark.parametrize("db", [-18.0, -25.0, -30.0])
def test_an_empty_leg_with_the_agent_leaking_in_is_silent(db: float) -> None:
    agent = Call((call().voices[0], np.zeros_like(call().voices[0])), (call().spoken[0], ()))
    rows, voiced = recorded(agent, (None, Leak(db)))

    report = examine(rows, voiced)

    assert report.silent == (1,)
    assert report.own[1] == ()
    assert report.own[0] == voiced[0]


@pytest.mark.parametrize(
    ("level_dbfs", "code"),
    [
        pytest.param(None, "channel_silent", id="nothing at all"),
        pytest.param(-75.0, "channel_silent", id="an idle line"),
        pytest.param(-60.0, "channel_faint", id="something too faint to be a voice or not"),
        pytest.param(-40.0, "channel_voiceless", id="noise"),
        pytest.param(-10.0, "channel_voiceless", id="loud noise is not silence"),
    ],
)
def test_a_leg_without_a_voice_is_told_as_what_it_is(level_dbfs: float | None, code: str) -> None:
    voice = call().voices[0]
    other = np.zeros(voice.size) if level_dbfs is None else noise(4, call().seconds, dbfs=level_dbfs)
    rows = np.stack([pcm(voice), pcm(other[: voice.size])])

    report = examine(rows, (call().spoken[0], ()))

    assert report.silent == (1,)
    assert [problem.code for problem in report.problems] == [code]


def _with_noise(dbfs: float) -> tuple[Rows, tuple[tuple[Span, ...], ...], Span]:
    """A call with so much loud noise on both channels, heard as voice there."""
    rows, voiced = recorded(call(), (None, None))
    loud = Span(2_000, 2_000 + round(call().seconds * 125))
    for channel in range(2):
        burst = pcm(noise(20 + channel, loud.duration_ms / 1_000, dbfs=dbfs))
        rows[channel, loud.start_ms * 16 : loud.start_ms * 16 + burst.size] = burst
    return rows, tuple(merge((*spans, loud)) for spans in voiced), loud


def test_loud_noise_does_not_make_the_parties_a_background() -> None:
    rows, voiced, loud = _with_noise(-3)

    report = examine(rows, voiced, noise=((loud,), (loud,)))

    assert not [foreign for foreign in report.foreign if foreign.because.code == "channel.background"]


def test_where_most_of_the_speech_would_be_a_background_it_is_said_to_be_doubted() -> None:
    rows, voiced, _ = _with_noise(-3)

    unaware = examine(rows, voiced)

    assert "voices_doubted" in [problem.code for problem in unaware.problems]
    assert "voices_doubted" not in [p.code for p in examine(*recorded(call(), (None, None))).problems]


def test_a_neighbour_far_below_the_agent_is_background() -> None:
    # The neighbour speaks while the customer does, and has nothing to do with what the customer says.
    neighbour = at_level(speech(5, call().seconds, hertz=180), -52)[: call().voices[0].size]
    quiet = call().spoken[1]
    rows, voiced = recorded(call(), (None, None))
    mask = np.zeros(neighbour.size)
    for span in quiet:
        mask[span.start_ms * 16 : span.end_ms * 16] = 1
    rows[0] += pcm(neighbour * mask)

    report = examine(rows, (merge(voiced[0] + quiet), voiced[1]))

    precision, recall = precision_recall(report.own[0], call().spoken[0])
    assert precision >= 0.97
    assert recall >= 0.97
    assert {foreign.because.code for foreign in report.foreign} <= {"channel.background", "channel.leak"}


def _started_later(rows: Rows, voiced: Sequence[Sequence[Span]], lag_ms: int) -> tuple[Rows, list[Spans]]:
    """One leg lacks its first `lag_ms` (channel 0; negative: channel 1), and its voice comes that much earlier."""
    by, late = abs(lag_ms), 0 if lag_ms > 0 else 1
    whole = Span(0, rows.shape[1] // 16 - by)
    early = [Span(s.start_ms - by, s.end_ms - by) for s in voiced[late] if s.start_ms >= by]
    spans = [intersect(early if i == late else voiced[i], [whole]) for i in range(2)]
    cut = [row[by * 16 :] if i == late else row[: row.size - by * 16] for i, row in enumerate(rows)]
    return np.stack(cut), spans


@pytest.mark.parametrize(
    ("faint_share", "is_told"),
    [
        pytest.param(0.0, False, id="nothing faint"),
        pytest.param(0.1, False, id="a little"),
        pytest.param(0.4, True, id="much of what is said"),
    ],
)
def test_much_voice_left_out_for_being_faint_alone_is_told(faint_share: float, is_told: bool) -> None:
    lines = tuple(Span(at, at + 900) for at in range(500, 25_000, 1_000))
    faint = lines[len(lines) - round(faint_share * len(lines)) :]
    rows = np.stack([pcm(noise(9, 30, dbfs=-80)), pcm(noise(10, 30, dbfs=-80))])
    for line in lines:
        sound = noise(line.start_ms, 0.9, dbfs=-46 if line in faint else -24)
        rows[0, line.start_ms * 16 : line.start_ms * 16 + sound.size] = pcm(sound)

    report = examine(rows, (lines, (Span(26_000, 29_000),)))

    assert ("voice_left_out" in [problem.code for problem in report.problems]) is is_told


@pytest.mark.parametrize("channel", [0, 1])
@pytest.mark.parametrize("down_db", [20, 28, 34])
def test_a_quiet_party_is_nobody_elses_voice(channel: int, down_db: int) -> None:
    rows, voiced = recorded(call(), (None, None))
    rows[channel] = (rows[channel] * 10 ** (-down_db / 20)).astype(np.int16)

    report = examine(rows, voiced)

    assert total_ms(report.own[channel]) >= 0.95 * total_ms(voiced[channel])
    assert report.problems == ()


@pytest.mark.parametrize("down_db", [34, 40])
def test_a_copy_that_no_path_explains_does_not_make_a_quiet_party(down_db: int) -> None:
    # The other party through another codec: only its loudness still follows.
    voice = call().voices[0]
    random = np.random.default_rng(8)
    rest = voice * np.sign(random.normal(size=voice.size)) * 10 ** (-down_db / 20)
    rows = np.stack([pcm(voice), pcm(rest)])

    report = examine(rows, (call().spoken[0], call().spoken[0]))

    assert (report.own, report.silent) == ((call().spoken[0], ()), (1,))


@pytest.mark.parametrize("lag_ms", [-5_000, -3_000, -600, 600, 3_000, 5_000])
@pytest.mark.parametrize(
    "into",
    [
        pytest.param((None, Leak(-25, 60, 2)), id="the customer hears the agent"),
        pytest.param((Leak(-30, 60, 1), Leak(-30, 60, 2)), id="each hears the other"),
    ],
)
def test_shifted_legs_are_aligned_by_what_leaks(lag_ms: int, into: tuple[Leak | None, Leak | None]) -> None:
    rows, voiced = recorded(call(), into)
    shifted, heard = _started_later(rows, voiced, lag_ms)

    found = examine(shifted, heard)
    again = examine(align(shifted, found.lag_ms), voiced)

    assert found.lag_ms == pytest.approx(lag_ms, abs=80)
    assert "legs_shifted" in [problem.code for problem in found.problems]
    assert again.lag_ms == 0


@pytest.mark.parametrize(
    "into",
    [
        pytest.param((None, Leak(-25, 450)), id="mobile, 450 ms"),
        pytest.param((None, Leak(-25, 900)), id="a bad line, 900 ms"),
        pytest.param((Leak(-28, 30), Leak(-25, 600)), id="600 ms one way, 30 ms the other"),
        pytest.param((Leak(-25, 600, 1), Leak(-25, 600, 2)), id="600 ms both ways"),
    ],
)
@pytest.mark.parametrize("name", CALLS)
def test_a_late_echo_is_no_shift(name: str, into: tuple[Leak | None, Leak | None]) -> None:
    heard = sample_call(name)
    rows, voiced = recorded(heard, into)

    report = examine(rows, voiced)

    assert report.lag_ms == 0
    assert report.is_linked
    assert precision_recall(report.own[1], heard.spoken[1])[0] >= 0.95


def _gated(rows: Rows, threshold: int, frames: int) -> Rows:
    """Frames of 20 ms under the threshold are digital silence, but `frames` after the last that is not."""
    gated = rows.copy()
    for row in gated:
        blocks = row[: row.size // 320 * 320].reshape(-1, 320)
        is_loud = np.sqrt((blocks.astype(np.float64) ** 2).mean(axis=1)) > threshold
        blocks[np.convolve(is_loud, np.ones(frames))[: is_loud.size] == 0] = 0
    return gated


SILENCED = [
    pytest.param("good-call.wav", lambda rows: _gated(rows, 20, 1), id="a gate"),
    pytest.param("good-call.wav", lambda rows: _gated(rows, 300, 1), id="a gate that eats words"),
    pytest.param("good-call.wav", lambda rows: _gated(rows, 80, 10), id="a gate that closes slowly"),
    pytest.param("good-call.wav", lambda rows: np.where(abs(rows) < 200, 0, rows), id="small samples lost"),
    pytest.param("good-call.wav", lambda rows: np.round(rows * 10 ** (-28 / 20)), id="28 dB quieter"),
    pytest.param("ivr-hold-survey.wav", lambda rows: _gated(rows, 300, 1), id="a gate, and hold music"),
]


@pytest.mark.parametrize(("name", "change"), SILENCED)
def test_the_edges_of_digital_silence_are_no_path(name: str, change: Callable[[Rows], Rows]) -> None:
    rows = change(decoded(SAMPLES / name)).astype(np.int16)

    assert paths(rows[0], rows[1]) == ()


@pytest.mark.parametrize(("times", "steady"), [(1, False), (10, True)], ids=["once", "all over the call"])
def test_a_shift_is_heard_all_over_the_call(times: int, steady: bool) -> None:
    """What sounds alike at one place – one announcement, one word – says nothing about the clocks."""
    rows = np.stack([pcm(noise(i, 30, dbfs=-30)) for i in range(2)])
    for at in range(times):
        start = (1 + 2 * at) * 16_000
        rows[1, start + 24_000 : start + 40_000] = rows[0, start : start + 16_000]

    found = paths(rows[0], rows[1])

    assert found[0].lag_ms == pytest.approx(1_500, abs=1)
    assert is_steady(rows[0], rows[1], found[0]) is steady


@pytest.mark.parametrize("lag_ms", [-700, 0, 900])
def test_aligning_loses_nothing(lag_ms: int) -> None:
    rows = np.stack([pcm(noise(1, 3, dbfs=-20)), pcm(noise(2, 3, dbfs=-20))])

    aligned = align(rows, lag_ms)

    assert aligned.shape == (2, rows.shape[1] + abs(lag_ms) * 16)
    for row, moved in zip(rows, aligned, strict=True):
        assert np.array_equal(moved[np.flatnonzero(moved)], row[np.flatnonzero(row)])


def test_one_channel_is_mono() -> None:
    report = examine(pcm(speech(1, 3))[None], ([Span(0, 3_000)],))

    assert (report.layout, report.own, report.silent) == (Layout.MONO, ((Span(0, 3_000),),), ())


@pytest.mark.parametrize(
    ("channels", "lists"),
    [(3, 3), (2, 1), (1, 2)],
    ids=["three channels", "a list missing", "a list too many"],
)
def test_wrong_use_says_so(channels: int, lists: int) -> None:
    with pytest.raises(UsageError, match="channels"):
        examine(np.zeros((channels, 1_600), np.int16), [()] * lists)


@pytest.mark.parametrize("samples", [0, 1, 159, 1_600])
def test_hardly_any_samples_are_two_silent_channels(samples: int) -> None:
    report = examine(np.zeros((2, samples), np.int16), ((), ()))

    assert report.silent == (0, 1)
    assert report.own == ((), ())
