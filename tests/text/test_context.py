"""In what sense a phrase was said. Each row names the hit with 〔…〕; rows without punctuation are as recognised."""

from __future__ import annotations

import pytest

from qa_service.text.context import Context, contexts
from qa_service.text.normalize import fold

N, Q, ASK, IF, NO, B = (
    Context.NEGATED,
    Context.QUOTED,
    Context.QUESTION,
    Context.CONDITIONAL,
    Context.PROHIBITED,
    Context.BOUNDED,
)

ASSERTED = [
    "这款理财您放心〔保本〕的",
    "收益是〔稳赚〕的",
    "这款产品没有风险〔保本〕的",
    "没有任何风险，〔保本〕",
    "您不用担心〔保本〕的",
    "您别担心这个〔保本〕的",
    "不会亏的〔保本〕",
    "不但收益高而且〔保本〕",
    "不瞒您说这个〔保本〕",
    "不好意思让您久等了这款〔保本〕",
    "对不起，这款是〔保本〕的",
    "这个没问题〔保本〕",
    "无论什么时候取都〔保本〕",
    "不管市场怎么样都〔保本〕",
    "这个不是股票而是〔保本〕的产品",
    "风险不高的〔保本〕产品",
    "差不多就是〔保本〕",
    "跟您说〔保本〕的",
    "我给您讲这款〔保本〕",
    "您说得对〔保本〕",
    "这款〔保本〕的您看可以吗",
    "〔保本〕的您放心好吗",
    "〔保本〕的，您要不要办一份？",
    "〔保本〕的知道了吧",
    "这个是〔保本〕的呢",
    "〔保本〕的嘛",
    "如果您现在买就〔保本〕",
    "如果您办理的话，〔保本〕",
    "只要放满一年就〔保本〕",
    "特别安全〔保本〕",
    "非常稳〔保本〕",
    "〔保本〕没问题",
    "〔保本〕不会亏",
    "〔保本〕没有风险",
    "〔稳赚〕不赔",
    "是〔保本〕的，没有手续费",
    "未来也是〔保本〕",
    "这個產品〔保本〕，您放心",
    "別擔心這款〔保本〕",
    "不会不〔保本〕",
    "没有不〔保本〕的",
    "不能。〔保本〕",
    "收益不会少，〔保本〕",
    "另外〔保本〕",
    "它不像股票有波动它是〔保本〕的",
    "就算市场跌了也〔保本〕",
    "您刚才问保不保本我告诉您〔保本〕",
    "您刚才问能不能保本，可以〔保本〕的",
    "没骗您〔保本〕",
    "没有比这个更〔保本〕的了",
    "先生这个没有什么好担心的〔保本〕",
    "我们不像别人，〔保本〕",
    "您听我说〔保本〕的",
    "我可以保证〔保本〕",
]

SENSES: list[tuple[str, set[Context]]] = [
    ("我们不能承诺〔保本〕", {N}),
    ("我们不能向您承诺任何〔保本〕", {N}),
    ("这个产品是不〔保本〕的", {N}),
    ("我們不能承諾〔保本〕喔", {N}),
    ("并非〔保本〕", {N}),
    ("这不是〔保本〕产品", {N}),
    ("没有说过〔保本〕", {N}),
    ("我从来没有承诺过〔保本〕", {N}),
    ("无法保证〔保本〕", {N}),
    ("哪有〔保本〕的理财", {N, ASK}),
    ("谁敢跟您说〔保本〕", {N, ASK}),
    ("〔保本〕是不可能的", {N}),
    ("〔保本〕我们不敢承诺", {N}),
    ("〔保本〕这个我们真的不能保证", {N}),
    ("〔保本〕，我们没有承诺过", {N}),
    ("〔保本〕的产品现在没有了", {N}),
    ("〔保本〕的话我们没说过", {N, IF}),
    ("〔保本〕做不到", {N}),
    ("别信什么〔保本〕的广告", {N, ASK}),
    ("严禁承诺〔保本〕", {N, NO}),
    ("按规定不得宣传〔保本〕", {N, NO}),
    ("公司禁止我们说〔保本〕", {N, NO}),
    ("承诺〔保本〕是违规的", {N, NO}),
    ("公司規定不得承諾〔保本〕", {N, NO}),
    ("您要的〔保本〕我们现在没有", {N}),
    ("没有一家能〔保本〕", {N}),
    ("不是说一定〔保本〕", {N}),
    ("那个客户经理说〔保本〕是他个人行为", {Q}),
    ("您刚才说的〔保本〕", {Q}),
    ("客户说〔保本〕", {Q}),
    ("您说〔保本〕", {Q}),
    ("网上说的〔保本〕产品", {Q}),
    ("你们销售跟我说〔保本〕", {Q}),
    ("所谓的〔保本〕", {Q}),
    ("说的是「〔保本〕」", {Q}),
    ("〔保本〕这两个字", {Q}),
    ("〔保本〕这种话", {Q}),
    ("您剛才說的〔保本〕", {Q}),
    ("能不能〔保本〕", {ASK}),
    ("这个〔保本〕吗", {ASK}),
    ("〔保本〕的吗我想问一下", {ASK}),
    ("是不是〔保本〕", {ASK}),
    ("会不会〔保本〕呀", {ASK}),
    ("有没有〔保本〕的", {ASK}),
    ("這個〔保本〕嗎", {ASK}),
    ("这款〔保本〕？", {ASK}),
    ("是〔保本〕的吧？", {ASK}),
    ("〔保本〕还是不保本", {ASK}),
    ("难道不〔保本〕", {N, ASK}),
    ("请问〔保本〕的产品", {ASK}),
    ("为什么〔保本〕", {ASK}),
    ("要是能〔保本〕", {IF}),
    ("如果〔保本〕大家都买了", {IF}),
    ("假如真的〔保本〕", {IF}),
    ("〔保本〕的话收益就低", {IF}),
    ("预计1–3个工作日〔到账〕", {B}),
    ("一般三天左右〔到账〕", {B}),
    ("〔到账〕时间以短信通知为准", {B}),
    ("〔收益〕以合同为准", {B}),
    ("〔收益〕以合同約定為準", {B}),
    ("过往业绩不代表未来〔收益〕", {N, B}),
    ("最快明天〔到账〕", {B}),
]


def senses(marked: str) -> set[Context]:
    start, end = marked.index("〔"), marked.index("〕") - 1
    folded = fold(marked.replace("〔", "").replace("〕", ""))
    inside = [
        i for i, (a, b) in enumerate(zip(folded.starts, folded.ends, strict=True)) if a >= start and b <= end
    ]
    return set(contexts(folded, inside[0], inside[-1] + 1))


@pytest.mark.parametrize("marked", ASSERTED)
def test_said_as_a_fact(marked: str) -> None:
    assert senses(marked) == set()


@pytest.mark.parametrize(("marked", "expected"), SENSES, ids=[marked for marked, _ in SENSES])
def test_said_in_another_sense(marked: str, expected: set[Context]) -> None:
    assert senses(marked) == expected
