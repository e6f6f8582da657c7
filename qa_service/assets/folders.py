"""Models that are folders: somebody's own CTranslate2 conversion, and files that others installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from qa_service.assets.sources import BuiltinSource, FolderSource, SourceError
from qa_service.core.errors import ModelError

#: Without these faster-whisper cannot start offline; the vocabulary is .txt or .json, by converter version.
_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
#: Large-v3 and its children need it (128 mel bands); older ones do without.
_WELCOME = ("preprocessor_config.json",)


def is_folder_name(name: str) -> bool:
    """Whether `name` means a folder (`path:DIR`, or anything that looks like a path), not a model's name."""
    return name.startswith(("path:", "~", ".")) or "/" in name


def own_folder(name: str) -> Path:
    """The folder that `name` means.

    Raises:
        ModelError: `model_folder_missing`.
    """
    folder = Path(name.removeprefix("path:")).expanduser()
    if not folder.is_dir():
        raise ModelError(
            "model_folder_missing",
            where=str(folder),
            problem="there is no such folder",
            fix="Give the folder of a CTranslate2 model, the one that holds model.bin",
        )
    return folder.resolve()


def own_files(folder: Path) -> tuple[str, ...]:
    """The names of the files that make up a CTranslate2 Whisper model in `folder`.

    Raises:
        ModelError: `model_folder_incomplete`, naming what is missing and how to convert.
    """
    vocabularies = [name for name in _VOCABULARIES if (folder / name).is_file()]
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if not vocabularies:
        missing.append(" or ".join(_VOCABULARIES))
    if missing:
        raise ModelError(
            "model_folder_incomplete",
            where=str(folder),
            problem=f"not a CTranslate2 Whisper model: {', '.join(missing)} missing",
            fix="Convert it with ct2-transformers-converter --copy_files tokenizer.json, see docs/models.md",
            missing=", ".join(missing),
        )
    welcome = [name for name in _WELCOME if (folder / name).is_file()]
    return (*_NEEDED, *vocabularies, *welcome)


def used_in_place(source: BuiltinSource | FolderSource, manifest: Path) -> Path:
    """The folder of a source whose files are not fetched but used where they are.

    Raises:
        SourceError: `no_folder`.
    """
    if isinstance(source, FolderSource):
        folder = manifest.parent / source.folder
    else:
        found = importlib.util.find_spec(source.package)
        if found is None or not found.submodule_search_locations:
            raise SourceError("no_folder", f"the package {source.package} is not installed")
        folder = Path(found.submodule_search_locations[0]) / source.folder
    if not folder.is_dir():
        raise SourceError("no_folder", f"{folder} is not there")
    return folder
