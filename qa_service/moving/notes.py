"""What is said of every rule that was brought along: what differs, and why something was left behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from qa_service.core.errors import QaError
from qa_service.core.texts import Values
from qa_service.i18n.catalogue import Catalogue


class Outcome(StrEnum):
    """What became of a rule, a scheme or a configuration of theirs."""

    TRANSLATED = "translated"
    DIFFERS = "differs"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence `moving_note.<code>` of the catalogue and its values; `where` is the path in their file."""

    code: str
    where: str = ""
    values: Values = ()
    #: What our loader said, to be told in the reader's language as `{problem}`.
    error: QaError | None = field(default=None, compare=False)

    @classmethod
    def of(cls, code: str, where: str = "", **values: str | int | float) -> Note:
        """A note whose values are ordered by name."""
        return cls(code, where, tuple(sorted(values.items())))

    def told(self, texts: Catalogue) -> str:
        """The sentence in this language."""
        values = dict(self.values)
        if self.error:
            place = self.error.where  # told by `where`, without the name of the trial
            values["problem"] = texts.error(self.error).removeprefix(f"{place}：").removeprefix(f"{place}: ")
        return texts.say(f"moving_note.{self.code}", **values)


class Untranslatable(Exception):  # noqa: N818 - an answer about a rule, not a fault
    """Something of theirs that ours cannot say; `note` says what and what to do instead."""

    def __init__(self, note: Note) -> None:
        super().__init__(note.code)
        self.note = note


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one thing of theirs."""

    kind: str
    their_id: str
    title: str
    outcome: Outcome
    #: Our rule, book or route; empty where it was left behind.
    our_id: str = ""
    notes: tuple[Note, ...] = ()
