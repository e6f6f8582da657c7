"""How much one rule may find in a call before it is given up: a rule of everyday words stops nobody's call.

Not a detector; those that look for words import it. The measure is places found against characters heard, so that a
call and its live twin give up at the same place, and a long call is allowed more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from qa_service.core.given_up import UNDECIDED, given_up_label
from qa_service.core.speech import Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason

#: In places whose sense is not asked: so many from the start, and so many more per character. A ten-minute call of
#: 2,400 characters allows 352; 的, the commonest character of all, is one in 25.
_AT_FIRST, _PER_CHARACTER = 64, 0.12
#: Whether a place is meant (denied, quoted, asked …) takes about as long again as finding and telling it.
SENSED = 2
_OF_RULE = "rule."


@dataclass(slots=True)
class Allowance:
    """What the rules of one detector have left in one leg, by what they are called."""

    heard: float = _AT_FIRST
    taken: dict[str, float] = field(default_factory=dict)
    #: The rules that are listened for no more, and those of them that nobody was told of yet.
    spent: set[str] = field(default_factory=set)
    untold: list[str] = field(default_factory=list)

    def hear(self, characters: int) -> None:
        """So much more was said."""
        self.heard += _PER_CHARACTER * characters

    def hear_all(self, lines: Iterable[int]) -> None:
        """So many lines more were said, of so many characters each, in which nothing was looked for."""
        for characters in lines:
            self.heard += _PER_CHARACTER * characters

    def take(self, rule: str, cost: float) -> bool:
        """Whether the rule may have that much more; once it may not, it is spent for the rest of the leg."""
        taken = self.taken[rule] = self.taken.get(rule, 0.0) + cost
        if taken > self.heard and rule not in self.spent:
            self.spent.add(rule)
            self.untold.append(rule)
        return taken <= self.heard

    def tell(self, heard: Utterance, detector: str) -> Iterator[Tag]:
        """A tag for every rule that was given up since the last time: it stands for all that is not looked for now."""
        for rule in self.untold:
            yield Tag(
                evidence=(Evidence(heard.span),),
                label=given_up_label(rule),
                detector=detector,
                confidence=1.0,
                because=Reason(UNDECIDED),
                speaker=heard.speaker,
                role=heard.role,
            )
        self.untold.clear()


def rule_of(label: str) -> str:
    """The id of the rule that a label belongs to (rulebook.operators): its operators share one allowance.

    >>> rule_of("rule.demo/greets.2"), rule_of("risk.abuse")
    ('demo/greets', 'risk.abuse')
    """
    return label.removeprefix(_OF_RULE).rpartition(".")[0] if label.startswith(_OF_RULE) else label
