"""Clues about an example in words, for the people who write rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qa_service.i18n.catalogue import Catalogue
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.reading.conditions import Reader
from qa_service.rules.conditions import Condition, Lacking, Nearby
from qa_service.usecases.why.clues import Clue

#: Characters of a quote that are shown.
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells clues about the examples of one book, in one language."""

    texts: Catalogue
    reader: Reader

    @classmethod
    def of(cls, book: Rulebook, texts: Catalogue) -> Telling:
        """The words for a book's examples."""
        return cls(texts, Reader.of(book, texts, is_brief=True))

    def lines(self, clues: Iterable[Clue]) -> list[str]:
        """One sentence a clue, two columns further in for each step."""
        return [f"{'  ' * clue.depth}{self._said(clue)}" for clue in clues]

    def sentence(self, clues: Iterable[Clue]) -> str:
        """All of them on one line."""
        return " ".join(self._said(clue) for clue in clues)

    def _said(self, clue: Clue) -> str:
        values = {name: _short(value) for name, value in clue.values}
        for name in ("role", "wanted"):
            if isinstance(values.get(name), str) and self.texts.knows(f"says.who.{values[name]}"):
                values[name] = self.texts.say(f"says.who.{values[name]}")
        if "sense" in values:
            values["sense"] = self.reader.listening.quoting.codes("sense", str(values["sense"]).split(", "))
        if "verdict" in values:
            values["verdict"] = self.reader.listening.quoting.codes("answer", [str(values["verdict"])])
        if "label" in values:
            values["label"] = self.texts.label(str(values["label"]))
        if clue.about is not None:
            values["what"] = self._what(clue.about)
        if clue.because is not None:
            values["because"] = self.texts.reason(clue.because)
        return self.texts.say(f"why.{clue.code}", **values)

    def _what(self, about: Condition) -> str:
        said = self.reader.in_short(about)
        if isinstance(about, Nearby | Lacking):
            return self.reader.places.distance(about.distance, about.which) + self.texts.say(
                "why.being", what=said
            )
        return said


def _short(value: object) -> object:
    if not isinstance(value, str):
        return value
    shown = "".join(char if char.isprintable() else "?" for char in value)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "……"
