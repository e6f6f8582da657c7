"""Operators about the call as a whole, and detectors that one rule sets for itself: what they find and refuse."""

from __future__ import annotations

import pytest

from qa_service.core.calls import Clocks
from qa_service.core.speech import Role
from qa_service.detectors.own import Own
from qa_service.detectors.silence import LongSilence
from qa_service.i18n.catalogue import catalogue
from qa_service.rules.conditions import Tagged
from tests.rulebook.books import book, refused, rules, when


@pytest.mark.parametrize(
    ("written", "where", "code"),
    [
        pytest.param("{call: {}}", "when.call", "rulebook_setting_nothing", id="asks nothing"),
        pytest.param(
            "{call: {direction: sideways}}", "when.call.direction", "rulebook_setting_word", id="no direction"
        ),
        pytest.param(
            "{call: {direction: [inbound, outbund]}}",
            "when.call.direction[1]",
            "rulebook_setting_word_like",
            id="one direction and a slip",
        ),
        pytest.param(
            "{call: {hours: ['09:00']}}", "when.call.hours", "rulebook_setting_hours", id="one time of day"
        ),
        pytest.param(
            "{call: {hours: '09:00'}}", "when.call.hours", "rulebook_setting_hours", id="a time by itself"
        ),
        pytest.param(
            "{call: {hours: ['9', '18:00']}}",
            "when.call.hours[0]",
            "rulebook_setting_clock",
            id="no time of day",
        ),
        pytest.param(
            "{call: {hours: ['09:00', '25:00']}}",
            "when.call.hours[1]",
            "rulebook_setting_clock",
            id="25 hours",
        ),
        pytest.param(
            "{call: {hours: ['09:00', '24:30']}}",
            "when.call.hours[1]",
            "rulebook_setting_clock",
            id="past 24",
        ),
        pytest.param(
            "{call: {hours: ['09:00', '09:00']}}",
            "when.call.hours",
            "rulebook_setting_same_hours",
            id="no time between",
        ),
        pytest.param(
            "{call: {hours: ['24:00', '00:00']}}",
            "when.call.hours",
            "rulebook_setting_same_hours",
            id="midnight twice",
        ),
        pytest.param(
            "{call: {hours: [18, '20:00']}}",
            "when.call.hours[0]",
            "rulebook_setting_kind",
            id="an hour that is a number",
        ),
        pytest.param(
            "{call: {days: [monday]}}", "when.call.days[0]", "rulebook_setting_word_like", id="no such day"
        ),
        pytest.param("{call: {lines: a}}", "when.call.lines", "rulebook_setting_unknown_like", id="a slip"),
        pytest.param("{call: {label: a}}", "when.call.label", "rulebook_setting_unknown", id="a label"),
        pytest.param("{call: inbound}", "when.call", "rulebook_mapping_keys", id="a bare word"),
        pytest.param("{length: {}}", "when.length", "rulebook_setting_nothing", id="no length"),
        pytest.param(
            "{length: {above: 3}}",
            "when.length.above",
            "rulebook_setting_duration",
            id="a length without a unit",
        ),
        pytest.param(
            "{length: {above: 9m, below: 3m}}", "when.length", "rulebook_setting_limits", id="an empty range"
        ),
        pytest.param(
            "{turns: {above: 3, role: boss}}", "when.turns.role", "rulebook_setting_word", id="no such role"
        ),
        pytest.param("{talk_ratio: {}}", "when.talk_ratio", "rulebook_setting_nothing", id="no share"),
        pytest.param(
            "{talk_ratio: {above: 80}}",
            "when.talk_ratio.above",
            "rulebook_setting_range",
            id="eighty times all",
        ),
        pytest.param(
            "{first_speaker: system}",
            "when.first_speaker",
            "rulebook_setting_word",
            id="a machine speaks first",
        ),
        pytest.param("{hung_up: boss}", "when.hung_up", "rulebook_setting_word", id="nobody hangs up"),
        pytest.param("{hung_up: {by: boss}}", "when.hung_up.by", "rulebook_setting_word", id="at length"),
        pytest.param(
            "{last_speaker: 3}", "when.last_speaker.role", "rulebook_setting_kind", id="a number speaks"
        ),
        pytest.param("{number: foo}", "when.number", "rulebook_setting_word", id="no kind of number"),
        pytest.param(
            "{number: {kinds: [amount, foo]}}",
            "when.number.kinds[1]",
            "rulebook_setting_word",
            id="one is none",
        ),
        pytest.param(
            "{number: [amount, foo]}", "when.number[1]", "rulebook_setting_word", id="one is none, in short"
        ),
        pytest.param("{number: {kinds: []}}", "when.number.kinds", "rulebook_setting_nothing", id="no kinds"),
        pytest.param("{number: {kind: foo}}", "when.number.kind", "rulebook_setting_word", id="no such kind"),
        pytest.param(
            "{number: {kind: amount, kinds: [percent]}}",
            "when.number.kind",
            "rulebook_key_twice",
            id="kinds twice",
        ),
        pytest.param(
            "{number: {kind: date, above: 3}}",
            "when.number.above",
            "rulebook_setting_units",
            id="dates above three",
        ),
        pytest.param(
            "{number: {kinds: [amount, percent], below: 3}}",
            "when.number.below",
            "rulebook_setting_units",
            id="yuan and percent below three",
        ),
        pytest.param(
            "{number: {kind: amount, above: 9, below: 3}}",
            "when.number",
            "rulebook_setting_limits",
            id="none between",
        ),
        pytest.param(
            "{number: {kind: amount, above: 3, below: 3}}",
            "when.number",
            "rulebook_setting_limits",
            id="none at all",
        ),
        pytest.param(
            "{number: {kind: amount, above: 五千}}",
            "when.number.above",
            "rulebook_setting_number",
            id="in words",
        ),
        pytest.param(
            "{number: {kind: amount, above: -1}}",
            "when.number.above",
            "rulebook_setting_endless",
            id="below nought",
        ),
        pytest.param(
            "{number: {kind: deadline, above: 3d}}",
            "when.number.above",
            "rulebook_setting_number",
            id="with a unit",
        ),
        pytest.param("{pace: {role: agent}}", "when.pace", "rulebook_setting_nothing", id="no pace"),
        pytest.param(
            "{pace: {above: 9}}", "when.pace.above", "rulebook_setting_range", id="slower than anybody"
        ),
        pytest.param(
            "{pace: {above: 280, min_speech: 30}}",
            "when.pace.min_speech",
            "rulebook_setting_duration",
            id="so much speech without a unit",
        ),
        pytest.param(
            "{pace: {above: 280, role: boss}}", "when.pace.role", "rulebook_setting_word", id="nobody's pace"
        ),
        pytest.param("{loudness: {}}", "when.loudness", "rulebook_setting_nothing", id="no loudness"),
        pytest.param(
            "{loudness: {below: 6}}",
            "when.loudness.below",
            "rulebook_setting_usual",
            id="the usual is not quiet",
        ),
        pytest.param(
            "{loudness: {above: -20}}",
            "when.loudness.above",
            "rulebook_setting_usual",
            id="a level of a line",
        ),
        pytest.param(
            "{loudness: {above: 6, jump: 6}}",
            "when.loudness.jump",
            "rulebook_setting_either",
            id="up, and any way",
        ),
        pytest.param(
            "{loudness: {jump: -6}}",
            "when.loudness.jump",
            "rulebook_setting_endless",
            id="a jump below nought",
        ),
        pytest.param(
            "{loudness: {above: .nan}}", "when.loudness.above", "rulebook_setting_endless", id="not a number"
        ),
        pytest.param(
            "{loudness: {below: -.inf}}", "when.loudness.below", "rulebook_setting_endless", id="without end"
        ),
        pytest.param(
            "{loudness: {below: -90}}",
            "when.loudness.below",
            "rulebook_setting_range",
            id="quieter than silence",
        ),
        pytest.param(
            "{loudness: {above: 6, to: before}}",
            "when.loudness.to",
            "rulebook_setting_word",
            id="against what",
        ),
        pytest.param("{pitch: {above: 400}}", "when.pitch.above", "rulebook_setting_range", id="in Hz"),
        pytest.param("{again: {of: mine}}", "when.again.of", "rulebook_setting_word", id="whose words"),
        pytest.param("{again: {by: boss}}", "when.again.by", "rulebook_setting_word", id="by nobody"),
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


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        pytest.param(
            "{call: {direction: sideways}}", ["sideways", "inbound, outbound"], ["'sideways'"], id="word"
        ),
        pytest.param("{call: {days: [monday]}}", ["monday", "「mon」", "sun"], ["'monday'", "mon"], id="day"),
        pytest.param("{call: {hours: ['25:00', '9:00']}}", ["25:00", "24:00"], ["'25:00'"], id="clock"),
        pytest.param("{call: {hours: ['9:00', '09:00']}}", ["09:00", "全天"], ["09:00"], id="the same time"),
        pytest.param(
            "{first_speaker: system}", ["system", "agent, customer"], ["'system'", "agent"], id="role"
        ),
        pytest.param("{number: foo}", ["foo", "amount"], ["'foo'", "deadline"], id="number"),
        pytest.param(
            "{number: {kinds: [amount, date], above: 3}}", ["amount (yuan)"], ["deadline (days)"], id="units"
        ),
        pytest.param("{length: {above: 10m, below: 5m}}", ["10m", "5m"], ["10m", "5m"], id="limits"),
        pytest.param(
            "{loudness: {below: 6}}", ["0 就是平时", "below: -6"], ["0 is as always", "below: -6"], id="usual"
        ),
        pytest.param(
            "{pitch: {below: -6, jump: 6}}",
            ["「jump」和 above, below"],
            ["Write jump, or above"],
            id="either",
        ),
        pytest.param("{length: {}}", ["above, below"], ["above, below"], id="nothing"),
        pytest.param("{turns: {above: 许多}}", ["许多", "整数"], ["'许多'", "a whole number"], id="kind"),
    ],
)
def test_the_sentence_names_the_value_and_what_may_stand_there(
    written: str, zh: list[str], en: list[str]
) -> None:
    error = refused(when(written))
    said, english = catalogue("zh_CN").error(error), catalogue("en").error(error)

    assert [word for word in zh if word not in said] == []
    assert [word for word in en if word not in english] == []
    assert "〔" not in said


@pytest.mark.parametrize("written", ["[amount]", "{kind: amount}", "{kinds: amount}", "{kinds: [amount]}"])
def test_one_word_may_stand_for_a_list_of_one(written: str) -> None:
    assert book(when(f"{{number: {written}}}")).detectors == book(when("{number: amount}")).detectors


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


@pytest.mark.parametrize(
    ("written", "two", "clocks"),
    [
        pytest.param("{loudness: {above: 6}}", True, set(Clocks), id="own loudness"),
        pytest.param("{pitch: {jump: 4}}", True, set(Clocks), id="own pitch"),
        pytest.param(
            "{loudness: {above: 6, to: other}}", True, {Clocks.ONE, Clocks.UNPROVEN}, id="the other's, too"
        ),
        pytest.param("{pace: {above: 280}}", False, set(Clocks), id="pace needs no channel of its own"),
        pytest.param(
            "{all: [{tag: crosstalk.overlap}, {loudness: {above: 6, to: other}}]}",
            True,
            {Clocks.ONE},
            id="the strictest of several",
        ),
    ],
)
def test_on_which_channels_and_clocks_sound_is_a_question(
    written: str, two: bool, clocks: set[Clocks]
) -> None:
    (rule,) = book(when(written)).rules

    assert (rule.needs_two_channels, set(rule.clocks)) == (two, clocks)


def test_a_role_beside_loudness_says_whose_it_is() -> None:
    (rule,) = book(when("{loudness: {above: 6}, role: agent}")).rules

    assert rule.when == Tagged(("rule.demo/one.1",), Role.AGENT)
