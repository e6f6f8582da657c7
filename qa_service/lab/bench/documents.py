"""Benchmarks as JSON: every run, with hardware, versions, seeds and hashes, so that it can be repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from qa_service.lab.bench.figures import Spread
from qa_service.lab.bench.growth import STAGES, Growth
from qa_service.lab.bench.judging import Judging
from qa_service.lab.bench.machine import machine
from qa_service.lab.bench.material import SEED, TestCall
from qa_service.lab.bench.pairs import WAYS, CallBench, WayResult, difference, pooled
from qa_service.lab.bench.targets import Target
from qa_service.lab.documents import Document, interval_document, rate_document
from qa_service.lab.intervals import SEED as BOOTSTRAP_SEED

SCHEMA = "qa-service/bench@1"


def head(name: str, settings: Mapping[str, object]) -> Document:
    """What a figure belongs to."""
    return {
        "schema": SCHEMA,
        "bench": name,
        "machine": machine(),
        "settings": dict(settings),
        "seeds": {"material": SEED, "bootstrap": BOOTSTRAP_SEED},
    }


def calls_document(calls: Sequence[CallBench]) -> Document:
    """The pairs: per call and way, and the error rates over all calls."""
    return {
        "calls": [_call(bench) for bench in calls],
        "cer": {way: _pooled(calls, way) for way in WAYS} if calls else None,
    }


def _pooled(calls: Sequence[CallBench], way: str) -> Document:
    beyond, interval = difference(calls, way)
    return {
        **rate_document(pooled(calls, way)),
        "beyond_baseline": beyond,
        "beyond_interval": interval_document(interval),
    }


def _call(bench: CallBench) -> Document:
    return {
        **material_document(bench.call),
        "ways": {
            way.way: {
                **_way(way),
                "wall_ratio": spread_document(bench.wall_ratio(way.way)),
                "cpu_ratio": spread_document(bench.cpu_ratio(way.way)),
            }
            for way in bench.ways
        },
    }


def material_document(call: TestCall) -> Document:
    """Which test call it was."""
    return {
        "minutes": call.minutes,
        "sha256": call.sha256,
        "utterances": len(call.utterances),
        "rounds": call.rounds,
    }


def _way(way: WayResult) -> Document:
    runs = [
        {"wall_s": r.wall_s, "cpu_s": r.cpu_s, "load_s": r.load_s, "peak_mb": r.peak_mb, "ms": r.timings_ms}
        for r in way.runs
    ]
    return {
        "runs": runs,
        "cer": rate_document(way.errors),
        "unheard": way.unheard,
        "status": way.runs[0].status or None,
        "not_asr": spread_document(way.not_asr),
        "peak_mb": way.peak_mb,
    }


def growth_document(growth: Growth | None) -> Document | None:
    """Growth with length, per stage and in all."""
    if growth is None:
        return None
    return {
        "exponent": growth.exponent,
        "exponents": {stage: growth.exponent_of(stage) for stage in STAGES},
        "lengths": [
            {"minutes": length.minutes, "ms": dict(length.timings_ms), "peak_mb": length.peak_mb}
            for length in growth.lengths
        ],
    }


def judging_document(judging: Judging | None) -> Document | None:
    """Judging a stored call, and its parts."""
    return None if judging is None else asdict(judging)


def targets_document(targets: Sequence[Target]) -> list[Document]:
    """Targets in their order; `reached` is null where nothing was measured."""
    return [
        {"name": target.name, "limit": target.limit, "figure": target.figure, "reached": target.reached}
        for target in targets
    ]


def spread_document(spread: Spread | None) -> Document | None:
    """A median with its range."""
    return None if spread is None else asdict(spread)
