"""Reads what operators on words share: the senses in which words do not count, and keys that may not stand there."""

from __future__ import annotations

from collections.abc import Sequence

from qa_service.rulebook.mistakes import Mistakes, together
from qa_service.rulebook.modifiers import Node, strange_keys
from qa_service.rulebook.places import Place
from qa_service.text.context import Context

EXCUSES = tuple(str(sense) for sense in Context)
#: Senses in which words are usually not meant: denied, somebody else's, asked.
USUAL = frozenset(("negated", "quoted", "question"))


def note_strange(spec: Node, known: Sequence[str], place: Place, mistakes: Mistakes) -> None:
    """Notes keys that may not stand there; nothing else where one of them was meant to be the first of `known`."""
    strange = strange_keys(spec, known, place)
    if strange and known[0] not in spec:
        raise together(strange)
    mistakes.note(*strange)


def senses_of(
    spec: Node, place: Place, known: Sequence[str] = EXCUSES, usual: frozenset[str] = USUAL
) -> frozenset[str]:
    """The senses that are written, of those that there are here; else the usual ones."""
    if "unless" not in spec:
        return usual
    excuses = spec["unless"]
    here = place.at("unless")
    if not isinstance(excuses, list):
        raise here.error(
            "list", "is not a list", f"Write for example [{', '.join(one for one in known if one in usual)}]"
        )
    with Mistakes() as mistakes:
        for i, excuse in enumerate(excuses):
            if excuse not in known:
                mistakes.note(here.at(i).unknown("unless", excuse, known, f"{excuse!r} is not a sense"))
    return frozenset(excuses)
