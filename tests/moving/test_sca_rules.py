"""Rules of theirs become rules of ours that the loader takes; nothing of them disappears without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from qa_service.i18n.catalogue import catalogue
from qa_service.moving.notes import Moved, Outcome
from qa_service.moving.report import report_markdown
from qa_service.moving.sca import Migration, migrate
from qa_service.rulebook.load import bundle_text
from tests.moving.sca_files import RULES, condition, held, moved, operator, words

ROOT = Path(__file__).parents[2]


def when(found: Migration) -> Any:
    (rule,) = yaml.safe_load(found.books[0].text)["rules"]
    return rule["when"]


def codes(moved_: Moved) -> list[str]:
    return [note.code for note in moved_.notes]


def by_id(found: Migration) -> dict[str, Moved]:
    return {one.their_id: one for one in found.moved}


def test_the_book_of_a_whole_file_loads_and_every_rule_is_told_of() -> None:
    found = migrate(held(RULES))

    book = bundle_text(found.books[0].text, "sca.yaml", lambda _: None).book

    assert [one.their_id for one in found.moved] == [f"10{n}" for n in range(1, 10)]
    assert {one.our_id for one in found.moved if one.our_id} == {
        rule.id.split("/")[-1] for rule in book.rules
    }
    assert {one.their_id for one in found.moved if one.outcome is Outcome.LEFT} == {"105", "108", "109"}


@pytest.mark.parametrize(
    ("kind", "param", "expected"),
    [
        pytest.param(
            "HIT_ANY_KEYWORDS",
            {"keywords": ["甲乙", "丙丁"]},
            {"phrases": {"any": ["甲乙", "丙丁"], "unless": []}},
            id="any of the words, also denied ones, as theirs",
        ),
        pytest.param(
            "INCLUDE_KEYWORDS",
            {"keywords": ["甲乙", "丙丁"]},
            {"phrases": {"all": ["甲乙", "丙丁"], "unless": []}},
            id="all of the words",
        ),
        pytest.param(
            "INCLUDE_KEYWORDS",
            {"keywords": ["甲", "乙", "丙"], "keywordMatchSize": 2},
            {"phrases": {"of": ["甲", "乙", "丙"], "at_least": 2, "unless": []}},
            id="two of three",
        ),
        pytest.param(
            "INCLUDE_KEYWORDS",
            {"keywords": ["甲", "乙"], "contextChatMatch": True},
            {"all": [{"phrases": {"any": [word], "unless": []}} for word in ("甲", "乙")]},
            id="all of the words, wherever each is said",
        ),
        pytest.param(
            "SIMILAR_MATCH",
            {"score": 80, "similarlySentences": ["什么时候能修好", "喂"]},
            {
                "any": [
                    {"similar": {"examples": ["什么时候能修好"], "at_least": 0.8}},
                    {"phrases": {"any": ["喂"], "unless": []}},
                ]
            },
            id="what is too short for similarity is a phrase",
        ),
        pytest.param(
            "INTERVAL_GREATER",
            {"interval": 6000, "different_role": True, "target": 1},
            {"tag": "silence.late_response", "settings": {"limit": "6000ms"}},
            id="between two roles it is the response time",
        ),
        pytest.param(
            "SPEECH_SPEED_CHECK",
            {"velocityInMint": 140, "minWordSize": 4, "compareOperator": "lt"},
            {
                "tag": "pace.slow",
                "settings": {"limit_cpm": 140, "min_chars": 4, "long_chars": 4, "min_speech": "200ms"},
            },
            id="less than is slow",
        ),
    ],
)
def test_an_operator_becomes_one_of_ours(kind: str, param: dict[str, Any], expected: dict[str, Any]) -> None:
    found = moved(condition("a", operator(kind, **param), role="客服"))

    node = when(found)

    node.pop("role", None)
    assert node == expected
    assert found.moved[0].our_id == "sca-1"


def test_repetition_keeps_its_distance_its_exceptions_and_its_count() -> None:
    asked: dict[str, Any] = {"from": 3, "similarity_threshold": 0.6, "threshold": 5, "hit_time": 2}
    repeat = operator("ADVANCED_REPEAT_DETECT", **asked, excludes=["好的"])

    found = moved(condition("a", repeat, role="客服"))

    assert when(found) == {
        "again": {"alike": 0.6, "last": 3, "min_chars": 5, "of": "own", "by": "agent"},
        "not_near": {"phrases": {"any": ["好的"], "unless": []}, "within": "0 utterances"},
        "count": {"at_least": 2},
        "role": "agent",
    }


@pytest.mark.parametrize(
    ("check", "expected", "told"),
    [
        pytest.param({"range": {"from": 1, "to": 3}}, {"first": "3 utterances"}, [], id="the first three"),
        pytest.param(
            {"range": '{"from": -2, "to": -1}'}, {"last": "2 utterances"}, [], id="a range in a text"
        ),
        pytest.param({"range": {"from": 1, "to": -1}}, {}, [], id="from the first to the last is everywhere"),
        pytest.param(
            {"range": {"from": 2, "to": 4}},
            {"between": {"from": "2 utterances", "to": "4 utterances"}},
            [],
            id="not the first one",
        ),
        pytest.param(
            {"range": {"from": 3, "to": -1}},
            {"between": {"from": "3 utterances"}},
            [],
            id="from the third on",
        ),
        pytest.param(
            {"range": {"from": 1, "to": -3}},
            {"between": {"to": "-3 utterances"}},
            [],
            id="up to the third from the end",
        ),
        pytest.param(
            {"range": {"from": -5, "to": -2}},
            {"between": {"from": "-5 utterances", "to": "-2 utterances"}},
            [],
            id="near the end, the last one apart",
        ),
        pytest.param(
            {"range": {"from": 1, "to": 3}, "absolute": True},
            {"first": "3 utterances"},
            ["range_absolute"],
            id="counted over both parties",
        ),
        pytest.param({"range": {"from": 2, "to": 0}}, {}, ["range_zero"], id="no page says which is 0"),
        pytest.param({"absolute": True, "newThing": 4}, {}, ["field"], id="a field that nobody knows"),
    ],
)
def test_a_range_becomes_a_scope(check: dict[str, object], expected: dict[str, Any], told: list[str]) -> None:
    found = moved(words("a", "甲乙", role="客服", **check))

    node = when(found)

    assert {key: node[key] for key in ("first", "last", "between") if key in node} == expected
    assert codes(found.moved[0]) == told


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        pytest.param({"location": "AFTER", "hit_time": -1}, {"after": {}}, id="after any hit"),
        pytest.param({"location": "BEFORE", "hit_time": 1}, {"before": {"which": 1}}, id="before the first"),
        pytest.param(
            {"location": "CURRENT", "hit_time": 0},
            {"near": {"within": "0 utterances", "which": "every"}},
            id="in every such sentence",
        ),
    ],
)
def test_an_anchor_stands_beside_its_condition(anchor: dict[str, object], expected: dict[str, Any]) -> None:
    beside = {"phrases": {"any": ["丙丁"], "unless": []}, "role": "customer"}
    first, second = (
        words("a", "甲乙", role="客服", anchor={"cid": "b", **anchor}),
        words("b", "丙丁", role="客户"),
    )

    found = moved(first, second)

    (key,) = expected
    assert when(found)[key] == beside | expected[key]


def test_what_was_not_said_after_something_stands_beside_that() -> None:
    first = words("a", "我要投诉", role="客户")
    second = words("b", "抱歉", role="客服", anchor={"cid": "a", "location": "AFTER", "hit_time": -1})

    found = moved(first, second, formula="a&&!b")

    assert when(found) == {
        "phrases": {"any": ["我要投诉"], "unless": []},
        "role": "customer",
        "not_before": {"phrases": {"any": ["抱歉"], "unless": []}, "role": "agent"},
    }
    assert found.moved[0].outcome is Outcome.TRANSLATED


def test_operators_of_one_condition_are_looked_for_in_one_sentence() -> None:
    both = condition(
        "a",
        operator("HIT_ANY_KEYWORDS", "1", keywords=["甲乙"]),
        operator("HIT_ANY_KEYWORDS", "2", keywords=["丙丁"]),
        formula="1&&!2",
        role="客服",
    )

    found = moved(both)

    lacking = {"phrases": {"any": ["丙丁"], "unless": []}, "within": "0 utterances"}
    assert when(found)["all"] == [{"phrases": {"any": ["甲乙"], "unless": []}}, {"not_near": lacking}]
    assert codes(found.moved[0]) == ["same_sentence"]


@pytest.mark.parametrize(
    ("conditions", "formula", "code"),
    [
        pytest.param(
            [condition("a", operator("LLM_THING", prompt="x"))], "a", "operator_unknown", id="unknown type"
        ),
        pytest.param([words("a", "甲乙")], "a&&", "lambda_short", id="a broken expression"),
        pytest.param([words("a", "甲乙")], "a&&b", "condition_missing", id="a condition that is not there"),
        pytest.param([words("a", "甲乙", role="机器人")], "a", "role_unknown", id="a role that nobody knows"),
        pytest.param(
            [condition("a", operator("INTERVAL_GREATER", interval=3000), allSentencesSatisfy=True)],
            "a",
            "every_sentence",
            id="every silence",
        ),
        pytest.param(
            [
                words("a", "甲乙", allSentencesSatisfy=True, anchor={"cid": "b", "location": "AFTER"}),
                words("b", "丙丁"),
            ],
            "a",
            "every_anchor",
            id="every sentence beside another",
        ),
        pytest.param(
            [words("a", "甲乙", anchor={"cid": "a", "location": "AFTER"})],
            "a",
            "anchor_circle",
            id="its own anchor",
        ),
        pytest.param(
            [condition("a", operator("REGULAR_EXPRESSION", regex="(?=甲)乙"))],
            "a",
            "refused",
            id="look-ahead",
        ),
        pytest.param(
            [condition("a", operator("SPEECH_SPEED_CHECK", velocityInMint=280), role="客户")],
            "a",
            "speed_customer",
            id="a hurried sentence of the customer",
        ),
        pytest.param(
            [
                condition(
                    "a",
                    operator("SPEECH_SPEED_CHECK", velocityInMint=280, average=True),
                    role="客服",
                    range={"from": 1, "to": 5},
                )
            ],
            "!a",
            "average_part",
            id="the average of a part",
        ),
        pytest.param(
            [condition("a", operator("HIT_ANY_KEYWORDS", keywords=[]))], "a", "no_words", id="no words"
        ),
        pytest.param(
            [condition("a", operator("INTERVAL_GREATER", interval=3000, compareOperator="lt"))],
            "a",
            "interval_below",
            id="shorter than",
        ),
    ],
)
def test_what_ours_cannot_say_is_left_with_a_reason(
    conditions: list[dict[str, object]], formula: str, code: str
) -> None:
    found = moved(*conditions, formula=formula)

    (told,) = found.moved
    assert (told.outcome, told.our_id) == (Outcome.LEFT, "")
    assert code in codes(told)


def test_answers_in_the_other_spelling_are_read_alike() -> None:
    """GetRuleDetail wraps lists into objects and begins names with capitals."""
    told = {"Keyword": ["甲乙"]}
    inner = {
        "Type": "HIT_ANY_KEYWORDS",
        "Oid": "8",
        "OperName": "x",
        "Param": {"OperKeyWords": told, "Average": False},
    }
    one = {"ConditionInfoCid": "7", "OperLambda": "8", "Operators": {"OperatorBasicInfo": [inner]}}
    answer = {
        "Code": "200",
        "Data": {
            "Conditions": {"ConditionBasicInfo": [one | {"CheckRange": {"Role": "客服"}}]},
            "Rules": {"RuleBasicInfo": [{"Rid": "12", "RuleLambda": "7", "Name": "规则"}]},
        },
    }

    found = migrate(answer)

    assert when(found) == {"phrases": {"any": ["甲乙"], "unless": []}, "role": "agent"}
    assert found.moved[0].outcome is Outcome.TRANSLATED


def test_points_come_to_what_theirs_take_off_a_hundred() -> None:
    found = migrate(held(RULES))

    book = yaml.safe_load(found.books[0].text)
    most = [one["max_points"] for part in book["scorecard"]["sections"] for one in part["criteria"]]

    assert sum(most) == pytest.approx(100, abs=0.001)
    assert [rule["points"]["deduct"] for rule in book["rules"] if "points" in rule] == [5, 10, 20]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        pytest.param({"scoreType": 1, "scoreNum": 5}, "points_added", id="points that are added"),
        pytest.param({"scoreType": 2, "scoreNum": 5}, "score_type", id="a kind of score that nobody knows"),
        pytest.param({"businessCategoryNameList": ["贷款"]}, "business", id="for one business"),
        pytest.param({"dialogues": [{"content": []}]}, "dialogues", id="test dialogues"),
        pytest.param({"weight": "3"}, "field", id="a weight"),
    ],
)
def test_what_ours_have_no_place_for_is_a_difference(rule: dict[str, Any], code: str) -> None:
    found = moved(words("a", "甲乙", role="客服"), **rule)

    assert codes(found.moved[0]) == [code]
    assert found.moved[0].outcome is Outcome.DIFFERS


def test_ids_are_slugs_and_the_old_ones_stay_in_title_and_citation() -> None:
    rules = [{"rid": rid, "name": f"规则 {rid}", "lambda": "a"} for rid in ("R 1", "r-1", "旧")]

    found = migrate({"conditions": [words("a", "甲乙")], "rules": rules})

    made = yaml.safe_load(found.books[0].text)["rules"]
    assert [rule["id"] for rule in made] == ["sca-r-1", "sca-r-1-2", "sca-x"]
    assert [rule["title"] for rule in made] == ["规则 R 1", "规则 r-1", "规则 旧"]
    assert "SCA rule 旧" in made[2]["citation"]
    assert by_id(found)["r-1"].our_id == "sca-r-1-2"


def test_a_damaged_rule_stops_no_other() -> None:
    broken = {"rid": "2", "name": "坏的", "lambda": "b"}
    odd = {
        "cid": "b",
        "check_range": 7,
        "operators": [operator("HIT_ANY_KEYWORDS", keywords=["甲"])],
        "lambda": "1",
    }
    rules = [broken, "不是对象", {"rid": "1", "name": "好的", "lambda": "a"}]

    found = migrate({"conditions": [words("a", "甲乙"), odd, "也不是"], "rules": rules})

    assert [(one.their_id, one.title, one.outcome) for one in found.moved] == [
        ("2", "坏的", Outcome.LEFT),
        ("", "", Outcome.LEFT),
        ("1", "好的", Outcome.TRANSLATED),
    ]


@pytest.mark.parametrize("word", ["12315", "1e5", "0o17", "+86", ".5", "1_000", "no", "8:30", "2026-01-01"])
def test_a_word_that_looks_like_something_else_stays_a_word(word: str) -> None:
    found = moved(words("a", word, role="客服"))

    book = bundle_text(found.books[0].text, "sca.yaml", lambda _: None).book
    assert found.moved[0].outcome is Outcome.TRANSLATED
    assert len(book.rules) == 1


def test_an_endless_number_is_none() -> None:
    found = moved(condition("a", operator("INTERVAL_GREATER", interval=float("nan")), role="客服"))

    assert codes(found.moved[0]) == ["no_limit"]


@pytest.mark.parametrize(
    ("lang", "said"), [("zh_CN", "用了环视"), ("zh_TW", "用了環視"), ("en", "Use near, not")]
)
def test_what_our_loader_refuses_is_told_in_the_language_of_the_reader(lang: str, said: str) -> None:
    found = moved(condition("a", operator("REGULAR_EXPRESSION", regex="(?=甲)乙"), role="客服"))

    told = report_markdown(found.moved, found.notes, catalogue(lang))

    assert said in told
    assert "trial.yaml" not in told
    assert (lang == "en") == ("Use near" in told)


@pytest.mark.parametrize(
    ("kind", "ours"),
    [("ANT_EMOTION", "emotion, emotion_course"), ("LLM_CHECK", "means"), ("NERMODEL", "personal_data")],
)
def test_what_could_be_written_by_hand_is_there_to_be_written(kind: str, ours: str) -> None:
    (note,) = moved(condition("a", operator(kind), role="客服")).moved[0].notes

    use = str(dict(note.values)["use"])
    names, _, place = use.partition(" (docs/rulebook.md#")
    assert names.startswith(ours)
    assert f'<a id="{place.rstrip(")")}"></a>' in (ROOT / "docs" / "rulebook.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("formula", "zh", "en"),
    [
        pytest.param("a&&", "没有写完", "ends too early", id="too short"),
        pytest.param("(a", "有一个括号没有合上", "a bracket is not closed", id="open"),
        pytest.param("a)", "「)」不该在那里", "“)” cannot stand there", id="a bracket too many"),
        pytest.param("a||&b", "「&」不该在那里", "“&” cannot stand there", id="two signs"),
        pytest.param("(" * 99 + "a", "括号套得太深", "nested too deeply", id="too deep"),
        pytest.param("", "没有写完", "ends too early", id="nothing"),
    ],
)
def test_why_an_expression_cannot_be_read_is_told_in_the_language_of_the_reader(
    formula: str, zh: str, en: str
) -> None:
    found = moved(words("a", "甲乙", role="客服"), formula=formula)

    chinese, english = (
        report_markdown(found.moved, found.notes, catalogue(lang)) for lang in ("zh_CN", "en")
    )

    assert zh in chinese.replace("\\", "")
    assert en in english
    assert not any(word in chinese for word in ("expected", "nothing was", "too early"))


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param({"triggers": ["a"]}, id="which operators a hit points at"),
        pytest.param({"graphFlow": "{}", "taskFlowId": 0}, id="the empty drawing of a rule that is no flow"),
    ],
)
def test_what_says_nothing_of_what_is_judged_is_no_difference(rule: dict[str, Any]) -> None:
    found = moved(words("a", "甲乙", role="客服"), **rule)

    assert (found.moved[0].outcome, found.moved[0].notes) == (Outcome.TRANSLATED, ())


@pytest.mark.parametrize(
    ("dates", "expected", "told"),
    [
        pytest.param(
            {"effectiveStartTime": "2026-09-01", "effectiveEndTime": "2026-10-31"},
            {"from": "2026-09-01", "to": "2026-10-31"},
            [],
            id="days",
        ),
        pytest.param(
            {"effectiveStartTime": 1756656000000},
            {"from": "2025-09-01"},
            [],
            id="midnight in China, in milliseconds",
        ),
        pytest.param(
            {"effectiveStartTime": "2026-09-01 00:00:00", "effectiveEndTime": "2026-10-31 23:59:59"},
            {"from": "2026-09-01", "to": "2026-10-31"},
            [],
            id="whole days with their times",
        ),
        pytest.param(
            {"effectiveStartTime": "2026-09-01 09:00", "effectiveEndTime": "2026-10-31 18:00"},
            {"from": "2026-09-01", "to": "2026-10-31"},
            ["dates_within"],
            id="from an hour to an hour",
        ),
        pytest.param(
            {"effectiveEndTime": "2026-10-31 00:00:00"},
            {"to": "2026-10-31"},
            ["dates_within"],
            id="the last day may not have been meant",
        ),
        pytest.param(
            {"effectiveStartTime": "2026-09-01", "fullCycle": 1}, None, ["dates_always"], id="in force always"
        ),
        pytest.param({"effectiveStartTime": "明年"}, None, ["dates_unread"], id="nobody can read it"),
        pytest.param(
            {"effectiveStartTime": 1756656000}, None, ["dates_unread"], id="seconds are no milliseconds"
        ),
        pytest.param({"fullCycle": 1}, None, [], id="no dates"),
    ],
)
def test_the_days_of_a_rule_are_its_effective(
    dates: dict[str, Any], expected: dict[str, str] | None, told: list[str]
) -> None:
    found = moved(words("a", "甲乙", role="客服"), **dates)

    (rule,) = yaml.safe_load(found.books[0].text)["rules"]
    assert rule.get("effective") == expected
    assert codes(found.moved[0]) == told


def test_a_rule_that_ends_before_it_begins_is_left_with_a_reason() -> None:
    found = moved(words("a", "甲乙"), effectiveStartTime="2026-10-31", effectiveEndTime="2026-09-01")

    assert (found.moved[0].outcome, codes(found.moved[0])[0]) == (Outcome.LEFT, "refused")


def test_each_answer_has_conditions_of_its_own_though_all_are_called_a() -> None:
    """Every GetRuleV4 answer begins its conditions at `a`."""
    answers = [
        {
            "Data": {
                "Conditions": [words("a", word, role="客服") | {"Rid": rid}],
                "Rules": [{"Rid": rid, "Name": word, "Lambda": "a"}],
            }
        }
        for rid, word in (("1", "甲乙"), ("2", "丙丁"))
    ]

    found = migrate(answers)

    heard = [rule["when"]["phrases"]["any"] for rule in yaml.safe_load(found.books[0].text)["rules"]]
    assert heard == [["甲乙"], ["丙丁"]]


def test_a_condition_that_names_its_rule_is_not_another_rules() -> None:
    conditions = [
        words("a", word, role="客服") | {"rid": rid} for rid, word in (("1", "甲乙"), ("2", "丙丁"))
    ]
    rules = [{"rid": rid, "name": rid, "lambda": "a"} for rid in ("2", "1")]

    found = migrate({"conditions": conditions, "rules": rules})

    heard = [rule["when"]["phrases"]["any"] for rule in yaml.safe_load(found.books[0].text)["rules"]]
    assert heard == [["丙丁"], ["甲乙"]]
