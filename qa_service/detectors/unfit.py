"""Settings of the right kind that mean nothing: what is wrong with them, and where, for whoever tells their author."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import Enum


class Why(Enum):
    """What is wrong."""

    #: The word is none of `known`.
    WORD = "word"
    #: No time of day.
    CLOCK = "clock"
    #: Not two times, from which and up to which.
    HOURS = "hours"
    #: Both times are the same one: nothing lies between.
    SAME_HOURS = "same_hours"
    #: None of `known` is written.
    NOTHING = "nothing"
    #: The same is written by two names.
    TWICE = "twice"
    #: Limits, and kinds that have no unit or not the same one; `known` says which have which.
    UNITS = "units"
    #: The word stands beside `known`, of which it is another form.
    EITHER = "either"
    #: What everybody does all the time would lie within the limits.
    USUAL = "usual"
    #: Nothing lies above the one limit and below the other.
    LIMITS = "limits"


class Unfit(ValueError):  # noqa: N818 - an answer about a setting, which rulebook.unfit words
    """A setting that means nothing: `steps` lead to it, the field first and then the position in its list."""

    def __init__(self, why: Why, *steps: str | int, word: object = "", known: Collection[str] = ()) -> None:
        super().__init__(f"{'.'.join(map(str, steps)) or 'settings'}: {word!r} will not do ({why.value})")
        self.why = why
        self.steps = steps
        self.word = word
        self.known = known


def check_words(field: str, words: Sequence[str] | str, known: Collection[str]) -> None:
    """Raises Unfit for the first that is none of `known`."""
    if isinstance(words, str):
        if words not in known:
            raise Unfit(Why.WORD, field, word=words, known=known)
        return
    for at, word in enumerate(words):
        if word not in known:
            raise Unfit(Why.WORD, field, at, word=word, known=known)
