from __future__ import annotations

from pathlib import Path

import jieba
import pytest
import yaml

from qa_service.core.errors import UsageError
from qa_service.text.tokenize import Tokenizer

SAMPLES = Path(__file__).parents[2] / "sample_audio"


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("words") / "private"


@pytest.fixture(scope="module")
def plain(private: Path) -> Tokenizer:
    return Tokenizer(private)


def test_words_begin_at_character_offsets(plain: Tokenizer) -> None:
    assert plain.tokens("我来到北京大学") == (0, 1, 3)


def test_user_words_are_not_cut_apart_and_stay_with_their_tokenizer(plain: Tokenizer, private: Path) -> None:
    own = Tokenizer(private, words=["来到北京"])

    assert own.tokens("我来到北京") == (0, 1)
    assert plain.tokens("我来到北京") == (0, 1, 3)


@pytest.mark.parametrize("text", ["", "，。 ", "ok 12"])
def test_offsets_cover_the_text(plain: Tokenizer, text: str) -> None:
    tokens = plain.tokens(text)

    assert list(tokens) == sorted(set(tokens))
    assert (tokens[:1] == (0,)) == bool(text)


def test_what_is_taken_apart_as_it_is_needed_gives_the_words_that_jieba_gives(private: Path) -> None:
    calls = [yaml.safe_load(file.read_text("utf-8")) for file in sorted(SAMPLES.glob("*.truth.yaml"))]
    said = [line["text"] for call in calls for line in call["utterances"]]
    own, whole = Tokenizer(private, words=["北京大学生"]), jieba.Tokenizer()
    whole.FREQ, whole.total = jieba.Tokenizer.gen_pfdict(whole.get_dict_file())
    whole.initialized = True
    whole.add_word("北京大学生")

    for text in ("我是北京大学生", *said):
        assert own.tokens(text) == tuple(start for _, start, _ in whole.tokenize(text))


@pytest.mark.usefixtures("plain")
def test_the_cache_is_private(private: Path) -> None:
    assert private.stat().st_mode & 0o077 == 0
    assert [path.name for path in private.iterdir()] == ["lines.cache"]


def test_a_folder_that_others_can_write_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)

    with pytest.raises(UsageError, match="0700"):
        Tokenizer(tmp_path)
