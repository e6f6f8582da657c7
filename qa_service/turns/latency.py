"""Turns, and how long the customer waits for an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa_service.core.speech import Role, Utterance, spoken_chars
from qa_service.core.time import Span, cover
from qa_service.text.normalize import fold

_PEOPLE = (Role.AGENT, Role.CUSTOMER)
#: Said to show that one listens, not to take the turn.
_BACK_CHANNEL_CHARS = frozenset("嗯哦噢喔啊呃唉哎诶欸对好是行的")
_BACK_CHANNEL_MOST = 4


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """Consecutive utterances of one role until the other takes over."""

    span: Span
    role: Role


def is_back_channel(text: str) -> bool:
    """Whether the words only show that somebody listens.

    >>> is_back_channel("嗯，好的。"), is_back_channel("不对")
    (True, False)
    """
    folded = fold(text).text
    return 0 < len(folded) <= _BACK_CHANNEL_MOST and set(folded) <= _BACK_CHANNEL_CHARS


def turns_of(utterances: Iterable[Utterance]) -> tuple[Turn, ...]:
    """The turns of agent and customer in order of start; machines and others take no part.

    A back-channel in the middle of the other's turn does not break it.
    """
    said = sorted((u for u in utterances if u.role in _PEOPLE and spoken_chars(u.text)), key=lambda u: u.span)
    kept = [line for at, line in enumerate(said) if not _between(said, at)]
    turns: list[Turn] = []
    for line in kept:
        if turns and turns[-1].role is line.role:
            turns[-1] = Turn(cover((turns[-1].span, line.span)), line.role)
        else:
            turns.append(Turn(line.span, line.role))
    return tuple(turns)


def _between(said: Sequence[Utterance], at: int) -> bool:
    """Whether the line is a back-channel with the other role on both its sides."""
    if not 0 < at < len(said) - 1 or not is_back_channel(said[at].text):
        return False
    return said[at - 1].role is said[at + 1].role is not said[at].role


def response_latencies(turns: Sequence[Turn], apart: Sequence[Span]) -> tuple[int, ...]:
    """Per agent turn that answers the customer: its start minus the customer's end; negative if earlier.

    Turns with any of `apart` between them are left out: a hold was announced, and nobody knows who spoke in lost sound.
    """
    return tuple(
        answer.span.start_ms - asked.span.end_ms
        for asked, answer in pairwise(turns)
        if answer.role is Role.AGENT and not _are_apart(asked.span.end_ms, answer.span.start_ms, apart)
    )


def _are_apart(from_ms: int, to_ms: int, apart: Sequence[Span]) -> bool:
    return from_ms < to_ms and any(span.overlap_ms(Span(from_ms, to_ms)) for span in apart)


def quantile(values: Sequence[int], percent: int) -> int | None:
    """The nearest-rank quantile: a value that occurred; nothing without values.

    >>> quantile([300, 100, 200], 50), quantile([300, 100, 200], 90), quantile([], 50)
    (200, 300, None)
    """
    ordered = sorted(values)
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)] if ordered else None
