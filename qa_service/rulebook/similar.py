"""Reads `similar`: sentences like these, and sentences unlike those."""

from __future__ import annotations

from qa_service.core.speech import Role
from qa_service.detectors.similar import SimilarRule
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.modifiers import mapping_of, role_of
from qa_service.rulebook.places import Place
from qa_service.rulebook.senses import note_strange
from qa_service.rulebook.sentences import read_least, read_sentences
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
    spec = mapping_of({"examples": value} if isinstance(value, list) else value, KEYS, place, "[一句话]")
    with Mistakes() as mistakes:
        note_strange(spec, KEYS, place, mistakes)
        with mistakes.noted():
            examples = read_sentences(spec.get("examples"), place.at("examples"), _is_enough)
        with mistakes.noted():
            unlike = (
                read_sentences(spec["unlike"], place.at("unlike"), _is_enough) if "unlike" in spec else ()
            )
        with mistakes.noted():
            role = role_of(spec, place) or role
        with mistakes.noted():
            at_least = read_least(spec, "at_least", place, BOUNDS, _USUAL)
    return SimilarRule(label, examples, at_least, unlike, role)


def _is_enough(folded_text: str) -> bool:
    return len(features(folded_text).grams) >= _LEAST_GRAMS
