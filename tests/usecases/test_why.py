"""An example that comes out otherwise than its author says tells why: what was there, and what threw it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
import yaml

from qa_service.i18n.catalogue import LANGUAGES, catalogue
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.load import bundle_text
from qa_service.text.tokenize import Tokenizer
from qa_service.usecases.try_rulebook import MOST_EXPLAINED, Trial, try_examples
from qa_service.usecases.why.clues import MOST_CLUES
from qa_service.usecases.why.telling import Telling
from tests.rulebook.books import HEAD

#: Condition, example, and what is said of it: the first line that stands for all, or several.
MISSED: Mapping[str, tuple[str, Sequence[str], Sequence[str]]] = {
    "denied": (
        "{phrases: [免费上门], role: agent}",
        ["我们不能免费上门"],
        ["说到了「免费上门」，但这里是否定的，不算（unless: [negated, question, quoted]）。"],
    ),
    "quoted": ("{phrases: [保本], role: agent}", ["您刚才说的保本"], ["转述"]),
    "asked": ("{phrases: [保本], role: agent}", ["能不能保本"], ["询问"]),
    "said by the other": (
        "{phrases: [免费上门], role: agent}",
        ["客户: 你们免费上门"],
        ["「免费上门」是客户说的，规则只听坐席。"],
    ),
    "said by a machine": ("{phrases: [转接]}", ["系统: 正在转接"], ["「转接」是机器说的"]),
    "alike in sound only": ("{phrases: [投诉]}", ["客户: 我要投素"], ["「投素」只是音近"]),
    "part of a word": ("{phrases: {any: [媒体], whole_words: true}}", ["多媒体"], ["「媒体」是别的词的一部分"]),
    "barred": (
        "{phrases: {any: [免费], none: [首月], window: {after: 12}}}",
        ["免费，限首月"],
        ["说到了「免费」，但旁边有 none 里的词。"],
    ),
    "one of two": (
        "{phrases: {all: [保证, 收益]}, role: agent}",
        ["我们保证的"],
        ["要说到 2 个，只说到 1 个：保证；没有说：收益。"],
    ),
    "too wide apart": (
        "{phrases: {all: [保证, 收益], window: {before: 2, after: 2}}}",
        ["我们保证您一定会有很高的收益"],
        ["隔得比 window 远"],
    ),
    "in two sentences": ("{phrases: {all: [保证, 收益]}}", ["我们保证。收益高。"], ["不在同一句话里"]),
    "nothing of it": ("{phrases: [免费上门]}", ["天气不错"], ["没有这些话：任何一方说「免费上门」。"]),
    "something near it": (
        "{phrases: [免费上门]}",
        ["我们可以付费上门"],
        ["最接近的是「我们可以付费上门」，和「免费上门」有 64% 相像。"],
    ),
    "a denied pattern": ("{regex: '保证.{0,4}收益'}", ["不保证有收益"], ["说到了「保证有收益」，但这里是否定的"]),
    "no pattern": ("{regex: '保证.{0,4}收益'}", ["你好"], ["没有一句符合：任何一方说「保证」「收益」这类的话。"]),
    "not alike enough": (
        "{similar: {examples: [什么时候能修好], at_least: 0.6, role: customer}}",
        ["客户: 什么时候可以给我修"],
        ["相像 26%，低于要求的 60%（at_least）"],
    ),
    "alike, but more like what is not meant": (
        "{similar: {examples: [什么时候能修好], at_least: 0.5, unlike: [什么时候能装好]}}",
        ["什么时候能装好"],
        ["但更像 unlike 里的句子"],
    ),
    "alike from the other": ("{similar: [什么时候能修好], role: customer}", ["什么时候能修好"], ["是坐席说的"]),
    "unsure": (
        "{phrases: {any: [投诉], sounds_like: near}, min_confidence: 0.9}",
        ["我要投素"],
        ["的把握是 68%，低于要求的 90%（min_confidence）。"],
    ),
    "not worth a person's time": (
        "{phrases: [投诉], max_confidence: 0.3}",
        ["我要投诉"],
        ["把握只有 30%，不到 40% 的不打扰人"],
    ),
    "outside the scope": (
        "{phrases: [喂], first: 30s}",
        ["[40-41] 喂"],
        ["「喂」在 40 秒，不在范围里（0–30 秒）：任何一方说「喂」，开头 30s。"],
    ),
    "too few times": ("{phrases: [喂], count: {at_least: 2}}", ["喂"], ["只有 1 次（喂），要 2 次"]),
    "too far from its neighbour": (
        "{phrases: [尽快], role: agent, after: {any: [几天], role: customer, within: 5s}}",
        ["[0-2] 客户: 要几天", "[22-24] 坐席: 尽快"],
        [
            "「尽快」命中了（坐席说「尽快」），但是：",
            "  「几天」在 20 秒之外，要在 5 秒以内：在它之前（5s 以内）：客户说「几天」。",
        ],
    ),
    "too many utterances away": (
        "{phrases: [尽快], after: {any: [几天], within: 1 utterances}}",
        ["客户: 几天", "嗯", "客户: 喂", "尽快"],
        ["但是：", "「几天」隔了 3 句，要在 1 句以内"],
    ),
    "on the wrong side": ("{phrases: [尽快], after: {any: [几天]}}", ["尽快", "客户: 几天"], ["但是：", "先后不对"]),
    "without its neighbour": (
        "{phrases: [尽快], after: {any: [几天]}}",
        ["尽快"],
        ["但是：", "  在它之前：任何一方说「几天」，整通里都没有：", "    没有这些话"],
    ),
    "not its second time": (
        "{phrases: [元], after: {any: [多少钱], which: 2}}",
        ["客户: 多少钱", "三百元"],
        ["但是：", "只有 1 次，没有要的那一次（which: 2）"],
    ),
    "not beside every one": (
        "{phrases: [核对], after: {any: [件], within: 1 utterances, which: every}}",
        ["客户: 一件", "核对", "客户: 两件", "好"],
        ["但是：", "「件」旁边没有（which: every"],
    ),
    "something in the way": (
        "{phrases: [转接], role: agent, not_before: {any: [稍等], within: 10s}}",
        ["我给您转接", "请稍等"],
        ["但是：", "那里有「稍等」（1.8 秒），规则要没有"],
    ),
    "none of several": (
        "{any: [{phrases: [甲乙]}, {regex: '保证.{0,4}收益'}, {tag: service.apology}]}",
        ["我们不保证有收益"],
        ["3 种情形都不成立：", "但这里是否定的", "  ……另外 2 种也没有听到。"],
    ),
    "one part of all": (
        "{all: [{phrases: [尽快]}, {turns: {above: 3}}]}",
        ["尽快"],
        ["「尽快」命中了", "说了 1 轮，不是规则要的：任何一方说的轮数，超过 3。"],
    ),
    "it was said": ("{absent: {phrases: [感谢]}, role: agent}", ["感谢您"], ["不算没有说：0 秒说了「感谢」。"]),
    "nobody spoke": ("{absent: {phrases: [感谢]}, role: agent}", ["客户: 好"], ["坐席在这个范围里没有说过话"]),
    "one sentence without": (
        "{phrases: {any: [不满意], unless: []}, role: customer, every: true}",
        ["客户: 不满意", "客户: 好吧"],
        ["这一句里没有：「好吧」"],
    ),
    "every sentence with": (
        "{absent: {phrases: [先生], every: true}, role: agent}",
        ["先生您好"],
        ["问到的 1 句里，每一句都有"],
    ),
    "all steps done": (
        "{role: agent, steps: [{title: 核实, any: [身份证]}, {title: 告知, any: [录音], optional: true}]}",
        ["身份证号"],
        ["步骤「核实」做到了：0 秒「身份证」。", "步骤「告知」没有听到，但不算缺"],
    ),
    "a smaller number": (
        "{number: {kind: amount, above: 5000}}",
        ["一共三千块"],
        ["「三千块」：说了金额，不是规则要的：任何一方说了金额，超过 5000。"],
    ),
    "another kind of number": ("{number: amount}", ["三天"], ["「三天」：说了多久，不是规则要的"]),
    "another feeling": ("{emotion: anger}", ["客户: 我很不满意"], ["不是规则要的：客户的话里有怒气。"]),
    "less alike than again": (
        "{again: {by: agent, of: own, alike: 0.75}}",
        ["您的问题我们会尽快处理的。", "您的问题我们会马上去处理好的。"],
        ["很像（67 %），不是规则要的"],
    ),
    "a limit that is not reached": (
        "{tag: silence.long, settings: {limit: 15s}}",
        ["[0-2] 您好。", "[13-14] 客户: 喂？"],
        ["最大的是 11，没有超过限值 15（limit）：检测器听到「长时间静音」（limit: 15s）。"],
    ),
    "half the talking": (
        "{talk_ratio: {role: agent, above: 0.8}}",
        ["[0-5] 您好", "[5-10] 客户: 喂"],
        ["说话时间占 50 %，不是规则要的"],
    ),
    "louder, but not enough": (
        "{loudness: {above: 6, min_previous: 2}, role: agent}",
        ["您好，请问有什么可以帮您？ {-26 dB}", "请您报一下单号。 {-25 dB}", "我不是说过了吗？ {-24 dB}"],
        ["音量比自己平时高 1.5 dB，不是规则要的"],
    ),
    "the other spoke first": ("{first_speaker: customer}", ["您好", "客户: 喂"], ["「您好」是坐席说的，规则只听"]),
    "no signals": ("{hung_up: agent}", ["再见"], ["例句没有随录数据和信令"]),
    "an unknown call": (
        "{phrases: [您好], call: {direction: inbound}}",
        ["您好"],
        ["随录数据没有说通话的方向、线路、技能组或时间"],
    ),
}  # fmt: skip
FIRED: Mapping[str, tuple[str, Sequence[str], Sequence[str]]] = {
    "what was said": (
        "{phrases: [尽快], role: agent, after: {any: [几天], role: customer}}",
        ["客户: 要几天", "尽快"],
        [
            "命中的是「尽快」，把握 95%：说到了「尽快」；按：坐席说「尽快」。",
            "  连着「几天」：说到了「几天」；按：客户说「几天」。",
        ],
    ),
    "what was not said": (
        "{absent: {phrases: [感谢]}, role: agent, last: 30s}",
        ["好的"],
        ["命中的是「好的」，把握 80%：最后 0 秒没有听到方案列出的说法；按：最后 30s，坐席没有"],
    ),
    "what a detector heard": ("{tag: service.apology}", ["非常抱歉"], ["按：检测器听到「致歉」。"]),
    "what nobody quotes": (
        "{length: {above: 1s}}",
        ["[0-5] 好"],
        ["命中了，把握 100%：这一段长 5 秒；按：这一段通话的长度"],
    ),
    "the missing step": (
        "{role: agent, steps: [{title: 核实, any: [身份证]}]}",
        ["您好"],
        ["缺少步骤「核实」；按：依次说到「核实」。"],
    ),
}  # fmt: skip


def _book(cases: Mapping[str, tuple[str, Sequence[str], Sequence[str]]], side: str) -> str:
    written = [
        {
            "id": f"r{at}",
            "title": name,
            "when": yaml.safe_load(condition),
            "examples": {side: [list(lines)]},
        }
        for at, (name, (condition, lines, _)) in enumerate(cases.items())
    ]
    return HEAD + yaml.safe_dump({"rules": written}, allow_unicode=True)


def _tried(text: str, folder: pytest.TempPathFactory) -> tuple[Rulebook, tuple[Trial, ...]]:
    book = bundle_text(text, "why", lambda _: None).book
    return book, try_examples(book, tokens=Tokenizer(folder.mktemp("words")).tokens)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Rulebook, Trial]]:
    """Every case, tried once: those that must match beside those that must not."""
    found: dict[str, tuple[Rulebook, Trial]] = {}
    for cases, side in ((MISSED, "match"), (FIRED, "no_match")):
        book, trials = _tried(_book(cases, side), tmp_path_factory)
        found |= {name: (book, trial) for name, trial in zip(cases, trials, strict=True)}
    return found


@pytest.mark.parametrize("name", [*MISSED, *FIRED])
def test_an_example_says_why(name: str, tried: Mapping[str, tuple[Rulebook, Trial]]) -> None:
    book, trial = tried[name]
    _, _, wanted = {**MISSED, **FIRED}[name]

    told = Telling.of(book, catalogue("zh_CN")).lines(trial.why)

    assert not trial.as_wanted
    assert len(told) >= len(wanted), told
    for line, part in zip(told, wanted, strict=False):
        assert part in line, told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_is_a_sentence_without_gaps(
    lang: str, tried: Mapping[str, tuple[Rulebook, Trial]]
) -> None:
    told = [
        line for book, trial in tried.values() for line in Telling.of(book, catalogue(lang)).lines(trial.why)
    ]

    assert len(told) > len(tried)
    assert [line for line in told if "〔" in line or "why." in line or "says." in line] == []


def test_an_example_that_does_what_it_must_says_nothing_more(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    _, (trial,) = _tried(_book({"well": ("{phrases: [您好]}", ["您好"], [])}, "match"), tmp_path_factory)

    assert (trial.as_wanted, trial.why) == (True, ())


def test_of_thousands_of_wrong_examples_the_first_are_explained_each_in_some_lines(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    parts = ", ".join(f"{{phrases: [甲{at}, 乙{at}], after: {{any: [丙]}}}}" for at in range(45))
    one = yaml.safe_load(f"{{any: [{parts}]}}")
    rule = {"id": "r", "title": "多", "when": one, "examples": {"match": ["甲1"] * 3}}
    many = {"id": "s", "title": "多", "when": {"phrases": ["丁"]}, "examples": {"match": ["好"] * 49}}
    text = HEAD + yaml.safe_dump({"rules": [rule, many]}, allow_unicode=True)

    _, trials = _tried(text, tmp_path_factory)

    assert [bool(trial.why) for trial in trials] == [True] * MOST_EXPLAINED + [False] * 2
    assert max(len(trial.why) for trial in trials) <= MOST_CLUES
