"""What the back office is asked in the matrix: retention and holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qa_service.core.keeping import Chosen, RetentionClass
from tests.web.service import MACHINE

if TYPE_CHECKING:
    from tests.web.cast import Cast, Kept


def ids(cast: Cast, route: str, kept: Kept) -> dict[str, str]:
    """What stands in the address of these routes; nothing for others."""
    keeping = cast.service.parts.keeping
    if "/retention/" in route:
        # Not in force, and keeps for ever.
        return {
            "name": keeping.keep_class(MACHINE, RetentionClass(f"class-{cast.team}")).name,
            "switch": "suspend",
        }
    if route == "DELETE /api/v1/calls/{call_id}":
        return {"call_id": _another(cast, kept)}
    if "{hold_id}" in route:
        return {"hold_id": keeping.hold(MACHINE, "投诉", Chosen((cast.own.text,))).hold_id}
    return {}


def _another(cast: Cast, kept: Kept) -> str:
    """A call of the same team and agent, to be deleted."""
    places = {
        cast.own: (cast.team, cast.agent),
        cast.of_colleague: (cast.team, f"8009-{cast.team}"),
        cast.of_other_team: (cast.other_team, f"8001-{cast.team}"),
    }
    return cast.upload(*places[kept])[0]


def bodies(cast: Cast) -> Mapping[str, dict[str, Any]]:
    """What goes with the requests."""
    return {
        "PUT /api/v1/retention/classes/{name}": {"json": {}},
        "PUT /api/v1/retention/default": {"json": {"name": ""}},
        "GET /api/v1/retention/preview": {"params": {"until": "2027-01-01T00:00:00Z"}},
        "POST /api/v1/retention/assign": {"json": {"name": "", "call_ids": [cast.own.text]}},
        "DELETE /api/v1/calls/{call_id}": {"params": {"because": "客户要求"}},
        "POST /api/v1/holds": {"json": {"because": "投诉", "call_ids": [cast.own.text]}},
        "POST /api/v1/holds/{hold_id}/lift": {"json": {"because": "结案"}},
    }
