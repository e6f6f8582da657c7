from __future__ import annotations

import pytest

from qa_service.text.normalize import fold
from qa_service.text.phrases import PhraseScanner


def quotes(phrase: str, said: str) -> list[str]:
    folded = fold(said)
    return [said[slice(*folded.origin(hit.start, hit.end))] for hit in PhraseScanner([phrase]).scan(folded)]


@pytest.mark.parametrize(
    ("phrase", "said", "found"),
    [
        ("加我微信", "您加我嗯微信吧", ["加我嗯微信"]),
        ("加我微信", "您加我，呃，微信吧", ["加我，呃，微信"]),
        ("加我微信", "您加我那个微信吧", ["加我那个微信"]),
        ("加我微信", "您加我我我微信吧", ["加我我我微信"]),
        ("不归我管", "这个不归就是我管", ["不归就是我管"]),
        ("加我微信", "嗯加我微信啊", ["加我微信"]),
        ("保本", "保嗯本", ["保嗯本"]),
        # Across words that fill, short wordings are not looked for.
        ("保本", "保那个本", []),
        # No filler: the words of two people, or of two thoughts.
        ("理解您是", "我理解您，您是想退款", []),
        # Nothing is left out at the edges.
        ("微信", "那个微信嗯", ["微信"]),
        # Denials are said twice and mean it.
        ("我要退", "我不不要退", []),
    ],
)
def test_what_fills_a_wording(phrase: str, said: str, found: list[str]) -> None:
    assert quotes(phrase, said) == found
