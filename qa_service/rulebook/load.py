"""Finds and loads rulebooks: shipped packs by name, the author's own by path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from itertools import chain
from pathlib import Path

from qa_service.core.errors import RulebookError
from qa_service.rulebook.answer_files import with_files, with_tables
from qa_service.rulebook.book import Bundle, Rulebook
from qa_service.rulebook.compile import compile_book
from qa_service.rulebook.found import Found
from qa_service.rulebook.joined import joined_words
from qa_service.rulebook.jurisdictions import strange_jurisdictions
from qa_service.rulebook.later import read_again
from qa_service.rulebook.mistakes import together
from qa_service.rulebook.never import never_held
from qa_service.rulebook.places import Place
from qa_service.rulebook.resolve import FlatBook, resolve
from qa_service.rulebook.silent import silent_alerts
from qa_service.rulebook.slips import not_utf8
from qa_service.rulebook.source import MAX_BYTES, read
from qa_service.rulebook.unsaid import never_said, patterns_of
from qa_service.text.files import read_text

#: The rulebook that is used when nobody names one.
DEFAULT = "service-zh"
#: Finds a book by `name` or `name@version` beside the packs, or nothing: another version is told by its author.
Library = Callable[[str], Found | None]


def pack_names() -> tuple[str, ...]:
    """Names of the shipped packs, sorted."""
    packs = resources.files("qa_service.rulebook").joinpath("packs")
    return tuple(sorted(p.name.removesuffix(".yaml") for p in packs.iterdir() if p.name.endswith(".yaml")))


def load(name_or_path: str = DEFAULT) -> Rulebook:
    """The rulebook of this name (a shipped pack) or in this file, resolved and compiled.

    Raises:
        RulebookError: it is not there, or does not say what its author meant; `more` are its other mistakes.
    """
    return load_bundle(name_or_path).book


def load_bundle(name_or_path: str = DEFAULT) -> Bundle:
    """As `load`, with every text that went in."""
    path = Path(name_or_path)
    # No pack has a slash in its name: who writes one means a file, or a folder by mistake.
    if path.suffix in {".yaml", ".yml"} or path.is_file() or len(path.parts) > 1:
        return _bundled(_with_tables(path), _beside(path.parent))
    return pack_bundle(name_or_path)


def bundle_text(text: str, source: str, own: Callable[[str], str | None]) -> Bundle:
    """A rulebook from its text, with every text that went in; `own` has texts of the centre beside the packs.

    It is asked for `name@version` where an include names one, and for `name` where it knows none of that name.

    Raises:
        RulebookError: it does not say what its author meant; `more` are its other mistakes.
    """
    return _bundled(with_tables(read(text, source), own), _among(own))


def reload(texts: Mapping[str, str], digest: str) -> Bundle:
    """A rulebook that was kept as a bundle, from its own texts alone: whatever the packs say by now.

    What is objected to since it was published is among its warnings (rulebook.later).
    """
    name, text = next(iter(texts.items()))
    with read_again() as objections:
        bundle = _bundled(with_tables(read(text, name), texts.get), _among(texts.get))
    # The name under which it judged stays, should a later qa-service take the digest in another way.
    book = replace(bundle.book, digest=digest)
    return replace(bundle, book=book, doubted=lambda: (*objections, *bundle.doubted()))


def _beside(folder: Path | None) -> Library:
    """Books in a folder."""

    def found(wanted: str) -> Found | None:
        name = wanted.partition("@")[0]
        file = folder / f"{name}.yaml" if folder else None
        return _with_tables(file) if file and file.is_file() else None

    return found


def _among(texts: Callable[[str], str | None]) -> Library:
    """Books whose texts are at hand, perhaps in several versions, each with the tables of that version."""

    def found(wanted: str) -> Found | None:
        name, _, version = wanted.partition("@")

        def own(key: str) -> str | None:
            """`name`, or `name/table`: of the version that is wanted, else of the one that is there."""
            book, slash, file = key.partition("/")
            known = texts(f"{book}@{version}{slash}{file}") if version and book == name else None
            return texts(key) if known is None else known

        text = own(name)
        return None if text is None else with_tables(read(text, f"{name}.yaml"), own)

    return found


def _with_tables(path: Path) -> Found:
    """A book in a file, with the tables that lie beside it."""
    return with_files(read(_read_file(path), str(path)), path.parent)


@cache
def pack_bundle(name: str) -> Bundle:
    """A shipped pack, by `name` or `name@version`.

    Raises:
        RulebookError: there is no such pack.
    """
    return _bundled(_find(name, _beside(None)), _beside(None))


def _bundled(book: Found, own: Library) -> Bundle:
    flat = resolve(book, lambda name: _find(name, own))
    with flat.mistakes.noted():
        compiled = compile_book(flat)
    if wrong := flat.wrong():
        raise together(wrong)
    joined, patterns = (*joined_words(book), *_doubts(flat)), patterns_of(book)

    def doubted() -> tuple[RulebookError, ...]:
        return (*joined, *chain.from_iterable(map(never_said, patterns)))

    return replace(compiled, doubted=doubted, includes=tuple(flat.includes))


def _doubts(flat: FlatBook) -> tuple[RulebookError, ...]:
    return (*silent_alerts(flat), *strange_jurisdictions(flat), *never_held(flat))


def _find(wanted: str, own: Library) -> Found:
    """The book `name` or `name@version`, from among the author's own books or from the packs."""
    name, _, version = wanted.partition("@")
    book = own(wanted) or _pack(name)
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


@cache
def _pack(name: str) -> Found:
    if name not in pack_names():
        raise Place(name).unknown("not_here", name, pack_names(), "there is no such rulebook")
    file = resources.files("qa_service.rulebook").joinpath("packs", f"{name}.yaml")
    return read(file.read_text("utf-8"), f"packs/{name}.yaml")


def _read_file(path: Path) -> str:
    place = Place(str(path))
    try:
        return read_text(path, MAX_BYTES)
    except FileNotFoundError as error:
        raise place.error("file_missing", "is not there", "Check the path") from error
    except UnicodeDecodeError as error:
        raise not_utf8(error, place) from error
    except OSError as error:
        raise place.error(
            "unreadable", "cannot be read", "Check that it is a file and yours to read"
        ) from error
