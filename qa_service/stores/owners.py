"""Whoever began what is finished later, by their id: what they see decides whether a recording is known to them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from qa_service.core.people import GUEST, MACHINE, Asked, Caller, Sight, caller_of
from qa_service.stores import api_keys, people

_NEVER_SIGN_IN = {caller.id: caller for caller in (GUEST, MACHINE)}


def asked_by(connection: sa.Connection, owner: str, told: tuple[str, str], *, now: datetime) -> Asked:
    """The owner, who may no more than be told of calls that they see now; who is gone sees none.

    `told` is the request's id and its trace.
    """
    request_id, trace = told
    return Asked(Caller(owner, "", frozenset(), _sight(connection, owner, now)), request_id, trace)


def _sight(connection: sa.Connection, owner: str, now: datetime) -> Sight:
    if owner in _NEVER_SIGN_IN:
        return _NEVER_SIGN_IN[owner].sight
    if owner.startswith(api_keys.CALLER_PREFIX):
        return api_keys.sight_of(connection, owner, now=now)
    user = people.find_user(connection, owner)
    return Sight() if user is None or user.is_disabled else caller_of(user).sight
