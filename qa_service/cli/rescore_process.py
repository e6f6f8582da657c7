"""`qa-service rescore-process`: judges stored calls again, told by a node what to do, step after step."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from qa_service import bootstrap
from qa_service.core.errors import DatabaseAway, Fenced, QaError, StorageFull
from qa_service.core.rescores import Step, Turn
from qa_service.worker.rescorer import give_way

#: What says nothing about the step: where things are kept cannot be reached, or is full.
_NO_TRY = (DatabaseAway, StorageFull)


def rescore_process() -> None:
    """Ends when nobody is left who asks."""
    give_way()
    step = bootstrap.rescore_step()
    for line in sys.stdin:
        told = json.loads(line)
        turn = Turn(told["run_id"], Step(told["step"]), told["fence"], told["number"])
        begun_s = time.monotonic()
        answer = _done(step.do, turn)
        answer["took_ms"] = round(1_000 * (time.monotonic() - begun_s))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _done(do: Any, turn: Turn) -> dict[str, Any]:
    """Its answer; whatever breaks off is told by its code alone."""
    from qa_service.stores.engine import known

    try:
        told: Mapping[str, int] = do(turn)
    except Fenced:  # somebody else has it, or nobody wants it: there is nothing to give back
        return {}
    except Exception as error:  # noqa: BLE001 - nothing is swallowed: the step is tried again or shown
        ours = known(error) or error
        code = ours.code if isinstance(ours, QaError) else f"crashed.{type(error).__name__}"
        return {"code": code, "is_try": not isinstance(ours, _NO_TRY)}
    return dict(told)
