from __future__ import annotations

import pytest

from qa_service.text.normalize import fold
from qa_service.text.numbers import numbers


def found(said: str) -> list[tuple[str, str]]:
    folded = fold(said)
    hits = [(hit.kind, folded.origin(hit.start, hit.end)) for hit in numbers(folded)]
    return [(kind.value, said[start:end]) for kind, (start, end) in hits]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("今天下午五点前", [("deadline", "今天下午五点前")]),
        ("24小时内", [("deadline", "24小时内")]),
        ("最迟周五", [("deadline", "最迟周五")]),
        ("不超过三天", [("deadline", "不超过三天")]),
        ("月底前", [("deadline", "月底前")]),
        ("48小时之内会有专员联系您", [("deadline", "48小时之内")]),
        ("三个工作日", [("duration", "三个工作日")]),
        ("三個工作日內", [("deadline", "三個工作日內")]),
        ("预计1–3个工作日到账", [("duration", "1–3个工作日")]),
        ("两三天", [("duration", "两三天")]),
        ("一个半小时", [("duration", "一个半小时")]),
        ("半年", [("duration", "半年")]),
        ("下周三", [("date", "下周三")]),
        ("禮拜三", [("date", "禮拜三")]),
        ("5月1号", [("date", "5月1号")]),
        ("每月二十八号扣", [("date", "二十八号")]),
        ("三十一号", [("date", "三十一号")]),
        ("二十八号楼", [("number", "二十八")]),
        ("八号窗口", []),
        ("利率三点更新", []),
        ("下午三点四十五", [("time", "下午三点四十五")]),
        ("伍仟壹佰元", [("amount", "伍仟壹佰元")]),
        ("二零二六年三月", [("date", "二零二六年三月")]),
        ("明天上午", [("time", "明天上午")]),
        ("10:30", [("time", "10:30")]),
        ("十点半", [("time", "十点半")]),
        ("百分之三", [("percent", "百分之三")]),
        ("3.5%", [("percent", "3.5%")]),
        ("三个点", [("percent", "三个点")]),
        ("一百二十块钱", [("amount", "一百二十块钱")]),
        ("39.9元", [("amount", "39.9元")]),
        ("打12315", [("number", "12315")]),
        ("三台", [("number", "三")]),
        ("今天下午五点前给您退一百块", [("deadline", "今天下午五点前"), ("amount", "一百块")]),
        ("几天", []),
        ("过几天", []),
        ("一会儿", []),
        ("一下", []),
        ("一点问题", []),
        ("一起", []),
        ("一块去", []),
        ("万一", []),
        ("千万别", []),
        ("十分抱歉", []),
        ("提前", []),
        ("之前", []),
        ("上午好", []),
        ("周围", []),
        ("成功", []),
        ("第一，天气", []),
    ],
)
def test_numbers(said: str, expected: list[tuple[str, str]]) -> None:
    assert found(said) == expected
