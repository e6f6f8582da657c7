"""Their conditions → conditions of ours, with roles, ranges and anchors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from qa_service.moving.fields import Fields
from qa_service.moving.logic import Either, Leaf, Tree
from qa_service.moving.notes import Note, Untranslatable
from qa_service.moving.sca_asked import Asked, Node
from qa_service.moving.sca_joined import read_operators
from qa_service.moving.sca_ranges import LOCATIONS, Range, read_range

#: Theirs: every hit, any hit of an anchor.
_EVERY, _ANY = 0, -1


@dataclass(slots=True)
class Lack:
    """Beside every hit of condition `cid`: this is not there."""

    cid: str
    key: str
    node: Node


@dataclass(slots=True)
class Conditions:
    """All conditions of a file by their ids; one is read each time that it is asked for."""

    raw: Mapping[str, object]
    notes: list[Note] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def positive(self, cid: str) -> Node:
        """The condition as a node that holds where theirs is hit.

        Raises:
            Untranslatable: ours cannot say it.
        """
        asked, where = self._read(cid)
        if asked.is_absent:
            if where.anchor:
                lack = self._lack(asked.node, where)
                return self.beside(lack)
            return self._absent(asked, where, cid)
        return self._placed(self._of_every(asked, where, cid), where)

    def negative(self, cid: str) -> Node | Lack:
        """The condition as what holds where theirs is not hit; beside its anchor where it has one."""
        asked, where = self._read(cid)
        if asked.is_absent:
            return self._placed(asked, where)
        if asked.opposite is not None:
            return self._placed(asked.turned, where)
        asked = self._of_every(asked, where, cid)
        if where.anchor:
            if where.anchor.hit_time > 0:
                self.notes.append(Note.of("lack_nth", f"conditions.{cid}", times=where.anchor.hit_time))
            return self._lack(_with_role(asked, where), where)
        return self._absent(asked, where, cid)

    def _of_every(self, asked: Asked, where: Range, cid: str) -> Asked:
        """What they ask of every sentence in the range, asked of every one; else as it is."""
        if not where.is_every:
            return asked
        if where.anchor:
            raise Untranslatable(Note.of("every_anchor", f"conditions.{cid}"))
        if not asked.has_role:
            raise Untranslatable(Note.of("every_sentence", f"conditions.{cid}"))
        if "count" in asked.node:
            raise Untranslatable(Note.of("every_count", f"conditions.{cid}"))
        return replace(asked, node={**asked.node, "every": True})

    def _read(self, cid: str) -> tuple[Asked, Range]:
        if cid not in self.raw:
            raise Untranslatable(Note.of("condition_missing", f"conditions.{cid}", cid=cid))
        condition = Fields.of(self.raw[cid], f"conditions.{cid}")
        condition.ignore("cid", "conditionInfoCid", "id", "rid", "name", "userGroup")
        where = read_range(condition.child("check_range"))
        asked = read_operators(condition, where.role)
        # Of every sentence it is the same: none of them has the words.
        told = [note for note in asked.notes if not (where.is_every and note.code == "none_in_range")]
        self.notes += [*where.notes, *told]
        self.notes += [
            Note.of("field", condition.where, field=key, value=value) for key, value in condition.left()
        ]
        return asked, where

    def _placed(self, asked: Asked, where: Range) -> Node:
        """With its role, its range, and its anchor."""
        if asked.is_whole and (where.scope or where.anchor):
            raise Untranslatable(Note.of("average_part", where.place))
        node = {**_with_role(asked, where), **where.scope}
        if where.anchor is None:
            return node
        key = LOCATIONS[where.anchor.location][0]
        beside = dict(self._anchor(where.anchor.cid))
        if where.anchor.within is not None:
            beside["within"] = f"{where.anchor.within} utterances"
        if where.anchor.hit_time != _ANY:
            beside["which"] = "every" if where.anchor.hit_time == _EVERY else where.anchor.hit_time
        return _and(node, {key: beside})

    def _anchor(self, cid: str) -> Node:
        if cid in self._open:
            raise Untranslatable(Note.of("anchor_circle", f"conditions.{cid}", cid=cid))
        self._open.append(cid)
        try:
            return self.positive(cid)
        finally:
            self._open.pop()

    def _lack(self, node: Node, where: Range) -> Lack:
        anchor = where.anchor
        if anchor is None:
            raise ValueError("a lack stands beside something")
        beside = dict(node)
        if anchor.within is not None:
            beside["within"] = f"{anchor.within} utterances"
        return Lack(anchor.cid, LOCATIONS[anchor.location][1], beside)

    def beside(self, lack: Lack) -> Node:
        """The anchor's condition, where this is not beside it."""
        self.notes.append(Note.of("lack_alone", f"conditions.{lack.cid}"))
        return _and(self._anchor(lack.cid), {lack.key: lack.node})

    def _absent(self, asked: Asked, where: Range, cid: str) -> Node:
        if not asked.has_role:
            raise Untranslatable(Note.of("absent_nobody", f"conditions.{cid}"))
        if not where.role:
            self.notes.append(Note.of("absent_role", f"conditions.{cid}"))
        return {"absent": asked.node, "role": where.role or "agent", **where.scope}


def joined(tree: Tree, conditions: Conditions) -> Node:
    """What a rule asks: the tree of its conditions.

    Raises:
        Untranslatable: ours cannot say it.
    """
    if isinstance(tree, Leaf):
        part = conditions.negative(tree.id) if tree.is_negated else conditions.positive(tree.id)
        return conditions.beside(part) if isinstance(part, Lack) else part
    if isinstance(tree, Either):
        return {"any": [joined(part, conditions) for part in tree.parts]}
    return _every(tree.parts, conditions)


def _every(parts: tuple[Tree, ...], conditions: Conditions) -> Node:
    """Everything at once: what is there first, then what is not; a lack beside the condition that it names."""
    nodes: dict[str, Node] = {}
    missing: list[Node] = []
    lacks: list[Lack] = []
    for i, part in enumerate(parts):
        if not isinstance(part, Leaf) or not part.is_negated:
            nodes[part.id if isinstance(part, Leaf) else f"#{i}"] = joined(part, conditions)
            continue
        found = conditions.negative(part.id)
        if isinstance(found, Lack):
            lacks.append(found)
        else:
            missing.append(found)
    for lack in lacks:
        if lack.cid in nodes:
            nodes[lack.cid] = _and(nodes[lack.cid], {lack.key: lack.node})
        else:
            missing.append(conditions.beside(lack))
    whole = [*nodes.values(), *missing]
    return whole[0] if len(whole) == 1 else {"all": whole}


def _and(node: Node, anchor: Node) -> Node:
    """A condition with one anchor more."""
    if set(node).isdisjoint(anchor):
        return {**node, **anchor}
    return {"all": [node, anchor]}


def _with_role(asked: Asked, where: Range) -> Node:
    return {**asked.node, "role": where.role} if where.role and asked.has_role else asked.node
