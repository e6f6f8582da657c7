"""Reads `means`: sentences that mean what examples do, and what they do not mean."""

from __future__ import annotations

from qa_service.core.speech import Role
from qa_service.detectors.means import USUAL_UNLESS, MeansRule
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.modifiers import mapping_of, role_of
from qa_service.rulebook.places import Place
from qa_service.rulebook.senses import note_strange, senses_of
from qa_service.rulebook.sentences import read_least, read_sentences
from qa_service.text.meaning import LEAST_SENTENCE, SENSES

KEYS = ("like", "alike", "unlike", "unless", "role")
#: Below it any two sentences of one trade are near; at 1 only the very same.
BOUNDS = (0.4, 1.0)
#: Measured, see docs/rulebook.md#means.
USUAL = 0.6
#: Those that a whole sentence can have.
_SENSES = tuple(map(str, SENSES))


def read_means(label: str, value: object, place: Place, role: Role | None) -> MeansRule:
    """`means: [句子, 句子]`, or `{like: […], alike: 0.6, unlike: […], unless: […], role}`.

    Raises:
        RulebookError: everything in it that does not hold.
    """
    spec = mapping_of({"like": value} if isinstance(value, list) else value, KEYS, place, "[一句话]")
    with Mistakes() as mistakes:
        note_strange(spec, KEYS, place, mistakes)
        with mistakes.noted():
            like = read_sentences(spec.get("like"), place.at("like"), _is_enough)
        with mistakes.noted():
            unlike = (
                read_sentences(spec["unlike"], place.at("unlike"), _is_enough) if "unlike" in spec else ()
            )
        with mistakes.noted():
            role = role_of(spec, place) or role
        with mistakes.noted():
            alike = read_least(spec, "alike", place, BOUNDS, USUAL)
        with mistakes.noted():
            unless = senses_of(spec, place, _SENSES, USUAL_UNLESS)
    return MeansRule(label, like, alike, unlike, role, unless)


def _is_enough(folded_text: str) -> bool:
    return len(folded_text) >= LEAST_SENTENCE
