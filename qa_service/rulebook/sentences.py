"""Reads what `similar` and `means` have in common: example sentences, and how much alike something has to be."""

from __future__ import annotations

from collections.abc import Callable

from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.modifiers import Node
from qa_service.rulebook.phrases import check_word
from qa_service.rulebook.places import Place
from qa_service.rulebook.spelling import near
from qa_service.text.normalize import fold


def read_sentences(value: object, place: Place, is_enough: Callable[[str], bool]) -> tuple[str, ...]:
    """The sentences; `is_enough` says of a folded text whether something can be like it.

    Raises:
        RulebookError: everything in them that does not hold.
    """
    if not isinstance(value, list) or not value:
        raise place.error("sentences", "is not a list of sentences", "Write at least one")
    with Mistakes() as mistakes:
        for i, sentence in enumerate(value):
            with mistakes.noted():
                check_word(sentence, place.at(i))
                if not is_enough(fold(sentence).text):
                    problem = f"{sentence!r} is too short to be like anything"
                    raise place.at(i).error(
                        "sentence_short", problem, "Write a sentence, or phrases", word=sentence
                    )
    return tuple(value)


def read_least(spec: Node, key: str, place: Place, bounds: tuple[float, float], usual: float) -> float:
    """How much alike: what is written under `key`, else the usual.

    Raises:
        RulebookError: it is no number, or out of bounds.
    """
    value, (low, high) = spec.get(key, usual), bounds
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        problem, example = f"{value!r} is not between {low} and {high}", near(value, usual, bounds)
        here, fix = place.at(key), f"Write {example}"
        raise here.error("setting_range", problem, fix, word=value, low=low, high=high, example=example)
    return float(value)
