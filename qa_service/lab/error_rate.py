"""Character error rates: errors counted per utterance that was said, pooled, with an interval."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from qa_service.core.intervals import Interval
from qa_service.lab.align import Edits, align
from qa_service.lab.characters import counted
from qa_service.lab.intervals import ratio_interval


@dataclass(frozen=True, slots=True)
class Counts:
    """Errors in one utterance that was said, and how many characters it has."""

    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    characters: int = 0

    @property
    def errors(self) -> int:
        """All three kinds."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def is_lost(self) -> bool:
        """Whether nothing of it was heard."""
        return 0 < self.characters == self.deletions


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Utterances with their errors, in a fixed order. The rate and its interval follow from them."""

    utterances: tuple[Counts, ...] = ()

    @property
    def pooled(self) -> Counts:
        """The errors of all utterances together."""
        return Counts(
            sum(u.substitutions for u in self.utterances),
            sum(u.deletions for u in self.utterances),
            sum(u.insertions for u in self.utterances),
            sum(u.characters for u in self.utterances),
        )

    @property
    def value(self) -> float | None:
        """Errors per character said; can pass 1; unknown where nothing was said."""
        pooled = self.pooled
        return pooled.errors / pooled.characters if pooled.characters else None

    @property
    def interval(self) -> Interval | None:
        """95 % bootstrap over utterances; unknown for fewer than five."""
        return ratio_interval([u.errors for u in self.utterances], [u.characters for u in self.utterances])

    @property
    def lost(self) -> int:
        """Utterances of which no character was heard."""
        return sum(u.is_lost for u in self.utterances)

    def beyond(self, baseline: ErrorRate) -> Interval | None:
        """95 % interval of this rate minus that of `baseline` over the same utterances (paired bootstrap)."""
        pairs = zip(self.utterances, baseline.utterances, strict=True)
        more = [mine.errors - other.errors for mine, other in pairs]
        return ratio_interval(more, [u.characters for u in self.utterances])


def error_rate(said: Sequence[str], heard: Iterable[str]) -> ErrorRate:
    """Counts the errors of one lane: what was said in order, against all that was heard there in order.

    The borders of what was heard do not matter. An insertion belongs to the utterance before it.
    """
    reference = [counted(text) for text in said]
    ends = list(accumulate(map(len, reference)))
    edits = align("".join(reference), "".join(counted(text) for text in heard))
    if not reference:
        return ErrorRate((Counts(insertions=edits.count),) if edits.count else ())
    return ErrorRate(tuple(_per_utterance(reference, ends, edits)))


def _per_utterance(reference: Sequence[str], ends: Sequence[int], edits: Edits) -> Iterable[Counts]:
    substitutions = _spread(edits.substituted, ends)
    deletions = _spread(edits.deleted, ends)
    insertions = _spread([max(0, at - 1) for at in edits.inserted], ends)
    for i, text in enumerate(reference):
        yield Counts(substitutions[i], deletions[i], insertions[i], len(text))


def _spread(places: Iterable[int], ends: Sequence[int]) -> list[int]:
    """How many of the places lie in each utterance."""
    found = [0] * len(ends)
    for place in places:
        found[min(bisect_right(ends, place), len(ends) - 1)] += 1
    return found


def join(rates: Iterable[ErrorRate]) -> ErrorRate:
    """Several lanes or calls as one."""
    return ErrorRate(tuple(utterance for rate in rates for utterance in rate.utterances))


def line_setting(rate: ErrorRate, line: str) -> str:
    """What to put into the settings file for a line of which this rate was measured; rounded up.

    >>> print(line_setting(ErrorRate((Counts(1, 0, 0, 30),)), "hotline"))
    default_line = "hotline"
    <BLANKLINE>
    [line_cer]
    hotline = 0.034
    """
    if rate.value is None:
        return ""
    up = math.ceil(rate.value * 1_000 - 1e-9) / 1_000
    # JSON's strings are TOML's too; a plain name needs no quotes as a key.
    quoted = json.dumps(line, ensure_ascii=False)
    key = line if re.fullmatch("[A-Za-z0-9_-]+", line) else quoted
    return f"default_line = {quoted}\n\n[line_cer]\n{key} = {min(1.0, up):.3f}"
