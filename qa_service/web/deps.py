"""What routes depend on: the parts, who asks, and the right that a route wants."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from limits import RateLimitItemPerMinute

from qa_service.core.calendar import within
from qa_service.core.errors import StorageFull
from qa_service.core.people import CENTRE_RIGHTS, Asked, Caller, Right
from qa_service.web.at_home import check_no_proxy, is_at_home, is_own_page
from qa_service.web.denials import Denied
from qa_service.web.errors import request_id
from qa_service.web.parts import Parts

if TYPE_CHECKING:
    from fastapi.params import Depends as Dependency

COOKIE = "qa_session"
#: Told to come back after this long when too much waits.
_BUSY_S = 30
_SAFE = {"GET", "HEAD", "OPTIONS"}
#: Tries to sign in, per minute and over all processes: for a name, and for an address that tries many names.
_TRIES_NAME, _TRIES_ADDRESS = 10, 60


def parts(request: Request) -> Parts:
    """The parts of this app."""
    found: Parts = request.app.state.parts
    return found


Here = Annotated[Parts, Depends(parts)]
#: How one may say who one is; for the API's description, `caller` reads them.
SAYS_WHO = (
    HTTPBearer(scheme_name="key", description="API 密钥。An API key: `qa_…`.", auto_error=False),
    APIKeyCookie(
        name=COOKIE, scheme_name="session", description="登录之后。After sign-in.", auto_error=False
    ),
)


def asked(
    request: Request,
    here: Here,
    _key: Annotated[Any, Security(SAYS_WHO[0])] = None,
    _session: Annotated[Any, Security(SAYS_WHO[1])] = None,
) -> Asked:
    """Who asks.

    Raises:
        Denied: `not_signed_in`, `too_many_requests`, or `foreign_origin` for a page of somebody else that uses our
            cookie.
    """
    known: Asked | None = getattr(request.state, "asked", None)
    if known is not None:  # the framework asks once for each right, the gate before it
        return known
    who = caller(request, here)
    if who is None:
        raise Denied(
            "not_signed_in",
            problem="nobody is signed in",
            fix="Send an API key as `Authorization: Bearer …`, or sign in at POST /api/v1/session",
        )
    if not here.paces.hit(RateLimitItemPerMinute(here.most_requests), who.id):
        raise Denied("too_many_requests", problem="too many requests", fix="Ask less often", retry_after=10)
    request.state.asked = Asked(who, request_id(request), str(getattr(request.state, "trace", "")))
    return request.state.asked  # type: ignore[no-any-return]


def caller(request: Request, here: Parts) -> Caller | None:
    """Who asks, by key or by session; None for nobody, and for whoever may not come in any more.

    Raises:
        Denied: `foreign_origin`, or `guest_by_proxy`.
    """
    if here.guest is not None:
        check_no_proxy(request)
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret:
        return here.accounts.by_key(secret.strip())
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return here.guest if is_at_home(request) else None
    if request.method not in _SAFE and not is_own_page(request):
        raise Denied("foreign_origin", problem="another site's page asked", fix="Use our own pages")
    return here.accounts.by_session(cookie)


AskedBy = Annotated[Asked, Depends(asked)]


def wants(right: Right, *, of_centre: bool = False, instead: Right | None = None) -> Dependency:
    """The right that a route wants; it stands in the API's description too.

    What is `of_centre` concerns everybody's calls, and is not for whoever is bound to teams. `instead` will do as well.

    Raises:
        Denied: `not_allowed`.
        UsageError: `centre_only`.
    """

    def check(by: AskedBy) -> None:
        check_right(by, instead if instead and by.caller.may(instead) else right)
        if of_centre or right in CENTRE_RIGHTS:
            by.caller.check_centre()

    dependency: Dependency = Security(check, scopes=[right.value])
    return dependency


def check_right(by: Asked, right: Right) -> None:
    """Only who may goes on.

    Raises:
        Denied: `not_allowed`.
    """
    if not by.caller.may(right):
        raise Denied(
            "not_allowed",
            problem=f"this needs the right {right.value}",
            fix="Ask an admin",
            right=right.value,
        )


def address_of(request: Request) -> str:
    """Where the request came from; empty where nobody can tell."""
    return request.client.host if request.client else ""


def check_tries(here: Parts, name: str, address: str) -> None:
    """Slows down whoever tries passwords.

    Raises:
        Denied: `too_many_tries`.
    """
    # The address first: whoever is stopped by it fills the memory with no more names.
    fine = here.tries.hit("address", address, _TRIES_ADDRESS) and here.tries.hit(
        "name", name.lower(), _TRIES_NAME
    )
    if not fine:
        raise Denied("too_many_tries", problem="too many tries", fix="Wait a minute", retry_after=60)


def make_room(here: Parts) -> None:
    """Takes in only what can be worked on.

    Raises:
        Denied: `busy`, with the seconds after which to come back.
        StorageFull: there is hardly room for what was taken in before.
    """
    if not here.health.has_room():
        raise StorageFull
    if here.work.waiting() >= here.most_waiting:
        raise Denied("busy", problem="too much work waits", fix="Come back later", retry_after=_BUSY_S)


def in_utc(where: str, moment: datetime | None) -> datetime | None:
    """The moment in UTC; one that is beyond the calendar ("always", 9999-12-31) lies at its edge.

    Raises:
        Denied: `time_without_zone`.
    """
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise Denied(
            "time_without_zone", where=where, problem="has no time zone", fix="End it with +08:00 or Z"
        )
    return within(moment)


def team_of(here: Parts, by: Asked, team: str) -> str:
    """Whose call this becomes: one uploads for a team that one sees, and without a word for the own one.

    Raises:
        Denied: `not_allowed`, for a team of others; `team_unknown`; `no_team`, `which_team` for a person whose
            call would be one that they never see, or might be of either team.
    """
    sight = by.caller.sight
    if by.caller.role is not None and not sight.everything and not sight.teams:
        raise Denied(
            "no_team",
            problem="you are in no team, and would not see this call",
            fix="Ask an administrator to add you to a team",
        )
    if not team and len(sight.teams) > 1:
        teams = "、".join(sight.teams)
        raise Denied(
            "which_team",
            where="team",
            problem=f"you are in several teams: {teams}",
            fix="Say whose call this is",
            teams=teams,
        )
    if team and not sight.everything and team not in sight.teams:
        raise Denied("not_allowed", problem="this is not your team", fix="Name your own team", right="team")
    check_team(here, team)
    return team or by.caller.team


def check_team(here: Parts, team: str, where: str = "team") -> None:
    """A call of a team that nobody knows is seen by nobody but leads: rather a slip than meant.

    Raises:
        Denied: `team_unknown`.
    """
    if team and not here.staff.knows_team(team):
        raise Denied(
            "team_unknown", where=where, problem="nobody knows this team", fix="Add it at PUT /api/v1/teams"
        )
