"""No code of the program is without a sentence, and no sentence speaks of a value that is not passed."""

from __future__ import annotations

import string
from collections import defaultdict

import pytest

from qa_service.core.speech import SoundKind
from qa_service.detectors.registry import BY_LABEL
from qa_service.i18n.catalogue import LANGUAGES, Catalogue
from tests.i18n.codes import LOSSES, STORED, Unknown, Use, uses

_SHOWN = [use for use in uses() if isinstance(use, Use)]


def _gaps(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def _told(passed: set[str]) -> set[str]:
    """Times in milliseconds are told in seconds too."""
    return passed | {f"{name.removesuffix('_ms')}_s" for name in passed if name.endswith("_ms")}


#: Given by the errors themselves (core.errors).
_OF_ERRORS = {
    *(
        "error.cancelled",
        "error.database_away",
        "error.fenced",
        "error.rulebook_invalid",
        "error.storage_full",
        "error.store_away",
    )
}


def _languages(family: str) -> list[str]:
    """English errors speak for themselves (core.errors)."""
    return [lang for lang in LANGUAGES if not (lang == "en" and family == "error")]


def test_the_walk_finds_codes_of_every_family() -> None:
    assert {use.family for use in _SHOWN} >= {"reason", "problem", "error", "reason.unheard"}
    assert len(_SHOWN) > 100


def test_every_code_that_is_put_together_is_listed() -> None:
    assert [use.place for use in uses() if isinstance(use, Unknown)] == []


def test_every_code_has_a_sentence_in_every_language() -> None:
    silent = [
        f"{lang}: {use.family}.{use.code} ({use.place})"
        for use in _SHOWN
        for lang in _languages(use.family)
        if not Catalogue(lang).knows(f"{use.family}.{use.code}")
    ]

    assert silent == []


def test_sentences_speak_only_of_values_that_every_use_passes() -> None:
    passed: dict[str, set[str]] = {}
    for use in _SHOWN:
        code = f"{use.family}.{use.code}"
        passed[code] = passed[code] & use.values if code in passed else set(use.values)

    wrong = [
        f"{lang}: {code} speaks of {sorted(missing)}"
        for lang in LANGUAGES
        for code, values in passed.items()
        if Catalogue(lang).knows(code) and (missing := _gaps(Catalogue(lang).template(code)) - _told(values))
    ]

    assert wrong == []


def test_no_reason_or_error_is_written_for_a_code_that_is_gone() -> None:
    alive = {f"{use.family}.{use.code}" for use in _SHOWN} | _OF_ERRORS
    written = {c for c in Catalogue("zh_CN").codes if c.startswith(("reason.", "error."))}

    assert sorted(written - alive - STORED.keys()) == []


def test_what_is_said_of_examples_is_said_somewhere() -> None:
    alive = {f"why.{use.code}" for use in _SHOWN if use.family == "why"} | {"why.being"}

    assert alive == {code for code in Catalogue("zh_CN").codes if code.startswith("why.")}


def test_english_has_the_same_texts_as_chinese_but_for_errors() -> None:
    chinese = {code for code in Catalogue("zh_CN").codes if not code.startswith("error.")}

    assert Catalogue("en").codes == chinese


def test_the_same_values_stand_in_english_and_in_chinese() -> None:
    chinese, english = Catalogue("zh_CN"), Catalogue("en")
    differ = defaultdict(set)
    for code in english.codes:
        if _gaps(chinese.template(code)) != _gaps(english.template(code)):
            differ[code] = _gaps(chinese.template(code)) ^ _gaps(english.template(code))

    assert dict(differ) == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_labels_sounds_and_losses_have_names(lang: str) -> None:
    texts = Catalogue(lang)

    assert [label for label in BY_LABEL if not texts.knows(f"label.{label}")] == []
    assert [kind for kind in SoundKind if not texts.knows(f"sound.{kind.value}")] == []
    assert [code for code in LOSSES if not texts.knows(f"problem.{code}")] == []


def test_what_a_partial_call_names_as_its_problem_has_a_short_name() -> None:
    problems = {use.code for use in _SHOWN if use.family == "problem"} | set(LOSSES)

    assert [code for code in sorted(problems) if not Catalogue("zh_CN").knows(f"value.problem.{code}")] == []


def test_taiwan_writes_nothing_that_chinese_does_not_have() -> None:
    assert Catalogue("zh_TW").codes == Catalogue("zh_CN").codes
    assert sorted(Catalogue.own("zh_TW") - Catalogue("zh_CN").codes) == []
