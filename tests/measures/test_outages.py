"""Outages: what the recorder lost on every channel, told from mutes, holds and lines that rest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from qa_service.core.time import Span
from qa_service.measures.outages import outages

PER_MS = 16
LENGTH_MS = 60_000
#: Who speaks when: the agent, then the customer, each for five seconds.
TALK = (
    [Span(at, at + 5_000) for at in range(0, LENGTH_MS, 10_000)],
    [Span(at + 5_000, at + 9_500) for at in range(0, LENGTH_MS, 10_000)],
)


def line(spans: list[Span], seed: int) -> npt.NDArray[np.int16]:
    """A voice of noise over the noise of its line."""
    random = np.random.default_rng(seed)
    sound = random.normal(0, 30, LENGTH_MS * PER_MS)
    for span in spans:
        voice = slice(span.start_ms * PER_MS, span.end_ms * PER_MS)
        sound[voice] += random.normal(0, 3_000, sound[voice].size)
    return sound.astype(np.int16)


def call(*gone: tuple[int, int, int]) -> npt.NDArray[np.int16]:
    """Both lines, zero on a channel (2: on both) from one second to another."""
    samples = np.stack([line(spans, seed) for seed, spans in enumerate(TALK)])
    for channel, start_s, end_s in gone:
        rows = slice(None) if channel == 2 else channel
        samples[rows, start_s * 1_000 * PER_MS : end_s * 1_000 * PER_MS] = 0
    return samples


@pytest.mark.parametrize(
    ("gone", "found"),
    [
        pytest.param([(2, 22, 34)], [(22, 34)], id="from the middle of one voice to the middle of another"),
        pytest.param([(2, 22, 30)], [(22, 30)], id="from the middle of a voice to a pause"),
        pytest.param([(2, 12, 14), (2, 43, 49)], [(12, 14), (43, 49)], id="twice"),
        pytest.param([(0, 22, 34)], [], id="one party is muted"),
        pytest.param([(2, 22, 23)], [], id="a second is a hole"),
        pytest.param([], [], id="nothing is missing"),
    ],
)
def test_outages(gone: list[tuple[int, int, int]], found: list[tuple[int, int]]) -> None:
    spans = outages(call(*gone), TALK)

    assert [(round(span.start_ms / 1_000), round(span.end_ms / 1_000)) for span in spans] == found


def test_a_line_that_rests_in_every_pause_has_no_outages() -> None:
    samples = call((2, 22, 34))
    for at_s in range(0, 60, 10):
        samples[:, (at_s * 1_000 + 9_500) * PER_MS : (at_s + 10) * 1_000 * PER_MS] = 0

    assert outages(samples, TALK) == ()


def test_a_call_without_voice_has_no_outages() -> None:
    assert outages(call((2, 22, 34)), [[], []]) == ()
