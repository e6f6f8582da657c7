"""A draw of calls for people to review: at random, and the same again for whoever knows the seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from heapq import nsmallest
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple


class Candidate(NamedTuple):
    """A call of an agent."""

    agent_id: str
    call_id: str


def draw(candidates: Iterable[Candidate], seed: str, amount: int) -> tuple[Candidate, ...]:
    """So many calls of each agent, all where there are no more; every call of an agent is as likely as another.

    Which other calls there are changes nothing about a call's own number: a draw that is made again after one
    was deleted differs in that one, and in who moves up.
    """
    drawn: list[Candidate] = []
    for _, of_agent in groupby(sorted(set(candidates)), key=attrgetter("agent_id")):
        drawn += nsmallest(amount, of_agent, key=lambda one: (_number(one, seed), one))
    return tuple(drawn)


def _number(one: Candidate, seed: str) -> bytes:
    return hashlib.sha256(
        "\x1f".join((seed, one.agent_id, one.call_id)).encode("utf-8", "surrogatepass")
    ).digest()
