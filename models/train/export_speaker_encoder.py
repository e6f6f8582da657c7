"""Writes the GE2E speaker encoder (Resemblyzer, Apache-2.0) as ONNX; needs neither PyTorch nor the package.

    pip download --no-deps resemblyzer==0.1.4
    pip install -r models/train/requirements-speaker.txt
    python models/train/export_speaker_encoder.py Resemblyzer-0.1.4-py3-none-any.whl models/weights/ge2e-speaker.onnx

The graph takes mel spectrograms of several lengths at once and gives unit vectors:
`mels` float32 [batch, frames, 40], `frames` int32 [batch] → `embeddings` float32 [batch, 256].
Weights are stored as 16-bit floats and computed with in 32 bits.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from torch_checkpoint import Floats, read_tensors

CHECKPOINT = "resemblyzer/pretrained.pt"
CHECKPOINT_SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
LAYERS, HIDDEN, MELS, SIZE = 3, 256, 40, 256
#: PyTorch orders gates input, forget, cell, output; ONNX input, output, forget, cell.
_GATES = (0, 3, 1, 2)


def gates(stacked: Floats) -> Floats:
    """Four gates in ONNX's order."""
    parts = np.split(stacked, 4)
    return np.concatenate([parts[gate] for gate in _GATES])


class Graph:
    """Collects nodes and weights."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, values: Floats) -> str:
        """Stored in 16 bits, used in 32."""
        self.weights.append(numpy_helper.from_array(values.astype(np.float16), f"{name}.f16"))
        self.node("Cast", [f"{name}.f16"], [name], to=TensorProto.FLOAT)
        return name

    def node(self, kind: str, inputs: list[str], outputs: list[str], **settings: object) -> None:
        """Adds one operation."""
        self.nodes.append(helper.make_node(kind, inputs, outputs, **settings))


def lstm(graph: Graph, tensors: dict[str, Floats], layer: int, sound: str) -> str:
    """One layer; gives its states over time, [frames, 1, batch, HIDDEN] squeezed to three axes."""
    names = [f"lstm.{kind}_l{layer}" for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    into, back, bias_in, bias_back = (gates(tensors[name]) for name in names)
    inputs = [
        sound,
        graph.weight(f"w{layer}", into[None]),
        graph.weight(f"r{layer}", back[None]),
        graph.weight(f"b{layer}", np.concatenate([bias_in, bias_back])[None]),
        "frames",
    ]
    graph.node("LSTM", inputs, [f"y{layer}", f"last{layer}"], hidden_size=HIDDEN)
    graph.node("Squeeze", [f"y{layer}", "one"], [f"states{layer}"])
    return f"states{layer}"


def build(tensors: dict[str, Floats]) -> onnx.ModelProto:
    """The whole encoder."""
    graph = Graph()
    graph.weights.append(numpy_helper.from_array(np.array([1], np.int64), "one"))
    graph.weights.append(numpy_helper.from_array(np.array([0], np.int64), "zero"))
    graph.node("Transpose", ["mels"], ["sound"], perm=[1, 0, 2])
    sound = "sound"
    for layer in range(LAYERS):
        sound = lstm(graph, tensors, layer, sound)
    graph.node("Squeeze", [f"last{LAYERS - 1}", "zero"], ["last"])
    head = [graph.weight(name, tensors[name]) for name in ("linear.weight", "linear.bias")]
    graph.node("Gemm", ["last", *head], ["raw"], transB=1)
    graph.node("Relu", ["raw"], ["positive"])
    graph.node("LpNormalization", ["positive"], ["embeddings"], axis=1, p=2)
    inputs = [
        helper.make_tensor_value_info("mels", TensorProto.FLOAT, ["batch", "time", MELS]),
        helper.make_tensor_value_info("frames", TensorProto.INT32, ["batch"]),
    ]
    outputs = [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["batch", SIZE])]
    made = helper.make_graph(graph.nodes, "ge2e-speaker", inputs, outputs, graph.weights)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], producer_name="qa-service")
    model.ir_version = 8
    model.metadata_props.add(key="licence", value="Apache-2.0")
    model.metadata_props.add(key="source", value=f"resemblyzer 0.1.4 {CHECKPOINT} sha256 {CHECKPOINT_SHA256}")
    onnx.checker.check_model(model, full_check=True)
    return model


def checkpoint(wheel: Path) -> dict[str, Floats]:
    """The verified weights out of the wheel."""
    raw = zipfile.ZipFile(wheel).read(CHECKPOINT)
    found = hashlib.sha256(raw).hexdigest()
    if found != CHECKPOINT_SHA256:
        raise SystemExit(f"{wheel}: {CHECKPOINT} has sha256 {found}, expected {CHECKPOINT_SHA256}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pretrained.pt"
        path.write_bytes(raw)
        return read_tensors(path)


def main() -> None:
    """Wheel in, ONNX out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wheel", type=Path)
    parser.add_argument("onnx", type=Path)
    asked = parser.parse_args()
    model = build(checkpoint(asked.wheel)).SerializeToString(deterministic=True)
    asked.onnx.write_bytes(model)
    print(f"{asked.onnx}: {len(model)} bytes, sha256 {hashlib.sha256(model).hexdigest()}")


if __name__ == "__main__":
    main()
