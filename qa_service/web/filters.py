"""Which calls are meant, as every list and export takes it from the address."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from qa_service.core.lists import Filter
from qa_service.core.stored import CallState
from qa_service.web.deps import in_utc
from qa_service.web.schemas import Moment, Name


def wanted(
    text: Annotated[
        Name,
        Query(
            description="说过的话，遮盖之后的；几个词都要有。Words that were said.", examples=["保本 收益"]
        ),
    ] = "",
    state: Annotated[list[CallState] | None, Query(max_length=5)] = None,
    agent_id: Annotated[Name, Query(description="坐席工号。")] = "",
    line: Annotated[Name, Query(description="线路。")] = "",
    skill_group: Annotated[Name, Query(description="技能组。")] = "",
    external_id: Annotated[Name, Query(description="随录数据里的 call_id。")] = "",
    since: Annotated[
        Moment | None,
        Query(description="收下的时刻，含。Taken in at or after."),
    ] = None,
    until: Annotated[
        Moment | None,
        Query(description="收下的时刻，不含。Taken in before."),
    ] = None,
    below: Annotated[float | None, Query(ge=0, le=100, description="得分低于。Score below.")] = None,
    needs_human: Annotated[bool, Query(description="只看等人来定的。")] = False,
) -> Filter:
    """The filter of a request.

    Raises:
        Denied: `time_without_zone`, `request_invalid`.
    """
    return Filter(
        states=tuple(state or ()),
        text=text,
        agent_id=agent_id,
        line=line,
        skill_group=skill_group,
        external_id=external_id,
        since=in_utc("since", since),
        until=in_utc("until", until),
        below=below,
        needs_human=needs_human,
    )


Wanted = Annotated[Filter, Depends(wanted)]
