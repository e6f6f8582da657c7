"""What a store knows of a customer's calls up to the one that is judged: times and kinds, no names of calls.

A history is facts, gathered once before judging (ports.history) and handed in: judging stays pure. Calls that began
later are never in it, so that the same call judged next month is answered by the same calls, as far as they were known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qa_service.core.calls import Direction
from qa_service.core.speech import Role


@dataclass(frozen=True, slots=True)
class Contact:
    """Another call of the same customer, without anything that says which one; empty is "nobody said"."""

    began: datetime
    direction: Direction = Direction.UNKNOWN
    line: str = ""
    skill_group: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said in another call of the same customer, in order: of each utterance the role and the text."""

    began: datetime
    said: tuple[tuple[Role, str], ...]


@dataclass(frozen=True, slots=True)
class Talks:
    """Such calls, newest first, and how many more there were that nobody could read."""

    talks: tuple[Talk, ...] = ()
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """The value that an agent gave to a question in another call: days, yuan, percent, or yes (1) and no (0)."""

    began: datetime
    #: Folded, and only to be compared with.
    question: str
    kind: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class History:
    """The customer's other calls that began at `since` or later, and not after the one that is judged."""

    since: datetime
    #: Newest first. At most so many as the store was asked for.
    contacts: tuple[Contact, ...] = ()
    #: There are older ones after `since` that were left out.
    is_cut: bool = False
    #: Calls of the customer of which nobody said when they began: they may lie in any window.
    undated: int = 0
    #: Since when the store has known calls at all; None for an empty one. What was before, it cannot know.
    known_since: datetime | None = None
    #: What agents of the same team answered the customer in these calls, newest first; where a rule asks for it.
    told: tuple[Told, ...] = ()
    #: In how many of these calls nobody could read what was answered.
    untold: int = 0
