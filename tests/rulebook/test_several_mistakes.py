"""An author hears of every mistake of a file at once, in the order of the file, and of no mistake that is none."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.i18n.catalogue import GAP, catalogue
from tests.rulebook.books import HEAD, SCORECARD, book, refused, rules, when


def places(text: str, folder: Path | None = None) -> list[str]:
    """Where the mistakes of a book are, as they are told."""
    first, here = refused(text, folder), str(folder / "demo.yaml" if folder else "demo.yaml")
    return [error.where.removeprefix(f"{here}: ") for error in (first, *first.more)]


def codes(text: str) -> list[str]:
    first = refused(text)
    return [error.code.removeprefix("rulebook_") for error in (first, *first.more)]


ONE = "id: one\ntitle: 甲\nwhen: {tag: pace.fast}"
TWO = "id: two\ntitle: 乙\nwhen: {tag: pace.slow}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            rules(ONE + "\nseverity: bad", TWO.replace("slow", "slwo")),
            ["rules[0].severity", "rules[1].when.tag"],
            id="a word that may not stand there, and a label that nobody emits, in two rules",
        ),
        pytest.param(
            rules(ONE.replace("fast", "fsat") + "\nseverity: bad\ncriterion: x\nexamples: {match: ['']}"),
            ["rules[0].when.tag", "rules[0].severity", "rules[0].criterion", "rules[0].examples.match[0]"],
            id="in one rule",
        ),
        pytest.param(
            when("{tag: [pace.fsat, a.b], role: agnet, first: soon, near: {tag: c.d, within: near}}"),
            [
                "rules[0].when.tag",
                "rules[0].when.tag",
                "rules[0].when.role",
                "rules[0].when.first",
                "rules[0].when.near.tag",
                "rules[0].when.near.within",
            ],
            id="in one condition",
        ),
        pytest.param(
            when("{all: [{tag: a.b}, {near: {tag: c.d}}, {any: [{tag: e.f}, {tag: pace.fast, firts: 3s}]}]}"),
            [
                "rules[0].when.all[0].tag",
                "rules[0].when.all[1].near.tag",
                "rules[0].when.all[2].any[0].tag",
                "rules[0].when.all[2].any[1].firts",
            ],
            id="in conditions inside conditions",
        ),
        pytest.param(
            when(
                "{phrases: {any: [好, 5, '…'], role: x, unless: [a, negated, b], whole_words: 1, sunds: 2}}"
            ),
            [
                "rules[0].when.phrases.any[1]",
                "rules[0].when.phrases.any[2]",
                "rules[0].when.phrases.role",
                "rules[0].when.phrases.unless[0]",
                "rules[0].when.phrases.unless[2]",
                "rules[0].when.phrases.whole_words",
                "rules[0].when.phrases.sunds",
            ],
            id="in one operator",
        ),
        pytest.param(
            rules(ONE + "\ncoaching: [{what: '{a}{b}', why: '{c', instead: 丙}, {what: 丁, why: '{e}'}]"),
            [
                "rules[0].coaching[0].what",
                "rules[0].coaching[0].what",
                "rules[0].coaching[0].why",
                "rules[0].coaching[1].instead",
                "rules[0].coaching[1].why",
            ],
            id="in coaching texts",
        ),
        pytest.param(
            f"{HEAD}detectors: {{pace.fast: {{limit: 3, limit_cpm: 快}}, pace.slwo: {{}}}}\n"
            "scorecard: {pass: 101, sections: [{id: a, title: 甲, criteria: [{id: b, title: 乙, max_points: 0}]}]}",
            [
                "detectors.pace.fast.limit",
                "detectors.pace.fast.limit_cpm",
                "detectors.pace.slwo",
                "scorecard.pass",
                "scorecard.sections[0].criteria[0].max_points",
            ],
            id="in settings and the scorecard",
        ),
        pytest.param(
            f"{HEAD}include: [nobody, 'No Book']\noverride: {{x/y: {{disable: true}}}}",
            ["include[0] → nobody", "include[1]", "override.x/y"],
            id="in what is included and overridden",
        ),
        pytest.param(
            f"{HEAD}strengths: [{{id: a, text: '{{x}}', when: {{tag: a.b}}}}, {{id: a, text: 好, when: {{tag: c.d}}}}]",
            ["strengths[0].text", "strengths[0].when.tag", "strengths[1].id", "strengths[1].when.tag"],
            id="in good moments, also in the second of a name",
        ),
        pytest.param(
            f"rules: [{{id: a, title: 甲, when: {{tag: a.b}}}}]\n{HEAD}pases: 5\nscorecard: {{pass: -1}}\n",
            ["rules[0].when.tag", "pases", "scorecard.pass"],
            id="in the order of the file, not of the guide",
        ),
        pytest.param(
            "schema: qa-service/rulebook@1\nrules: [{titel: 甲}]",
            ["name", "version", "title", "rules[0].id", "rules[0].when", "rules[0].titel"],
            id="what is missing comes before what is there",
        ),
    ],
)
def test_independent_mistakes_are_all_told(text: str, expected: list[str]) -> None:
    assert places(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(
            f"{HEAD}rules: [{{id: a, titel: 甲, when: {{tag: pace.fast}}}}]",
            "key_unknown_like",
            id="a misspelt key is not missing as well",
        ),
        pytest.param(
            when("{tagg: pace.fast, role: agent}"),
            "key_unknown_like",
            id="a misspelt operator is not missing",
        ),
        pytest.param(when("{phrases: {anny: [好]}}"), "key_unknown_like", id="nor are misspelt phrases"),
        pytest.param(when("{absent: {tag: pace.fast}, role: agnet}"), "role_like", id="nor a misspelt role"),
        pytest.param(
            rules(ONE + "\nstage: score\ncritreion: listens"),
            "key_unknown_like",
            id="a rule that misspells `criterion` has one",
        ),
        pytest.param(
            rules(ONE + "\nstage: score\ncriterion: 5"), "not_text", id="a criterion that is no text is one"
        ),
        pytest.param(
            rules(ONE + "\ncriterion: listens").replace("max_points: 10", "max_points: 0"),
            "above",
            id="a criterion with a mistake in it is still on the scorecard",
        ),
        pytest.param(
            rules(ONE + "\ncriterion: Listens").replace("id: listens", "id: Listens"),
            "name",
            id="where the name of a criterion will not do, no rule is blamed for it",
        ),
        pytest.param(
            rules(ONE + "\ncriterion: of-nobody") + "include: [nobody]\noverride: {nobody/a: {points: 2}}",
            "not_here",
            id="what a missing book may hold is not called unknown",
        ),
        pytest.param(
            rules(ONE + "\nalert: {at_most: 0}"), "least", id="a value that may be of two kinds fails as one"
        ),
        pytest.param(
            rules(ONE + "\nexamples: {match: [[您好, 5]]}"), "not_text", id="and so does a line of a dialogue"
        ),
        pytest.param(
            rules(ONE.replace("{tag: pace.fast}", "快")), "mapping", id="a condition that is a word"
        ),
        pytest.param(
            f"{HEAD}detectors: {{hedging.evasion: {{times: x}}, hedging.unanswered_repeat: {{times: 3}}}}",
            "setting_number",
            id="one wrong setting of a detector with two labels",
        ),
        pytest.param(rules("好"), "mapping", id="a rule that is a word"),
        pytest.param(rules(ONE + "\nname: 甲"), "key_unknown", id="a key that belongs elsewhere"),
        pytest.param(rules(ONE + "\ntrue: 甲"), "not_text", id="a key that YAML takes for a truth"),
        pytest.param(
            f"{HEAD}rules: [{{id: a, title: 甲, when: {{}}}}", "yaml_bracket", id="no YAML, nothing more"
        ),
    ],
)
def test_what_follows_from_a_mistake_is_none_of_its_own(text: str, code: str) -> None:
    assert codes(text) == [code]


#: One mistake each, and where it is.
_SLIPS = {
    "severity: grave": "severity",
    "critreion: listens": "critreion",
    "criterion: nobody": "criterion",
    "when: {tag: pace.fsat}": "when.tag",
    "when: {tag: pace.fast, role: 坐席}": "when.role",
    "when: {regex: '(保'}": "when.regex.pattern",
    "when: {all: [{tag: pace.fast}, {phrases: []}]}": "when.all[1].phrases.any",
    "points: {deduct: -1}": "points.deduct",
    "coaching: {what: '{nobody}', why: 甲, instead: 乙}": "coaching[0].what",
    "examples: {no_match: ['客户:']}": "examples.no_match[0]",
}


@given(st.lists(st.sampled_from(sorted(_SLIPS)), min_size=1, max_size=12))
def test_no_mistake_hides_one_of_another_rule(slips: list[str]) -> None:
    written = [
        f"id: r{i}\ntitle: 甲\n{slip}" + ("" if "when:" in slip else "\nwhen: {tag: pace.fast}")
        for i, slip in enumerate(slips)
    ]

    assert places(rules(*written)) == [f"rules[{i}].{_SLIPS[slip]}" for i, slip in enumerate(slips)]


def test_mistakes_of_an_included_file_are_told_with_the_way_to_it(tmp_path: Path) -> None:
    base = rules(ONE + "\nseverity: grave", TWO.replace("slow", "slwo")).replace("name: demo", "name: base")
    (tmp_path / "base.yaml").write_text(base, "utf-8")
    text = f"{HEAD}include: [base]\nscorecard: {{pass: 101}}\n"

    assert places(text, tmp_path) == [
        f"include[0] → {tmp_path / 'base.yaml'}: rules[0].severity",
        "scorecard.pass",
        f"{tmp_path / 'base.yaml'}: rules[1].when.tag",
    ]


def test_each_has_a_sentence_of_its_own() -> None:
    first = refused(rules(ONE + "\nseverity: bad", TWO.replace("slow", "slwo")))

    said = [catalogue("zh_CN").error(error) for error in (first, *first.more)]

    assert said == [
        "demo.yaml: rules[0].severity：'bad' 不是这里可以写的词。可以写：info, minor, major, critical。",
        (
            "demo.yaml: rules[1].when.tag：没有检测器会给出标签「pace.slwo」，是不是想写「pace.slow」？"
            "可用的有：pace.slow, pace.fast, pace.jump, silence.long, service.closing, silence.late_response …。"
        ),
    ]
    assert GAP not in "".join(said)


def test_a_book_that_is_mended_in_all_places_is_taken() -> None:
    broken = rules(ONE + "\nseverity: grave", TWO.replace("slow", "slwo"))

    mended = broken.replace("grave", "major").replace("slwo", "slow")

    assert len(places(broken)) == 2
    assert [rule.id for rule in book(mended).rules] == ["demo/one", "demo/two"]


def test_the_others_carry_no_others() -> None:
    first = refused(rules(*[f"id: r{i}\ntitle: 甲\nwhen: {{tag: a.b, role: x}}" for i in range(3)]))

    assert len(first.more) == 5
    assert {error.more for error in first.more} == {()}


def test_a_scorecard_of_two_files_is_told_once(tmp_path: Path) -> None:
    doubled = SCORECARD + indent(dedent("- {id: listens, title: 又, max_points: 5}\n"), " " * 8)

    assert places(HEAD + doubled) == ["scorecard.sections[0].criteria[1].id"]
