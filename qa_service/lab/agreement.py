"""How far two people who judged the same things agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two people's verdicts on `n` things, `same` of them alike.

    >>> two = Agreement.of([("right", "right"), ("right", "right"), ("wrong", "wrong"), ("wrong", "right")])
    >>> two.same, two.n, two.kappa
    (3, 4, 0.5)
    """

    n: int
    same: int
    #: Cohen's kappa, the share of agreement beyond chance (J. Cohen, Educ. Psychol. Meas. 20, 1960); unknown where
    #: both gave nothing but one verdict, since chance alone agrees there.
    kappa: float | None

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]]) -> Agreement:
        """What pairs of verdicts, the first and the second person's, come to."""
        n, same = len(pairs), sum(first == second for first, second in pairs)
        firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
        # n² times the agreement that chance would give, kept whole: 1.0 is 1.0.
        by_chance = sum(count * seconds[verdict] for verdict, count in firsts.items())
        beyond = n * n - by_chance
        return cls(n, same, (n * same - by_chance) / beyond if beyond else None)
