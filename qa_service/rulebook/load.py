"""Finds and loads rulebooks: shipped packs by name, the author's own by path."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.compile import compile_book
from qa_service.rulebook.found import Found
from qa_service.rulebook.mistakes import together
from qa_service.rulebook.places import Place
from qa_service.rulebook.resolve import resolve
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
        RulebookError: it is not there, or does not say what its author meant; `more` are its other mistakes.
    """
    path = Path(name_or_path)
    if path.suffix in {".yaml", ".yml"} or path.is_file():
        return load_text(_read_file(path), str(path), folder=path.parent)
    return _pack_book(name_or_path)


def load_text(text: str, source: str, *, folder: Path | None = None) -> Rulebook:
    """A rulebook from its text; includes are looked up beside it and among the packs."""
    return _compiled(read(text, source), folder)


@cache
def _pack_book(name: str) -> Rulebook:
    return _compiled(_find(name, None), None)


def _compiled(book: Found, folder: Path | None) -> Rulebook:
    flat = resolve(book, lambda name: _find(name, folder))
    with flat.mistakes.noted():
        compiled = compile_book(flat)
    if wrong := flat.wrong():
        raise together(wrong)
    return compiled


def _find(wanted: str, folder: Path | None) -> Found:
    """The book `name` or `name@version`, from the folder of the including book or from the packs."""
    name, _, version = wanted.partition("@")
    beside = folder / f"{name}.yaml" if folder else None
    book = _in_file(beside) if beside and beside.is_file() else _pack(name)
    here, place = book.written.version, Place(book.source)
    if book.written.name != name:
        problem = f"the book in this file is called {book.written.name!r}, not {name!r}"
        raise place.error(
            "other_name", problem, "Name the file after the book", word=book.written.name, wanted=name
        )
    if version and str(here) != version:
        problem, fix = f"version {here} of {name} is here, not {version}", f"Write {name}@{here}"
        raise place.error("version", problem, fix, word=name, here=here, wanted=version)
    return book


def _in_file(path: Path) -> Found:
    return read(_read_file(path), str(path))


def _pack(name: str) -> Found:
    if name not in pack_names():
        raise Place(name).unknown("not_here", name, pack_names(), "there is no such rulebook")
    file = resources.files("qa_service.rulebook").joinpath("packs", f"{name}.yaml")
    return read(file.read_text("utf-8"), f"packs/{name}.yaml")


def _read_file(path: Path) -> str:
    place = Place(str(path))
    try:
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        raise place.error("file_missing", "is not there", "Check the path") from error
    except (OSError, UnicodeDecodeError) as error:
        raise place.error("unreadable", "cannot be read", "Save it as UTF-8") from error
