"""Which calls are meant, as every list and export takes it from the address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from qa_service.core.calls import Direction
from qa_service.core.lists import Filter
from qa_service.core.staff import plain_id
from qa_service.core.stored import CallState
from qa_service.web.addresses import methods_by_name
from qa_service.web.denials import Denied
from qa_service.web.deps import in_utc
from qa_service.web.schemas import Moment, Name


def only_known(request: Request) -> None:
    """Refuses an address that asks for what there is not: a slip in a filter would list, and export, everything.

    Raises:
        Denied: `request_invalid`.
    """
    if not request.query_params or _is_elsewhere(request):
        return
    known = _asked_by(request.scope["route"])
    for name in request.query_params:
        if name not in known:
            listed = ", ".join(sorted(known))
            raise Denied(
                "request_invalid",
                where=name[:60],
                problem="is no question that can be asked here",
                fix=f"Known: {listed}",
                why="no_such_parameter",
                limit=listed,
            )


def _is_elsewhere(request: Request) -> bool:
    """Whether the address is that of another route, by another method: then it is the method that is wrong (405)."""
    named = methods_by_name(request.app.state.addresses, request.url.path)
    return bool(named) and request.method not in named.split(", ")


def _asked_by(route: APIRoute) -> frozenset[str]:
    """The names that the address of a route may hold."""
    return frozenset(_names(route.dependant))


def _names(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for other in dependant.dependencies:
        yield from _names(other)


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
    started_since: Annotated[
        Moment | None,
        Query(description="通话开始的时刻，含；不知道几时开始的不算。The call began at or after."),
    ] = None,
    started_until: Annotated[
        Moment | None,
        Query(description="通话开始的时刻，不含。The call began before."),
    ] = None,
    below: Annotated[float | None, Query(ge=0, le=100, description="得分低于。Score below.")] = None,
    needs_human: Annotated[bool, Query(description="只看等人来定的。")] = False,
    team: Annotated[Name, Query(description="哪一组的。Of this team.")] = "",
    direction: Annotated[
        Literal["inbound", "outbound"] | None, Query(description="呼入或呼出。Who called whom.")
    ] = None,
    passed: Annotated[bool | None, Query(description="合格，或不合格；还没有定的都不算。")] = None,
    source: Annotated[Name, Query(description="从哪里来的，与列表里的 source 相同。", examples=["api"])] = "",
    rulebook: Annotated[
        Name, Query(description="现在有这份方案的评价的。Judged by this rulebook.", examples=["service-zh"])
    ] = "",
) -> Filter:
    """The filter of a request.

    Raises:
        Denied: `time_without_zone`, `request_invalid`.
    """
    return Filter(
        states=tuple(state or ()),
        text=text,
        agent_id=plain_id(agent_id),
        line=line,
        skill_group=skill_group,
        external_id=external_id,
        since=in_utc("since", since),
        until=in_utc("until", until),
        started_since=in_utc("started_since", started_since),
        started_until=in_utc("started_until", started_until),
        below=below,
        needs_human=needs_human,
        team=team,
        direction=None if direction is None else Direction(direction),
        passed=passed,
        source=source,
        rulebook=rulebook,
    )


Wanted = Annotated[Filter, Depends(wanted)]
