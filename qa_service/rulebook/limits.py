"""What one rule may hold, so that no rule can make a call take long: what is more is refused when the book is read.

What cannot be known before a call is heard (words that are everywhere in it) is counted while it is judged
(detectors.allowance, rules.work). The measures are of docs/benchmarks.md#rules; the packs need under half of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qa_service.rulebook.later import object_to
from qa_service.rulebook.places import Place

#: What is counted → the most of it in one rule.
MOST = {
    # Conditions, anchors among them.
    "conditions": 500,
    # Operators on words, each of which finds for itself.
    "operators": 100,
    # Detectors that hear the whole call for this rule alone: about 2 ms each for ten minutes.
    "detectors": 4,
    # Questions about the whole call: about 0.2 ms each.
    "whole": 20,
    # Sentences that `similar` and `means` compare.
    "sentences": 100,
    # Places of regular expressions that match nearly any character (text.pattern_width).
    "wide": 400,
}
_FIXES = {
    "conditions": "Split the rule",
    "operators": "Write the words into one list, or split the rule",
    "detectors": "Set them alike, or split the rule",
    "whole": "Ask the same in the same words, or split the rule",
    "sentences": "Keep the clearest sentences, or split the rule",
    "wide": "Repeat less, or split the rule",
}


@dataclass(slots=True)
class Limits:
    """What a rule has taken so far; each limit is spoken of once."""

    taken: dict[str, int] = field(default_factory=dict)

    def take(self, what: str, count: int, place: Place) -> None:
        """So much more.

        Raises:
            RulebookError: it is the first that is too much; the mistake is at `place`.
        """
        before = self.taken.get(what, 0)
        self.taken[what] = before + count
        if before <= MOST[what] < before + count:
            problem = f"the rule has more than {MOST[what]} {what} up to here"
            object_to(place.error(f"rule_{what}", problem, _FIXES[what], most=MOST[what]))
