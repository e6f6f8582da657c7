"""Voices as vectors: the GE2E speaker encoder, run by onnxruntime (models/cards/ge2e-speaker.md)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as refusal

from qa_service.core.errors import ModelError, UsageError
from qa_service.inference.mel import BANDS, Floats, mel_spectrogram
from qa_service.ports import SAMPLES_PER_MS, Samples

SIZE = 256
#: The encoder was trained on 1.6 s; below a quarter of that it knows nothing.
SHORTEST_MS = 400
#: What onnxruntime raises on a file that is not a whole model; its errors share no base of their own.
_REFUSALS = (
    refusal.Fail,
    refusal.InvalidArgument,
    refusal.InvalidGraph,
    refusal.InvalidProtobuf,
    refusal.NoModel,
    refusal.NotImplemented,
    refusal.RuntimeException,
)
_INPUTS = {"mels", "frames"}


class Ge2eEncoder:
    """Implements ports.SpeakerEncoder. One instance may be used from several threads."""

    def __init__(self, model: Path, *, threads: int = 1, batch: int = 32) -> None:
        self._session = _session(model, threads)
        self._batch = batch

    def embed(self, pieces: Sequence[Samples]) -> npt.NDArray[np.float32]:
        """One unit-length row per piece, in their order; pieces of about 1.6 s are told apart best.

        Raises:
            UsageError: a piece is shorter than SHORTEST_MS.
        """
        if any(piece.shape[0] < SHORTEST_MS * SAMPLES_PER_MS for piece in pieces):
            raise UsageError(
                "piece_too_short",
                problem=f"a voice cannot be told from less than {SHORTEST_MS} ms",
                fix="Hand in longer pieces",
            )
        rows = np.zeros((len(pieces), SIZE), np.float32)
        # Neighbours in length share a batch, so that little is padded.
        order = sorted(range(len(pieces)), key=lambda at: pieces[at].shape[0])
        for start in range(0, len(order), self._batch):
            places = order[start : start + self._batch]
            rows[places] = self._run([mel_spectrogram(pieces[at]) for at in places])
        return rows

    def _run(self, mels: Sequence[Floats]) -> npt.NDArray[np.float32]:
        """One batch; padding after a piece's own frames is not heard."""
        frames = np.array([mel.shape[0] for mel in mels], np.int32)
        padded = np.zeros((len(mels), int(frames.max()), BANDS), np.float32)
        for row, mel in zip(padded, mels, strict=True):
            row[: mel.shape[0]] = mel
        (found,) = self._session.run(["embeddings"], {"mels": padded, "frames": frames})
        return np.asarray(found, np.float32)


def _session(model: Path, threads: int) -> ort.InferenceSession:
    """The loaded graph, checked to be the one this code was written for."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    if not model.is_file():
        raise ModelError(
            "model_missing",
            where=model.name,
            problem="the speaker encoder is not there",
            fix="Run models verify",
        )
    try:
        session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except _REFUSALS as error:
        raise _damaged(model) from error
    if {given.name for given in session.get_inputs()} != _INPUTS:
        raise _damaged(model)
    return session


def _damaged(model: Path) -> ModelError:
    return ModelError(
        "model_damaged",
        where=model.name,
        problem="this is not the speaker encoder that qa-service exports",
        fix="Restore it from the repository (models/weights) and run models verify",
    )
