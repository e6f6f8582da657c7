"""A process that deletes what is due, and may be told where to die: `python -m tests.worker.mortal_keeper POINT`.

Everything is the shipped code as bootstrap makes it; what wraps its steps stands here.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from qa_service import bootstrap
from qa_service.stores import audit, deletion
from qa_service.stores.shredder import Shredder
from qa_service.stores.sound import SoundStore

#: Around the decision, the object, and the rows; the last two lie inside of the last transaction.
STEPS = ("mark_due", "delete", "finish", "write_down")
POINTS = tuple(f"{when}-{step}" for step in STEPS for when in ("before", "after"))
#: Every step is died at in the second batch too: then some calls are gone and some are not.
_BATCH = 2


def _mortal(name: str, step: str, work: Callable[..., Any], at: int) -> Callable[..., Any]:
    calls = 0

    def wrapped(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if name == f"before-{step}" and calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        made = work(*given, **named)
        if name == f"after-{step}" and calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    return wrapped


def main(name: str) -> None:
    """Deletes, until it has done so or until its point."""
    # The second batch's; of objects the second of the second.
    deletion.mark_due = _mortal(name, "mark_due", deletion.mark_due, 2)
    deletion.finish = _mortal(name, "finish", deletion.finish, 2)
    audit.write = _mortal(name, "write_down", audit.write, 2)
    SoundStore.delete = _mortal(name, "delete", SoundStore.delete, 4)  # type: ignore[method-assign]
    Shredder(bootstrap.shelves(), batch=_BATCH).run()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
