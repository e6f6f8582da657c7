"""Reads `means`: sentences that mean what examples do, and what they do not mean."""

from __future__ import annotations

from qa_service.core.speech import Role
from qa_service.detectors.means import USUAL_UNLESS, MeansRule
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.modifiers import Node, mapping_of, role_of
from qa_service.rulebook.phrases import check_word
from qa_service.rulebook.places import Place
from qa_service.rulebook.senses import note_strange
from qa_service.text.meaning import LEAST_SENTENCE, SENSES
from qa_service.text.normalize import fold

KEYS = ("like", "alike", "unlike", "unless", "role")
#: Below it any two sentences of one trade are near; at 1 only the very same.
BOUNDS = (0.4, 1.0)
#: Measured, see docs/rulebook.md#means.
USUAL = 0.6


def read_means(label: str, value: object, place: Place, role: Role | None) -> MeansRule:
    """`means: [句子, 句子]`, or `{like: […], alike: 0.6, unlike: […], unless: […], role}`.

    Raises:
        RulebookError: everything in it that does not hold.
    """
    spec = mapping_of({"like": value} if isinstance(value, list) else value, KEYS, place)
    with Mistakes() as mistakes:
        note_strange(spec, KEYS, place, mistakes)
        with mistakes.noted():
            like = _sentences(spec.get("like"), place.at("like"))
        with mistakes.noted():
            unlike = _sentences(spec["unlike"], place.at("unlike")) if "unlike" in spec else ()
        with mistakes.noted():
            role = role_of(spec, place) or role
        with mistakes.noted():
            alike = _alike(spec, place)
        with mistakes.noted():
            unless = _unless(spec, place)
    return MeansRule(label, like, alike, unlike, role, unless)


def _sentences(value: object, place: Place) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise place.error("sentences", "is not a list of sentences", "Write at least one")
    with Mistakes() as mistakes:
        for i, sentence in enumerate(value):
            with mistakes.noted():
                check_word(sentence, place.at(i))
                if len(fold(sentence).text) < LEAST_SENTENCE:
                    problem = f"{sentence!r} is too short to be like anything"
                    raise place.at(i).error(
                        "sentence_short", problem, "Write a sentence, or phrases", word=sentence
                    )
    return tuple(value)


def _alike(spec: Node, place: Place) -> float:
    value, (low, high) = spec.get("alike", USUAL), BOUNDS
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        problem = f"{value!r} is not between {low} and {high}"
        raise place.at("alike").error(
            "setting_range", problem, f"Write {USUAL}", word=value, low=low, high=high
        )
    return float(value)


def _unless(spec: Node, place: Place) -> frozenset[str]:
    """The senses that are written, of those that a whole sentence can have; else the usual ones."""
    if "unless" not in spec:
        return USUAL_UNLESS
    excuses, here, known = spec["unless"], place.at("unless"), tuple(map(str, SENSES))
    if not isinstance(excuses, list):
        raise here.error("list", "is not a list", f"Write for example [{', '.join(sorted(USUAL_UNLESS))}]")
    with Mistakes() as mistakes:
        for i, excuse in enumerate(excuses):
            if excuse not in known:
                mistakes.note(here.at(i).unknown("unless", excuse, known, f"{excuse!r} is not a sense"))
    return frozenset(excuses)
