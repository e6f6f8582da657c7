"""Exports as they come: cut off, twice, nameless, huge, full of signs nobody can read. What is written always loads."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from qa_service.core.errors import UsageError
from qa_service.i18n.catalogue import catalogue
from qa_service.moving.fields import read_json
from qa_service.moving.notes import Outcome
from qa_service.moving.report import report_markdown
from qa_service.moving.sca import Migration, migrate
from qa_service.rulebook.load import bundle_text
from tests.moving.sca_files import words

SCORED = {"scoreType": 3, "scoreNum": 5, "ruleScoreType": 3}


def rules(*held: dict[str, Any], **migrating: Any) -> Migration:
    conditions = [words("a", "甲乙", role="客服"), words("b", "丙丁", role="客服")]
    return migrate(
        {"conditions": conditions, "rules": [{"lambda": "a", **rule} for rule in held]}, **migrating
    )


def loaded(found: Migration) -> list[str]:
    """The short ids of the book's rules: it loads."""
    book = bundle_text(found.books[0].text, "sca.yaml", lambda _: None).book
    return [rule.id.rpartition("/")[2] for rule in book.rules]


def told(found: Migration) -> list[tuple[str, Outcome, list[str]]]:
    return [(one.their_id, one.outcome, [note.code for note in one.notes]) for one in found.moved]


def criteria(found: Migration) -> list[int]:
    """How many items each section holds."""
    sections = yaml.safe_load(found.books[0].text)["scorecard"]["sections"]
    return [len(section["criteria"]) for section in sections]


def test_the_same_rule_twice_is_kept_once() -> None:
    found = rules({"rid": "1", "name": "甲"}, {"rid": "2", "name": "乙"}, {"rid": "1", "name": "甲"})

    assert loaded(found) == ["sca-1", "sca-2"]
    assert [(note.code, dict(note.values)) for note in found.notes] == [
        ("rules_repeated", {"count": 1, "rules": "1"})
    ]


def test_another_rule_of_the_same_number_is_left_with_the_reason() -> None:
    found = rules({"rid": "1", "name": "甲"}, {"rid": "1", "name": "甲", "lambda": "b"})

    assert loaded(found) == ["sca-1"]
    assert told(found) == [("1", Outcome.TRANSLATED, []), ("1", Outcome.LEFT, ["rule_twice"])]


def test_a_rule_without_a_number_goes_by_its_place() -> None:
    found = rules({"rid": "no-2", "name": "甲"}, {"name": "乙"}, {"name": "丙"})

    assert loaded(found) == ["sca-no-2", "sca-no-2-2", "sca-no-3"]
    assert [codes for _, _, codes in told(found)] == [[], ["rule_unnamed"], ["rule_unnamed"]]


@pytest.mark.parametrize(
    ("count", "group", "expected"),
    [
        pytest.param(150, "", [100, 50], id="rules that name no item"),
        pytest.param(60, "组{}", [60], id="more groups than a scorecard holds"),
        pytest.param(50, "组{}", [1] * 50, id="as many groups as it holds"),
    ],
)
def test_more_items_than_a_section_holds_are_several(count: int, group: str, expected: list[int]) -> None:
    found = rules(
        *({"rid": f"{n}", "name": f"规则{n}", "scoreName": group.format(n), **SCORED} for n in range(count))
    )

    assert len(loaded(found)) == count
    assert criteria(found) == expected


def test_a_scheme_places_its_items_as_the_shared_book_does() -> None:
    held = ({"rid": f"{n}", "name": f"规则{n}", **SCORED} for n in range(150))
    schemes = [{"schemeId": 7, "name": "售后", "ruleIds": ["3", "120"]}]
    found = rules(*held, schemes=schemes, stage="score")

    texts = {book.name: book.text for book in found.books}
    book = bundle_text(texts["sca-scheme-7"], "x.yaml", lambda asked: texts.get(asked.partition("@")[0])).book
    sections = yaml.safe_load(texts["sca-scheme-7"])["scorecard"]["sections"]
    assert [section["id"] for section in sections] == ["group-1", "group-1-2"]
    assert len(book.scorecard.criteria) == 2


@pytest.mark.parametrize(("points", "deducted"), [(1e6, 1000), (-3, 3), ("5", 5), (0.5, 0.5)])
def test_points_are_within_what_a_rulebook_holds(points: object, deducted: float) -> None:
    found = rules({"rid": "1", "name": "甲", **SCORED, "scoreNum": points})

    (rule,) = yaml.safe_load(found.books[0].text)["rules"]
    assert loaded(found) == ["sca-1"]
    assert rule["points"]["deduct"] == deducted
    assert ("points_large" in told(found)[0][2]) == (points == 1e6)


def test_names_are_read_without_what_nobody_can_read() -> None:
    name = "规则😀\x00\x1b[31m\ud83d红\n# 标题\u202e反"

    found = rules({"rid": "1", "name": name}, {"rid": "😀", "name": "表情"})

    titles = [rule["title"] for rule in yaml.safe_load(found.books[0].text)["rules"]]
    assert titles == ["规则😀[31m红 # 标题反", "表情"]
    assert loaded(found) == ["sca-1", "sca-x"]
    report_markdown(found.moved, found.notes, catalogue("zh_CN")).encode()


@pytest.mark.parametrize("name", ["../evil", "搬家", "SCA", "a" * 31, "", "a/b", "a.b"])
def test_what_is_no_name_of_a_book_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        rules({"rid": "1"}, name=name)

    assert refused.value.code == "moving_name"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        pytest.param('{"rules": [\n{"rid": ', "moving_json_cut", "到第 2 行就没有了", id="cut off"),
        pytest.param("", "moving_json_cut", "到第 1 行就没有了", id="empty"),
        pytest.param(
            '{"a": 1}\n{"b": 2}', "moving_json_several", "第 2 行起还有内容", id="one after the other"
        ),
        pytest.param("{\n 'a': 1}", "moving_not_json", "第 2 行第 2 个字起不是 JSON", id="other quotes"),
        pytest.param("[" * 100_000, "moving_json_endless", "套得太深", id="nested without end"),
        pytest.param("[" + "9" * 5_000 + "]", "moving_json_endless", "几千位的数", id="a number without end"),
    ],
)
def test_what_is_no_json_is_told_with_its_line(text: str, code: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_json(text, "rules.json")

    assert refused.value.code == code
    assert catalogue("zh_CN").error(refused.value).startswith("rules.json：")
    assert said in catalogue("zh_CN").error(refused.value)


def test_two_skill_groups_of_one_scheme_share_its_book() -> None:
    groups = [
        {"Id": n, "Name": name, "SkillGroupName": name, "AllRids": "1"} for n, name in enumerate("甲乙", 1)
    ]

    found = rules(
        {"rid": "1"},
        {"rid": "2"},
        schemes=[{"schemeId": 7, "name": "售后", "ruleIds": ["1"]}],
        skill_groups=groups,
    )

    routes = yaml.safe_load(found.routing)["routes"]
    assert [book.name for book in found.books] == ["sca", "sca-scheme-7"]
    assert [route["rulebooks"] for route in routes] == [["sca-scheme-7"], ["sca-scheme-7"]]


@pytest.mark.parametrize(
    ("groups", "outcome", "codes", "routes"),
    [
        pytest.param(
            [
                {"Id": 1, "SkillGroupName": "甲", "AllRids": "1"},
                {"Id": 1, "SkillGroupName": "乙", "AllRids": "2"},
            ],
            Outcome.LEFT,
            ["taken"],
            ["sca-group-1"],
            id="one number twice",
        ),
        pytest.param(
            [
                {"Id": 1, "SkillGroupName": "甲", "AllRids": "1"},
                {"Id": 2, "SkillGroupName": "甲", "AllRids": "2"},
            ],
            Outcome.DIFFERS,
            ["shadowed"],
            ["sca-group-1", "sca-group-2"],
            id="one skill group with other rules before it",
        ),
        pytest.param(
            [{"Id": 1, "SkillGroupName": "甲", "AllRids": "1"}, {"Id": 2, "Type": 1, "AllRids": "2"}],
            Outcome.LEFT,
            ["no_skills"],
            ["sca-group-1"],
            id="nobody's, which is not the default",
        ),
    ],
)
def test_configurations_that_get_in_each_others_way_are_told(
    groups: list[dict[str, object]], outcome: Outcome, codes: list[str], routes: list[str]
) -> None:
    found = rules({"rid": "1"}, {"rid": "2"}, skill_groups=groups)

    table = yaml.safe_load(found.routing)
    assert told(found)[-1][1:] == (outcome, codes)
    assert [route["id"] for route in table["routes"]] == routes
    assert table["default"] == {"rulebooks": ["sca"]}


def test_another_scheme_of_the_same_number_does_not_take_its_place() -> None:
    schemes = [{"schemeId": 7, "name": name, "ruleIds": [rid]} for name, rid in (("甲", "1"), ("乙", "2"))]

    found = rules({"rid": "1"}, {"rid": "2"}, schemes=schemes)

    assert [book.name for book in found.books] == ["sca", "sca-scheme-7"]
    assert yaml.safe_load(found.books[1].text)["title"] == "甲"
    assert told(found)[-1] == ("7", Outcome.LEFT, ["taken"])


def test_a_field_of_thousands_of_characters_is_told_in_short() -> None:
    found = rules({"rid": "1", "newField": "长" * 5_000})

    (note,) = found.moved[0].notes
    assert dict(note.values) == {"field": "newField", "value": "长" * 300 + "…"}
