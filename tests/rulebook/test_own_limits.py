"""An including book sets other limits in an included rule's condition."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qa_service.core.errors import RulebookError
from qa_service.rulebook.book import Bundle, Example, Rulebook
from qa_service.rulebook.fingerprint import fingerprints
from qa_service.rulebook.load import load_bundle, reload
from qa_service.text.tokenize import Tokenizer
from qa_service.usecases.try_rulebook import try_examples
from tests.rulebook.books import HEAD, rules

_WAITS = """
id: waits
title: 冷场
when:
  any:
    - {tag: silence.long, settings: {limit: 2m}}
    - {tag: [silence.long, pace.fast]}
    - {tag: pace.fast}
    - {again: {last: 5, alike: 0.8}}
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    base = rules(_WAITS).replace("name: demo", "name: base")
    (tmp_path / "base.yaml").write_text(base, "utf-8")
    return tmp_path


def bundle(shelf: Path, override: str = "") -> Bundle:
    file = shelf / "demo.yaml"
    more = f"override: {{base/waits: {override}}}\n" if override else ""
    file.write_text(f"{HEAD}include: [base@1]\n{more}", "utf-8")
    return load_bundle(str(file))


def limits(book: Rulebook, kind: str, field: str) -> list[object]:
    heard = [getattr(detector, "heard", detector) for detector in book.detectors]
    return sorted(getattr(one, field) for one in heard if type(one).__name__ == kind)


def test_the_limit_that_is_named_is_another_and_the_rest_stays(shelf: Path) -> None:
    before, after = bundle(shelf).book, bundle(shelf, "{settings: {silence.long: {limit: 20s}}}").book

    assert limits(before, "LongSilence", "limit_ms") == [8_000, 120_000]
    assert limits(after, "LongSilence", "limit_ms") == [8_000, 20_000]
    assert limits(after, "SaysAgain", "alike") == limits(before, "SaysAgain", "alike") == [0.8]


def test_a_tag_without_limits_of_its_own_gets_some_and_an_operator_others(shelf: Path) -> None:
    made = bundle(shelf, "{settings: {pace.fast: {limit_cpm: 400}, again: {alike: 0.9}}}").book

    assert 400 in limits(made, "PaceFast", "limit_cpm")
    assert limits(made, "SaysAgain", "alike") == [0.9]


def test_the_digest_the_sheet_and_what_verdicts_count_for_know(shelf: Path) -> None:
    plain = bundle(shelf)
    made = bundle(shelf, "{settings: {silence.long: {limit: 20s}}, reason: 本线路查单慢}")

    (told,) = made.overridden["base/waits"]
    assert plain.book.digest != made.book.digest
    assert (told.key, told.before, told.after) == (
        "settings",
        {"silence.long limit": "2m"},
        {"silence.long limit": "20s"},
    )
    assert told.reason == "本线路查单慢"
    assert _fingerprint(plain) != _fingerprint(made)


def _fingerprint(made: Bundle) -> str:
    return fingerprints(made, ["base/waits"])["base/waits"]


@pytest.mark.parametrize(
    ("override", "where", "code"),
    [
        ("{settings: {silence.lang: {limit: 20s}}}", "override.base/waits.settings", "override_limits_like"),
        ("{settings: {tone.raised_voice: {rise_db: 9}}}", "override.base/waits.settings", "override_limits"),
        ("{settings: {silence.long: {limits: 20s}}}", "override.base/waits.settings →", ""),
        ("{settings: {silence.long: {limit: often}}}", "override.base/waits.settings →", ""),
        ("{settings: {again: {alike: 9}}}", "override.base/waits.settings →", ""),
    ],
)
def test_a_limit_that_will_not_do_is_told_where_it_was_written(
    shelf: Path, override: str, where: str, code: str
) -> None:
    with pytest.raises(RulebookError) as refusal:
        bundle(shelf, override)

    assert refusal.value.source.endswith("demo.yaml")
    assert where in refusal.value.where
    assert code in refusal.value.code


_TWICE = """
id: waits
title: 冷场
when:
  any:
    - {tag: silence.long, not_after: {any: [请稍等], role: agent, within: 20s}}
    - {tag: silence.long, settings: {limit: 2m}}
"""


def twice(shelf: Path, limit: str, more: str = "") -> Bundle:
    base = rules(_TWICE).replace("name: demo", "name: base")
    (shelf / "base.yaml").write_text(base, "utf-8")
    file = shelf / "demo.yaml"
    said = f"override: {{base/waits: {{settings: {{silence.long: {{limit: {limit}}}}}}}}}\n"
    file.write_text(f"{HEAD}include: [base@1]\n{more}{said}", "utf-8")
    return load_bundle(str(file))


@pytest.mark.parametrize(
    ("limit", "more", "limits_ms", "before"),
    [
        pytest.param("{8s: 15s}", "", [15_000, 120_000], "8s", id="the one that is as shipped"),
        pytest.param("{120s: 3m}", "", [8_000, 180_000], "120s", id="the one that is set, in another unit"),
        pytest.param("{8s: 2m, 2m: 3m}", "", [120_000, 180_000], "8s, 2m", id="both, each by what it was"),
        pytest.param(
            "{10s: 15s}",
            "detectors: {silence.long: {limit: 10s}}\n",
            [15_000, 120_000],
            "10s",
            id="the one that is as this book sets it",
        ),
    ],
)
def test_one_of_several_limits_is_picked_by_its_present_value(
    shelf: Path, limit: str, more: str, limits_ms: list[int], before: str
) -> None:
    made = twice(shelf, limit, more)

    own = [each for each in limits(made.book, "LongSilence", "limit_ms") if each != 10_000]
    (told,) = made.overridden["base/waits"]
    assert own == limits_ms
    assert told.before == {"silence.long limit": before}


@pytest.mark.parametrize(
    ("limit", "code", "told"),
    [
        pytest.param("15s", "rulebook_override_which", "{8s: 15s}", id="one value for both"),
        pytest.param("{9s: 15s}", "rulebook_override_no_value", "8s, 2m", id="a value that none of them has"),
        pytest.param("{8s: often}", "rulebook_setting_duration", "often", id="a value that is none"),
    ],
)
def test_which_of_several_limits_is_never_guessed(shelf: Path, limit: str, code: str, told: str) -> None:
    with pytest.raises(RulebookError) as refusal:
        twice(shelf, limit)

    assert refusal.value.code == code
    assert "override.base/waits.settings" in refusal.value.where
    assert told in str(refusal.value)


def test_a_published_book_that_set_both_goes_on_as_it_did_and_is_warned_of(shelf: Path) -> None:
    texts = dict(twice(shelf, "{8s: 15s}").texts)
    name = next(iter(texts))
    texts[name] = texts[name].replace("{8s: 15s}", "15s")

    kept = reload(texts, "0" * 64)

    assert limits(kept.book, "LongSilence", "limit_ms") == [15_000]
    assert [one.code for one in kept.warnings] == ["rulebook_override_which"]


@pytest.mark.parametrize(
    ("lines", "is_found"),
    [
        pytest.param(["[0-3] 坐席: 我查一下，请您稍等", "[33-35] 坐席: 查到了"], False, id="announced, 30 s"),
        pytest.param(["[0-3] 坐席: 我看一下您的账单", "[15-17] 坐席: 看到了"], False, id="unannounced, 12 s"),
        pytest.param(["[0-3] 坐席: 我看一下您的账单", "[19-21] 坐席: 看到了"], True, id="unannounced, 16 s"),
        pytest.param(["[0-3] 坐席: 我查一下，请您稍等", "[130-133] 坐席: 好"], True, id="announced, 127 s"),
    ],
)
def test_loosening_the_bare_limit_of_long_silence_leaves_the_announced_one(
    shelf: Path, lines: list[str], is_found: bool
) -> None:
    file = shelf / "demo.yaml"
    said = "override: {service-zh/long-silence: {settings: {silence.long: {limit: {8s: 15s}}}}}\n"
    file.write_text(f"{HEAD}include: [service-zh@1]\n{said}", "utf-8")
    book = load_bundle(str(file)).book
    asked = Example("service-zh/long-silence", tuple(lines), must_match=is_found)

    (trial,) = try_examples(replace(book, examples=(asked,)), tokens=Tokenizer(shelf).tokens)

    assert trial.matched == is_found


@pytest.mark.parametrize(
    ("is_own", "fails"),
    [
        pytest.param(False, [False], id="of an included rule: written for other limits"),
        pytest.param(True, [True], id="of a rule of its own: its author is to mend one of them"),
    ],
)
def test_an_example_that_the_new_limit_spoils(shelf: Path, is_own: bool, fails: list[bool]) -> None:
    waits = "id: waits\ntitle: 冷场\nwhen: {tag: silence.long}\nexamples: {match: [[{lines}]]}"
    lines = '"[0-3] 坐席: 好", "[13-14] 坐席: 好"'
    text = rules(waits.replace("{lines}", lines)).replace("name: demo", "name: base")
    override = "override: {base/waits: {settings: {silence.long: {limit: 20s}}}}\n"
    (shelf / "base.yaml").write_text(text + (override if is_own else ""), "utf-8")
    file = shelf / "demo.yaml"
    file.write_text(f"{HEAD}include: [base@1]\n{'' if is_own else override}", "utf-8")

    trials = try_examples(load_bundle(str(file)).book, tokens=Tokenizer(shelf).tokens)

    assert [trial.as_wanted for trial in trials] == [False]
    assert [trial.fails for trial in trials] == fails
