"""What holds and never happens, or is asked of nobody, is told to its author; what may happen is not."""

from __future__ import annotations

import json

import pytest

from qa_service.rulebook.jurisdictions import KNOWN
from qa_service.rulebook.load import bundle_text, pack_bundle, pack_names
from tests.rulebook.books import rules, when


def warned(text: str) -> list[tuple[str, str]]:
    """Codes and places of what an author is warned of."""
    warnings = bundle_text(text, "demo.yaml", lambda _: None).warnings
    return [(one.code.removeprefix("rulebook_"), one.where.removeprefix("demo.yaml: ")) for one in warnings]


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        pytest.param(
            "{all: [{length: {above: 10m}}, {length: {below: 5m}}]}",
            ["never_limits"],
            id="longer and shorter",
        ),
        pytest.param(
            "{all: [{length: {above: 5m}}, {length: {below: 5m}}]}", ["never_limits"], id="nothing between"
        ),
        pytest.param(
            "{all: [{turns: {above: 20}}, {turns: {below: 9}}]}", ["never_limits"], id="more and fewer turns"
        ),
        pytest.param("{all: [{length: {above: 90s}}, {length: {below: 5m}}]}", [], id="a range"),
        pytest.param("{any: [{length: {above: 10m}}, {length: {below: 5m}}]}", [], id="one or the other"),
        pytest.param(
            "{all: [{talk_ratio: {role: agent, above: 0.6}}, {talk_ratio: {role: customer, below: 0.3}}]}",
            [],
            id="shares of two people",
        ),
        pytest.param(
            "{all: [{tag: pace.fast, role: agent}, {absent: {tag: pace.fast}, role: agent}]}",
            ["never_absent"],
            id="there and absent",
        ),
        pytest.param(
            "{all: [{tag: pace.fast, role: agent}, {absent: {tag: pace.slow}, role: agent}]}",
            [],
            id="there, another absent",
        ),
        pytest.param(
            "{phrases: {any: [免费], none: [免费]}}", ["never_said_and_not"], id="said and forbidden"
        ),
        pytest.param(
            "{phrases: {all: [免费, 首月], none: [首月]}}", ["never_said_and_not"], id="one of all forbidden"
        ),
        pytest.param("{phrases: {any: [免费, 首月], none: [首月]}}", [], id="one of several forbidden"),
        pytest.param("{phrases: {any: [免费], none: [首月]}}", [], id="something else forbidden"),
    ],
)
def test_a_condition_that_never_holds_is_told(condition: str, codes: list[str]) -> None:
    assert [code for code, _ in warned(when(condition))] == codes


def test_the_place_is_that_of_the_parts() -> None:
    inner = "{any: [{tag: pace.slow}, {all: [{turns: {above: 20}}, {turns: {below: 9}}]}]}"

    assert warned(when(inner)) == [("never_limits", "rules[0].when.any[1].all")]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        pytest.param("[CN]", [], id="the mainland"),
        pytest.param("[CN, TW]", [], id="both"),
        pytest.param(
            "[TW, ZZ]", [("jurisdiction_strange", "rules[0].jurisdiction[1]")], id="one that is none"
        ),
        pytest.param("[cn]", [("jurisdiction_strange", "rules[0].jurisdiction[0]")], id="in small letters"),
    ],
)
def test_a_jurisdiction_that_no_pack_knows_is_told(written: str, found: list[tuple[str, str]]) -> None:
    text = rules(f"id: one\ntitle: 甲\njurisdiction: {written}\nwhen: {{tag: pace.fast}}")

    assert warned(text) == found


def test_the_jurisdictions_known_are_those_of_the_packs() -> None:
    held = [json.loads(pack_bundle(name).canonical)["rules"] for name in pack_names()]

    named = {name for rules_ in held for one in rules_ for name in one["rule"]["jurisdiction"]}
    assert named == set(KNOWN)


@pytest.mark.parametrize("name", pack_names())
def test_no_pack_has_a_rule_that_never_holds(name: str) -> None:
    assert [one.code for one in pack_bundle(name).warnings if "never" in one.code] == []
