"""`a&&(b||!c)`: how they join conditions and operators, as a tree in which only leaves are negated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

#: Nobody nests deeper; a parser that calls itself must stop somewhere.
_DEEPEST = 50
_TOKEN = re.compile(r"\s*(&&|\|\||[&|!()]|[^\s&|!()]+)")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition or operator by its id, or its absence."""

    id: str
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts holds."""

    parts: tuple[Tree, ...]


Tree = Leaf | Every | Either


def parse(text: str) -> Tree:
    """The tree of an expression.

    >>> parse("a&&!(b||c)")
    Every(parts=(Leaf(id='a', is_negated=False), Leaf(id='b', is_negated=True), Leaf(id='c', is_negated=True)))

    Raises:
        ValueError: it does not hold together.
    """
    reader = _Reader([match[1] for match in _TOKEN.finditer(text)])
    tree = reader.either(negated=False, depth=0)
    if reader.tokens:
        raise ValueError(f"{reader.tokens[0]!r} stands where nothing was expected")
    return tree


def leaves(tree: Tree) -> Iterator[Leaf]:
    """All leaves in order."""
    if isinstance(tree, Leaf):
        yield tree
    else:
        for part in tree.parts:
            yield from leaves(part)


class _Read(Protocol):
    def __call__(self, *, negated: bool, depth: int) -> Tree: ...


@dataclass(slots=True)
class _Reader:
    tokens: list[str]

    def either(self, *, negated: bool, depth: int) -> Tree:
        """Joined by `||`; under a negation that means all."""
        return self._joined({"|", "||"}, self._every, Every if negated else Either, negated, depth)

    def _every(self, *, negated: bool, depth: int) -> Tree:
        return self._joined({"&", "&&"}, self._one, Either if negated else Every, negated, depth)

    def _joined(
        self, joint: set[str], read: _Read, kind: type[Every | Either], negated: bool, depth: int
    ) -> Tree:
        parts = [read(negated=negated, depth=depth)]
        while self.tokens and self.tokens[0] in joint:
            self.tokens.pop(0)
            parts.append(read(negated=negated, depth=depth))
        flat: list[Tree] = []
        for part in parts:
            flat.extend(part.parts if isinstance(part, kind) else (part,))
        return flat[0] if len(flat) == 1 else kind(tuple(flat))

    def _one(self, *, negated: bool, depth: int) -> Tree:
        if depth > _DEEPEST or not self.tokens:
            raise ValueError("it ends too early" if not self.tokens else "it is nested too deeply")
        token = self.tokens.pop(0)
        if token == "!":  # noqa: S105 - a sign
            return self._one(negated=not negated, depth=depth + 1)
        if token == "(":  # noqa: S105 - a sign
            inner = self.either(negated=negated, depth=depth + 1)
            if not self.tokens or self.tokens.pop(0) != ")":
                raise ValueError("a bracket is not closed")
            return inner
        if token in {"&", "&&", "|", "||", ")"}:
            raise ValueError(f"{token!r} stands where an id was expected")
        return Leaf(token, negated)
