from __future__ import annotations

import opencc
import pytest

from qa_service.text.characters import simplified
from qa_service.text.normalize import fold
from qa_service.text.wording import FROM_OPENCC, OURS

TO_TAIWAN, TO_MAINLAND = opencc.OpenCC("s2tw"), opencc.OpenCC("tw2sp")


@pytest.mark.parametrize("word", FROM_OPENCC)
def test_wording_follows_opencc(word: str) -> None:
    taiwanese = TO_TAIWAN.convert(word)

    assert TO_MAINLAND.convert(taiwanese) == FROM_OPENCC[word]
    assert fold(taiwanese).text == fold(FROM_OPENCC[word]).text


@pytest.mark.parametrize("word", FROM_OPENCC | OURS)
def test_keys_are_written_with_folded_characters(word: str) -> None:
    assert "".join(simplified().get(char, char) for char in word) == word
