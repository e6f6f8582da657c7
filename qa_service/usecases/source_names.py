"""What the names of a source's recordings say, by a pattern (docs/file-names.md).

>>> read_name("{started_at:%Y%m%d-%H%M%S}_{extension}_{call_id}.wav", "20261125-083000_8001_c-77.wav").call_id
'c-77'
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qa_service.core.calls import Direction
from qa_service.usecases.columns import (
    CUSTOMER,
    CUSTOMER_NUMBER,
    STARTED_AT,
    direction_in,
    is_number,
    moment_in,
)
from qa_service.usecases.name_numbers import StandIn, covers, shown
from qa_service.usecases.name_pattern import Kind, read_pattern


@dataclass(frozen=True, slots=True)
class Named:
    """What a name says. `started_at` has no zone, unless one was written."""

    call_id: str = ""
    agent_id: str = ""
    extension: str = ""
    customer_number: str = ""
    customer: str = ""
    started_at: datetime | None = None
    direction: str = ""
    line: str = ""
    skill_group: str = ""

    def envelope(self) -> dict[str, Any]:
        """As a program would write it (docs/envelope.md)."""
        said: dict[str, Any] = {
            "call_id": self.call_id,
            "customer_number": self.customer_number,
            "customer": self.customer,
            "started_at": self.started_at.isoformat() if self.started_at else "",
            "direction": self.direction,
            "line": self.line,
            "skill_group": self.skill_group,
        }
        if self.agent_id:
            said["participants"] = [{"id": "agent", "kind": "agent", "agent_id": self.agent_id}]
        return {name: value for name, value in said.items() if value}


#: Of whole paths, so that folders can be read too.
PATHS = Kind(tuple(Named.__dataclass_fields__), most_chars=500, has_folders=True)


def check_pattern(pattern: str) -> None:
    """Refuses what could not be read in one way only; an empty pattern reads nothing.

    Raises:
        UsageError: `pattern_invalid`, with the place.
    """
    if pattern:
        read_pattern(pattern, PATHS)


def read_name(pattern: str, file_name: str) -> Named | None:
    """What a name, or a path with slashes, says; None where the pattern does not fit.

    Raises:
        UsageError: `pattern_invalid`.
    """
    found = read_pattern(pattern, PATHS).read(file_name)
    if found is None:
        return None
    said: dict[str, Any] = {field: one.text for field, one in found.items()}
    if is_number(said.get(CUSTOMER, "")):  # whoever writes "customer" means the number in it
        said.setdefault(CUSTOMER_NUMBER, said.pop(CUSTOMER))
    if STARTED_AT in said:
        said[STARTED_AT] = _moment(said[STARTED_AT])
    if "direction" in said:
        said["direction"] = _direction(said["direction"])
    return None if None in said.values() else Named(**said)


def shown_name(pattern: str, file_name: str, stand_in: StandIn = covers) -> str:
    """A name, or a path with slashes, as it may be shown: without the customer's number that the pattern finds in it.

    >>> shown_name("{customer_number}_{call_id}.wav", "2026/65432109_c-77.wav")
    '2026/●●●●●●●●_c-77.wav'
    """
    return shown(file_name, read_pattern(pattern, PATHS) if pattern else None, stand_in)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(moment_in(text) or "")
    except ValueError:
        return None


def _direction(text: str) -> str | None:
    direction = direction_in(text)
    return direction if direction in (Direction.INBOUND, Direction.OUTBOUND) else None
