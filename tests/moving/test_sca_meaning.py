"""What was translated means what theirs does: rules of theirs, brought along and tried on calls."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qa_service.audio.reader import PyAvReader
from qa_service.moving.notes import Outcome
from qa_service.moving.sca import migrate
from qa_service.rulebook.load import bundle_text
from qa_service.usecases.analyze import Analyst
from tests.moving.sca_files import condition, moved, operator, words

Said = list[tuple[str, str]]

#: A call that is long enough to be scored: who says it, and what.
CALL: Said = [
    ("agent", "您好，这里是客服中心"),
    ("customer", "我想问一下宽带怎么办理"),
    ("agent", "好的女士，办宽带要带身份证"),
    ("customer", "一个月多少钱呢"),
    ("agent", "女士您好，一个月九十九块"),
    ("customer", "好的，谢谢，再见"),
]


def judged(found: Any, said: Said, *, seconds: float = 4, started_at: str = "") -> Any:
    """The call by the book that came of it; each sentence lasts so many seconds, with half a second between."""
    book = bundle_text(found.books[0].text, "sca.yaml", lambda _: None).book
    analyst = Analyst(PyAvReader(), None, book, tokens=lambda _: (0,))
    step = round(1_000 * seconds) + 500
    lines = [
        {"id": f"u{n}", "role": role, "start_ms": step * n, "end_ms": step * (n + 1) - 500, "text": text}
        for n, (role, text) in enumerate(said)
    ]
    envelope = {"call_id": "x", **({"started_at": started_at} if started_at else {})}
    text = json.dumps({"envelope": envelope, "utterances": lines})
    return analyst.transcript(text, source="x", timezone="Asia/Shanghai").assessment


def is_hit(found: Any, said: Said, **how: Any) -> bool:
    assert found.moved[0].outcome is not Outcome.LEFT, found.moved[0].notes
    return bool(judged(found, said, **how).findings)


@pytest.mark.parametrize(
    ("word", "ends", "expected"),
    [
        pytest.param("身份证", (2, 3), True, id="the agent's second sentence"),
        pytest.param("九十九", (2, 3), True, id="and the third"),
        pytest.param("客服中心", (2, 3), False, id="not the first"),
        pytest.param("九十九", (1, -2), False, id="the last is left out"),
        pytest.param("身份证", (-2, -2), True, id="the last but one alone"),
    ],
)
def test_a_range_in_the_middle(word: str, ends: tuple[int, int], expected: bool) -> None:
    first, last = ends
    found = moved(words("a", word, role="客服", range={"from": first, "to": last}))

    assert is_hit(found, CALL) is expected


@pytest.mark.parametrize(
    ("word", "formula", "expected"),
    [
        pytest.param("女士", "a", False, id="the first sentence has no 女士"),
        pytest.param("女士", "!a", True, id="so not every one has"),
        pytest.param("您好", "a", False, id="the second has no 您好"),
        pytest.param("好", "a", True, id="every one has 好"),
        pytest.param("好", "!a", False, id="so none lacks it"),
    ],
)
def test_every_sentence(word: str, formula: str, expected: bool) -> None:
    found = moved(words("a", word, role="客服", allSentencesSatisfy=True), formula=formula)
    said = [*CALL[:2], ("agent", "好的女士，带身份证就好"), *CALL[3:]]

    assert is_hit(found, said) is expected


@pytest.mark.parametrize(
    ("second", "formula", "expected"),
    [
        pytest.param("丙", "1&&2", False, id="both in every one: 丙 is not in all"),
        pytest.param("女士", "1&&2", False, id="nor is 女士"),
        pytest.param("一", "1||2", True, id="one of them in every one"),
    ],
)
def test_every_sentence_of_several_operators(second: str, formula: str, expected: bool) -> None:
    both = [operator("HIT_ANY_KEYWORDS", oid, keywords=[word]) for oid, word in (("1", "好"), ("2", second))]
    found = moved(condition("a", *both, formula=formula, role="客服", allSentencesSatisfy=True))
    said = [*CALL[:2], ("agent", "好的女士，带身份证就好"), *CALL[3:]]

    assert is_hit(found, said) is expected


def test_every_sentence_has_both_words() -> None:
    both = [operator("HIT_ANY_KEYWORDS", oid, keywords=[word]) for oid, word in (("1", "好"), ("2", "女士"))]
    found = moved(condition("a", *both, formula="1&&2", role="客服", allSentencesSatisfy=True))
    each = [
        ("agent", "女士您好"),
        CALL[1],
        ("agent", "好的女士，带身份证就好"),
        CALL[3],
        ("agent", "女士，九十九块就好"),
    ]

    assert is_hit(found, each)
    assert not is_hit(found, [*each, ("agent", "好的，再见")])


@pytest.mark.parametrize(("word", "expected"), [("宽带", False), ("发票", True)])
def test_every_sentence_without_the_words_is_none_with_them(word: str, expected: bool) -> None:
    lacking = operator("INCLUDE_KEYWORDS", keywords=[word], keywordMatchSize=0)
    found = moved(condition("a", lacking, role="客服", allSentencesSatisfy=True))

    assert is_hit(found, CALL) is expected
    assert found.moved[0].outcome is Outcome.TRANSLATED


@pytest.mark.parametrize(
    ("role", "param", "formula", "expected"),
    [
        pytest.param("客服", {}, "a", True, id="faster than 200"),
        pytest.param("客服", {}, "!a", False, id="so not no faster"),
        pytest.param("客服", {"compareOperator": "lt"}, "a", False, id="not below it"),
        pytest.param("客户", {}, "a", True, id="the customer's pace is measured too"),
        pytest.param("客服", {"velocityInMint": 500}, "a", False, id="not faster than 500"),
    ],
)
def test_the_average_pace(role: str, param: dict[str, Any], formula: str, expected: bool) -> None:
    average = operator("SPEECH_SPEED_CHECK", **{"velocityInMint": 200, "average": True, **param})
    found = moved(condition("a", average, role=role), formula=formula)
    told = "我先给您说一下办理的步骤和需要准备的材料，请您记一下"  # 26 characters in 4 s: 390 a minute

    assert is_hit(found, [("agent", told), ("customer", told)] * 10) is expected


@pytest.mark.parametrize(
    ("started_at", "expected"),
    [
        pytest.param("2026-09-01T00:00:00+08:00", True, id="its first day"),
        pytest.param("2026-10-31T23:00:00+08:00", True, id="its last day"),
        pytest.param("2026-11-01T09:00:00+08:00", False, id="the day after"),
    ],
)
def test_the_days_of_a_rule(started_at: str, expected: bool) -> None:
    dates = {"effectiveStartTime": "2026-09-01", "effectiveEndTime": "2026-10-31"}
    found = moved(words("a", "身份证", role="客服"), **dates)

    assert is_hit(found, CALL, started_at=started_at) is expected


def scored(added: dict[str, object], said: Said) -> float | None:
    """The score of a call by a rule that takes 5 off for 身份证 and one that adds 4 for 谢谢您."""
    rules = [
        {"rid": "1", "lambda": "a", "scoreType": 3, "scoreNum": 5, "scoreName": "组", "scoreSubName": "扣"},
        {"rid": "2", "lambda": "b", "scoreType": 1, "scoreNum": 4, "scoreName": "组", **added},
    ]
    conditions = [words("a", "身份证", role="客服"), words("b", "谢谢您", role="客服")]
    made = judged(migrate({"conditions": conditions, "rules": rules}, stage="score"), said)
    return made.evaluation.score if made.evaluation else None


@pytest.mark.parametrize(
    ("item", "said", "score"),
    [
        pytest.param(
            "加", [*CALL[:2], *CALL[3:]], 100 * 100 / 104, id="nothing earned is missing from the whole"
        ),
        pytest.param("加", [*CALL, ("agent", "谢谢您的来电")], 100 * 99 / 104, id="5 of 100 off, 4 earned"),
        pytest.param("扣", CALL, 95, id="in one item: 5 off"),
        pytest.param("扣", [*CALL, ("agent", "谢谢您的来电")], 99, id="in one item: 4 of them given back"),
        pytest.param("扣", [*CALL[:2], ("agent", "谢谢您"), *CALL[3:]], 100, id="never above 100"),
    ],
)
def test_points_that_are_added(item: str, said: Said, score: float) -> None:
    assert scored({"scoreSubName": item}, said) == pytest.approx(score, abs=0.06)
