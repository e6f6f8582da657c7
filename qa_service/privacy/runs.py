"""Rows of groups that may be one number, and every way to hear them: corrections, repeats, sounds alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product

from qa_service.privacy.groups import Group, Link
from qa_service.privacy.identity import is_old_identity
from qa_service.privacy.kinds import PersonalKind
from qa_service.privacy.shapes import IDENTITY_LENGTH, LENGTHS, Shape, shape_of
from qa_service.privacy.sounds import WORDED, Part

#: No number that we look for is said in more pieces or digits, corrections included.
_MOST_GROUPS = 24
_MOST_DIGITS = 44
#: Ways to hear one row that are tried, and doubtful digits among which they choose.
_MOST_READINGS = 96
_MOST_DOUBTS = 5
_FEW_DOUBTS = 2
_MOST_SURE = 22
_DROPPED = 4
_MOST_TAKES = 3
#: A number with strange words inside must prove itself by a check digit.
_PROVEN = frozenset({PersonalKind.ID_CARD, PersonalKind.BANK_CARD})
_LEAST_PROOF = 0.9
_OLD = 0.85


@dataclass(frozen=True, slots=True)
class Found:
    """A number: the parts that say it, and what it is."""

    kind: PersonalKind
    confidence: float
    parts: tuple[Part, ...]
    #: The digits as understood, where the number is whole; nothing for a stretch that only context makes personal.
    digits: str = ""
    #: The digits are the number, from its first to its last, with no strange words between.
    exact: bool = False

    @property
    def certain(self) -> bool:
        """Whether no word was taken for a digit."""
        return all(part.sure for part in self.parts)

    def is_no_longer_than(self, other: Found) -> bool:
        """Whether both share digits, and the other has as many or more."""
        apart = self.parts[-1].end <= other.parts[0].start or other.parts[-1].end <= self.parts[0].start
        return not apart and len(self.digits) <= len(other.digits)


def runs(groups: Sequence[Group]) -> Iterator[tuple[Group, ...]]:
    """Every unbroken row of groups that can be part of one number.

    Each row is looked at for itself, so that more words before or after never hide a number.
    """
    for first in range(len(groups)):
        digits = 0
        for last in range(first, min(len(groups), first + _MOST_GROUPS)):
            group = groups[last]
            digits += len(group.parts)
            if group.quantity or digits > _MOST_DIGITS or (last > first and group.link is Link.NONE):
                break
            yield tuple(groups[first : last + 1])


def whole(run: Sequence[Group], *, expected: frozenset[PersonalKind] = frozenset()) -> Found | None:
    """The whole number that a row says, if it says one; `expected` are kinds that context announces."""
    loose = any(group.link is Link.LOOSE for group in run[1:])
    for digits, parts in _readings(run):
        shape = _old(digits, expected) or shape_of(digits)
        if shape is None or (loose and not _is_proven(shape) and shape.kind not in expected):
            continue
        if shape.exact or _needs_all(run):
            return Found(shape.kind, shape.confidence, parts, digits, exact=shape.exact and not loose)
    return None


def _old(digits: str, expected: frozenset[PersonalKind]) -> Shape | None:
    """An identity number of 15 digits, which only a word for it tells from others."""
    is_old = PersonalKind.ID_CARD in expected and is_old_identity(digits)
    return Shape(PersonalKind.ID_CARD, _OLD) if is_old else None


def _needs_all(run: Sequence[Group]) -> bool:
    """Whether an identity number among further digits reaches from the first group into the last."""
    first, last = (len(group.digits) for group in (run[0], run[-1]))
    total = sum(len(group.digits) for group in run)
    return len(run) == 1 or total - max(first, last) < IDENTITY_LENGTH


def _is_proven(shape: Shape) -> bool:
    return shape.kind in _PROVEN and shape.confidence >= _LEAST_PROOF


def _readings(run: Sequence[Group]) -> Iterator[tuple[str, tuple[Part, ...]]]:
    """Ways to hear the row, the likeliest first: its digits, and the parts that say or take them back."""
    takes = [list(take) for take in _takes(run)]
    sure = sum(len(group.digits) for group in run)
    doubts = sum(not part.sure for take in takes for part in take)
    if len(takes) == 1 and not doubts:
        if sure in LENGTHS:
            yield "".join(group.digits for group in run), tuple(takes[0])
        return
    if sure + doubts < LENGTHS.start or not _is_worth_guessing(sure, doubts, len(takes)):
        return
    for heard in islice(product(*map(_hearings, takes)), _MOST_READINGS):
        parts = tuple(part for take in heard for part in take)
        for digits in _corrected(["".join(part.digits for part in take) for take in heard]):
            yield digits, parts


def _is_worth_guessing(sure: int, doubts: int, takes: int) -> bool:
    """Whether enough is sure for the rest to be told; this also bounds what a strange text can cost."""
    return (
        takes <= _MOST_TAKES
        and (not doubts or sure <= takes * _MOST_SURE)
        and doubts <= sure // 2 + _FEW_DOUBTS
    )


def _takes(run: Sequence[Group]) -> Iterator[Iterable[Part]]:
    """The parts of the row, begun anew wherever the speaker corrects themselves."""
    take: list[Part] = []
    for at, group in enumerate(run):
        if at and group.link is Link.CORRECTED:
            yield take
            take = []
        take += group.parts
    yield take


def _hearings(take: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    """With and without its doubtful digits, the likeliest first.

    Between sure digits a doubtful one is probably a digit. At the ends those nearest are taken first, none skipped.
    """
    sure = [at for at, part in enumerate(take) if part.sure]
    first, last = (sure[0], sure[-1]) if sure else (0, -1)
    inside = [at for at in range(first, last) if not take[at].sure][-_MOST_DOUBTS:]
    ends = tuple(product(range(first, -1, -1), range(last + 1, len(take) + 1)))
    drops = (drop for count in range(len(inside) + 1) for drop in combinations(inside, count))
    ways = [
        (_unlikely(take, dropped, (*range(start, first), *range(last + 1, stop))), dropped, start, stop)
        for dropped, (start, stop) in product(drops, ends)
    ]
    for _, dropped, start, stop in sorted(ways):
        yield tuple(take[at] for at in range(start, stop) if at not in dropped)


def _unlikely(take: Sequence[Part], dropped: Iterable[int], added: Iterable[int]) -> int:
    """How unlikely it is that of the doubtful parts these are no digits, and those at the ends are."""
    worded = sum(part.doubt == WORDED for at, part in enumerate(take) if at not in dropped)
    return 2 * worded + sum(_DROPPED - take[at].doubt for at in dropped) + sum(take[at].doubt for at in added)


def _corrected(takes: Sequence[str]) -> Iterator[str]:
    """What remains when every take replaces some of the digits before it, from none to all.

    >>> "13900138000" in _corrected(["138", "900138000"])
    True
    """
    if len(takes) == 1:
        if len(takes[0]) in LENGTHS:
            yield takes[0]
        return
    for kept in range(len(takes[0]), -1, -1):
        yield from _corrected([takes[0][:kept] + takes[1], *takes[2:]])
