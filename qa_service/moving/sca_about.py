"""What their result knows of a call beside its words: when, which way, whose; it goes into our envelope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from qa_service.moving.fields import Fields

#: Their words and numbers for it; of other numbers no page that we have says what they mean.
_DIRECTIONS = {
    "1": "outbound",
    "3": "inbound",
    **dict.fromkeys(("呼入", "来电", "inbound", "in"), "inbound"),
    **dict.fromkeys(("呼出", "外呼", "去电", "outbound", "out"), "outbound"),
}
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a call; empty where their result does not say."""

    skill_group: str = ""
    agent: str = ""
    #: ISO 8601; without a zone it is in the installation's.
    started_at: str = ""
    direction: str = ""
    business: str = ""
    call_type: str = ""
    #: When it began, as they wrote it, where nobody can read it.
    unread_time: str = ""

    @property
    def envelope(self) -> Mapping[str, object]:
        """As our envelope says it."""
        said: dict[str, object] = {
            "skill_group": self.skill_group,
            "started_at": self.started_at,
            "direction": self.direction,
            "business": self.business,
        }
        if self.agent:
            said["participants"] = [{"id": "agent", "kind": "agent", "agent_id": self.agent}]
        if self.call_type:
            said["metadata"] = {"call_type": self.call_type}
        return {name: value for name, value in said.items() if value}


def read_about(result: Fields) -> About:
    """What a result says of its call: in `agent`, in `recording`, and beside them."""
    nobody = Fields(result.where, {})
    agent, recording = result.child("agent") or nobody, result.child("recording") or nobody
    kind = recording.text("callType") or result.text("callType")
    began = recording.text("callTime", "callStartTime") or result.text("callTime", "callStartTime")
    direction = _DIRECTIONS.get(kind.lower(), "")
    started_at = _moment(began)
    return About(
        skill_group=agent.text("skillGroup", "skillGroupName")[:_LONGEST],
        agent=agent.text("id", "name")[:_LONGEST],
        started_at=started_at,
        direction=direction,
        business=(recording.text("business") or result.text("business"))[:_LONGEST],
        call_type=kind[:_LONGEST] if kind.isdecimal() or not direction else "",
        unread_time="" if started_at else began[:_LONGEST],
    )


def _moment(written: str) -> str:
    """A time as people or machines write it.

    >>> _moment("2026-03-14 09:41:07"), _moment("1773452467000"), _moment("昨天")
    ('2026-03-14T09:41:07', '2026-03-14T01:41:07+00:00', '')
    """
    try:
        if written.isdecimal():  # milliseconds since 1970
            return datetime.fromtimestamp(int(written) // 1_000, UTC).isoformat()
        return datetime.fromisoformat(written).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
