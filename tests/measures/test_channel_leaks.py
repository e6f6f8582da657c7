"""What leaks in from the other party is never a channel's own voice; what is said over it survives."""

from __future__ import annotations

import numpy as np
import pytest

from qa_service.core.time import Span, intersect, total_ms
from qa_service.measures.channels import examine
from tests.measures.calls import (
    CALLS,
    Call,
    Leak,
    first_call,
    needs_samples,
    precision_recall,
    recorded,
    sample_call,
)
from tests.measures.voices import at_level, speech

pytestmark = needs_samples


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
    rows, voiced = recorded(first_call(), (Leak(-10, 40, 1), Leak(-10, 40, 2)))
    rows = np.stack([(row * 10 ** (g / 20)).astype(np.int16) for row, g in zip(rows, gains_db, strict=True)])

    own = examine(rows, voiced).own

    for channel in range(2):
        assert min(precision_recall(own[channel], first_call().spoken[channel])) >= 0.95


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
    agent = Call(
        (first_call().voices[0], np.zeros_like(first_call().voices[0])), (first_call().spoken[0], ())
    )
    rows, voiced = recorded(agent, (None, Leak(db)))

    report = examine(rows, voiced)

    assert report.silent == (1,)
    assert report.own[1] == ()
    assert report.own[0] == voiced[0]
