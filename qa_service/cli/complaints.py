"""What is wrong, on stderr: a mark and a sentence with its place; whole lines where no terminal wraps them."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from qa_service.core.errors import QaError
from qa_service.exports.flow import marked
from qa_service.i18n.catalogue import Catalogue

#: The marks of what is wrong, and of what holds and may not be meant.
WRONG, DOUBTED = ("✗", "red"), ("⚠", "yellow")


def complain(error: QaError, texts: Catalogue, *, about: str = "", mark: tuple[str, str] = WRONG) -> None:
    """One error on a line of its own; its place stands out, or what it is about where it names none."""
    place = plain(error.where or about)
    said = plain(texts.error(error))
    line = Text(said if error.where or not about else f"{place}: {said}")
    line.stylize("bold", 0, len(place))
    say(line, mark)


def plain(text: str) -> str:
    """Text that moves no cursor, colours nothing and stays on its line: names of files may hold anything."""
    return "".join(char if char.isprintable() else "?" for char in text)


def say(said: Text, mark: tuple[str, str] = WRONG) -> None:
    """One thing that is wrong, or with another mark what is not."""
    sign, style = mark
    console = Console(stderr=True)
    if console.is_terminal:
        console.print(marked(sign, said, style=style))
    else:
        console.print(Text(f"{sign} ") + said, soft_wrap=True)
