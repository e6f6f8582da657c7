"""Stored calls of 1,500 characters, as a store keeps them, and the rulebooks that judge them again."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa_service.lab.bench.ruling.books import phrase_book
from qa_service.lab.bench.ruling.calls import case_of, laid
from qa_service.lab.truth import Truth
from qa_service.pipeline.fast.ready import ready
from qa_service.pipeline.judge import Case
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.load import bundle_text
from qa_service.usecases import ready_file

#: Of a call, in characters (issue 5); about 70 lines.
CHARACTERS = 1_500
#: Every line ends with so many characters that make it one of its own: no call profits from what another one said.
_OWN = 2
_END = "。？！"


@dataclass(frozen=True, slots=True)
class Stored:
    """A call, and what is kept of it for who judges it again."""

    case: Case
    ready: bytes


def stock(truths: Sequence[Truth], wanted: int) -> tuple[Stored, ...]:
    """That many calls; the number of a call is its seed."""
    every = sorted(
        {char for truth in truths for one in truth.utterances for char in one.text if _is_han(char)}
    )
    return tuple(_stored(truths, at, every) for at in range(wanted))


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _stored(truths: Sequence[Truth], at: int, every: Sequence[str]) -> Stored:
    order, lines, length = random.Random(at), list[tuple[str, str, int]](), 0  # noqa: S311 - order, not secrecy
    for said in laid(truths, at):
        if length >= CHARACTERS:
            break
        own = "".join(order.choices(every, k=_OWN))
        end = said.text[-1] if said.text[-1] in _END else ""
        text = f"{said.text.rstrip(_END)}{own}{end}"
        lines.append((said.role, text, said.span.duration_ms))
        length += len(text)
    case = case_of(f"bench-{at}", lines)
    return Stored(case, ready_file.pack(ready(case)))


def pack_book(pack: str, words: Sequence[str]) -> Rulebook:
    """A shipped pack with one plain rule more, as a centre would write it."""
    written = {
        "schema": "qa-service/rulebook@1",
        "name": "bench",
        "version": 1,
        "title": "基准",
        "include": [pack],
        "rules": [{"id": "own", "title": "规则", "when": {"role": "agent", "phrases": list(words)}}],
    }
    return bundle_text(json.dumps(written, ensure_ascii=False), "bench.yaml", lambda _: None).book


def changed_book(lines: Sequence[str], rules: int, at: int) -> Mapping[str, Any]:
    """The book of that many rules with other words in one of them: its first phrase, and another one."""
    book = phrase_book(lines, rules)
    one = book["rules"][at]
    when = one["when"] | {"phrases": [one["when"]["phrases"][0], lines[at % len(lines)][:5] + "嚯"]}
    book["rules"][at] = one | {"when": when}
    return book
