"""How large an installation has to be: the arithmetic, checked by hand, and one call through the real thing."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console
from typer.testing import CliRunner

from qa_service.cli import bench as command
from qa_service.core.errors import UsageError
from qa_service.lab.bench.sizing.child import Sized
from qa_service.lab.bench.sizing.plan import Centre, plan, shares
from qa_service.lab.bench.sizing.report import Sizing, print_sizing, sizing_document
from qa_service.lab.words import words

CENTRE = Centre(12_000, 4.0, 600.0, 128)
#: A call of 4 minutes: 24 s of the cores' time, 14 s on the clock.
SIZED = Sized(1.0, 14.0, 24.0, 800.0, 80_000, {"asr": 9_000, "vad": 1_000}, "scored", "cpu", 2)


def test_a_centre_of_12_000_calls() -> None:
    made = plan(CENTRE, SIZED, 4.0, cores=2)

    # 12,000 × 4 min = 48,000 min in 600 min: 80 min a minute. 240 s ÷ 24 s = 10 a core.
    assert (made.minutes_per_day, made.pace, made.per_unit) == (48_000, 80, 10)
    # 80 ÷ 10 ÷ 0.7 = 11.4, rounded up; two cores a worker.
    assert (made.units, made.unit, made.workers) == (12, "core", 6)
    # 6 × 800 MB + 2,000 MB.
    assert made.memory_mb == 6_800
    # 48,000 min × 60 s × 128 kbit ÷ 8 = 46.08 GB; 48,000 min × 20 kB = 0.96 GB.
    assert made.sound_bytes == pytest.approx(46.08e9)
    assert made.database_bytes == pytest.approx(0.96e9)
    assert made.disk_per_year == pytest.approx(365 * 47.04e9)


def test_a_card_is_one_unit_with_one_worker() -> None:
    made = plan(CENTRE, replace(SIZED, device="cuda", wall_s=2.0), 4.0, cores=16)

    # 240 s ÷ 2 s = 120 a card; 80 ÷ 120 ÷ 0.7 = 0.95.
    assert (made.per_unit, made.units, made.unit, made.workers) == (120, 1, "gpu", 1)


def test_more_threads_than_cores_are_no_larger_workers() -> None:
    assert plan(CENTRE, replace(SIZED, threads=8), 4.0, cores=2).workers == 6


def test_a_machine_that_is_busy_with_others_needs_no_more_cores() -> None:
    assert plan(CENTRE, replace(SIZED, wall_s=90.0), 4.0, cores=2).units == 12


def test_the_smallest_centre_needs_a_core() -> None:
    assert plan(replace(CENTRE, calls_per_day=1), SIZED, 4.0, cores=2).units == 1


def test_time_goes_where_it_went() -> None:
    assert shares(SIZED) == {"asr": 0.9, "vad": 0.1}
    assert shares(replace(SIZED, timings_ms={})) == {}


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_the_arithmetic_is_shown(lang: str) -> None:
    shown = StringIO()
    sizing = Sizing("whisper-base", 4.0, 2, CENTRE, SIZED, plan(CENTRE, SIZED, 4.0, cores=2))

    print_sizing(sizing, Console(width=80, file=shown), words(lang))

    assert "12,000 × 4 min" in shown.getvalue()
    assert "⌈80.0 ÷ 10.00 ÷ 0.7⌉" in shown.getvalue()
    assert "…" not in shown.getvalue()
    assert json.loads(json.dumps(sizing_document(sizing)))["sizing"]["plan"]["units"] == 12


@pytest.mark.parametrize("window", ["10", "h", "25h", "0m", "ten h", "-3h"])
def test_a_window_that_is_no_part_of_a_day_is_wrong_use(window: str) -> None:
    given = CliRunner().invoke(command.app, ["size", "--window", window])

    assert isinstance(given.exception, UsageError)


@pytest.mark.asr
def test_one_call_through_the_real_thing() -> None:
    given = CliRunner().invoke(command.app, ["size", "--minutes", "0.5", "--format", "json"])

    assert given.exit_code == 0, given.output
    sized = json.loads(given.stdout)["sizing"]["sized"]
    assert sized["status"]
    assert sized["kept_bytes"] > 1_000
    assert sized["timings_ms"]["asr"] > 0
