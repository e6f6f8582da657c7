"""Faint voices on a channel: a neighbour is background, a quiet party is not, and doubts are told."""

from __future__ import annotations

import numpy as np
import pytest

from qa_service.core.time import Span, merge, total_ms
from qa_service.measures.channels import examine
from tests.measures.calls import Rows, first_call, needs_samples, precision_recall, recorded
from tests.measures.voices import at_level, noise, pcm, speech

pytestmark = needs_samples


def _with_noise(dbfs: float) -> tuple[Rows, tuple[tuple[Span, ...], ...], Span]:
    """A call with so much loud noise on both channels, heard as voice there."""
    rows, voiced = recorded(first_call(), (None, None))
    loud = Span(2_000, 2_000 + round(first_call().seconds * 125))
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
    assert "voices_doubted" not in [p.code for p in examine(*recorded(first_call(), (None, None))).problems]


def test_a_neighbour_far_below_the_agent_is_background() -> None:
    # The neighbour speaks while the customer does, and has nothing to do with what the customer says.
    neighbour = at_level(speech(5, first_call().seconds, hertz=180), -52)[: first_call().voices[0].size]
    quiet = first_call().spoken[1]
    rows, voiced = recorded(first_call(), (None, None))
    mask = np.zeros(neighbour.size)
    for span in quiet:
        mask[span.start_ms * 16 : span.end_ms * 16] = 1
    rows[0] += pcm(neighbour * mask)

    report = examine(rows, (merge(voiced[0] + quiet), voiced[1]))

    precision, recall = precision_recall(report.own[0], first_call().spoken[0])
    assert precision >= 0.97
    assert recall >= 0.97
    assert {foreign.because.code for foreign in report.foreign} <= {"channel.background", "channel.leak"}


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
    rows, voiced = recorded(first_call(), (None, None))
    rows[channel] = (rows[channel] * 10 ** (-down_db / 20)).astype(np.int16)

    report = examine(rows, voiced)

    assert total_ms(report.own[channel]) >= 0.95 * total_ms(voiced[channel])
    assert report.problems == ()


@pytest.mark.parametrize("down_db", [34, 40])
def test_a_copy_that_no_path_explains_does_not_make_a_quiet_party(down_db: int) -> None:
    # The other party through another codec: only its loudness still follows.
    voice = first_call().voices[0]
    random = np.random.default_rng(8)
    rest = voice * np.sign(random.normal(size=voice.size)) * 10 ** (-down_db / 20)
    rows = np.stack([pcm(voice), pcm(rest)])

    report = examine(rows, (first_call().spoken[0], first_call().spoken[0]))

    assert (report.own, report.silent) == ((first_call().spoken[0], ()), (1,))
