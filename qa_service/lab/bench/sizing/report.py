"""The plan as lines of arithmetic, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from qa_service.lab.bench.sizing.child import Sized
from qa_service.lab.bench.sizing.plan import BESIDE_MB, DAYS, USED, Centre, Plan, shares
from qa_service.lab.grid import figures_table

if TYPE_CHECKING:
    from rich.console import Console

    from qa_service.lab.words import Say


@dataclass(frozen=True, slots=True)
class Sizing:
    """What was asked, what was measured, and what follows."""

    model: str
    call_minutes: float
    cores: int
    centre: Centre
    sized: Sized
    plan: Plan


def sizing_document(sizing: Sizing) -> dict[str, object]:
    """Everything, with the shares of time."""
    plan = asdict(sizing.plan) | {
        "disk_per_day": sizing.plan.disk_per_day,
        "disk_per_year": sizing.plan.disk_per_year,
    }
    return {"sizing": asdict(sizing) | {"plan": plan, "shares": shares(sizing.sized)}}


def print_sizing(sizing: Sizing, console: Console, say: Say) -> None:
    """A line for each figure, with how it came about."""
    table = figures_table(say("sizing", model=sizing.model), ["", say("figure")])
    table.add_column(say("arithmetic"), overflow="fold")
    for name, figure, because in (*_measured(sizing), *_planned(sizing)):
        table.add_row(say(name), figure, because)
    console.print(table)
    drivers = ", ".join(f"{stage} {share:.0%}" for stage, share in shares(sizing.sized).items())
    disk = sizing.plan.sound_bytes / sizing.plan.disk_per_day
    console.print(say("drivers", time=drivers, sound=f"{disk:.0%}"))


def _measured(sizing: Sizing) -> Iterator[tuple[str, str, str]]:
    sized, minutes = sizing.sized, sizing.call_minutes
    yield "heard_in", f"{sized.wall_s:.1f} s", f"{minutes:g} min, {sized.device}, {sized.threads} threads"
    yield "cpu_time", f"{sized.cpu_s:.1f} s", f"{sized.cpu_s / minutes:.2f} s / min"
    yield (
        "kept",
        f"{sized.kept_bytes / minutes / 1_000:.1f} kB/min",
        f"{sized.kept_bytes:,} B ÷ {minutes:g} min",
    )


def _planned(sizing: Sizing) -> Iterator[tuple[str, str, str]]:
    centre, plan, sized = sizing.centre, sizing.plan, sizing.sized
    window = centre.window_minutes
    yield (
        "to_hear",
        f"{plan.minutes_per_day:,.0f} min",
        f"{centre.calls_per_day:,} × {centre.minutes:g} min",
    )
    yield "pace", f"{plan.pace:.1f} ×", f"{plan.minutes_per_day:,.0f} ÷ {window:g} min"
    took = sized.wall_s if plan.unit == "gpu" else sized.cpu_s
    speed = f"{sizing.call_minutes:g} × 60 ÷ {took:.1f} s"
    yield f"per_{plan.unit}", f"{plan.per_unit:.2f} ×", speed
    yield f"{plan.unit}s", str(plan.units), f"⌈{plan.pace:.1f} ÷ {plan.per_unit:.2f} ÷ {USED}⌉"
    yield (
        "memory_needed",
        f"{plan.memory_mb / 1_000:.1f} GB",
        f"{plan.workers} × {sized.peak_mb:.0f} MB + {BESIDE_MB:,} MB",
    )
    sound = f"{plan.minutes_per_day:,.0f} × 60 s × {centre.kilobits} kbit ÷ 8"
    yield "sound_a_day", f"{plan.sound_bytes / 1e9:.2f} GB", sound
    kept = f"{plan.minutes_per_day:,.0f} × {sized.kept_bytes / sizing.call_minutes / 1_000:.1f} kB"
    yield "database_a_day", f"{plan.database_bytes / 1e9:.2f} GB", kept
    yield "disk_a_year", f"{plan.disk_per_year / 1e12:.2f} TB", f"{DAYS} × {plan.disk_per_day / 1e9:.2f} GB"
