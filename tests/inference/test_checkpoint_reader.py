"""The reader of the speaker encoder's original weights builds tensors and nothing else."""

from __future__ import annotations

import importlib.util
import os
import pickle
import sys
from collections import OrderedDict
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

SOURCE = Path(__file__).parents[2] / "models" / "train" / "torch_checkpoint.py"
MAGIC = 0x1950A86A20F9469CFC6C


@pytest.fixture(scope="module")
def reader() -> ModuleType:
    spec = importlib.util.spec_from_file_location("torch_checkpoint", SOURCE)
    if spec is None or spec.loader is None:
        pytest.fail("models/train/torch_checkpoint.py is not there")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by name.
    sys.modules["torch_checkpoint"] = module
    spec.loader.exec_module(module)
    return module


class Tensor:
    """Pickles as an old-style checkpoint writes a view of a storage."""

    def __init__(self, key: str, shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0) -> None:
        self.view = (key, offset, shape, strides)


class Writer(pickle._Pickler):  # the pure-Python pickler can write any global by name
    def reducer_override(self, obj: object) -> Any:
        if not isinstance(obj, Tensor):
            return NotImplemented
        key, offset, shape, strides = obj.view
        return Named("torch._utils", "_rebuild_tensor_v2"), (Stored(key), offset, shape, strides, False, None)

    def persistent_id(self, obj: object) -> Any:
        return (
            ("storage", Named("torch", "FloatStorage"), obj.key, "cpu", 6)
            if isinstance(obj, Stored)
            else None
        )


class Stored:
    def __init__(self, key: str) -> None:
        self.key = key


class Named:
    """A global that the writer does not have."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name

    def __call__(self) -> None:
        raise NotImplementedError


def save_named(pickler: Any, obj: Named) -> None:
    pickler.write(b"c" + f"{obj.module}\n{obj.name}\n".encode())
    pickler.memoize(obj)


Writer.dispatch = {**pickle._Pickler.dispatch, Named: save_named}


def write(path: Path, state: object, storages: dict[str, list[float]]) -> Path:
    with path.open("wb") as file:
        for part in (MAGIC, 1001, {"little_endian": True}):
            pickle.dump(part, file, 2)
        Writer(file, 2).dump(state)
        pickle.dump(list(storages), file, 2)
        for values in storages.values():
            file.write(len(values).to_bytes(8, "little") + np.array(values, "<f4").tobytes())
    return path


def test_views_of_one_storage_are_read_with_their_offsets(reader: ModuleType, tmp_path: Path) -> None:
    state = {"model_state": OrderedDict(a=Tensor("1", (2, 2), (2, 1)), b=Tensor("1", (2,), (1,), offset=4))}
    path = write(tmp_path / "x.pt", state, {"1": [0, 1, 2, 3, 4, 5]})

    tensors = reader.read_tensors(path)

    assert tensors["a"].tolist() == [[0, 1], [2, 3]]
    assert tensors["b"].tolist() == [4, 5]


class Wicked:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("true",)


def test_a_pickle_that_wants_to_run_something_is_refused(reader: ModuleType, tmp_path: Path) -> None:
    path = write(tmp_path / "x.pt", {"model_state": Wicked()}, {})

    with pytest.raises(reader.UntrustedPickleError, match="system"):
        reader.read_tensors(path)


def test_a_tensor_beyond_its_storage_is_refused(reader: ModuleType, tmp_path: Path) -> None:
    path = write(tmp_path / "x.pt", {"model_state": OrderedDict(a=Tensor("1", (9,), (1,)))}, {"1": [0.0]})

    with pytest.raises(reader.UntrustedPickleError, match="beyond"):
        reader.read_tensors(path)


def test_another_file_is_refused(reader: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "x.pt"
    path.write_bytes(pickle.dumps({"model_state": {}}))

    with pytest.raises(reader.UntrustedPickleError, match="old-style"):
        reader.read_tensors(path)
