"""An including book sets other limits in an included rule's condition."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_service.core.errors import RulebookError
from qa_service.rulebook.book import Bundle, Rulebook
from qa_service.rulebook.fingerprint import fingerprints
from qa_service.rulebook.load import load_bundle
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
