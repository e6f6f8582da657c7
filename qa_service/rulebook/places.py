"""Where in a rulebook something stands, and the errors about it: file, path, problem, way out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from qa_service.core.errors import RulebookError
from qa_service.core.texts import Values

#: More names than this in one message are not read.
_MOST_NAMES = 40
#: Values that hold names of ours, as many as are listed.
_LISTS = frozenset({"known", "given", "rules"})
#: Beside a guess at what was meant, this many are enough.
_FEW_NAMES = 12
#: An error shows no more of what an author wrote, and of a sentence about it: a pattern may have 100,000 characters.
_MOST_QUOTED, _MOST_SAID = 80, 400
#: Nobody sees these in a key: marks of order and width, blanks that are none of YAML's.
_UNSEEN = re.compile(r"[\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2060\u3000\ufeff]")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, as authors read it: `books/demo.yaml: rules[3].when.tag`."""

    source: str
    steps: tuple[str | int, ...] = ()
    #: What every error about this place may say: the rule's id and its number, counted from one.
    facts: Values = ()

    @property
    def path(self) -> str:
        """The steps as authors read them."""
        return path_of(self.steps).lstrip(".")

    def at(self, *steps: str | int) -> Place:
        """A place further in.

        >>> Place("demo.yaml").at("rules", 3, "when").path
        'rules[3].when'
        """
        return Place(self.source, (*self.steps, *steps), self.facts)  # replace() takes five times as long

    def about(self, rule: str, index: int) -> Place:
        """The same place, known to belong to the rule with this id, the index-th of its list."""
        return Place(self.source, self.steps, (("nth", index + 1), ("rule", rule)))

    def error(self, code: str, problem: str, fix: str = "", **values: object) -> RulebookError:
        """An error here; `code` names its sentence in i18n, `values` fill it."""
        quoted = {
            name: _cut(value, _MOST_SAID if name == "why" else _MOST_QUOTED)
            for name, value in values.items()
            if name not in _LISTS
        }
        told = dict(self.facts) | values | quoted
        error = RulebookError(
            source=self.source,
            where=self.path,
            problem=str(_cut(problem, _MOST_SAID)),
            fix=fix,
            code=f"rulebook_{code}",
            **told,
        )
        error.steps = self.steps
        return error

    def seen_from(self, error: RulebookError) -> RulebookError:
        """The error of another file, with the place here that leads to it."""
        seen = RulebookError(
            source=self.source,
            where=f"{self.path} → {error.where}",
            problem=error.problem,
            fix=error.fix,
            code=error.code,
            **error.values,
        )
        seen.steps = self.steps
        return seen

    def unknown(self, code: str, word: object, known: Collection[str], problem: str) -> RulebookError:
        """An error about a name that is none of `known`; with the name that was probably meant."""
        names = sorted(known)
        like = get_close_matches(str(word), names, n=1)
        if like:
            shown = _listed(_nearest(str(word), names), of=len(names))
            fix = f"Did you mean {like[0]}? Known: {shown}"
            return self.error(f"{code}_like", problem, fix, word=word, known=shown, like=like[0])
        shown = _listed(names[:_MOST_NAMES], of=len(names))
        return self.error(code, problem, f"Known: {shown or 'none'}", word=word, known=shown)

    def strange_key(self, word: object, known: Collection[str]) -> RulebookError:
        """An error about a key that may not stand here; with what spoilt it, where that shows."""
        text = str(word)
        if "：" in text:
            problem, fix = f"{text!r} has a full-width colon ：", "Write : and a space"
            return self.error("key_wide_colon", problem, fix, word=word)
        if unseen := _UNSEEN.search(text):
            shown, point = _UNSEEN.sub("", text), f"U+{ord(unseen[0]):04X}"
            problem = f"{shown!r} holds the invisible character {point}"
            return self.error("key_unseen", problem, "Write the line anew", word=shown, point=point)
        if text == "<<":
            problem, fix = "`<<` does not merge anything here", "Write the keys out"
            return self.error("key_merge", problem, fix, word=word)
        return self.unknown("key_unknown", word, known, "is not a known key")


def _cut(value: object, most: int) -> object:
    """A text that is short enough to be read, its middle left out; anything else as it is.

    >>> _cut("a" * 50 + "b" * 50, 11)
    'aaaaaaa…bbb'
    """
    if not isinstance(value, str) or len(value) <= most:
        return value
    tail = most // 3
    return f"{value[: most - tail - 1]}…{value[len(value) - tail :]}"


def _nearest(word: str, names: Sequence[str]) -> Sequence[str]:
    """The names in their order where they are few; else the most similar, for the guess may be wrong."""
    return (
        names if len(names) <= _FEW_NAMES else get_close_matches(word, names, n=_FEW_NAMES // 2, cutoff=0.0)
    )


def _listed(names: Sequence[str], *, of: int) -> str:
    return ", ".join(names) + (" …" if len(names) < of else "")


def path_of(steps: Collection[str | int]) -> str:
    """Steps into a file as one path; with a leading dot where the first step is a name.

    >>> path_of(("rules", 3, "when"))
    '.rules[3].when'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{_cut(step, _MOST_QUOTED)}" for step in steps)
