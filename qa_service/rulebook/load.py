"""Finds and loads rulebooks: shipped packs by name, the author's own by path."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from qa_service.core.errors import RulebookError
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.compile import compile_book
from qa_service.rulebook.resolve import resolve
from qa_service.rulebook.schema import WrittenRulebook
from qa_service.rulebook.source import read

#: The rulebook that is used when nobody names one.
DEFAULT = "service-zh"


def pack_names() -> tuple[str, ...]:
    """Names of the shipped packs, sorted."""
    packs = resources.files("qa_service.rulebook").joinpath("packs")
    return tuple(sorted(p.name.removesuffix(".yaml") for p in packs.iterdir() if p.name.endswith(".yaml")))


def load(name_or_path: str = DEFAULT) -> Rulebook:
    """The rulebook of this name (a shipped pack) or in this file, resolved and compiled.

    Raises:
        RulebookError: it is not there, or does not say what its author meant.
    """
    path = Path(name_or_path)
    if path.suffix in {".yaml", ".yml"} or path.exists():
        return load_text(_read_file(path), str(path), folder=path.parent)
    return _pack_book(name_or_path)


def load_text(text: str, source: str, *, folder: Path | None = None) -> Rulebook:
    """A rulebook from its text; includes are looked up beside it and among the packs."""
    return compile_book(resolve(read(text, source), source, lambda name: _find(name, folder)))


@cache
def _pack_book(name: str) -> Rulebook:
    return compile_book(resolve(_pack(name), name, lambda wanted: _find(wanted, None)))


def _find(wanted: str, folder: Path | None) -> WrittenRulebook:
    """The included book `name@version`, from the folder of the including book or from the packs."""
    name, _, version = wanted.partition("@")
    beside = folder / f"{name}.yaml" if folder else None
    book = read(_read_file(beside), str(beside)) if beside and beside.exists() else _pack(name)
    if version and str(book.version) != version:
        raise RulebookError(
            source=wanted,
            problem=f"version {book.version} of {name} is here, not {version}",
            fix=f"Write {name}@{book.version}, or bring version {version}",
        )
    return book


def _pack(name: str) -> WrittenRulebook:
    bare = name.partition("@")[0]
    if bare not in pack_names():
        raise RulebookError(
            source=name,
            problem="there is no such rulebook",
            fix=f"Shipped: {', '.join(pack_names())}; or give a file",
        )
    file = resources.files("qa_service.rulebook").joinpath("packs", f"{bare}.yaml")
    return read(file.read_text("utf-8"), f"packs/{bare}.yaml")


def _read_file(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        raise RulebookError(source=str(path), problem="is not there", fix="Check the path") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError(source=str(path), problem="cannot be read", fix="Save it as UTF-8") from error
