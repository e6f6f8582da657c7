"""One call through an installation of its own: `python -m qa_service.lab.bench.sizing.child WAV COPIES RESULT.json`.

The settings of this process name an empty data folder. The call is heard once, with everything that a worker does,
and kept several times, so that what a database takes for itself is shared out.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from qa_service import bootstrap
from qa_service.core.calls import Envelope
from qa_service.core.people import Asked, Caller, Right, Sight
from qa_service.ports.serving import Upload
from qa_service.ports.storing import KeptMeasures
from qa_service.stores.intake import StoreIntake
from qa_service.usecases.process import Processor

_MACHINE = Asked(Caller("machine", "machine", frozenset(Right), Sight(everything=True)))


@dataclass(frozen=True, slots=True)
class Sized:
    """What one call cost. Seconds are of hearing and judging it, the model being loaded."""

    load_s: float
    wall_s: float
    cpu_s: float
    peak_mb: float
    #: Of the database, for each copy of the call: rows, measurements, assessment, index of words.
    kept_bytes: int
    timings_ms: dict[str, int]
    status: str
    device: str
    threads: int


def size(wav: Path, copies: int) -> Sized:
    """Hears the call once and keeps it `copies` times."""
    chosen, node = bootstrap.settings(), bootstrap.node()
    processor, begun = node.processor, time.perf_counter()
    processor.analyst("")
    loaded, cpu = time.perf_counter(), _cpu_s()
    first = _take_in(wav)
    processor.measure(first)
    processor.judge(first)
    wall_s, cpu_s = time.perf_counter() - loaded, _cpu_s() - cpu
    empty = _database_bytes()
    for _ in range(copies):
        _keep_again(processor, first, _take_in(wav))
    kept = _kept(processor, first)
    return Sized(
        load_s=loaded - begun,
        wall_s=wall_s,
        cpu_s=cpu_s,
        peak_mb=_peak_mb(),
        kept_bytes=(_database_bytes() - empty) // copies,
        timings_ms=dict(kept.timings_ms),
        status=_status(),
        device=chosen.device,
        threads=chosen.threads or os.cpu_count() or 1,
    )


def _take_in(wav: Path) -> str:
    upload = Upload(wav, wav.name, Envelope())
    intake = StoreIntake(bootstrap.shelves(), bootstrap.job_queue().start)
    return intake.accept(_MACHINE, upload).job_id


def _keep_again(processor: Processor, heard: str, job_id: str) -> None:
    """The same words and measures for another call; judged anew."""
    job = processor.bench.claim(job_id)
    kept = _kept(processor, heard)
    if job is None:
        raise RuntimeError(f"{job_id} was taken by somebody else")
    processor.bench.keep_measured(job, KeptMeasures(replace(kept.call, call_id=job.call_id), kept.timings_ms))
    processor.judge(job_id)


def _kept(processor: Processor, job_id: str) -> KeptMeasures:
    with bootstrap.shelves().engine.connect() as connection:
        query = sa.text("SELECT call_id FROM jobs WHERE id = :id")
        call_id = connection.execute(query, {"id": job_id}).scalar_one()
    kept = processor.bench.measured(call_id)
    if kept is None:
        raise RuntimeError("the call could not be heard")
    return kept


def _database_bytes() -> int:
    with bootstrap.shelves().engine.connect() as connection:
        pages, each = (
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")
        )
        free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
    return int((pages - free) * each)


def _status() -> str:
    with bootstrap.shelves().engine.connect() as connection:
        return str(connection.execute(sa.text("SELECT status FROM calls ORDER BY seq LIMIT 1")).scalar_one())


def _cpu_s() -> float:
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 / 1e6


def main() -> None:
    """Measures, writes the result."""
    sized = size(Path(sys.argv[1]), int(sys.argv[2]))
    Path(sys.argv[3]).write_text(json.dumps(asdict(sized)), "utf-8")


if __name__ == "__main__":
    main()
