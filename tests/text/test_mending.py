from __future__ import annotations

import pytest

from qa_service.text.lexicon import WHOLE, likelihood
from qa_service.text.mending import SURE, Mender
from qa_service.text.normalize import fold

WORDS = (
    *("投诉", "热线", "保本", "手续费", "免费试用", "应该是说", "验证码", "没有用", "找领导", "自己去看"),
    *("不归我们管", "年化收益", "安全账户", "转给您"),
)


@pytest.fixture(scope="module")
def mender() -> Mender:
    return Mender(WORDS)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("我要透诉你们", "我要投诉你们", id="another tone"),
        pytest.param("我要頭訴你們", "我要投诉你们", id="traditional"),
        pytest.param("把验正码念给我", "把验证码念给我", id="-n and -ng"),
        pytest.param("我打头诉热现", "我打投诉热线", id="two words"),
        pytest.param("这个不归我门管", "这个不归我们管", id="in a long one"),
        pytest.param("转到安全帐护", "转到安全账户", id="at the end"),
    ],
)
def test_what_was_misheard_is_mended(mender: Mender, said: str, meant: str) -> None:
    (first, *_) = mender.readings(fold(said))

    assert first.folded.text == meant
    assert first.folded.original == said
    assert all(said[slice(*first.folded.origin(mend.start, mend.end))] for mend in first.mends)


@pytest.mark.parametrize(
    "said",
    [
        "手续非常简单",
        "这个可以免费使用",
        "免费适用于新客户",
        "您是来验证吗",
        "没有永久有效的",
        "照领导的意思办",
        "您自己去砍价",
        "验证妈妈的身份",
        "我抱本书给您",
        "我们投诉热线很忙",
        "您好，请稍等",
        "",
    ],
)
def test_what_makes_sense_stays(mender: Mender, said: str) -> None:
    assert not [one for one in mender.readings(fold(said)) if any(mend.gain >= SURE for mend in one.mends)]


def test_what_is_nearly_as_likely_is_left_to_people(mender: Mender) -> None:
    ((mend,),) = (one.mends for one in mender.readings(fold("小孩应该是睡了")))

    assert mend.gain < SURE


def test_words_that_compete_for_one_place_are_tried_one_after_the_other() -> None:
    readings = Mender(("专票", "传票", "船票")).readings(fold("我要一张穿票"))

    assert {one.folded.text for one in readings} <= {"我要一张专票", "我要一张传票", "我要一张船票"}
    assert len({one.folded.text for one in readings}) == len(readings) > 1


def test_who_may_spend_nothing_mends_nothing(mender: Mender) -> None:
    asked: list[float] = []

    def refuses(_which: int, cost: float) -> bool:
        asked.append(cost)
        return False

    assert mender.readings(fold("我要透诉你们"), refuses) == []
    assert asked


def test_the_whole_of_the_dictionary_is_what_it_says() -> None:
    import jieba

    with jieba.get_dict_file() as file:
        assert sum(map(int, file.read().decode().split()[1::3])) == WHOLE


def test_a_text_is_less_likely_than_its_beginning() -> None:
    assert 0 == likelihood("") > likelihood("投诉") > likelihood("投诉热线") > likelihood("投诉热线龘")
