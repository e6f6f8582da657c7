"""What every speaker encoder keeps; GE2E is the only one so far."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from qa_service.core.errors import ModelError
from qa_service.inference.speakers import Ge2eEncoder
from qa_service.ports import Samples, SpeakerEncoder
from tests.measures.calls import sample_call
from tests.measures.voices import pcm

WEIGHTS = Path(__file__).parents[2] / "models" / "weights" / "ge2e-speaker.onnx"


def pieces(channel: int) -> list[Samples]:
    """1.6 s pieces from the middle of what one party says."""
    call = sample_call("good-call")
    middles = [(s.start_ms + s.end_ms) // 2 for s in call.spoken[channel] if s.duration_ms > 2_000]
    return [pcm(call.voices[channel])[(at - 800) * 16 : (at + 800) * 16] for at in middles]


class SpeakerEncoderContract:
    """Inherit, and give a fixture `encoder`."""

    def test_one_row_of_unit_length_per_piece(self, encoder: SpeakerEncoder) -> None:
        heard = pieces(0)

        vectors = encoder.embed(heard)

        assert vectors.dtype == np.float32
        assert vectors.shape[0] == len(heard)
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(heard)), abs=1e-4)

    def test_no_pieces_no_rows(self, encoder: SpeakerEncoder) -> None:
        assert encoder.embed([]).shape[0] == 0

    def test_a_voice_is_more_like_itself_than_like_another(self, encoder: SpeakerEncoder) -> None:
        agent, customer = encoder.embed(pieces(0)), encoder.embed(pieces(1))

        alike = (agent @ agent.T)[np.triu_indices(len(agent), 1)]

        assert alike.mean() > (agent @ customer.T).mean() + 0.1

    def test_neighbours_change_nothing(self, encoder: SpeakerEncoder) -> None:
        heard = [*pieces(0), pieces(1)[0][:8_000]]

        together = encoder.embed(heard)

        for row, piece in zip(together, heard, strict=True):
            assert encoder.embed([piece])[0] == pytest.approx(row, abs=1e-3)

    def test_loudness_is_not_the_voice(self, encoder: SpeakerEncoder) -> None:
        piece = pieces(0)[0]

        loud, quiet = encoder.embed([piece, (piece // 4).astype(np.int16)])

        assert float(loud @ quiet) > 0.95

    def test_the_shortest_piece_is_taken(self, encoder: SpeakerEncoder) -> None:
        assert np.isfinite(encoder.embed([pieces(0)[0][: 400 * 16]])).all()

    def test_silence_has_no_nan(self, encoder: SpeakerEncoder) -> None:
        assert np.isfinite(encoder.embed([np.zeros(16_000, np.int16)])).all()


@cache
def loaded() -> Ge2eEncoder:
    """One for all tests: it keeps nothing between calls."""
    return Ge2eEncoder(WEIGHTS)


class TestGe2eEncoder(SpeakerEncoderContract):
    @pytest.fixture
    def encoder(self) -> SpeakerEncoder:
        return loaded()

    def test_what_is_no_model_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "broken.onnx").write_bytes(b"not a model")

        with pytest.raises(ModelError):
            Ge2eEncoder(tmp_path / "broken.onnx")
