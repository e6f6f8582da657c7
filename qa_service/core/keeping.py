"""How long what is kept of a call is kept: classes chosen by an administrator, holds that stop every deletion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from qa_service.core.errors import UsageError
from qa_service.core.lists import Filter


class CallPart(StrEnum):
    """What can be deleted of a call; `rest` is its row, and with it everything that is left."""

    SOUND = "sound"
    TEXT = "text"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """Days from the moment a call was taken in; None keeps for ever. Nothing is deleted by a class not in force."""

    name: str
    sound_days: int | None = None
    #: Words, measurements, the assessments' documents, and what search finds.
    text_days: int | None = None
    rest_days: int | None = None
    #: In place of deleting the row its figures stay: scores, findings, durations, without who and where from.
    keeps_figures: bool = False
    is_default: bool = False
    in_force_at: datetime | None = None

    def days(self, part: CallPart) -> int | None:
        """How long this part is kept."""
        return {
            CallPart.SOUND: self.sound_days,
            CallPart.TEXT: self.text_days,
            CallPart.REST: self.rest_days,
        }[part]

    def cut(self, part: CallPart, now: datetime) -> datetime | None:
        """The part is due in calls that were taken in before this; None: never."""
        days = self.days(part)
        return None if days is None else now - timedelta(days=days)


def check_class(wanted: RetentionClass) -> None:
    """What is deleted first may not outlive the row that it belongs to.

    Raises:
        UsageError: `retention_order`.
    """
    rest = wanted.rest_days
    if rest is None:
        return
    if any(days is None or days > rest for days in (wanted.sound_days, wanted.text_days)):
        raise UsageError(
            "retention_order",
            where="rest_days",
            problem="the call's row would go before its sound or its text",
            fix="Give sound_days and text_days, and rest_days no smaller than both",
        )


@dataclass(frozen=True, slots=True)
class Chosen:
    """Calls by id, or all that a filter shows."""

    call_ids: tuple[str, ...] = ()
    filter: Filter | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a class would delete until a day, were it in force; `held` calls stay whatever it says."""

    name: str
    is_in_force: bool
    sound: int
    text: int
    rest: int
    held: int
    #: Of the recordings that would go.
    bytes: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of one call, by which class, and until when."""

    call_id: str
    #: Empty where no class applies: everything stays.
    retention: str
    has_sound: bool
    has_text: bool
    sound_until: datetime | None = None
    text_until: datetime | None = None
    rest_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold on calls; while it stands nothing of them is deleted."""

    id: str
    because: str
    placed_by: str
    placed_at: datetime
    calls: int
    #: Placed by somebody without a border of teams; nobody who has one lifts it.
    is_centre_wide: bool = True
    lifted_at: datetime | None = None
    lifted_by: str = ""
    lifted_because: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A hold that was placed; `too_late` calls were being deleted already."""

    hold_id: str
    calls: int
    too_late: int
