"""Rules that packs ship switched off: they say why, and do what their examples say once somebody switches them on."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa_service.rulebook
from qa_service.rulebook.load import load, pack_names
from qa_service.text.tokenize import Tokenizer
from qa_service.usecases.try_rulebook import try_examples

_PACKS = Path(qa_service.rulebook.__file__).parent / "packs"
_WITH_OFF = [name for name in pack_names() if load(name).disabled]


def test_some_packs_ship_rules_off() -> None:
    assert "collection-zh" in _WITH_OFF


@pytest.mark.parametrize("name", _WITH_OFF)
def test_a_rule_is_off_only_where_its_source_was_not_checked(name: str) -> None:
    assert [
        rule for rule, reason in load(name).disabled.items() if "对到" not in reason and "对过" not in reason
    ] == []


@pytest.mark.parametrize("name", _WITH_OFF)
def test_a_rule_that_is_switched_on_does_what_its_examples_say(name: str, tmp_path: Path) -> None:
    written = (_PACKS / f"{name}.yaml").read_text(encoding="utf-8")
    own = tmp_path / f"{name}.yaml"
    own.write_text(written.partition("\noverride:")[0], encoding="utf-8")
    off = load(name).disabled

    trials = try_examples(load(str(own)), tokens=Tokenizer(tmp_path / "words").tokens)

    asked = [trial for trial in trials if trial.example.rule in off]
    assert {trial.example.rule for trial in asked} == set(off)
    assert [trial.example.lines for trial in asked if not trial.as_wanted] == []
