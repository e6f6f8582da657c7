"""Two channels are one sound twice, or one party each, or one of them has nobody."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from qa_service.core.errors import UsageError
from qa_service.core.measured import Layout
from qa_service.core.time import Span, merge
from qa_service.measures.channels import examine
from tests.measures.calls import CALLS, Rows, delayed, first_call, needs_samples, recorded, sample_call
from tests.measures.voices import Sound, noise, pcm, speech, telephone

pytestmark = needs_samples


def both(change: Callable[[Sound], Sound]) -> Rows:
    """A mono call: both parties on channel 0, and what `change` makes of it on channel 1."""
    mixed = sum(first_call().voices) + noise(1, first_call().seconds, dbfs=-62)[: first_call().voices[0].size]
    return np.stack([pcm(mixed), pcm(change(mixed))])


def everybody() -> tuple[Span, ...]:
    return merge(first_call().spoken[0] + first_call().spoken[1])


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
    voice = first_call().voices[0]
    other = np.zeros(voice.size) if level_dbfs is None else noise(4, first_call().seconds, dbfs=level_dbfs)
    rows = np.stack([pcm(voice), pcm(other[: voice.size])])

    report = examine(rows, (first_call().spoken[0], ()))

    assert report.silent == (1,)
    assert [problem.code for problem in report.problems] == [code]


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
