"""Keys of programs: made, approved by somebody who has the rights, revoked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter

from qa_service.core.calendar import open_end
from qa_service.core.people import KeyToAdd, Right, not_ones_own
from qa_service.web.answers import NOTHING, SIGNED_IN, answers
from qa_service.web.denials import done, people_only
from qa_service.web.deps import AskedBy, Here, check_team, in_utc, wants
from qa_service.web.schemas import Id
from qa_service.web.schemas.keys import KeyList, KeyMade, KeyRow, NewKey

router = APIRouter(prefix="/keys", tags=["people"], responses=answers(*SIGNED_IN))


@router.get("", summary="密钥列表 List keys", dependencies=[wants(Right.MANAGE_PEOPLE)])
def keys(here: Here, by: AskedBy) -> KeyList:
    """All API keys."""
    return _list(here, here.accounts.keys(by))


@router.get("/waiting", summary="等批准的密钥 Keys that wait", dependencies=[wants(Right.APPROVE_KEYS)])
def waiting(here: Here, by: AskedBy) -> KeyList:
    """Keys with scopes that wait for somebody who sees what the key would see."""
    return _list(here, here.accounts.waiting_keys(by))


@router.post(
    "",
    summary="加密钥 Add a key",
    status_code=201,
    dependencies=[wants(Right.MANAGE_PEOPLE)],
    responses=answers(422),
)
def add_key(here: Here, by: AskedBy, given: NewKey) -> KeyMade:
    """Makes a key for a program; its secret is shown this once. Scopes that its maker does not have wait."""
    if by.caller is here.guest:  # it would open the house after the guest has gone
        raise people_only("a guest makes no key")
    check_team(here, given.team)
    expires_at = open_end(in_utc("expires_at", given.expires_at))
    wanted = KeyToAdd(given.name, frozenset(given.scopes), given.team, expires_at)
    key_id, secret = here.accounts.add_key(by, wanted)
    return KeyMade(id=key_id, secret=secret, waiting=sorted(not_ones_own(by.caller, wanted.rights)))


@router.post(
    "/{key_id}/approve",
    summary="批准密钥 Approve a key",
    **NOTHING,
    dependencies=[wants(Right.APPROVE_KEYS)],
    responses=answers(404, 422),
)
def approve_key(here: Here, by: AskedBy, key_id: Id) -> None:
    """The key has all its scopes from now on: a person who has them agrees, and it is not the one who made it."""
    if by.caller.role is None and by.caller is not here.guest:
        raise people_only("a program approves no key")
    done(here.accounts.approve_key(by, key_id))


@router.delete(
    "/{key_id}",
    summary="吊销密钥 Revoke a key",
    **NOTHING,
    dependencies=[wants(Right.MANAGE_PEOPLE)],
    responses=answers(404, 422),
)
def revoke_key(here: Here, by: AskedBy, key_id: Id) -> None:
    """The key opens nothing from now on."""
    done(here.accounts.revoke_key(by, key_id))


def _list(here: Here, rows: Iterable[Mapping[str, Any]]) -> KeyList:
    made = [KeyRow.of(row) for row in rows]
    named = here.accounts.names({row.created_by for row in made} | {row.approved_by for row in made})
    return KeyList(keys=made, names=dict(named))
