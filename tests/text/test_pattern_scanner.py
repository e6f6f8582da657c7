from __future__ import annotations

import pytest

from qa_service.core.errors import RulebookError
from qa_service.text.normalize import fold
from qa_service.text.pattern_check import check_pattern, unsaid_parts
from qa_service.text.patterns import PatternScanner


def quotes(patterns: list[str], said: str) -> list[str]:
    folded = fold(said)
    spans = [folded.origin(hit.start, hit.end) for hit in PatternScanner(patterns).scan(folded)]
    return [said[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("pattern", "said", "found"),
    [
        pytest.param("收益.{0,3}[高好]", "收益非常高，收益好", ["收益非常高", "收益好"], id="every place"),
        pytest.param("保證.{0,2}收益", "我们保证您收益", ["保证您收益"], id="a pattern in traditional"),
        pytest.param("保证.{0,2}收益", "我們保證您收益", ["保證您收益"], id="speech in traditional"),
        pytest.param(r"退\d+块", "退100块", ["退100块"], id="figures"),
        pytest.param("VIP", "vip客户", ["vip"], id="case does not matter"),
        pytest.param(r"\p{Han}+热线", "打热线", ["打热线"], id="character classes"),
        pytest.param("不.{0,3}管", "不，我们管", ["不，我们管"], id="commas are not text"),
        pytest.param("不.{0,3}管", "不。我们管", [], id="not over the end of a sentence"),
        pytest.param("您好，请问", "您好！请问", [], id="still not over the end of a sentence"),
        pytest.param("您好，请问", "您好请问", ["您好请问"], id="punctuation in a pattern is nothing"),
        pytest.param(
            "验证码[^，。？！]{0,4}告诉我", "验证码请告诉我", ["验证码请告诉我"], id="excluded punctuation"
        ),
        pytest.param("验证码[^，您]{0,4}告诉我", "验证码您告诉我", [], id="what else is excluded stays so"),
        pytest.param(
            "三天[^，。]{0,9}到账",
            "三天内到账，再查到账",
            ["三天内到账"],
            id="not over a comma that is excluded",
        ),
        pytest.param(
            "三天.{0,9}到账", "三天内到账，再查到账", ["三天内到账，再查到账"], id="over a comma that is not"
        ),
        pytest.param("^保本$", "放心。保本。", ["保本"], id="a sentence has a beginning and an end"),
        pytest.param(
            "随便你[^，]{0,1}$", "随便你，我不管", ["随便你"], id="a comma ends what excludes commas"
        ),
        pytest.param("^去[^，]{0,2}投诉", "怎么了，去投诉啊", ["去投诉"], id="and begins it"),
        pytest.param("随便你$", "随便你，我不管", [], id="but not what minds none"),
        pytest.param("好[，]?的", "好的", ["好的"], id="optional punctuation"),
        pytest.param("保本", "", [], id="nothing said"),
        pytest.param("簡訊驗證碼", "簡訊驗證碼", ["簡訊驗證碼"], id="wording of Taiwan in a pattern"),
        pytest.param("(?:簡訊){1,2}驗證", "短信验证", ["短信验证"], id="and in a group"),
        pytest.param("一二三一五", "打12315", ["12315"], id="digits that are read out"),
        pytest.param("百分之百.{0,2}赚", "百分之百能赚", ["百分之百能赚"], id="a hundred per cent"),
        pytest.param("百分之百", "100％", ["100％"], id="in figures"),
        pytest.param("三．五元", "三.五元", ["三.五元"], id="a point is no any character"),
        pytest.param("加 我 ?微信", "加 我微信", ["加 我微信"], id="spaces in a pattern"),
        pytest.param("[一-龥]{2}热线", "打热线，投诉热线", ["投诉热线"], id="ranges are as written"),
        pytest.param(r"(?P<what>退 款)\s*了", "退款了", ["退款了"], id="names of groups, optional spaces"),
    ],
)
def test_scanning(pattern: str, said: str, found: list[str]) -> None:
    assert quotes([pattern], said) == found


def test_only_patterns_that_occur_are_reported_each_under_its_number() -> None:
    hits = PatternScanner(["保本", "稳赚", "收.益"]).scan(fold("收到益处，稳赚"))

    assert [hit.which for hit in hits] == [2, 1]


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        pytest.param("(?=保)本", "look-around", id="look ahead"),
        pytest.param("(?<!不)保本", "unless", id="look behind"),
        pytest.param(r"(好)\1", "back-reference", id="back reference"),
        pytest.param("好{1001}", "repeats more than 1000", id="too many repeats"),
        pytest.param("(?>好)", "atomic", id="atomic group"),
        pytest.param("(好", "not a regular expression", id="unbalanced"),
        pytest.param("好*", "nothing at all", id="matches the empty text"),
        pytest.param("[，。]", "nothing at all", id="punctuation only"),
        pytest.param(".{1000}保.{1000}本.{1000}", "too large", id="thousands of any characters"),
        pytest.param("((保|本){1,100}){1,9}" * 40, "too large", id="repeats within repeats"),
    ],
)
def test_a_pattern_that_cannot_work_is_refused_with_the_reason(pattern: str, says: str) -> None:
    with pytest.raises(RulebookError, match=says):
        PatternScanner(["保本", pattern])


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        pytest.param("[a-z]+@[a-z]+", "a@a → aa", id="a sign that is no text"),
        pytest.param("[幺一]二三一五", "幺二三一五 → 12315", id="digits that are read out, in part a class"),
        pytest.param("[一二三四五]{4}", "一一一一 → 1111", id="digits that are read out, all a class"),
        pytest.param(r"\d-\d", "1-1 → 1到1", id="a range of what is no literal"),
        pytest.param(r"您\s滚", "您 滚 → 您滚", id="a space"),
        pytest.param("滚!", "滚! → 滚", id="a mark of half width at the end"),
        pytest.param(r"\b滚\b", "Latin letters", id="a border that Chinese does not have"),
    ],
)
def test_a_pattern_that_finds_nothing_is_objected_to_and_can_be_run(pattern: str, says: str) -> None:
    objection = check_pattern(pattern).objection

    assert objection is not None
    assert says in objection.problem
    assert [hit.which for hit in PatternScanner(["保本", pattern]).scan(fold("这款保本"))] == [0]


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"\bvip\b", id="a border of a Latin word"),
        pytest.param("[一二三]{3}个", id="counting stays as it is said"),
        pytest.param("[零一二三四五六七八九十百]+块", id="some of a class"),
        pytest.param(r"[0-9]{1,2}:[0-9]{2}", id="a time of day"),
        pytest.param("[^一-龥啥嗯呢a1]好", id="what cannot be read back"),
        pytest.param(r"[^\d，]{1,3}元", id="anything but figures"),
    ],
)
def test_a_pattern_that_finds_something_is_not_refused(pattern: str) -> None:
    assert unsaid_parts(pattern) == ()


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("投诉|[幺一]二三一五", [("幺二三一五", "12315")]),
        ("查(?:流量|资费(?:方案|标准))", [("查资费方案", "查套餐")]),
        ("(?:我|您@|你[@#])[，]?滚", [("您@滚", "您滚"), ("你@滚", "你滚")]),
    ],
)
def test_the_alternatives_that_find_nothing_are_named(pattern: str, parts: list[tuple[str, str]]) -> None:
    assert list(unsaid_parts(pattern)) == parts


def test_a_pattern_that_stops_other_engines_is_quick() -> None:
    assert quotes(["(好+)+呀"], "好" * 5_000) == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        pytest.param("可以，没空", ["没空", "可以"], id="with the other, before or after it"),
        pytest.param("可以，谢谢", [], id="without it"),
        pytest.param("没空", ["没空"], id="the other by itself"),
    ],
)
def test_a_pattern_that_matters_beside_another_is_found_only_with_it(said: str, found: list[str]) -> None:
    folded = fold(said)
    hits = PatternScanner(["没空", "可以"], {1: [0]}).scan(folded)

    assert sorted(folded.text[hit.start : hit.end] for hit in hits) == sorted(found)


def test_offsets_are_characters_after_signs_of_two_and_four_bytes() -> None:
    assert quotes(["退.{0,2}款"], "é👍，您𠮷退给款") == ["退给款"]
