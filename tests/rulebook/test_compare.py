"""What differs between two books: by the names of things, wherever they stand."""

from __future__ import annotations

import pytest

from qa_service.rulebook.book import Bundle
from qa_service.rulebook.compare import differences
from qa_service.rulebook.load import bundle_text, pack_bundle
from tests.rulebook.books import rules

ONE = "id: one\ntitle: 甲\nwhen: {tag: pace.fast}"
TWO = "id: two\ntitle: 乙\nwhen: {tag: pace.slow}"


def bundle(text: str) -> Bundle:
    return bundle_text(text, "demo.yaml", lambda _: None)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param(rules(ONE), rules(ONE), [], id="the same"),
        pytest.param(rules(ONE, TWO), rules(TWO, ONE), [], id="in another order"),
        pytest.param(rules(ONE), "# 一句注释\n" + rules(ONE), [], id="a comment"),
        pytest.param(rules(ONE), rules(ONE, TWO), [("added", "rules.two")], id="a rule came"),
        pytest.param(rules(ONE, TWO), rules(TWO), [("removed", "rules.one")], id="a rule went"),
        pytest.param(
            rules(ONE),
            rules(ONE.replace("pace.fast", "pace.jump")),
            [("changed", "rules.one.when.tag")],
            id="a rule asks something else",
        ),
        pytest.param(
            rules(ONE),
            rules(ONE).replace("max_points: 10", "max_points: 20"),
            [("changed", "sections.attitude.criteria.listens.max_points")],
            id="points",
        ),
        pytest.param(
            rules(ONE),
            rules(ONE) + "detectors: {pace.fast: {limit_cpm: 300}}\n",
            [("added", "detectors.pace.fast")],
            id="a setting",
        ),
    ],
)
def test_differences(before: str, after: str, found: list[tuple[str, str]]) -> None:
    told = differences(bundle(before), bundle(after))

    assert [(one.change.value, one.path) for one in told] == found


def test_books_that_differ_have_different_digests_and_those_that_do_not_the_same() -> None:
    same, other = bundle(rules(ONE, TWO)), bundle(rules(ONE))

    assert differences(same, same) == ()
    assert differences(same, other)
    assert same.book.digest != other.book.digest


def test_what_it_was_and_what_it_is_stand_beside_each_other() -> None:
    slower = ONE + "\nseverity: minor"
    (one,) = differences(bundle(rules(ONE + "\nseverity: major")), bundle(rules(slower)))

    assert (one.path, one.before, one.after) == ("rules.one.severity", "major", "minor")


def test_a_book_beside_a_pack_that_it_includes_shows_its_own_changes_alone() -> None:
    own = (
        "schema: qa-service/rulebook@1\nname: demo\nversion: 1\ntitle: {zh_CN: 甲}\ninclude: [service-zh@1]\n"
    )
    mine = bundle(own + "override: {service-zh/closing: {points: {deduct: 2}}}\n")

    paths = [one.path for one in differences(pack_bundle("service-zh"), mine) if one.path.startswith("rules")]

    assert paths == ["rules.service-zh/closing.points.deduct"]


def test_a_book_by_another_name_is_compared_by_its_rules() -> None:
    renamed = bundle(rules(ONE).replace("name: demo", "name: other"))

    assert [one.path for one in differences(bundle(rules(ONE)), renamed)] == ["name"]
