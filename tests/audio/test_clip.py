"""The clip in the report, and the recording with its secrets covered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa_service.audio.clip import media_type, playable
from qa_service.audio.mask import Cover, mask
from qa_service.audio.reader import PyAvReader
from qa_service.audio.segments import samples, segment
from qa_service.core.errors import UsageError
from qa_service.core.time import Span
from qa_service.ports import Recording, SourceProfile
from tests.audio.sounds import LEFT_HZ, RIGHT_HZ, loudest_hz, share_at, tones


def call(seconds: float = 2.0, channels: int = 2) -> Recording:
    return Recording(np.ascontiguousarray(tones(channels, seconds=seconds, rate=16_000).T), "00", "x", 8_000)


def heard_again(clip: bytes, folder: Path) -> Recording:
    path = folder / "clip.mp3"
    path.write_bytes(clip)
    return PyAvReader().read([path], SourceProfile())


def test_segments_are_lossless() -> None:
    recording = call()

    assert np.array_equal(samples(segment(recording)), recording.samples)
    assert np.array_equal(samples(segment(recording, Span(500, 700))), recording.samples[:, 8_000:11_200])


@pytest.mark.parametrize(
    ("lanes", "pitches"),
    [
        pytest.param((), (LEFT_HZ, RIGHT_HZ), id="as recorded"),
        pytest.param((1, 0), (RIGHT_HZ, LEFT_HZ), id="agent put left"),
        pytest.param((1,), (RIGHT_HZ,), id="one party only"),
    ],
)
def test_a_clip_plays_each_lane_on_its_side(
    lanes: tuple[int, ...], pitches: tuple[int, ...], tmp_path: Path
) -> None:
    clip = playable(call(), lane_order=lanes)

    again = heard_again(clip, tmp_path)
    assert media_type() in {"audio/mpeg", "audio/ogg"}
    assert abs(again.duration_ms - 2_000) <= 80
    assert again.channels == len(pitches)
    for channel, hz in enumerate(pitches):
        assert abs(loudest_hz(again, channel) - hz) <= 5


def test_a_span_of_a_call(tmp_path: Path) -> None:
    clip = playable(call(4), span=Span(1_000, 2_500))

    assert abs(heard_again(clip, tmp_path).duration_ms - 1_500) <= 80


def test_pieces_join_without_a_gap(tmp_path: Path) -> None:
    clip = playable(call(125, channels=1))

    again = heard_again(clip, tmp_path)
    assert abs(again.duration_ms - 125_000) <= 80
    assert share_at(again, 0, LEFT_HZ) > 0.999


@pytest.mark.parametrize(("max_bytes", "seconds"), [(8_000_000, 30), (120_000, 30), (70_000, 30)])
def test_a_clip_stays_within_its_bytes(max_bytes: int, seconds: int) -> None:
    assert len(playable(call(seconds), max_bytes=max_bytes)) <= max_bytes


def test_a_clip_that_cannot_fit_says_how_much_can() -> None:
    with pytest.raises(UsageError, match="at most 2 s") as refused:
        playable(call(30), max_bytes=8_200)

    assert refused.value.code == "clip_too_long"


@pytest.mark.parametrize("span", [Span(5_000, 6_000), Span(100, 100)])
def test_a_clip_of_nothing_is_refused(span: Span) -> None:
    with pytest.raises(UsageError) as refused:
        playable(call(), span=span)

    assert refused.value.code == "clip_empty"


@pytest.mark.parametrize("cover", list(Cover))
def test_a_mask_leaves_nothing_of_the_original(cover: Cover) -> None:
    recording = call(4)

    masked = mask(recording, [Span(1_000, 2_000)], cover=cover)

    under = Recording(masked.samples[:, 850 * 16 : 2_150 * 16], "", "", 0)
    assert share_at(under, 0, LEFT_HZ) < 0.01
    assert under.samples.any() == (cover is Cover.BLEEP)
    assert np.array_equal(masked.samples[:, : 850 * 16], recording.samples[:, : 850 * 16])
    assert np.array_equal(masked.samples[:, 2_150 * 16 :], recording.samples[:, 2_150 * 16 :])
    assert masked.duration_ms == recording.duration_ms


@pytest.mark.parametrize(
    "span",
    [
        pytest.param(Span(0, 10), id="at the beginning"),
        pytest.param(Span(1_990, 9_000), id="past the end"),
        pytest.param(Span(3_000, 9_000), id="wholly outside"),
        pytest.param(Span(500, 500), id="no length"),
    ],
)
def test_masks_at_the_edges_keep_the_length(span: Span) -> None:
    assert mask(call(), [span]).samples.shape == call().samples.shape


def test_no_spans_change_nothing_and_share_nothing() -> None:
    recording = call()

    masked = mask(recording, [])

    assert np.array_equal(masked.samples, recording.samples)
    assert not np.shares_memory(masked.samples, recording.samples)
