"""How much looking about one rule may cost in one leg: comparisons are counted, not time, so it is always the same."""

from __future__ import annotations

#: Comparisons of two tags, to begin with and per utterance of the leg: about 0.2 µs each; 60,000, those of a ten-minute
#: call, are 12 ms (docs/benchmarks.md#rules).
_AT_FIRST, _PER_UTTERANCE = 10_000, 400
#: What other steps weigh, in comparisons: asking a condition, looking at a tag, resting a hit on another tag.
ASKED, LOOKED_AT, RESTED = 15, 5, 25
#: Why a rule that needs more is no answer: a key of i18n.
TOO_COSTLY = "undecided.too_costly"


class TooCostlyError(Exception):
    """A rule has looked about more than it may; it is undecided. Never leaves the package `rules`."""


class Work:
    """What the rule that is being asked has left."""

    def __init__(self, utterances: int) -> None:
        self._each = _AT_FIRST + _PER_UTTERANCE * utterances
        self._left = self._each

    def begin(self) -> None:
        """Another rule is asked."""
        self._left = self._each

    @property
    def done(self) -> int:
        """What the rule has taken so far."""
        return self._each - self._left

    def spend(self, comparisons: int) -> None:
        """Takes so much.

        Raises:
            TooCostlyError: there is not so much left.
        """
        self._left -= comparisons
        if self._left < 0:
            raise TooCostlyError
