"""Reads `phrases`: which words, how many of them together, what must not stand beside them."""

from __future__ import annotations

from typing import NamedTuple

from qa_service.core.speech import Role
from qa_service.detectors.by_sound import EXACT, Tolerance
from qa_service.detectors.groups import ANYWHERE, Window
from qa_service.detectors.phrases import PhraseRule
from qa_service.rulebook.mistakes import Mistakes, together
from qa_service.rulebook.modifiers import Node, mapping_of, role_of, strange_keys
from qa_service.rulebook.places import Place
from qa_service.rulebook.senses import USUAL, note_strange, senses_of
from qa_service.rulebook.tolerance import tolerance_of
from qa_service.text.normalize import fold, is_heard

#: Each says which phrases: one of them, every one, or `at_least` so many.
LISTS = ("any", "all", "of")
KEYS = (*LISTS, "at_least", "none", "window", "role", "unless", "sounds_like", "whole_words")
#: Farther than this is another sentence.
WIDEST = 500


class _Which(NamedTuple):
    """The phrases, and how many different ones of them have to be said."""

    words: tuple[str, ...]
    at_least: int


def read_phrases(
    label: str, value: object, place: Place, role: Role | None, usual: Tolerance = EXACT
) -> PhraseRule:
    """The rule that a `phrases` operator is; `usual` is what its rule says of what sounds alike.

    Raises:
        RulebookError: everything in it that does not hold.
    """
    spec = mapping_of({"any": value} if isinstance(value, list | str) else value, KEYS, place, "[词, 词]")
    if spec.keys() == {"any"}:  # as most are, in books of thousands
        return PhraseRule(label, _words(spec["any"], place.at("any")), role, USUAL, usual)
    with Mistakes() as mistakes:
        note_strange(spec, KEYS, place, mistakes)
        with mistakes.noted():
            which = _which(spec, place)
        with mistakes.noted():
            role = role_of(spec, place) or role
        with mistakes.noted():
            unless = senses_of(spec, place)
        with mistakes.noted():
            sounds_like = tolerance_of(spec, place, usual)
        with mistakes.noted():
            whole_words = _whole_words(spec, place)
        with mistakes.noted():
            none = _words(spec["none"], place.at("none")) if "none" in spec else ()
        with mistakes.noted():
            window = _window(spec, place)
    return PhraseRule(
        label, which.words, role, unless, sounds_like, whole_words, which.at_least, none=none, window=window
    )


def _which(spec: Node, place: Place) -> _Which:
    given = [key for key in LISTS if key in spec]
    if len(given) > 1:
        problem, fix = f"has {' and '.join(given)}", "Keep one of any, all, of"
        raise place.error("phrases_lists", problem, fix, given=", ".join(given))
    key = given[0] if given else LISTS[0]
    if "at_least" in spec and key != "of":
        raise place.at("at_least").error("phrases_at_least", "stands beside no `of`", "Write of: […] instead")
    words = _words(spec.get(key), place.at(key))
    if key == "any":
        return _Which(words, 1)
    several = len(dict.fromkeys(fold(word).text for word in words))
    match key:
        case "all":
            return _Which(words, several)
    return _Which(words, _at_least(spec, several, place))


def _at_least(spec: Node, several: int, place: Place) -> int:
    here, value = place.at("at_least"), spec.get("at_least")
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= several:
        problem, fix = f"{value!r} is not a number of {several} phrases", f"Write 1 to {several}"
        raise here.error("phrases_count", problem, fix, word=value, several=several)
    return value


def _window(spec: Node, place: Place) -> Window:
    """How many characters on either side; the whole sentence where nothing is written."""
    if "window" not in spec:
        return ANYWHERE
    here, known = place.at("window"), ("before", "after")
    written = mapping_of(spec["window"], known, here, "{before: 10, after: 10}")
    if strange := strange_keys(written, known, here):
        raise together(strange)
    with Mistakes() as mistakes:
        for side, value in written.items():
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= WIDEST:
                problem, fix = f"{value!r} is not a number of characters", f"Write 0 to {WIDEST}"
                mistakes.note(
                    here.at(str(side)).error("phrases_window", problem, fix, word=value, most=WIDEST)
                )
    return Window(written.get("before"), written.get("after"))


def _words(words: object, place: Place) -> tuple[str, ...]:
    """Phrases in which something can be heard."""
    if not isinstance(words, list) or not words:
        raise place.error("phrases", "is not a list of phrases", "Write at least one phrase")
    if all(isinstance(word, str) and is_heard(word) for word in words):
        return tuple(words)
    with Mistakes() as mistakes:
        for i, word in enumerate(words):
            with mistakes.noted():
                check_word(word, place.at(i))
    return tuple(words)


def check_word(word: object, place: Place) -> None:
    """Raises RulebookError where `word` is no text, or nothing in it can be heard."""
    if not isinstance(word, str):
        fix = "Put it in quotes, as numbers and yes/no have to be"
        raise place.error("phrase_not_text", f"{word!r} is not a text", fix, word=word)
    if not is_heard(word):
        problem = f"{word!r} has no letter, digit or Chinese character"
        raise place.error("phrase_silent", problem, "Write the words to look for", word=word)


def _whole_words(spec: Node, place: Place) -> bool:
    value = spec.get("whole_words", False)
    if not isinstance(value, bool):
        problem, fix = f"{value!r} is neither true nor false", "Write true or false"
        raise place.at("whole_words").error("flag", problem, fix, word=value)
    return value
