"""Reads `every: true`: each utterance of the role in the scope, not just one of them."""

from __future__ import annotations

from qa_service.core.speech import Role
from qa_service.rulebook.mistakes import together
from qa_service.rulebook.modifiers import Node, strange_keys
from qa_service.rulebook.own import KINDS, OF_WORDS
from qa_service.rulebook.places import Place
from qa_service.rules.about import roles_of
from qa_service.rules.conditions import Condition, Every, Scope

#: Longer utterances than this nobody leaves out for being short.
MOST_CHARS = 100
#: What is not said of single utterances.
_OF_MANY = frozenset({"absent", "steps", *KINDS}) - OF_WORDS


def least_chars(key: str, node: Node, place: Place) -> int | None:
    """How many spoken characters an utterance needs to be asked; None where not every utterance has to match.

    Raises:
        RulebookError: it is neither true nor such a number, or what it stands beside is not said of utterances.
    """
    if "every" not in node:
        return None
    here, value = place.at("every"), node["every"]
    if key in _OF_MANY:
        problem, fix = f"{key} is not said of single sentences", "Write every inside it, or leave it out"
        raise here.error("every_of", problem, fix, word=key)
    if "count" in node:
        raise here.error("every_count", "stands beside count", "Keep one of them")
    if isinstance(value, dict):
        if strange := strange_keys(value, ("min_chars",), here):
            raise together(strange)
        return _chars(value.get("min_chars"), here)
    if value is not True:
        problem = f"{value!r} does not say which sentences"
        raise here.error("every", problem, "Write every: true, or leave it out", word=value)
    return 0


def each(condition: Condition, role: Role | None, scope: Scope, min_chars: int) -> Every:
    """The condition, of each utterance of the role that is written, or else of the only one that it names."""
    named = roles_of(condition)
    (only,) = named if len(named) == 1 else (None,)
    return Every(condition, role or only, scope, min_chars)


def _chars(value: object, place: Place) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_CHARS:
        problem, fix = f"{value!r} is not a number of characters", f"Write 1 to {MOST_CHARS}"
        raise place.at("min_chars").error("every_chars", problem, fix, word=value, most=MOST_CHARS)
    return value
