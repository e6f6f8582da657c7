"""Where in a rulebook something stands, and the errors about it: file, path, problem, way out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from difflib import get_close_matches

from qa_service.core.errors import RulebookError
from qa_service.core.texts import Values

#: More names than this in one message are not read.
_MOST_NAMES = 40


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, as authors read it: `books/demo.yaml: rules[3].when.tag`."""

    source: str
    path: str = ""
    #: What every error about this place may say: the rule's id and its number, counted from one.
    facts: Values = ()

    def at(self, *steps: str | int) -> Place:
        """A place further in.

        >>> Place("demo.yaml").at("rules", 3, "when").path
        'rules[3].when'
        """
        return replace(self, path=(self.path + path_of(steps)).lstrip("."))

    def about(self, rule: str, index: int) -> Place:
        """The same place, known to belong to the rule with this id, the index-th of its list."""
        return replace(self, facts=(("nth", index + 1), ("rule", rule)))

    def error(self, code: str, problem: str, fix: str = "", **values: object) -> RulebookError:
        """An error here; `code` names its sentence in i18n, `values` fill it."""
        told = dict(self.facts) | values
        return RulebookError(
            source=self.source, where=self.path, problem=problem, fix=fix, code=f"rulebook_{code}", **told
        )

    def seen_from(self, error: RulebookError) -> RulebookError:
        """The error of another file, with the place here that leads to it."""
        return RulebookError(
            source=self.source,
            where=f"{self.path} → {error.where}",
            problem=error.problem,
            fix=error.fix,
            code=error.code,
            **error.values,
        )

    def unknown(self, code: str, word: object, known: Collection[str], problem: str) -> RulebookError:
        """An error about a name that is none of `known`; with the name that was probably meant."""
        names = sorted(known)
        shown = ", ".join(names[:_MOST_NAMES]) + (" …" if len(names) > _MOST_NAMES else "")
        like = get_close_matches(str(word), names, n=1)
        if like:
            fix = f"Did you mean {like[0]}? Known: {shown}"
            return self.error(f"{code}_like", problem, fix, word=word, known=shown, like=like[0])
        return self.error(code, problem, f"Known: {shown or 'none'}", word=word, known=shown)


def path_of(steps: Collection[str | int]) -> str:
    """Steps into a file as one path; with a leading dot where the first step is a name.

    >>> path_of(("rules", 3, "when"))
    '.rules[3].when'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
