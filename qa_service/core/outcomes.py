"""What came of a call, or of a customer: told later by other systems, kept beside the calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa_service.core.errors import QaError


class OutcomeKind(StrEnum):
    """What is told."""

    #: Satisfaction, on whatever scale the house uses.
    CSAT = "csat"
    NPS = "nps"
    COMPLAINT = "complaint"
    #: The customer had to call again for the same matter.
    REPEAT = "repeat"
    #: An amount of money.
    REFUND = "refund"
    CHURN = "churn"


#: Kind → the smallest and the largest value.
RANGES: Mapping[OutcomeKind, tuple[float, float]] = {
    OutcomeKind.CSAT: (0, 100),
    OutcomeKind.NPS: (0, 10),
    OutcomeKind.COMPLAINT: (0, 1),
    OutcomeKind.REPEAT: (0, 1),
    OutcomeKind.REFUND: (0, 1e12),
    OutcomeKind.CHURN: (0, 1),
}
#: Those that either happened or did not; told without a value, they did.
FLAGS = frozenset({OutcomeKind.COMPLAINT, OutcomeKind.REPEAT, OutcomeKind.CHURN})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that came of a call (by our id or the sender's) or of a customer (by the keyed hash)."""

    kind: OutcomeKind
    value: float
    at: datetime
    source: str
    call_id: str = ""
    external_id: str = ""
    customer: str = ""


@dataclass(frozen=True, slots=True)
class KeptOutcome:
    """An outcome in the store."""

    id: str
    kind: OutcomeKind
    value: float
    at: datetime
    source: str
    #: Told of the customer, not of this very call.
    is_of_customer: bool


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that was not taken, as spreadsheets number it, and why."""

    row: int
    error: QaError


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of many rows. The same row again is `known` and changes nothing."""

    new: int = 0
    changed: int = 0
    known: int = 0
    errors: tuple[RowError, ...] = ()
    #: Columns that nobody reads.
    ignored: tuple[str, ...] = ()
