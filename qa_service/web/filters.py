"""Which calls are meant, as every list and export takes it from the address."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query

from qa_service.core.lists import Filter
from qa_service.core.stored import CallState
from qa_service.web.errors import Denied


def wanted(
    text: Annotated[
        str, Query(max_length=100, description="说过的话；几个词都要有。Words that were said.")
    ] = "",
    state: Annotated[list[CallState] | None, Query(max_length=5)] = None,
    agent_id: Annotated[str, Query(max_length=100)] = "",
    line: Annotated[str, Query(max_length=100)] = "",
    skill_group: Annotated[str, Query(max_length=100)] = "",
    external_id: Annotated[str, Query(max_length=200)] = "",
    since: datetime | None = None,
    until: datetime | None = None,
    below: Annotated[float | None, Query(ge=0, le=100, description="得分低于。Score below.")] = None,
    needs_human: bool = False,
) -> Filter:
    """The filter of a request.

    Raises:
        Denied: `time_without_zone`.
    """
    for name, moment in (("since", since), ("until", until)):
        if moment is not None and moment.tzinfo is None:
            raise Denied(
                "time_without_zone", where=name, problem="has no time zone", fix="End it with +08:00 or Z"
            )
    return Filter(
        states=tuple(state or ()),
        text=text,
        agent_id=agent_id,
        line=line,
        skill_group=skill_group,
        external_id=external_id,
        since=since,
        until=until,
        below=below,
        needs_human=needs_human,
    )


Wanted = Annotated[Filter, Depends(wanted)]
