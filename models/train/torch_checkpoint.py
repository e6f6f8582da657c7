"""Reads the float tensors of an old-style PyTorch checkpoint without PyTorch and without trusting it.

A pickle can run anything; this one may name three harmless things and nothing else.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
#: What opens every file of the old format (torch.serialization.MAGIC_NUMBER).
_MAGIC = 0x1950A86A20F9469CFC6C


class UntrustedPickleError(Exception):
    """The file names something other than tensors of floats."""


@dataclass(frozen=True)
class View:
    """A tensor as the pickle describes it: a strided view of a storage that follows later in the file."""

    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def of(self, data: Floats) -> Floats:
        """The tensor's values."""
        steps = tuple(step * data.itemsize for step in self.strides)
        flat = data[self.offset :]
        if flat.size < int(np.prod(self.shape)):
            raise UntrustedPickleError("a tensor reaches beyond its storage")
        return np.lib.stride_tricks.as_strided(flat, self.shape, steps, writeable=False).copy()


def _view(storage: str, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object) -> View:
    """Stands in for torch._utils._rebuild_tensor_v2."""
    return View(storage, offset, tuple(shape), tuple(strides))


_ALLOWED: dict[tuple[str, str], Callable[..., object] | str] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _view,
    ("torch", "FloatStorage"): "float32",
}


class _Careful(pickle.Unpickler):
    """Builds only what _ALLOWED names."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in _ALLOWED:
            raise UntrustedPickleError(f"the file wants {module}.{name}")
        return _ALLOWED[module, name]

    def persistent_load(self, pid: tuple[object, ...]) -> str:
        kind, dtype, key = pid[:3]
        if (kind, dtype) != ("storage", "float32"):
            raise UntrustedPickleError(f"unknown storage {kind} of {dtype}")
        return str(key)


def read_tensors(path: Path, key: str = "model_state") -> dict[str, Floats]:
    """The tensors under `key` of the checkpoint, by name."""
    with path.open("rb") as file:
        if _Careful(file).load() != _MAGIC:
            raise UntrustedPickleError(f"{path} is not an old-style PyTorch checkpoint")
        _Careful(file).load()  # protocol version
        _Careful(file).load()  # sizes and byte order of the machine that wrote it
        state = _Careful(file).load()
        order = _Careful(file).load()
        data = {str(storage): _storage(file) for storage in order}
    return {name: view.of(data[view.storage]) for name, view in state[key].items()}


def _storage(file: BinaryIO) -> Floats:
    """One storage: the number of its floats, then the floats."""
    count = int.from_bytes(file.read(8), "little")
    raw = file.read(4 * count)
    if len(raw) != 4 * count:
        raise UntrustedPickleError("the file ends inside a tensor")
    return np.frombuffer(raw, "<f4")
