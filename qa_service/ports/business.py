"""What other systems tell the service: outcomes, agents and their teams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from qa_service.core.figures import AgentFigures
from qa_service.core.outcomes import KeptOutcome, Outcome, Taken
from qa_service.core.people import Asked
from qa_service.core.staff import Agent, Team
from qa_service.core.stored import StoredCall


class Outcomes(Protocol):
    """What came of calls."""

    def keep(self, asked: Asked, rows: Sequence[tuple[int, Outcome]], *, is_dry: bool) -> Taken:
        """Keeps the numbered rows that can be kept; a dry run says what would become of them."""

    def of_call(self, asked: Asked, call_id: str) -> Sequence[KeptOutcome] | None:
        """What came of a call and of its customer, newest first; None where the call is not to be seen."""

    def earlier(self, asked: Asked, call_id: str, *, limit: int) -> Sequence[StoredCall] | None:
        """The same customer's calls before this one that one sees, newest first."""


class Staff(Protocol):
    """Agents and teams. Agents see themselves, supervisors their teams, who manages them all."""

    def agents(self, asked: Asked) -> Sequence[Agent]:
        """The agents that one may see, by id."""

    def keep_agents(self, asked: Asked, wanted: Sequence[Agent]) -> int:
        """Writes these agents, each as a whole; others stay as they are.

        Raises:
            UsageError: `staff_overlap`.
        """

    def teams(self, asked: Asked) -> Sequence[Team]:
        """The teams that one may see, by name."""

    def keep_teams(self, asked: Asked, wanted: Sequence[Team]) -> int:
        """Writes these teams; others stay as they are."""

    def remove_team(self, asked: Asked, name: str) -> bool:
        """Forgets a team; answers whether there was such a one.

        Raises:
            UsageError: `team_in_use`: somebody is or was in it, or a call, a key, a source … is of it.
        """

    def knows_team(self, name: str) -> bool:
        """Whether somebody wrote it down, or a user or key is of it; any, where there are no teams yet."""

    def figures(self, asked: Asked, since: datetime | None, until: datetime | None) -> Sequence[AgentFigures]:
        """The figures of agents over the calls that one sees, taken in between the two."""
