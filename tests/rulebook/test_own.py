"""Operators about the call as a whole, and detectors that one rule sets for itself: what they find and refuse."""

from __future__ import annotations

import pytest

from qa_service.detectors.own import Own
from qa_service.detectors.silence import LongSilence
from tests.rulebook.books import book, refused, rules, when


@pytest.mark.parametrize(
    ("written", "where", "code"),
    [
        pytest.param("{call: {}}", "when.call", "rulebook_setting_value", id="asks nothing"),
        pytest.param(
            "{call: {direction: inwards}}", "when.call", "rulebook_setting_value", id="no such direction"
        ),
        pytest.param(
            "{call: {hours: ['09:00']}}", "when.call", "rulebook_setting_value", id="one time of day"
        ),
        pytest.param(
            "{call: {hours: ['9', '18:00']}}", "when.call", "rulebook_setting_value", id="no time of day"
        ),
        pytest.param("{call: {days: [monday]}}", "when.call", "rulebook_setting_value", id="no such day"),
        pytest.param("{call: {lines: a}}", "when.call.lines", "rulebook_setting_unknown_like", id="a slip"),
        pytest.param("{call: {label: a}}", "when.call.label", "rulebook_setting_unknown", id="a label"),
        pytest.param("{call: inbound}", "when.call", "rulebook_mapping", id="a bare word"),
        pytest.param("{length: {}}", "when.length", "rulebook_setting_value", id="no length"),
        pytest.param(
            "{length: {above: 3}}", "when.length.above", "rulebook_duration", id="a length without a unit"
        ),
        pytest.param(
            "{length: {above: 9m, below: 3m}}", "when.length", "rulebook_setting_value", id="an empty range"
        ),
        pytest.param(
            "{turns: {above: 3, role: boss}}", "when.turns", "rulebook_setting_value", id="no such role"
        ),
        pytest.param("{talk_ratio: {}}", "when.talk_ratio", "rulebook_setting_value", id="no share"),
        pytest.param(
            "{talk_ratio: {above: 80}}",
            "when.talk_ratio.above",
            "rulebook_setting_range",
            id="eighty times all",
        ),
        pytest.param(
            "{first_speaker: boss}", "when.first_speaker", "rulebook_setting_value", id="nobody speaks first"
        ),
        pytest.param("{hung_up: boss}", "when.hung_up", "rulebook_setting_value", id="nobody hangs up"),
        pytest.param(
            "{tag: pace.fast, settings: {limit: 5}}",
            "when.settings.limit",
            "rulebook_setting_unknown_like",
            id="another detector's setting",
        ),
        pytest.param(
            "{tag: [pace.fast, pace.slow], settings: {limit_cpm: 300}}",
            "when.settings",
            "rulebook_settings_several",
            id="settings of two labels",
        ),
        pytest.param(
            "{phrases: [甲], settings: {limit_cpm: 300}}",
            "when.settings",
            "rulebook_settings_of_tag",
            id="settings of phrases",
        ),
        pytest.param(
            "{tag: pace.fast, settings: {limit_cpm: 1}}",
            "when.settings.limit_cpm",
            "rulebook_setting_range",
            id="everybody is fast",
        ),
        pytest.param(
            "{tag: pace.fast, length: {above: 3m}}", "when", "rulebook_operator_count", id="two operators"
        ),
    ],
)
def test_what_means_nothing_is_refused_at_its_place(written: str, where: str, code: str) -> None:
    error = refused(when(written))

    assert (error.where.partition("].")[2], error.code) == (where, code)


def test_a_rule_sets_a_detector_for_itself_over_what_the_book_says() -> None:
    made = book(
        when("{tag: silence.long, settings: {limit: 3s}}") + "detectors:\n  silence.long: {limit: 20s}\n"
    )

    assert made.detectors == (Own("rule.demo/one.1", LongSilence(limit_ms=3_000), "silence.long"),)
    assert made.rules[0].label == "silence.long"


def test_what_two_rules_set_alike_is_heard_once() -> None:
    entry = "id: {0}\ntitle: 甲\nwhen: {{tag: silence.long, settings: {{limit: 3s}}, call: {{line: a}}}}"
    made = book(rules(entry.format("one"), entry.format("two")))

    assert len(made.detectors) == 2
    assert made.rules[0].when == made.rules[1].when


def test_a_rule_with_own_settings_needs_what_the_detector_needs() -> None:
    (own,) = book(when("{tag: crosstalk.interruption, settings: {overlap: 2s}}")).rules
    (plain,) = book(when("{tag: crosstalk.interruption}")).rules

    assert (own.needs, own.needs_two_channels, own.clocks) == (
        plain.needs,
        plain.needs_two_channels,
        plain.clocks,
    )


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        pytest.param("{tag: pace.fast, call: {line: a}}", 1, id="beside an operator"),
        pytest.param("{all: [{tag: pace.fast}, {call: {line: a}}]}", 1, id="among what has to hold"),
        pytest.param("{call: {line: a}}", 1, id="by itself"),
        pytest.param(
            "{any: [{tag: pace.fast, call: {line: a}}, {regex: 甲}]}", 0, id="of one way out of two"
        ),
        pytest.param(
            "{any: [{tag: pace.fast, call: {line: a}}, {regex: 甲, call: {line: a}}]}", 1, id="of both ways"
        ),
        pytest.param("{tag: pace.fast, not_near: {call: {line: a}}}", 0, id="of an excuse"),
    ],
)
def test_what_a_rule_asks_of_every_call_is_known(written: str, asked: int) -> None:
    assert len(book(when(written)).rules[0].calls) == asked
