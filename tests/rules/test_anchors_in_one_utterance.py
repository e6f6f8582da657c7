"""`after` and `before` within one utterance: its words have an order of their own, whatever its times say."""

from __future__ import annotations

import pytest

from qa_service.pipeline.judge import judge
from tests.pipeline.cases import AGENT, CUSTOMER, case, said
from tests.rulebook.books import book, when

_BEFORE = [(AGENT, "您好，请问有什么可以帮您？"), (CUSTOMER, "我想问一下这个单子怎么办理。")]


@pytest.mark.parametrize(
    ("condition", "text", "is_found"),
    [
        ("{phrases: [退款], after: {phrases: [验货]}}", "先验货，再退款。", True),
        ("{phrases: [退款], after: {phrases: [验货]}}", "先退款，再验货。", False),
        ("{phrases: [退款], before: {phrases: [验货]}}", "先退款，再验货。", True),
        ("{phrases: [退款], before: {phrases: [验货]}}", "先验货，再退款。", False),
        ("{phrases: [退款], not_after: {phrases: [验货]}}", "先退款，再验货。", True),
        ("{phrases: [退款], not_before: {phrases: [验货]}}", "先验货，再退款。", True),
        ("{phrases: [退款], near: {phrases: [验货]}}", "先退款，再验货。", True),
        ("{phrases: [退款], after: {phrases: [退款], which: first}}", "退款，退款。", True),
        # 簡訊 is folded to 短信, which has as many characters; 12315 written out has not.
        ("{phrases: [退款], after: {phrases: ['12315']}}", "打一二三一五，再退款。", True),
        ("{phrases: [退款], before: {phrases: ['12315']}}", "打一二三一五，再退款。", False),
        ("{phrases: [退款], after: {phrases: [验货], which: every}}", "验货，退款，验货。", False),
        ("{phrases: [退款], after: {phrases: [验货], which: every}}", "验货，验货，退款。", True),
    ],
)
def test_words_of_one_utterance_are_ordered(condition: str, text: str, is_found: bool) -> None:
    assessment = judge(
        case(said([*_BEFORE, (AGENT, text), (CUSTOMER, "好的，谢谢你。")])), book(when(condition))
    )

    assert bool(assessment.findings) is is_found
