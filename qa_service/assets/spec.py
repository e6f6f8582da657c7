"""What the manifest says about models, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from qa_service.assets.sources import Source
from qa_service.core.errors import ModelError
from qa_service.core.ids import digest


class Kind(StrEnum):
    """What a model is for."""

    ASR = "asr"
    VAD = "vad"
    SPEAKERS = "speakers"
    TAGGER = "tagger"
    EMBEDDER = "embedder"


@dataclass(frozen=True, slots=True)
class Accuracy:
    """A character error rate on one set, and who says so."""

    set: str
    #: Fraction, 0.10 = 10 %.
    cer: float
    #: How much was heard, in the source's own words; empty where it does not say.
    size: str
    #: Published: where it stands. Measured: the command.
    source: str


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One file of a model."""

    path: str
    #: Empty = not known to us, taken on first pull.
    sha256: str
    #: 0 = not known.
    bytes: int
    #: Tried after the model's own sources.
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model of the manifest."""

    name: str
    kind: Kind
    title: str
    revision: str
    licence: str
    languages: tuple[str, ...]
    used_by: str
    hashes_from: str
    #: The original repository, for models that somebody must (or may) convert by themselves.
    convert: str
    sources: tuple[Source, ...]
    published: tuple[Accuracy, ...]
    measured: tuple[Accuracy, ...]
    files: tuple[FileSpec, ...]

    @property
    def bytes(self) -> int:
        """Size of all files; 0 when one of them is not known."""
        sizes = [file.bytes for file in self.files]
        return sum(sizes) if all(sizes) else 0

    @property
    def is_pinned(self) -> bool:
        """Whether the manifest itself knows every file's sha256."""
        return all(file.sha256 for file in self.files)

    def sources_of(self, file: FileSpec) -> tuple[Source, ...]:
        """Every source that may give `file`, in order."""
        return (*self.sources, *file.sources)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All models we know."""

    path: Path
    default: str
    models: tuple[ModelSpec, ...]

    def get(self, name: str) -> ModelSpec:
        """The model of that name.

        Raises:
            ModelError: `model_unknown`, listing the names there are.
        """
        for model in self.models:
            if model.name == name:
                return model
        names = ", ".join(model.name for model in self.models)
        raise ModelError(
            "model_unknown",
            where=name,
            problem="no model has this name",
            fix=f"Use one of: {names}; or the path of a CTranslate2 folder",
            names=names,
        )


def digest_of(hashes: Mapping[str, str]) -> str:
    """One digest over the sha256 of every file, whatever their order."""
    return digest(*(f"{path} {sha256}" for path, sha256 in sorted(hashes.items())), length=64)
