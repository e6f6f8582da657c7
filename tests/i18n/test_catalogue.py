"""Rendering: odd values never break a sentence, and each language keeps to itself."""

from __future__ import annotations

import re

import pytest

from qa_service.core.errors import ModelError, QaError, RecordingError, RulebookError
from qa_service.core.texts import Reason, Sentence, Text
from qa_service.i18n.catalogue import GAP, LANGUAGES, UNTRANSLATED, Catalogue, catalogue, fill
from qa_service.i18n.taiwan import to_taiwan
from tests.i18n.codes import Use, uses

ZH, TW, EN = (catalogue(lang) for lang in LANGUAGES)
#: What stays Latin inside a Chinese sentence: names of files, options, formats and settings.
_NAMES = re.compile(r"[\w.{}/:_-]*[A-Za-z][\w.{}/:_-]*")
_ENGLISH = re.compile(r"\b(?:the|is|are|not|of|and|with|cannot|missing|please)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        pytest.param("{seconds} 秒", {"seconds": 8.0}, "8 秒", id="a whole float loses its point"),
        pytest.param("{db} dB", {"db": 6.1500001}, "6.15 dB", id="a float keeps what can be read"),
        pytest.param("{n} 处", {"n": 0}, "0 处", id="zero is a number, not a gap"),
        pytest.param("「{quote}」", {}, f"「{GAP}」", id="a missing value shows as a gap"),
        pytest.param("「{quote}」", {"quote": ""}, "「」", id="an empty value is no gap"),
        pytest.param("{a}", {"a": "{b}", "b": "x"}, "{b}", id="braces in a value are not filled again"),
        pytest.param("{a}{a}", {"a": "好"}, "好好", id="a value may stand twice"),
        pytest.param("没有空位", {"a": 1}, "没有空位", id="unused values do no harm"),
    ],
)
def test_fill(template: str, values: dict[str, object], expected: str) -> None:
    assert fill(template, values) == expected


@pytest.mark.parametrize(
    ("reason", "zh", "tw", "en"),
    [
        pytest.param(
            Reason.of("silence.long", seconds=8.0),
            "超过 8 秒没有人说话",
            "超過 8 秒沒有人說話",
            "nobody spoke for more than 8 s",
            id="a plain number",
        ),
        pytest.param(
            Reason.of("crosstalk.overlap", overlap_ms=1_536, limit_ms=1_000),
            "两人同时说话 1.5 秒",
            "兩人同時說話 1.5 秒",
            "both spoke for 1.5 s",
            id="milliseconds are told in seconds, as finely as one hears",
        ),
        pytest.param(
            Reason.of("scorable.problem", problem="truncated", seconds=3.0),
            "录音有问题：结尾不完整",
            "錄音有問題：結尾不完整",
            "something is wrong with the recording: its end is missing",
            id="a value that is a code is said in words",
        ),
        pytest.param(
            Reason.of("undecided.not_measured", parts="activity, prosody"),
            "没有测量：人声、音量与音高",
            "沒有量測：人聲、音量與音高",
            "not measured: voice activity, loudness and pitch",
            id="several codes in one value",
        ),
        pytest.param(
            Reason.of("undecided.not_measured", parts="activity, newest"),
            "没有测量：activity, newest",
            "沒有量測：activity, newest",
            "not measured: activity, newest",
            id="an unknown code is shown as it is",
        ),
        pytest.param(
            Reason.of("phrases.exact", quote="质检坐席"),
            "说到了「质检坐席」",
            "說到了「质检坐席」",
            "“质检坐席” was said",
            id="what was said is never converted",
        ),
        pytest.param(
            Reason("brand.new"), "reason.brand.new", "reason.brand.new", "reason.brand.new", id="no text"
        ),
    ],
)
def test_reasons(reason: Reason, zh: str, tw: str, en: str) -> None:
    assert (ZH.reason(reason), TW.reason(reason), EN.reason(reason)) == (zh, tw, en)


@pytest.mark.parametrize(
    ("error", "zh"),
    [
        pytest.param(
            RecordingError("too_short", where="a.wav", problem="p", seconds=0.2, limit_seconds=1.0),
            "a.wav：录音只有 0.2 秒，不足 1 秒，无法判断。请提供整通录音。",
            id="place, problem, way out",
        ),
        pytest.param(
            RecordingError("empty", problem="the file is empty"),
            "文件是空的。请重新导出或重新复制录音。",
            id="no place",
        ),
        pytest.param(
            ModelError("disk_full", where="models", problem="p"),
            f"models：磁盘空间不够：需要 {GAP} 字节，只剩 {GAP} 字节。"
            "请清理磁盘，或把 QA_MODELS_DIR 指到更大的磁盘。",
            id="an error without its facts still says what it is",
        ),
        pytest.param(
            RulebookError(source="a.yaml", where="rules[3]", problem="'x' stands twice", fix="Remove one."),
            "a.yaml: rules[3]：质检方案需要修改：'x' stands twice。Remove one.",
            id="a rulebook error keeps its own words for now",
        ),
        pytest.param(
            QaError("of_tomorrow", where="a", problem="something", fix="Do it"),
            "a: something. Do it.",
            id="an unknown code falls back to the error's own words",
        ),
    ],
)
def test_errors_in_chinese(error: QaError, zh: str) -> None:
    assert ZH.error(error) == zh


def test_english_errors_are_the_errors_own_words() -> None:
    error = RecordingError("empty", where="a.wav", problem="the file is empty", fix="Export it again")

    assert EN.error(error) == "a.wav: the file is empty. Export it again."


@pytest.mark.parametrize("lang", ["zh_CN", "zh_TW"])
def test_no_chinese_error_shows_the_english_problem(lang: str) -> None:
    codes = {use.code for use in uses() if isinstance(use, Use) and use.family == "error"}
    said = {
        code: Catalogue(lang).error(QaError(code, problem="the PROBLEM", fix="Do the FIX")) for code in codes
    }

    assert {code: text for code, text in said.items() if "PROBLEM" in text or "FIX" in text} == {}


@pytest.mark.parametrize("lang", ["zh_CN", "zh_TW"])
def test_chinese_texts_hold_no_english_sentences(lang: str) -> None:
    texts = Catalogue(lang)

    assert [code for code in texts.codes if _ENGLISH.search(_NAMES.sub("", texts.template(code)))] == []


@pytest.mark.parametrize(
    ("simplified", "taiwan"),
    [
        ("坐席给客户发了短信", "客服專員給客戶發了簡訊"),
        ("通话质检报告", "通話品質檢核報告"),
        ("没有权限", "沒有權限"),
        ("识别模型的置信度", "辨識模型的信心度"),
        ("话术", "話術"),
    ],
)
def test_taiwan_wording(simplified: str, taiwan: str) -> None:
    assert to_taiwan(simplified) == taiwan


@pytest.mark.parametrize(
    "wrong", ["許可權", "寫明瞭", "聲道里", "專案", "視頻", "坐席", "識別", "通話質檢", "置信"]
)
def test_no_taiwan_text_keeps_a_wording_that_conversion_gets_wrong(wrong: str) -> None:
    assert [code for code in TW.codes if wrong in TW.template(code)] == []


def test_no_taiwan_text_holds_a_simplified_character() -> None:
    simplified = set("这说话开关听录问题时间对没统项网络为与发过还请")

    assert [code for code in TW.codes if simplified & set(TW.template(code))] == []


def test_an_authors_text_falls_back_with_a_mark() -> None:
    text = Text("坐席很好")

    assert (ZH.text(text), TW.text(text), EN.text(text)) == (
        "坐席很好",
        "客服專員很好",
        UNTRANSLATED + "坐席很好",
    )
    assert TW.text(Text("好", zh_TW="讚")) == "讚"


def test_a_sentence_keeps_what_was_said_as_it_was_said() -> None:
    sentence = Sentence(Text("坐席说「{quote}」，{time}"), (("quote", "质检"),))

    assert TW.sentence(sentence) == f"客服專員說「质检」，{GAP}"


def test_there_is_no_catalogue_for_other_languages() -> None:
    with pytest.raises(ValueError, match="zh_CN, zh_TW, en"):
        Catalogue("fr")
