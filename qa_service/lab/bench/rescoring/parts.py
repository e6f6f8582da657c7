"""Where the time goes when a stored call is judged again quickly: each part by itself, over all calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from qa_service.core.calls import Envelope
from qa_service.pipeline.fast.engine import Engine
from qa_service.pipeline.fast.ready import ReadyCall
from qa_service.pipeline.fast.sieve import Sieved
from qa_service.usecases import ready_file

_NOBODY = frozenset[int]()
_Given = TypeVar("_Given")


def parts_of(engine: Engine, packed: Sequence[bytes]) -> Mapping[str, float]:
    """Microseconds per call: unzipping, columns, the scan, opening the lines it lets through, listening, the rest."""
    fast = engine.fast
    if fast is None:
        return {}
    calls = [ready_file.unpack(data) for data in packed]
    sieved = [fast.sieve.sift(call) for call in calls]
    unzip = _each(ready_file.front, packed)
    unpack = _each(ready_file.unpack, packed)
    scan = _each(fast.sieve.sift, calls)
    again = [ready_file.unpack(data) for data in packed]
    lines = _each(_read, list(zip(again, sieved, strict=True)))
    listened = _each(lambda pair: _listen(engine, *pair), list(zip(again, sieved, strict=True)))
    fresh = [ready_file.unpack(data) for data in packed]
    whole = unpack + _each(lambda call: engine.standing(call, Envelope()), fresh)
    # Listening reads the lines once more, which are open by then: what that takes is the least part of it.
    return {
        "unzip": unzip,
        "columns": unpack - unzip,
        "scan": scan,
        "lines": lines,
        "listen": listened,
        "rest": max(0.0, whole - unpack - scan - lines - listened),
        "whole": whole,
    }


def _read(pair: tuple[ReadyCall, Sieved]) -> None:
    call, sieved = pair
    for line in sieved.lines:
        call.lines.said(line)
        call.lines.folded(line)


def _listen(engine: Engine, call: ReadyCall, sieved: Sieved) -> None:
    for leg in call.legs:
        inside = [line for line in sieved.lines if leg.first <= line < leg.stop]
        engine.ear(call.about).listen(call, leg, inside, _NOBODY, sieved)


def _each(work: Callable[[_Given], object], given: Sequence[_Given]) -> float:
    begun = time.process_time()
    for one in given:
        work(one)
    return (time.process_time() - begun) / len(given) * 1e6
