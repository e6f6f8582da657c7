"""Which rules' words are listened for by sound, and how sure a place is that was found in a text as it was mended.

Not a detector. A rule's words mend a text for that rule alone: no rule finds more or less because another one is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import NamedTuple

from qa_service.detectors.allowance import Allowance
from qa_service.text.mending import SURE, May, Mended, Mender
from qa_service.text.normalize import Folded
from qa_service.text.pinyin import CONFUSIONS

#: What a rule asks for: nothing but what is written, all that may be confused, or what it names (text.pinyin).
EXACT, NEAR = "exact", "near"
Tolerance = str | frozenset[str]

#: From this for no right character up to `+ _GAIN` for all of them; so much less where the sentence does not become
#: much likelier, which leaves it to people (docs/detectors-words.md#phrases).
_BY_SOUND, _GAIN, _DOUBT = 0.5, 0.35, 0.15


class Reading(NamedTuple):
    """A text as it was probably said, for the rules of one tolerance."""

    folded: Folded
    mended: Mended
    rules: Sequence[int]
    owners: Sequence[frozenset[int]]

    def confidence(self, rule: int, start: int, end: int) -> float | None:
        """How sure it is that a rule's words are at [start, end); nothing where none of them were put there."""
        inside = [mend for mend in self.mended.mends if mend.start < end and start < mend.end]
        if not inside or not all(rule in self.owners[mend.which] for mend in inside):
            return None
        said, heard = self.folded.text[start:end], self.mended.folded.text[start:end]
        same = sum(a == b for a, b in zip(said, heard, strict=True)) / (end - start)
        doubt = _DOUBT if min(mend.gain for mend in inside) < SURE else 0.0
        return round(_BY_SOUND + _GAIN * same - doubt, 2)

    def words(self, start: int, end: int) -> str:
        """What [start, end) was taken for."""
        return self.mended.folded.text[start:end]


class BySound:
    """The words of rules that are listened for by sound. Nothing in it changes; all calls share it."""

    def __init__(self, words: Mapping[int, Sequence[str]], tolerances: Mapping[int, Tolerance]) -> None:
        """The words of each rule, by its number, and what it asks for."""
        kinds: defaultdict[Tolerance, list[int]] = defaultdict(list)
        for rule, tolerance in tolerances.items():
            if tolerance != EXACT:
                kinds[tolerance].append(rule)
        self._kinds = [_Kind(tolerance, rules, words) for tolerance, rules in kinds.items()]
        #: The rules that are listened for at all.
        self.rules = tuple(sorted(rule for rules in kinds.values() for rule in rules))

    def heard(self, folded: Folded, allowance: Allowance, names: Sequence[str]) -> Iterator[Reading]:
        """What was probably said, where that is something else than what was written.

        `names` are what the rules are called in the allowance of the call, which pays for what is tried.
        """
        for kind in self._kinds:
            for mended in kind.mender.readings(folded, kind.asks(allowance, names)):
                yield Reading(folded, mended, kind.rules, kind.owners)


class _Kind:
    def __init__(
        self, tolerance: Tolerance, rules: Sequence[int], words: Mapping[int, Sequence[str]]
    ) -> None:
        owners: defaultdict[str, set[int]] = defaultdict(set)
        for rule in rules:
            for word in words[rule]:
                owners[word].add(rule)
        self.rules = tuple(rules)
        self._words = tuple(owners)
        self._confused = tolerance if isinstance(tolerance, frozenset) else None
        #: Whose each word is.
        self.owners = tuple(map(frozenset, owners.values()))

    @cached_property
    def mender(self) -> Mender:
        """Made when the first utterance is heard: who only reads rules does not wait for it."""
        return Mender(self._words, self._confused)

    def asks(self, allowance: Allowance, names: Sequence[str]) -> May:
        """Whether one of the rules that a word belongs to may still spend so much; all of them pay."""

        def may(which: int, cost: float) -> bool:
            owners = {names[rule] for rule in self.owners[which]} - allowance.spent
            return sum(allowance.take(owner, cost) for owner in owners) > 0

        return may


def check_tolerance(label: str, tolerance: Tolerance) -> None:
    """Raises ValueError for what is none."""
    names: Set[str] = tolerance if isinstance(tolerance, frozenset) else frozenset()
    if not (isinstance(tolerance, frozenset) or tolerance in {EXACT, NEAR}) or names - set(CONFUSIONS):
        raise ValueError(f"{label}: sounds_like is exact, near or what may be confused, not {tolerance!r}")
