"""Rules in sentences: what each operator listens for, who, where and beside what, in every language."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from qa_service.i18n.catalogue import LANGUAGES, catalogue
from qa_service.rulebook.load import bundle_text, pack_bundle, pack_names
from qa_service.rulebook.reading.conditions import Reader
from qa_service.rulebook.reading.sheet import Sheet
from tests.rulebook.books import rules, when
from tests.rulebook.test_guide import worked

CONDITIONS = [
    ("{phrases: [保本], role: agent}", ["坐席说「保本」（否定、询问、转述的不算）"]),
    ("{phrases: {any: [保本, 稳赚], unless: []}}", ["任何一方说「保本」「稳赚」其中之一（什么语气都算）"]),
    (
        "{phrases: {all: [保证, 收益], window: {before: 2, after: 3}, unless: []}}",
        ["任何一方在一句话里把「保证」「收益」都说到，前面隔 2 个字以内，后面隔 3 个字以内（什么语气都算）"],
    ),
    (
        "{phrases: {of: [甲, 乙, 丙], at_least: 2, none: [丁], sounds_like: near, unless: [question]}}",
        ["任何一方在一句话里说到「甲」「乙」「丙」其中至少 2 个，旁边没有「丁」，音近的也算（询问的不算）"],
    ),
    ("{regex: '收.{0,4}益'}", ["任何一方的话符合正则「收.{0,4}益」（否定、询问、转述的不算）"]),
    ("{similar: [什么时候能修好], role: customer}", ["客户的话和「什么时候能修好」字面相像（60% 以上）"]),
    ("{tag: silence.long, settings: {limit: 15s}}", ["检测器听到「长时间静音」（limit: 15s）"]),
    ("{tag: pace.fast, role: agent, first: 30s}", ["检测器听到坐席「语速过快」，开头 30s"]),
    (
        "{phrases: {any: [喂], unless: []}, last: 3 utterances}",
        ["任何一方说「喂」（什么语气都算），最后 3 句"],
    ),
    (
        "{phrases: {any: [喂], unless: []}, last: 20%, min_confidence: 0.7}",
        ["任何一方说「喂」（什么语气都算），最后 20%，把握至少 70%"],
    ),
    (
        "{tag: silence.long, between: {from: 第3句, to: -1句}}",
        ["检测器听到「长时间静音」，从第 3 句到倒数第 1 句"],
    ),
    ("{tag: silence.long, between: {to: -10s}}", ["检测器听到「长时间静音」，到倒数 10s 止"]),
    ("{number: {kind: amount, above: 5000}, role: agent}", ["坐席说了金额，超过 5000"]),
    ("{emotion: anger}", ["客户的话里有怒气"]),
    ("{talk_ratio: {role: agent, above: 0.8}}", ["坐席说话时间占的份额，超过 0.8"]),
    ("{hung_up: agent}", ["坐席挂机"]),
    (
        "{loudness: {above: 6, min_previous: 3}}",
        ["任何一方的音量（dB），超过 6（to: usual、min_previous: 3）"],
    ),
    ("{length: {above: 10m}}", ["这一段通话的长度，超过 10m"]),
    ("{call: {direction: inbound}}", ["这通电话是：direction: [inbound]"]),
    (
        "{phrases: {any: [尽快], unless: []}, after: {any: [几天], within: 30s, which: 2}, count: {at_least: 2}}",
        [
            "任何一方说「尽快」（什么语气都算）",
            "并且，在它之前（30s 以内）的第 2 次有：任何一方说「几天」（什么语气都算）",
            "从第 2 次起才算，之后每次都算",
        ],
    ),
    (
        "{any: [{tag: pace.fast}, {tag: pace.slow, max_confidence: 0.6}], near: {tag: tone.raised_voice}}",
        [
            "下面任一个：",
            "  · 检测器听到「语速过快」",
            "  · 检测器听到「语速过慢」",
            "    把握至多按 60% 算",
            "并且，在它附近有：检测器听到「音量升高」",
        ],
    ),
    (
        "{absent: {phrases: {any: [感谢], unless: []}}, role: agent, last: 30s}",
        ["最后 30s，坐席没有说下面的：", "  坐席说「感谢」（什么语气都算）"],
    ),
    (
        "{absent: {phrases: {any: [先生], unless: []}, every: {min_chars: 8}}, role: agent}",
        ["整段通话，坐席的每一句（8 个字以上的）里，没有下面的那几句：", "  坐席说「先生」（什么语气都算）"],
    ),
    (
        """
        role: agent
        steps:
          - {title: 核实, any: [身份证], within: 3 utterances}
          - if: {phrases: {any: [同意], unless: []}, role: customer}
            then: [{title: 宣读, any: [条款], optional: true}]
        """,
        [
            "整段通话，依次要做到，缺了、晚了、颠倒了的那一步算命中：",
            "  第 1 步「核实」（3 句以内）",
            "    坐席说「身份证」（否定、转述的不算）",
            "  第 2 步，接着要是：",
            "    客户说「同意」（什么语气都算）",
            "  就要依次说：",
            "    第 1 步「宣读」（可以没有）",
            "      坐席说「条款」（否定、转述的不算）",
        ],
    ),
]


@pytest.mark.parametrize(("condition", "told"), CONDITIONS, ids=[condition for condition, _ in CONDITIONS])
def test_a_condition_in_sentences(condition: str, told: list[str]) -> None:
    text = rules("id: one\ntitle: 规则\nwhen:\n" + indent(dedent(condition).strip(), "  "))
    book = bundle_text(text, "demo", lambda _: None).book

    lines = Reader.of(book, catalogue("zh_CN")).lines(book.rules[0].when)

    assert ["  " * line.depth + line.text for line in lines] == told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_in_packs_and_guide_has_words_in_every_language(lang: str) -> None:
    """No gap of ours is left open; 〔…〕 of an author's own advice is theirs."""
    bundles = [bundle_text(text, "guide", lambda _: None) for text in worked()]
    for bundle in (*bundles, *map(pack_bundle, pack_names())):
        sheet = Sheet(bundle, catalogue(lang))
        book = bundle.book
        told = [line.text for line in (*sheet.around(), *sheet.changes())]
        for rule in (*book.rules, *book.good):
            told += [line.text for line in Reader.of(book, catalogue(lang)).lines(rule.when)]
            told.append(sheet.in_short(rule))

        assert [line for line in told if "says." in line or "sheet." in line or "〔…〕" in line] == []


def test_a_short_line_names_the_words_of_a_pattern_and_not_its_marks() -> None:
    text = when("{regex: '(?:保证|肯定不)[会要能]{0,4}(?:收益|亏)'}")
    bundle = bundle_text(text, "demo", lambda _: None)

    assert (
        Sheet(bundle, catalogue("zh_CN")).in_short(bundle.book.rules[0])
        == "任何一方说「肯定不」「保证」「收益」这类的话"
    )
