"""Calls with personal data at known places, and calls that only look as if they had some."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from qa_service.core.speech import Role, Utterance
from tests.make import utterance

_MARKS = re.compile("[«»‹›]")


@dataclass(frozen=True, slots=True)
class Case:
    """A call, what in it must be covered, and what may be."""

    family: str
    utterances: tuple[Utterance, ...]
    #: Places as (utterance, character).
    must: frozenset[tuple[str, int]]
    may: frozenset[tuple[str, int]]


Made = Callable[[Random], Sequence[str]]


def case(family: str, said: Sequence[str]) -> Case:
    """A call from marked texts; one that begins with 'A:' is the agent's, all others the customer's."""
    utterances, must, may, at_ms = [], set[tuple[str, int]](), set[tuple[str, int]](), 0
    for which, text in enumerate(said):
        role = Role.AGENT if text.startswith("A:") else Role.CUSTOMER
        plain, needed, allowed = _unmarked(text.removeprefix("A:"))
        name = f"u{which}"
        utterances.append(utterance(plain, at_ms, role=role, name=name))
        at_ms = utterances[-1].span.end_ms + 400
        must |= {(name, at) for at in needed}
        may |= {(name, at) for at in allowed}
    return Case(family, tuple(utterances), frozenset(must), frozenset(may))


def _unmarked(text: str) -> tuple[str, list[int], list[int]]:
    """The text without its marks; where it must be covered (letters and digits), and where it may be."""
    plain, needed, allowed, inside = "", list[int](), list[int](), ""
    for char in text:
        if _MARKS.match(char):
            inside = char if char in "«‹" else ""
            continue
        if inside:
            (needed if inside == "«" and char.isalnum() else allowed).append(len(plain))
        plain += char
    return plain, needed, allowed


def cases(families: dict[str, tuple[int, Made]], seed: int) -> Iterator[Case]:
    """Every family as often as it says; the same for the same seed."""
    for family, (count, make) in families.items():
        random = Random(f"{family}/{seed}")
        for _ in range(count):
            yield case(family, make(random))
