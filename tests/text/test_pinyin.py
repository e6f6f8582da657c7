from __future__ import annotations

import time
from itertools import islice, product

import pypinyin
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.text.normalize import fold
from qa_service.text.pinyin import SoundScanner, _may_depend, _readings


def quotes(phrases: list[str], said: str) -> list[str]:
    folded = fold(said)
    spans = [folded.origin(hit.start, hit.end) for hit in SoundScanner(phrases).scan(folded)]
    return [said[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("phrase", "said", "found"),
    [
        pytest.param("投诉热线", "我打头诉热现", ["头诉热现"], id="homophones"),
        pytest.param("投诉热线", "我打投诉热线", ["投诉热线"], id="the right characters"),
        pytest.param("投诉热线", "我打頭訴熱現", ["頭訴熱現"], id="traditional"),
        pytest.param("银保监会", "我找银宝监会", ["银宝监会"], id="one wrong character"),
        pytest.param("滨海新区", "冰海新区", ["冰海新区"], id="-n and -ng"),
        pytest.param("老年人", "老连人", ["老连人"], id="n and l"),
        pytest.param("找领导", "早领导", ["早领导"], id="z and zh"),
        pytest.param("银行卡", "银航卡", ["银航卡"], id="a character with several readings"),
        pytest.param("保本", "宝本", ["宝本"], id="two characters, one right"),
        pytest.param("保本", "报笨", [], id="two characters, both wrong"),
        pytest.param("投诉", "头数", [], id="two characters need the exact syllables"),
        pytest.param("投诉热线", "偷书惹嫌", [], id="nothing right but the sound"),
        pytest.param("投诉热线", "投资热线", [], id="another word"),
        pytest.param("保本", "保，笨", [], id="not over punctuation"),
        pytest.param("稳赚不赔", "稳转，不赔", [], id="not over punctuation in long ones"),
        pytest.param("保", "报", [], id="one character is too short"),
        pytest.param("APP", "APP", [], id="Latin is for exact matching"),
    ],
)
def test_sounds_like(phrase: str, said: str, found: list[str]) -> None:
    assert quotes([phrase], said) == found


def test_likeness_says_how_many_characters_are_right() -> None:
    hits = SoundScanner(["投诉热线"]).scan(fold("头诉热现"))

    assert [hit.same for hit in hits] == [0.5]


@pytest.mark.parametrize(
    ("confused", "said", "found"),
    [
        pytest.param({"tone"}, "偷诉热线", ["偷诉热线"], id="another tone"),
        pytest.param(set(), "偷诉热线", [], id="not another tone"),
        pytest.param(set(), "投素热线", ["投素热线"], id="the same tone"),
        pytest.param({"tone", "zh/z"}, "早领导", ["早领导"], id="z and zh"),
        pytest.param({"tone", "n/ng"}, "早领导", [], id="not z and zh"),
        pytest.param({"tone", "n/ng"}, "找宁导", [], id="not l and n"),
        pytest.param({"tone", "l/n"}, "找宁导", ["找宁导"], id="l and n"),
        pytest.param({"tone", "n/ng"}, "找林导", ["找林导"], id="-n and -ng"),
        pytest.param({"tone", "zh/z"}, "早本", [], id="in short ones too, another word"),
    ],
)
def test_what_is_confused_can_be_chosen(confused: set[str], said: str, found: list[str]) -> None:
    folded = fold(said)

    hits = SoundScanner(["投诉热线", "找领导", "保本"], confused).scan(folded)

    assert [said[hit.start : hit.end] for hit in hits] == found


def test_readings_are_those_of_pypinyin_for_every_common_character() -> None:
    wrong = [
        char
        for char in map(chr, range(0x4E00, 0x9FA6))
        if _readings(char) != tuple(pypinyin.pinyin(char, style=pypinyin.Style.TONE, heteronym=True)[0])
    ]

    assert wrong == []


@given(st.text("行银走重要新长城不还款好乐音薄", min_size=2, max_size=6))
def test_what_no_word_has_a_reading_for_is_read_character_by_character(text: str) -> None:
    """So it need not be asked of a book of 100,000 phrases."""
    if not _may_depend(text):
        assert pypinyin.lazy_pinyin(text, style=pypinyin.Style.TONE) == [_readings(char)[0] for char in text]


def test_a_hundred_thousand_phrases_are_got_ready_by_sound_in_seconds() -> None:
    characters = (
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产"
    )
    phrases = ["".join(each) for each in islice(product(characters, repeat=4), 0, 4_000_000, 40)]
    begun = time.process_time()

    scanner = SoundScanner(phrases)

    assert len(phrases) == 100_000
    assert time.process_time() - begun < 15  # 4 s on a slow core, where it was 11
    assert any(hit.start == 0 for hit in scanner.scan(fold(phrases[777])))
