"""The operators of one condition of theirs, joined as its expression says."""

from __future__ import annotations

from collections.abc import Mapping

from qa_service.moving.fields import Fields
from qa_service.moving.logic import Either, Leaf, Tree, leaves
from qa_service.moving.notes import Note, Untranslatable
from qa_service.moving.sca_asked import Asked, Node
from qa_service.moving.sca_logic import parsed
from qa_service.moving.sca_operators import read_operator


def read_operators(condition: Fields, role: str) -> Asked:
    """All of a condition, joined as it says.

    Raises:
        Untranslatable: ours cannot say it.
    """
    operators = condition.children("operators")
    known = {one.text("oid", "id"): one for one in operators}
    formula = condition.text("lambda", "operLambda") or "&&".join(known)
    tree = parsed(formula, condition.where)
    strange = [leaf.id for leaf in leaves(tree) if leaf.id not in known]
    if strange and len(operators) == 1 and isinstance(tree, Leaf):
        known, strange = {tree.id: operators[0]}, []
    if strange:
        raise Untranslatable(Note.of("operator_missing", condition.where, oid=", ".join(strange)))
    unused = sorted(set(known) - {leaf.id for leaf in leaves(tree)})
    asked = _tree(tree, known, role, condition.where)
    if unused:
        asked.notes.append(Note.of("operator_unused", condition.where, oid=", ".join(unused)))
    return asked


def _tree(tree: Tree, known: Mapping[str, Fields], role: str, where: str) -> Asked:
    if isinstance(tree, Leaf):
        asked = read_operator(known[tree.id], role)
        return asked.turned if tree.is_negated else asked
    parts = [_tree(part, known, role, where) for part in tree.parts]
    notes = [note for part in parts for note in part.notes]
    has_role = all(part.has_role for part in parts)
    if all(part.is_absent for part in parts):
        # None of them: the same as the absence of any of them.
        if isinstance(tree, Either):
            raise Untranslatable(Note.of("either_absent", where))
        return Asked({"any": [p.node for p in parts]}, is_absent=True, has_role=has_role, notes=notes)
    if isinstance(tree, Either):
        if any(part.is_absent for part in parts):
            raise Untranslatable(Note.of("either_absent", where))
        return Asked({"any": [part.node for part in parts]}, has_role=has_role, notes=notes)
    return Asked(_same_sentence(parts), has_role=has_role, notes=[*notes, Note.of("same_sentence", where)])


def _same_sentence(parts: list[Asked]) -> Node:
    """Operators of one condition hold for the same sentence."""
    first, *others = sorted(parts, key=lambda part: part.is_absent)
    keys = ("near", "not_near")
    beside = [{keys[part.is_absent]: {**part.node, "within": "0 utterances"}} for part in others]
    return {"all": [first.node, *beside]}
