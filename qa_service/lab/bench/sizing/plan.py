"""From one measured call to cores, memory and disk: products and quotients that can be checked by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from qa_service.lab.bench.sizing.child import Sized

#: Of the cores' time that is planned for; the rest is for peaks, repeats and a machine that is away.
USED = 0.7
#: Web process, database and system beside the workers.
BESIDE_MB = 2_000
DAYS = 365


@dataclass(frozen=True, slots=True)
class Centre:
    """What a centre wants to be heard."""

    calls_per_day: int
    minutes: float
    #: Minutes of a day in which the work is to be done.
    window_minutes: float
    #: Of a recording, both channels; 128 is G.711 stereo.
    kilobits: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What it takes. A unit is a core, or a card where recognition runs on one."""

    minutes_per_day: float
    #: Minutes of sound to be heard in every minute of the window.
    pace: float
    #: Minutes of sound that one unit hears in a minute.
    per_unit: float
    units: int
    unit: str
    workers: int
    memory_mb: float
    sound_bytes: float
    database_bytes: float

    @property
    def disk_per_day(self) -> float:
        """Bytes."""
        return self.sound_bytes + self.database_bytes

    @property
    def disk_per_year(self) -> float:
        """Bytes, if nothing is deleted."""
        return DAYS * self.disk_per_day


def plan(centre: Centre, sized: Sized, call_minutes: float, cores: int) -> Plan:
    """For this centre, from a call of `call_minutes` measured on a machine of so many cores.

    A core is counted by its own time, which other work on the machine does not stretch; a card by the clock.
    A worker is one process with as many threads as were measured; cards take one worker each.
    """
    minutes_per_day = centre.calls_per_day * centre.minutes
    pace = minutes_per_day / centre.window_minutes
    is_card = sized.device == "cuda"
    per_unit = call_minutes * 60 / (sized.wall_s if is_card else sized.cpu_s)
    units = max(1, math.ceil(pace / per_unit / USED))
    workers = math.ceil(units / (1 if is_card else min(sized.threads, cores)))
    return Plan(
        minutes_per_day=minutes_per_day,
        pace=pace,
        per_unit=per_unit,
        units=units,
        unit="gpu" if is_card else "core",
        workers=workers,
        memory_mb=workers * sized.peak_mb + BESIDE_MB,
        sound_bytes=minutes_per_day * 60 * centre.kilobits * 1_000 / 8,
        database_bytes=minutes_per_day * sized.kept_bytes / call_minutes,
    )


def shares(sized: Sized) -> dict[str, float]:
    """What the time goes to, by stage, largest first."""
    whole = sum(sized.timings_ms.values()) or 1
    return dict(sorted(((k, v / whole) for k, v in sized.timings_ms.items()), key=lambda one: -one[1]))
