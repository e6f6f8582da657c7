"""Pieces of a number that is known by now: read back in part, started twice, asked about again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from qa_service.privacy.announced import heard
from qa_service.privacy.groups import Group, Line, Link
from qa_service.privacy.kinds import PersonalKind
from qa_service.privacy.runs import Found, runs

#: How sure a piece makes us; four digits by chance are in one known number of eleven once in 1,250 times.
_CONFIDENCE = 0.65
_LEAST, _LEAST_ALONE = 4, 3
#: A card's code is read back among so many words: 是123对吗.
_FEW_WORDS = 4
_SEPARATOR = "|"


def echoes(lines: Iterable[Line], known: Sequence[Found], references: Collection[int]) -> Iterator[Found]:
    """Every row of digits that stands somewhere inside one of the `known` whole numbers."""
    numbers = {found.digits: found.kind for found in known if found.digits}
    everything = _SEPARATOR.join(numbers)
    for line in lines if numbers else ():
        least = _LEAST_ALONE if line.bare else _LEAST
        for run in runs(line.groups):
            digits = "".join(group.digits for group in run)
            is_code = numbers.get(digits) is PersonalKind.CARD_CODE and line.other_chars <= _FEW_WORDS
            is_long = (is_code and _is_apart(line, run)) or len(digits) >= least
            if is_long and digits in everything and _is_free(run, references):
                yield Found(_kind(digits, numbers), _CONFIDENCE, tuple(heard(run)))


def _is_apart(line: Line, run: Sequence[Group]) -> bool:
    """Whether no other digits hang on to the row: a code is not the 400 of 400-812-3123."""
    following = next((group for group in line.groups if group.start >= run[-1].end), None)
    is_begun = run[0] is line.groups[0] or run[0].link < Link.TIGHT
    return is_begun and (following is None or following.link < Link.TIGHT)


def _is_free(run: Sequence[Group], references: Collection[int]) -> bool:
    tied = all(group.link >= Link.TIGHT for group in run[1:])
    return tied and not any(group.lettered or group.start in references for group in run)


def _kind(digits: str, numbers: dict[str, PersonalKind]) -> PersonalKind:
    if numbers.get(digits) is PersonalKind.CARD_CODE:
        return PersonalKind.CARD_CODE
    return next(kind for number, kind in numbers.items() if digits in number)
