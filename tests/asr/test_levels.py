"""A quiet channel is raised as a whole before it is heard; an ordinary one is heard as it came."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qa_service.asr.levels import raised
from qa_service.core.time import Span
from qa_service.ports import Samples, Stretch
from tests.asr.sample_call import spoken


def _loud_dbfs(samples: Samples) -> float:
    power = np.square(samples[: len(samples) // 512 * 512].astype(np.float64).reshape(-1, 512)).mean(axis=1)
    return float(np.percentile(10 * np.log10(power / 32_768.0**2 + 1e-12), 90))


def _down(stretch: Stretch, db: float) -> Stretch:
    return replace(stretch, samples=(stretch.samples * 10 ** (-db / 20)).astype(np.int16))


@pytest.mark.parametrize("down_db", [0, 6, 12])
def test_an_ordinary_channel_is_heard_as_it_came(down_db: int) -> None:
    said = tuple(_down(each, down_db) for each in spoken(6))

    assert all(one.samples is other.samples for one, other in zip(raised(said), said, strict=True))


@pytest.mark.parametrize("down_db", [22, 26, 30])
def test_only_the_quiet_channel_is_raised(down_db: int) -> None:
    said = tuple(_down(each, down_db) if each.channel else each for each in spoken(6))

    heard = raised(said)

    assert [each.span for each in heard] == [each.span for each in said]
    for one, other in zip(heard, said, strict=True):
        if other.channel == 0:
            assert one.samples is other.samples
        else:
            assert 15 <= _loud_dbfs(one.samples) - _loud_dbfs(other.samples) <= 30.1


def test_a_channel_is_raised_as_a_whole_so_that_its_faint_voice_stays_faint() -> None:
    first, second = (each for each in spoken(4) if each.channel == 0)
    loud, faint = _down(first, 25), _down(second, 35)

    heard = raised((loud, faint))

    by = [
        _loud_dbfs(one.samples) - _loud_dbfs(other.samples)
        for one, other in zip(heard, (loud, faint), strict=True)
    ]
    assert by[0] == pytest.approx(by[1], abs=0.5)
    assert by[0] > 15


@pytest.mark.parametrize("dbfs", [-90, -70, -64])
def test_an_idle_line_is_never_raised(dbfs: int) -> None:
    line = (np.random.default_rng(2).normal(0, 10 ** (dbfs / 20), 64_000) * 32_768).astype(np.int16)
    idle = Stretch(0, Span(0, 4_000), line)

    assert raised((idle,))[0].samples is line


def test_nothing_is_made_of_nothing() -> None:
    assert raised(()) == ()


def test_a_loud_click_in_a_quiet_channel_is_cut_off_and_does_not_turn_round() -> None:
    quiet = _down(next(spoken(1)), 30)
    clicked = quiet.samples.copy()
    clicked[8_000] = 30_000

    heard = raised((replace(quiet, samples=clicked),))[0].samples

    assert heard[8_000] == 32_767
