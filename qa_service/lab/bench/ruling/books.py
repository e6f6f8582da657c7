"""Rulebooks for measuring: phrase rules by the thousand, as text and as values, and books of a single rule."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.compile import compile_book
from qa_service.rulebook.found import Found
from qa_service.rulebook.mistakes import together
from qa_service.rulebook.resolve import FlatBook, resolve
from qa_service.rulebook.schema import WrittenRulebook

SEED = 20_262
#: Phrases of a rule, and how many characters of a line each half of a phrase takes.
_PHRASES, _HALF = 3, (2, 3)
#: One rule in so many looks for something that is said in the sample calls.
_SAID = 500
_CRITERIA = 10
_WORDS = re.compile(r"[\u4e00-\u9fff]{8,}")
_HEAD = {"schema": "qa-service/rulebook@1", "name": "bench", "version": 1, "title": "基准"}


def phrase_book(lines: Sequence[str], rules: int, half: Sequence[int] = _HALF) -> dict[str, Any]:
    """A book of that many phrase rules that score, each of three phrases of its own.

    A phrase is a piece of one line and a piece of another, `half` characters of each: made of what is said, and hardly
    ever said itself. One rule in 500, the first among them, has a phrase that is.
    """
    order = random.Random(SEED)  # noqa: S311 - order, not secrecy
    said = [run for line in lines for run in _WORDS.findall(line)]
    made = {_joined(order, said, half): None for _ in range(rules * _PHRASES)}
    while len(made) < rules * _PHRASES:
        made.setdefault(_joined(order, said, half))
    phrases = list(made)
    return _HEAD | {
        "scorecard": {"sections": [{"id": "all", "title": "全部", "criteria": _criteria()}]},
        "rules": [
            _rule(at, phrases[at * _PHRASES : (at + 1) * _PHRASES], said[at % len(said)])
            for at in range(rules)
        ],
    }


def _joined(order: random.Random, said: Sequence[str], half: Sequence[int]) -> str:
    return _piece(order, order.choice(said), half) + _piece(order, order.choice(said), half)


def _piece(order: random.Random, run: str, half: Sequence[int]) -> str:
    size = order.choice(half)
    start = order.randrange(len(run) - size + 1)
    return run[start : start + size]


def _criteria() -> list[dict[str, Any]]:
    return [{"id": f"c{at}", "title": f"评分项{at}", "max_points": 10} for at in range(_CRITERIA)]


def _rule(at: int, phrases: Sequence[str], run: str) -> dict[str, Any]:
    words = [run[:6], *phrases[1:]] if at % _SAID == 0 else list(phrases)
    return {
        "id": f"r{at}",
        "title": f"规则{at}",
        "stage": "score",
        "criterion": f"c{at % _CRITERIA}",
        "points": 1,
        "when": {"role": "agent", "phrases": words},
    }


def as_text(book: Mapping[str, Any]) -> str:
    """The book as an author writes it: a rule on lines of its own."""
    head = "".join(f"{key}: {_flow(value)}\n" for key, value in book.items() if key != "rules")
    return f"{head}rules:\n" + "".join(map(_written, book["rules"]))


def _written(rule: Mapping[str, Any]) -> str:
    lines = [f"{key}: {_flow(value)}" for key, value in rule.items()]
    return "  - " + "\n    ".join(lines) + "\n"


def _flow(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def single(when: Mapping[str, Any]) -> dict[str, Any]:
    """A book of one rule."""
    return _HEAD | {"rules": [{"id": "costly", "title": "规则", "when": when}]}


def found_of(book: Mapping[str, Any]) -> Found:
    """A book as if it had been read."""
    return Found(WrittenRulebook.model_validate(book), "bench.yaml", book)


def flattened(found: Found) -> FlatBook:
    """A book, resolved; it includes nothing."""
    return resolve(found, _no_book)


def _no_book(name: str) -> Found:
    raise LookupError(name)


def compiled(book: Mapping[str, Any]) -> Rulebook:
    """A book ready to judge with.

    Raises:
        RulebookError: it does not keep to the limits.
    """
    flat = flattened(found_of(book))
    with flat.mistakes.noted():
        made = compile_book(flat).book
    if wrong := flat.wrong():
        raise together(wrong)
    return made
