"""Tables of standard answers that cost a call as much as any may: many rows, look-alikes, many wordings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from qa_service.lab.bench.ruling.books import single
from qa_service.rulebook.answer_table import MOST_ASKED, MOST_ROW_WAYS
from qa_service.text.normalize import fold

_HEADS = "编号,标准问题,相似问法,必须说到,不得说"
#: What the rows ask: every one of these of every one of those.
_ABOUT = ("宽带", "套餐", "流量包", "会员", "信用卡", "贷款", "快递", "退款", "押金", "积分")
_KINDS = ("", "家庭", "学生", "企业", "老年", "校园", "海外", "车主", "新人", "合约")
_ASKED = (
    "{}多少钱一个月", "{}什么时候能办好", "{}怎么取消", "{}为什么扣费", "{}在哪里查询",
    "{}需要什么材料", "{}几天能退", "{}能不能转给别人", "{}可以补办吗", "{}到期了怎么办",
)  # fmt: skip
_POINTS = "3到5个工作日到账|三天内到账；原路退回|退回原来的卡；会发短信提醒您|收到短信通知"
#: A call of ten minutes asks for no more of them: a question every twenty seconds.
ASKED = 30


def answer_books(lines: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Books of one rule and one table each, by what is hard about them; `lines` are said in the calls they judge."""
    return {
        "answers: 1,000 rows": _book(_usual()),
        "answers: 6,000 questions like those of the call": _book(_alike(lines)),
    }


def questions() -> tuple[str, ...]:
    """Some that the usual table answers."""
    return tuple(islice(_questions(), 0, None, 1_000 // ASKED))[:ASKED]


def _book(table: Iterator[str]) -> Mapping[str, Any]:
    text = "\n".join((_HEADS, *table))
    return single(
        {"answers": {"table": "all", "verdict": ["met", "incomplete", "contradicting", "undecided"]}}
    ) | {"answers": {"all": {"table": text}}}


def _questions() -> Iterator[str]:
    yield from (asked.format(kind + about) for about, kind, asked in product(_ABOUT, _KINDS, _ASKED))


def _usual() -> Iterator[str]:
    for at, asked in enumerate(_questions()):
        yield f"A{at},{asked},,{_POINTS},当天到账|马上到账"


def _alike(lines: Sequence[str]) -> Iterator[str]:
    """Rows whose questions differ from what is said by a word, each with as many wordings as a row may have."""
    said = list({fold(line).text: line.replace(",", "") for line in lines if 5 < len(line) <= 180}.values())
    words = [a + b + c for a, b, c in product("春夏秋冬晨午夜", "山水云雨风雪花", "红黄蓝绿黑白紫")]
    asked = [f"{line}{word}" for word in words for line in said][: MOST_ASKED // 3]
    ways = [f"{a}{b}{c}个工作日到账" for a, b, c in product("二三四五六", ("百", "十"), "一二三四五六")]
    half = MOST_ROW_WAYS // 2 - 1
    must, must_not = ("；".join(some) for some in (ways[: half // 2], ways[half // 2 : half]))
    for at, question in enumerate(asked):
        yield f"B{at},{question},{question}吗；{question}呢,{must},{must_not}"
