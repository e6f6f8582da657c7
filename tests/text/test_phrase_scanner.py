from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.errors import RulebookError
from qa_service.text.normalize import fold
from qa_service.text.phrases import PhraseHit, PhraseScanner, longest


def quotes(phrases: list[str], said: str) -> list[str]:
    folded = fold(said)
    spans = [folded.origin(hit.start, hit.end) for hit in PhraseScanner(phrases).scan(folded)]
    return [said[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("phrases", "said", "found"),
    [
        pytest.param(["保本"], "这款保本的", ["保本"], id="inside running text"),
        pytest.param(["保证收益"], "我們保證收益喔", ["保證收益"], id="traditional quoted as said"),
        pytest.param(["保證收益"], "我们保证收益", ["保证收益"], id="a rule written in traditional"),
        pytest.param(["12315"], "我要打123-15投诉", ["123-15"], id="digits as heard"),
        pytest.param(["幺二三一五"], "打12315", ["12315"], id="a rule written with spoken digits"),
        pytest.param(["百分之百"], "100%安全", ["100%"], id="percent"),
        pytest.param(["短信"], "請留意簡訊", ["簡訊"], id="Taiwan wording"),
        pytest.param(["简讯"], "请留意短信", ["短信"], id="a rule in Taiwan wording"),
        pytest.param(
            ["投诉", "投诉热线"], "投诉热线", ["投诉热线", "投诉"], id="overlapping hits are all found"
        ),
        pytest.param(["帮您"], "可以帮你的吗", ["帮你"], id="您 and 你 are one word"),
        pytest.param(["随你便"], "隨您便", ["隨您便"], id="and the other way round"),
        pytest.param(["帮您"], "可以帮他吗", [], id="but not 他"),
        pytest.param(["app"], "用APP办理", ["APP"], id="a Latin word in Chinese"),
        pytest.param(["保证收益"], "保证，收益", ["保证，收益"], id="a stray comma in a long phrase"),
        pytest.param(["保本"], "能保。本金安全", [], id="not across sentences"),
        pytest.param(["保本"], "不保，本月到期", [], id="not across a comma when short"),
        pytest.param(["您好！请问"], "您好！请问", ["您好！请问"], id="a phrase with its own punctuation"),
        pytest.param(["app"], "happy", [], id="not inside another Latin word"),
        pytest.param(["12315"], "单号9123156", [], id="not inside a longer number"),
        pytest.param(["保本"], "", [], id="nothing said"),
        pytest.param([], "保本", [], id="nothing to find"),
    ],
)
def test_scanning(phrases: list[str], said: str, found: list[str]) -> None:
    assert quotes(phrases, said) == found


def test_the_same_phrase_in_two_rules_is_found_for_both() -> None:
    hits = PhraseScanner(["保本", "保 本"]).scan(fold("保本"))

    assert hits == [PhraseHit(0, 0, 2), PhraseHit(1, 0, 2)]


@pytest.mark.parametrize("phrase", ["", " ", "，。"])
def test_a_phrase_without_words_is_refused(phrase: str) -> None:
    with pytest.raises(RulebookError, match="no letter"):
        PhraseScanner(["保本", phrase])


def test_the_longest_hit_wins() -> None:
    hits = PhraseScanner(["投诉", "投诉热线", "热线", "打"]).scan(fold("打投诉热线"))

    assert longest(hits) == [PhraseHit(3, 0, 1), PhraseHit(1, 1, 5)]


@given(
    st.lists(st.text(st.sampled_from("保本收益"), min_size=1, max_size=3), max_size=5),
    st.text("保本收益", max_size=12),
)
def test_scanning_finds_exactly_what_searching_finds(phrases: list[str], said: str) -> None:
    expected = {
        (which, at)
        for which, phrase in enumerate(phrases)
        for at in range(len(said))
        if said.startswith(phrase, at)
    }

    assert {(hit.which, hit.start) for hit in PhraseScanner(phrases).scan(fold(said))} == expected


@pytest.mark.parametrize(
    ("phrase", "said", "is_found"),
    [
        pytest.param("满100", "满100元包邮", True, id="a unit follows"),
        pytest.param("满100", "要满100", True, id="nothing follows"),
        pytest.param("满100", "满100。5号发货", True, id="another sentence begins with a number"),
        pytest.param("满100", "满1000元", False, id="a figure follows"),
        pytest.param("满100", "满100.5元", False, id="a fraction follows"),
        pytest.param("满3", "满3,000元", False, id="thousands follow"),
        pytest.param("5元", "100.5元", False, id="it begins inside a fraction"),
        pytest.param("3天", "13天", False, id="it begins inside a number"),
        pytest.param("3天", "等3天", True, id="it begins with a number"),
        pytest.param("年化5", "年化5.5%", False, id="a rate with a fraction"),
        pytest.param("百分之三", "百分之三十", False, id="a number in Chinese goes on"),
        pytest.param("百分之三", "百分之三的费用", True, id="and ends"),
        pytest.param("三天", "十三天", False, id="a number in Chinese begins before"),
        pytest.param("拨打12315", "拨打123151", False, id="a number of telephones"),
        pytest.param("拨打12315", "拨打1231幺5", False, id="one read out with another figure inside"),
        pytest.param("vip1", "vip12级", False, id="behind letters"),
        pytest.param("万一", "万一三天没到呢", True, id="a word that ends in a numeral is no number"),
    ],
)
def test_a_number_at_the_edge_of_a_phrase_is_whole(phrase: str, said: str, is_found: bool) -> None:
    assert bool(PhraseScanner([phrase]).scan(fold(said))) is is_found
