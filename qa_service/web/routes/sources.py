"""Sources: where recordings come from by themselves."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Security

from qa_service.core.calendar import open_end
from qa_service.core.items import Handed, Login
from qa_service.core.people import Asked, Right
from qa_service.core.staff import plain_id
from qa_service.text.table import has_breaks
from qa_service.web.answers import NOTHING, SIGNED_IN, answers
from qa_service.web.denials import Denied, done, there
from qa_service.web.deps import SAYS_WHO, AskedBy, Here, asked, check_right, check_team, in_utc, wants
from qa_service.web.schemas import Id, Text
from qa_service.web.schemas.collecting import CallHanded, LetterList, LetterRow, LoginSaid, LoginTable, Noted
from qa_service.web.source_schemas import (
    Filling,
    SourceList,
    SourceMade,
    SourceRow,
    SourceToAdd,
    SourceToChange,
    TriedItem,
    TriedList,
)

router = APIRouter(
    prefix="/sources",
    tags=["sources"],
    dependencies=[wants(Right.MANAGE_SOURCES)],
    responses=answers(*SIGNED_IN),
)
#: Where programs hand calls over; they manage nothing.
intake = APIRouter(prefix="/sources", tags=["sources"], responses=answers(*SIGNED_IN))
#: A test of a source shows so many things.
_FIRST = 5


@router.get("", summary="来源 List sources")
def page(here: Here, by: AskedBy) -> SourceList:
    """All sources."""
    return SourceList(sources=[SourceRow.of(kept) for kept in here.sources.all(by)])


@router.post("", summary="新增 Add one", status_code=201, responses=answers(409, 422))
def add(here: Here, by: AskedBy, given: SourceToAdd) -> SourceMade:
    """Adds a source, switched off: test it first."""
    new = given.new()
    check_team(here, new.handling.team)
    source_id, secret = here.sources.add(by, new)
    return SourceMade(id=source_id, secret=secret)


@router.get("/logins", summary="分机登录表 The login table")
def logins(here: Here, by: AskedBy) -> LoginTable:
    """Which agent sat at which extension, and when."""
    return LoginTable(logins=[LoginSaid.of(login) for login in here.sources.logins(by)])


@router.put(
    "/logins",
    summary="更换登录表 Replace the login table",
    **NOTHING,
    responses=answers(413, 422),
)
def set_logins(here: Here, by: AskedBy, given: LoginTable) -> None:
    """Puts a new table in place of the old one."""
    here.sources.set_logins(by, [_login(one) for one in given.logins])


@router.post(
    "/letters/{letter_id}/retry",
    summary="死信再试 Try a dead letter again",
    **NOTHING,
    responses=answers(404, 422),
)
def retry(here: Here, by: AskedBy, letter_id: Id) -> None:
    """Tries a dead letter again, from the beginning."""
    done(here.sources.retry(by, letter_id))


@router.get("/{source_id}/letters", summary="死信 Dead letters", responses=answers(422))
def letters(
    here: Here,
    by: AskedBy,
    source_id: Id,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[Text, Query(max_length=36, description="上一页的 next。")] = "",
) -> LetterList:
    """What failed too often, or cannot do at all, and why."""
    rows = [LetterRow.of(one) for one in here.sources.letters(by, source_id, limit=limit, before=before)]
    return LetterList(letters=rows, next=rows[-1].id if len(rows) == limit else None)


@router.post("/{source_id}/test", summary="试看 Look into it", responses=answers(404, 422, 503))
def try_out(here: Here, by: AskedBy, source_id: Id) -> TriedList:
    """The first things that lie there, and what the pattern reads in their names; nothing is taken in."""
    found = there(here.sources.try_out(by, source_id, _FIRST))
    return TriedList(items=[TriedItem.of(tried) for tried in found])


@router.post(
    "/{source_id}/fill",
    summary="补收 Fill in",
    **NOTHING,
    responses=answers(404, 422),
)
def fill(here: Here, by: AskedBy, source_id: Id, given: Filling) -> None:
    """Takes in what changed in this time and was not taken in, at the rate of the source."""
    since, until = in_utc("since", given.since), in_utc("until", given.until)
    if since is None or until is None or since >= until:
        raise Denied(
            "request_invalid",
            where="until",
            problem="lies before since",
            fix="Turn them round",
            why="backwards",
            limit="",
        )
    done(here.sources.fill(by, source_id, since, until))


@router.patch("/{source_id}", summary="改来源 Change one", **NOTHING, responses=answers(404, 422))
def change(here: Here, by: AskedBy, source_id: Id, given: SourceToChange) -> None:
    """Other handling or secrets, from the next round on; what was taken in stays."""
    handling = given.handling.value() if given.handling else None
    secrets = given.secrets.value() if given.secrets else None
    done(here.sources.change(by, source_id, handling, secrets))


@router.post(
    "/{source_id}/enable",
    summary="启用 Switch on",
    **NOTHING,
    responses=answers(404, 422),
)
def enable(here: Here, by: AskedBy, source_id: Id) -> None:
    """Collects from now on."""
    done(here.sources.switch(by, source_id, on=True))


@router.post(
    "/{source_id}/disable",
    summary="停用 Switch off",
    **NOTHING,
    responses=answers(404, 422),
)
def disable(here: Here, by: AskedBy, source_id: Id) -> None:
    """Stops collecting."""
    done(here.sources.switch(by, source_id, on=False))


async def _body(request: Request) -> bytes:
    return await request.body()


def _hands_over(
    request: Request,
    here: Here,
    source_id: Id,
    body: Annotated[bytes, Depends(_body)],
    _key: Annotated[Any, Security(SAYS_WHO[0])] = None,
    _session: Annotated[Any, Security(SAYS_WHO[1])] = None,
) -> Asked:
    """Who hands a call over: by key or session with the right to upload, or by the source's own signature."""
    if "webhook-signature" in request.headers:
        found = here.sources.signed(source_id, dict(request.headers), body)
        if found is None:
            raise Denied(
                "not_signed_in", problem="the signature is not this source's", fix="Check its secret"
            )
        return found
    by = asked(request, here)
    check_right(by, Right.UPLOAD)
    return by


@intake.post(
    "/{source_id}/calls",
    summary="外呼系统报来录音 Hand a recording over",
    status_code=202,
    responses=answers(404, 422),
)
def hand_over(
    here: Here,
    source_id: Id,
    given: CallHanded,
    by: Annotated[Asked, Security(_hands_over, scopes=[Right.UPLOAD.value])],
) -> Noted:
    """Writes down a recording behind a link, to be fetched at once. The same call_id is the same recording."""
    told = {**given.envelope, "call_id": given.call_id}
    envelope = here.envelope(json.dumps(told))
    handed = Handed(
        url=given.recording_url,
        envelope=here.envelope_text(envelope),
        file_name=given.file_name,
        expires_at=in_utc("expires_at", given.expires_at),
    )
    is_new = there(here.sources.hand_over(by, source_id, given.call_id, handed))
    return Noted(is_known=not is_new)


def _login(given: LoginSaid) -> Login:
    from_at, until_at = in_utc("from_at", given.from_at), open_end(in_utc("until_at", given.until_at))
    if from_at is None or (until_at is not None and until_at <= from_at):
        raise Denied(
            "request_invalid",
            where="until_at",
            problem="lies before from_at",
            fix="Turn them round",
            why="backwards",
            limit="",
        )
    for where, said in (("agent_id", given.agent_id), ("extension", given.extension)):
        if has_breaks(said):
            raise Denied(
                "request_invalid",
                where=where,
                problem="holds a line break",
                fix="Write it on one line",
                why="odd_characters",
                limit="",
            )
    return Login(plain_id(given.agent_id), plain_id(given.extension), from_at, until_at)
