"""难道 asked in earnest costs an agent no points. (The rule of service-zh has all the examples that it may have.)"""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_service.rulebook.book import Example
from qa_service.rulebook.load import load
from qa_service.text.tokenize import Tokenizer
from qa_service.usecases.try_rulebook import try_examples


@pytest.mark.parametrize(
    ("said", "is_rude"),
    [
        ("难道您没有在营业厅办理过吗？我再核实一下。", False),
        ("难道您是第一次用吗？那我一步一步带您。", False),
        ("难道您的卡没有到吗？", False),
        ("难道你不会自己看吗", True),
        ("难道还要我教你吗", True),
    ],
)
def test_who_asks_in_earnest_is_not_rude(
    said: str, is_rude: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    example = Example(rule="service-zh/abusive-wording", lines=(said,), must_match=is_rude)
    book = replace(load("service-zh"), examples=(example,))

    (trial,) = try_examples(book, tokens=Tokenizer(tmp_path_factory.mktemp("words")).tokens)

    assert trial.matched is is_rude
