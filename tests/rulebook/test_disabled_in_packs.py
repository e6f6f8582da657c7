"""Rules that packs ship switched off: they say why, and do what their examples say once somebody switches them on."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import qa_service.rulebook
from qa_service.core.calls import CallFacts, Direction, Envelope, Leg
from qa_service.core.measured import HearingModel, PartName
from qa_service.core.speech import Role
from qa_service.core.time import Span
from qa_service.pipeline.live import replay
from qa_service.rulebook.load import load, pack_names
from qa_service.rules.find import Certainty, find
from qa_service.rules.scene import Scene
from qa_service.text.tokenize import Tokenizer
from qa_service.usecases.try_rulebook import try_examples
from tests.make import utterance
from tests.rulebook.books import HEAD, book, refused

_PACKS = Path(qa_service.rulebook.__file__).parent / "packs"
_WITH_OFF = [name for name in pack_names() if load(name).disabled]


def test_some_packs_ship_rules_off() -> None:
    assert "collection-zh" in _WITH_OFF


@pytest.mark.parametrize("name", _WITH_OFF)
def test_a_rule_is_off_only_where_its_source_was_not_checked(name: str) -> None:
    off = load(name).disabled

    assert [rule for rule, reason in off.items() if not re.search("[对對][到过過]", reason)] == []


@pytest.mark.parametrize("name", _WITH_OFF)
def test_a_rule_that_is_switched_on_does_what_its_examples_say(name: str, tmp_path: Path) -> None:
    off = load(name).disabled

    trials = try_examples(
        load(str(_switched_on(name, tmp_path))), tokens=Tokenizer(tmp_path / "words").tokens
    )

    asked = [trial for trial in trials if trial.example.rule in off]
    assert {trial.example.rule for trial in asked} == set(off)
    assert [trial.example.lines for trial in asked if not trial.as_wanted] == []


@pytest.mark.parametrize(
    ("name", "rule", "at", "direction", "fires"),
    [
        pytest.param(
            "collection-zh", "night-contact", "22:30", "outbound", True, id="mainland, half past ten at night"
        ),
        pytest.param(
            "collection-zh", "night-contact", "07:59", "outbound", True, id="mainland, before eight"
        ),
        pytest.param("collection-zh", "night-contact", "08:00", "outbound", False, id="mainland, eight"),
        pytest.param(
            "collection-zh", "night-contact", "23:00", "inbound", False, id="the debtor calls at night"
        ),
        pytest.param(
            "collection-tw", "outside-hours", "22:30", "outbound", True, id="Taiwan, half past ten at night"
        ),
        pytest.param("collection-tw", "outside-hours", "06:59", "outbound", True, id="Taiwan, before seven"),
        pytest.param("collection-tw", "outside-hours", "07:00", "outbound", False, id="Taiwan, seven"),
    ],
)
def test_a_rule_about_hours_that_is_switched_on_asks_when_the_call_went_out(
    name: str, rule: str, at: str, direction: str, fires: bool, tmp_path: Path
) -> None:
    book = load(str(_switched_on(name, tmp_path)))
    hour, minute = at.split(":")
    began = datetime(2026, 3, 4, int(hour), int(minute), tzinfo=ZoneInfo("Asia/Taipei"))
    said = (utterance("您好，请问是本人吗？", role=Role.AGENT),)
    facts = CallFacts(
        envelope=Envelope(started_at=began, direction=Direction(direction)),
        leg=Leg(Span(0, said[0].span.end_ms)),
        parts=frozenset({PartName.WORDS.value}),
    )

    tags = replay(book.detectors, facts, said)
    found = find(book.rules, Scene(facts.leg, said, tags), facts, Certainty(HearingModel("transcript")))

    assert [one.rule for one in found if one.rule == f"{name}/{rule}"] == (
        [f"{name}/{rule}"] if fires else []
    )


def _switched_on(name: str, folder: Path) -> Path:
    """The pack without its overrides."""
    written = (_PACKS / f"{name}.yaml").read_text(encoding="utf-8")
    own = folder / f"{name}.yaml"
    own.write_text(written.partition("\noverride:")[0], encoding="utf-8")
    return own


def test_an_override_of_a_rule_that_is_off_says_so_and_where_its_text_is() -> None:
    off = "collection-zh/night-contact"

    error = refused(f"{HEAD}include: [collection-zh@1]\noverride: {{{off}: {{severity: minor}}}}\n")

    assert (error.code, error.where) == ("rulebook_override_off", f"demo.yaml: override.{off}")
    assert "只依 GB/T 45251—2025" in str(error)
    assert f"qa-service rulebook show collection-zh {off}" in error.fix


def test_switching_off_what_is_off_is_no_mistake_and_its_reason_the_later_one() -> None:
    off = "collection-zh/night-contact"
    again = f"override: {{{off}: {{disable: true, reason: 本中心夜里不外呼}}}}\n"

    made = book(f"{HEAD}include: [collection-zh@1]\n{again}")

    assert made.disabled[off] == "本中心夜里不外呼"
