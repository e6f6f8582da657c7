"""Why work ended without a result, where only a code was written down: what a person is told, and can do."""

from __future__ import annotations

from qa_service.core.errors import QaError

_CRASHED = "crashed."


def why_it_ended(code: str) -> QaError:
    """The error that this code of a piece of work stands for.

    >>> str(why_it_ended("crashed.ZeroDivisionError"))
    'an error that nobody expected, three times (ZeroDivisionError). Look into the log for this work, then try again.'
    """
    look = "Look into the log for this work, then try again"
    if code.startswith(_CRASHED):
        kind = code.removeprefix(_CRASHED)
        problem = f"an error that nobody expected, three times ({kind})"
        return QaError("crashed", problem=problem, fix=look)
    if code == "worker_died":
        problem = "three processes died over this work, for want of memory or of its recording"
        return QaError("worker_died", problem=problem, fix=look)
    if code == "broke_off":
        return QaError("broke_off", problem="this work broke off three times", fix=look)
    return QaError(code, problem=f"it ended with {code}", fix=look)
