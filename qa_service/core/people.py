"""Who may do what: roles, the rights they carry, and how far one sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from qa_service.core.errors import UsageError


class UserRole(StrEnum):
    """What somebody is in the centre."""

    AGENT = "agent"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    QA_LEAD = "qa_lead"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Right(StrEnum):
    """One thing that one may do; API keys carry some of them as scopes."""

    SEE_CALLS = "calls:read"
    HEAR = "calls:hear"
    UPLOAD = "calls:upload"
    #: Many calls at once, in a file that leaves the house.
    EXPORT = "calls:export"
    #: Text that is not masked; every use has a reason and is written down.
    UNMASKED = "calls:unmasked"
    MANAGE_WORK = "jobs:manage"
    SEE_RULEBOOKS = "rulebooks:read"
    WRITE_RULEBOOKS = "rulebooks:write"
    #: Puts what somebody else wrote in force.
    PUBLISH_RULEBOOKS = "rulebooks:publish"
    #: Judges stored calls again, and sees what would be different; whoever publishes rulebooks lets it count.
    RESCORE = "rescores:manage"
    SEE_ROUTING = "routing:read"
    WRITE_ROUTING = "routing:write"
    PUBLISH_ROUTING = "routing:publish"
    MANAGE_PEOPLE = "people:manage"
    #: Lets a program's key do what its maker may not do, and one may oneself.
    APPROVE_KEYS = "keys:approve"
    MANAGE_WEBHOOKS = "webhooks:manage"
    #: Where recordings come from, and which calls of a day are missing.
    MANAGE_SOURCES = "sources:manage"
    #: Classes, assignments, and the deletion of a call at a person's request.
    MANAGE_RETENTION = "retention:manage"
    #: Legal holds; in other hands than deletion.
    MANAGE_HOLDS = "holds:manage"
    #: What the service does by itself, and when.
    MANAGE_SCHEDULES = "schedules:manage"
    #: What came of calls: written; read with the calls.
    MANAGE_OUTCOMES = "outcomes:manage"
    #: A person's verdict on a finding; programs give none.
    REVIEW = "reviews:write"
    #: Says that somebody has seen an alert; alerts are read with the calls.
    HANDLE_ALERTS = "alerts:handle"
    SEE_AGENTS = "agents:read"
    MANAGE_AGENTS = "agents:manage"
    SEE_AUDIT = "audit:read"
    SEE_METRICS = "metrics:read"


_REVIEWS = frozenset(
    {
        *(Right.SEE_CALLS, Right.HEAR, Right.UPLOAD, Right.MANAGE_WORK),
        *(Right.SEE_RULEBOOKS, Right.SEE_ROUTING, Right.SEE_AGENTS, Right.REVIEW),
    }
)
_LEADS = frozenset(
    {
        *(Right.WRITE_RULEBOOKS, Right.PUBLISH_RULEBOOKS, Right.WRITE_ROUTING, Right.PUBLISH_ROUTING),
        *(Right.EXPORT, Right.UNMASKED, Right.MANAGE_HOLDS, Right.MANAGE_OUTCOMES, Right.APPROVE_KEYS),
        *(Right.HANDLE_ALERTS, Right.RESCORE),
    }
)
#: What these look after is everybody's: users, keys, sources, notices, timetables, the roster, the audit log. A border
#: of teams would be none: whoever makes users and keys can make one without it.
CENTRE_RIGHTS = frozenset(
    {
        *(Right.MANAGE_PEOPLE, Right.MANAGE_WEBHOOKS, Right.MANAGE_SOURCES),
        *(Right.MANAGE_SCHEDULES, Right.MANAGE_AGENTS, Right.SEE_AUDIT, Right.SEE_METRICS),
    }
)
#: Roles that are the centre's, and of no team.
CENTRE_ROLES = frozenset({UserRole.ADMIN, UserRole.AUDITOR})
#: An admin looks after users and keys and sees no transcript; an auditor sees the audit log alone.
RIGHTS: Mapping[UserRole, frozenset[Right]] = {
    UserRole.AGENT: frozenset({Right.SEE_CALLS, Right.HEAR, Right.SEE_AGENTS}),
    UserRole.REVIEWER: _REVIEWS,
    UserRole.SUPERVISOR: _REVIEWS | {Right.EXPORT, Right.MANAGE_OUTCOMES, Right.HANDLE_ALERTS},
    UserRole.QA_LEAD: _REVIEWS | _LEADS,
    UserRole.ADMIN: frozenset(
        {
            Right.MANAGE_PEOPLE,
            Right.MANAGE_WEBHOOKS,
            Right.MANAGE_SOURCES,
            Right.MANAGE_RETENTION,
            Right.SEE_AGENTS,
            Right.MANAGE_AGENTS,
            Right.MANAGE_SCHEDULES,
            Right.SEE_METRICS,
            Right.MANAGE_WORK,
        }
    ),
    UserRole.AUDITOR: frozenset({Right.SEE_AUDIT}),
}


@dataclass(frozen=True, slots=True)
class Sight:
    """Which calls somebody sees: all, those of some teams, or one agent's own. Nobody sees any by default."""

    everything: bool = False
    teams: tuple[str, ...] = ()
    agent_id: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can sign in."""

    id: str
    name: str
    role: UserRole
    shown_as: str = ""
    teams: tuple[str, ...] = ()
    #: The agent whose calls are this user's own; for the role `agent`.
    agent_id: str = ""
    is_disabled: bool = False

    @property
    def is_admin(self) -> bool:
        """Looks after users, and may come in."""
        return self.role is UserRole.ADMIN and not self.is_disabled


@dataclass(frozen=True, slots=True)
class UserChange:
    """What is to be different about a user; None stays as it is."""

    role: UserRole | None = None
    shown_as: str | None = None
    teams: tuple[str, ...] | None = None
    agent_id: str | None = None
    password: str | None = field(default=None, repr=False)
    is_disabled: bool | None = None

    def of(self, user: User) -> User:
        """The user afterwards."""
        named = ("role", "shown_as", "teams", "agent_id", "is_disabled")
        return replace(user, **{name: value for name in named if (value := getattr(self, name)) is not None})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a user with a session, or a program with a key."""

    id: str
    name: str
    rights: frozenset[Right]
    sight: Sight
    role: UserRole | None = None
    #: The team that what is uploaded belongs to, where nobody names another.
    team: str = ""
    #: All teams that one is of; an agent sees no more for them.
    teams: tuple[str, ...] = ()

    def may(self, right: Right) -> bool:
        """Whether the right is among the caller's."""
        return right in self.rights

    @property
    def is_bound(self) -> bool:
        """Whether a border of teams, or of one agent's own calls, is drawn around the caller."""
        return bool(self.sight.teams or self.sight.agent_id)

    def check_centre(self) -> None:
        """What concerns the whole centre is not for whoever has a border: it would act on calls beyond it.

        Raises:
            UsageError: `centre_only`.
        """
        if self.is_bound:
            raise UsageError(
                "centre_only",
                problem="this concerns the whole centre, and you are bound to teams",
                fix="Ask somebody of the same role who is bound to none",
            )


def caller_of(user: User) -> Caller:
    """What a user may do and see."""
    leads = user.role is UserRole.QA_LEAD
    if user.role is UserRole.AGENT:
        sight = Sight(agent_id=user.agent_id)
    else:
        teams = () if user.role in CENTRE_ROLES else user.teams
        sight = Sight(everything=leads and not teams, teams=teams)
    team = user.teams[0] if user.teams else ""
    return Caller(user.id, user.name, RIGHTS[user.role], sight, user.role, team, user.teams)


@dataclass(frozen=True, slots=True)
class KeyToAdd:
    """What a program's key is to be: its rights, the team that it is bound to, and until when."""

    name: str
    rights: frozenset[Right]
    team: str = ""
    expires_at: datetime | None = None


#: Brings calls in and shows nothing of them: whoever looks after keys gives it.
_GIVEN_FREELY = frozenset({Right.UPLOAD})


def not_ones_own(caller: Caller, rights: frozenset[Right]) -> frozenset[Right]:
    """Those that one would give without having them: an admin, who sees no transcript, is not one key away from all."""
    return rights - caller.rights - _GIVEN_FREELY


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for something, and the id under which the request stands in logs and in the audit log."""

    caller: Caller
    request_id: str = ""
    #: The trace that the request belongs to (ports/tracing.py); empty where nothing is traced.
    trace: str = ""


#: Who tries the service on the own machine without signing in; only where a flag asks for it.
GUEST = Caller("guest", "guest", frozenset(Right), Sight(everything=True))
#: The installation itself: whoever types commands on its machine.
MACHINE = Caller("machine", "machine", frozenset(Right), Sight(everything=True))
