"""Reads `similar`: sentences like these, and sentences unlike those."""

from __future__ import annotations

from qa_service.core.speech import Role
from qa_service.detectors.similar import SimilarRule
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.modifiers import Node, mapping_of, role_of
from qa_service.rulebook.phrases import check_word
from qa_service.rulebook.places import Place
from qa_service.rulebook.senses import note_strange
from qa_service.text.normalize import fold
from qa_service.text.resemblance import features

KEYS = ("examples", "at_least", "unlike", "role")
#: Below a third, any two sentences about one matter are alike; at 1 only the very same.
BOUNDS = (0.35, 1.0)
_USUAL = 0.6
#: Of fewer characters and pairs nothing can be said.
_LEAST_GRAMS = 5


def read_similar(label: str, value: object, place: Place, role: Role | None) -> SimilarRule:
    """`similar: [句子, 句子]`, or `{examples: […], at_least: 0.6, unlike: […], role}`.

    Raises:
        RulebookError: everything in it that does not hold.
    """
    spec = mapping_of({"examples": value} if isinstance(value, list) else value, KEYS, place)
    with Mistakes() as mistakes:
        note_strange(spec, KEYS, place, mistakes)
        with mistakes.noted():
            examples = _sentences(spec.get("examples"), place.at("examples"))
        with mistakes.noted():
            unlike = _sentences(spec["unlike"], place.at("unlike")) if "unlike" in spec else ()
        with mistakes.noted():
            role = role_of(spec, place) or role
        with mistakes.noted():
            at_least = _at_least(spec, place)
    return SimilarRule(label, examples, at_least, unlike, role)


def _sentences(value: object, place: Place) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise place.error("sentences", "is not a list of sentences", "Write at least one")
    with Mistakes() as mistakes:
        for i, sentence in enumerate(value):
            with mistakes.noted():
                check_word(sentence, place.at(i))
                if len(features(fold(sentence).text).grams) < _LEAST_GRAMS:
                    problem = f"{sentence!r} is too short to be like anything"
                    raise place.at(i).error(
                        "sentence_short", problem, "Write a sentence, or phrases", word=sentence
                    )
    return tuple(value)


def _at_least(spec: Node, place: Place) -> float:
    value, (low, high) = spec.get("at_least", _USUAL), BOUNDS
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        problem = f"{value!r} is not between {low} and {high}"
        raise place.at("at_least").error(
            "setting_range", problem, f"Write {_USUAL}", word=value, low=low, high=high
        )
    return float(value)
