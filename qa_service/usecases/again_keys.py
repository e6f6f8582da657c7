"""again keys: what is kept of a judged call so that the next rulebook is quick to judge it, and what that hangs on."""

from __future__ import annotations

from qa_service.core.ids import digest
from qa_service.core.stored import StoredCall
from qa_service.pipeline.fast.ready import ready
from qa_service.pipeline.fast.standing import Standing
from qa_service.pipeline.judge import Case
from qa_service.rulebook.book import Rulebook
from qa_service.usecases import ready_file, standing_file
from qa_service.usecases.analyze import LinePolicy

#: Hexadecimal digits in front of a standing.
_DIGITS = 32


def ready_of(case: Case) -> bytes:
    """The call made ready."""
    return ready_file.pack(ready(case))


def ready_key(measured: str, call: StoredCall, policy: LinePolicy) -> str:
    """What the call made ready hangs on: the measurements, by their name, the envelope, who is who, and the line."""
    return ready_file.key_of(measured, call, policy)


def standing_of(standing: Standing, book: Rulebook, key: str, jurisdiction: str, policy: LinePolicy) -> bytes:
    """What stands of an evaluation, after what it was made of."""
    return _made_of(key, jurisdiction, policy).encode() + standing_file.pack(standing, book)


def standing_in(kept: bytes, key: str, jurisdiction: str, policy: LinePolicy) -> bytes | None:
    """What stands, where the call, the law and the limits are those of today; None else."""
    made_of = _made_of(key, jurisdiction, policy).encode()
    return kept[_DIGITS:] if kept.startswith(made_of) else None


def _made_of(key: str, jurisdiction: str, policy: LinePolicy) -> str:
    return digest(key, jurisdiction, repr(policy.max_cer), length=_DIGITS)
