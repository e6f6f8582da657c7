"""`a&&(b||!c)`: how they join conditions and operators, as a tree in which only leaves are negated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

#: Nobody nests deeper; a parser that calls itself must stop somewhere.
_DEEPEST = 50
_TOKEN = re.compile(r"\s*(&&|\|\||[&|!()]|[^\s&|!()]+)")


class LogicFault(StrEnum):
    """How an expression does not hold together."""

    #: It ends where something was expected.
    SHORT = "short"
    #: It is nested deeper than anybody nests.
    DEEP = "deep"
    #: A bracket is not closed.
    OPEN = "open"
    #: A sign or an id stands where it cannot.
    STRANGE = "strange"


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


class LogicError(ValueError):
    """An expression that does not hold together: which sentence says so, and which sign is meant."""

    def __init__(self, why: LogicFault, sign: str = "") -> None:
        super().__init__(f"{why.value} {sign}".strip())
        self.why = why
        self.sign = sign


def parse(text: str) -> Tree:
    """The tree of an expression.

    >>> parse("a&&!(b||c)")
    Every(parts=(Leaf(id='a', is_negated=False), Leaf(id='b', is_negated=True), Leaf(id='c', is_negated=True)))

    Raises:
        LogicError: it does not hold together.
    """
    reader = _Reader([match[1] for match in _TOKEN.finditer(text)])
    tree = reader.either(negated=False, depth=0)
    if reader.tokens:
        raise LogicError(LogicFault.STRANGE, reader.tokens[0])
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
            raise LogicError(LogicFault.DEEP if self.tokens else LogicFault.SHORT)
        token = self.tokens.pop(0)
        if token == "!":  # noqa: S105 - a sign
            return self._one(negated=not negated, depth=depth + 1)
        if token == "(":  # noqa: S105 - a sign
            inner = self.either(negated=negated, depth=depth + 1)
            if not self.tokens or self.tokens.pop(0) != ")":
                raise LogicError(LogicFault.OPEN)
            return inner
        if token in {"&", "&&", "|", "||", ")"}:
            raise LogicError(LogicFault.STRANGE, token)
        return Leaf(token, negated)
