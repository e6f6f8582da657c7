"""Sentences as data: what is said to people is chosen here and rendered at the edges (i18n)."""

from __future__ import annotations

from dataclasses import dataclass

Values = tuple[tuple[str, str | int | float], ...]


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why something was tagged, found or answered: a code from the catalogue and its values.

    >>> Reason.of("silence.long", seconds=8.0).values
    (('seconds', 8.0),)
    """

    code: str
    values: Values = ()

    @classmethod
    def of(cls, code: str, **values: str | int | float) -> Reason:
        """A reason whose values are ordered by name, so that equal reasons are equal values."""
        return cls(code, tuple(sorted(values.items())))


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """A text that a rulebook author wrote: simplified Chinese always, the others where given."""

    zh_CN: str  # noqa: N815 - the names of the locales
    zh_TW: str = ""  # noqa: N815
    en: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Sentence:
    """A text with gaps like `{quote}` and what belongs into them; unknown gaps show as 〔…〕."""

    text: Text
    values: Values = ()
