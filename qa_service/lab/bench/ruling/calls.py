"""Stored calls without sound: parts of the sample calls' scripts in another order for each, the same every time."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from qa_service import bootstrap
from qa_service.core.errors import UsageError
from qa_service.lab.truth import Said, Truth, read_truths
from qa_service.pipeline.judge import Case
from qa_service.turns.told import told
from qa_service.usecases.transcript import read_transcript

#: Between two lines (ms), as in the sample calls.
_BREATH_MS = 400
#: Of a call of the store: 30 lines of the sample calls are about two and a half minutes.
LINES = 30
#: Of a line in which a whole call stands, as some recognisers write them (usecases.transcript takes 5,000).
_BLOCK_CHARS = 1_400


def scripts(samples: Path) -> tuple[Truth, ...]:
    """The scored sample calls.

    Raises:
        UsageError: `no_material` where there is none.
    """
    found = tuple(truth for truth in read_truths(samples) if truth.status == "scored" and truth.utterances)
    if not found:
        raise UsageError(
            "no_material",
            where=str(samples),
            problem="holds no calls with truth files",
            fix="Name the folder of the sample calls with --samples",
        )
    return found


def lines_of(truths: Sequence[Truth], *, role: str = "") -> tuple[str, ...]:
    """Every line that is said in them, by whoever or by one role, once."""
    said = (said for truth in truths for said in truth.utterances if said.text and role in ("", said.role))
    return tuple(dict.fromkeys(one.text for one in said))


def stored_calls(truths: Sequence[Truth], wanted: int) -> tuple[Case, ...]:
    """That many calls of `LINES` lines; the number of a call is its seed."""
    return tuple(case_of(f"bench-{at}", _first(laid(truths, at), LINES)) for at in range(wanted))


def long_call(truths: Sequence[Truth], minutes: float) -> Case:
    """One call of that length, in turns."""
    return case_of("bench-turns", tuple(_until(laid(truths, 0), round(minutes * 60_000))))


def asking_call(truths: Sequence[Truth], minutes: float, questions: Sequence[str]) -> Case:
    """The same call, in which the customer's first lines are these questions instead."""
    asked = iter(questions)
    said = _until(laid(truths, 0), round(minutes * 60_000))
    lines = [
        replace(line, text=f"{next(asked, line.text)}？" if line.role == "customer" else line.text)
        for line in said
    ]
    return case_of("bench-asking", [(line.role, line.text, line.span.duration_ms) for line in lines])


def block_call(truths: Sequence[Truth], minutes: float) -> Case:
    """The same words as few long lines: one of the agent, one of the customer, and so on."""
    said = tuple(_until(laid(truths, 0), round(minutes * 60_000)))
    blocks: list[tuple[str, str, int]] = []
    for role in ("agent", "customer"):
        text = "".join(line.text for line in said if line.role == role)
        ms = sum(line.span.duration_ms for line in said if line.role == role)
        parts = [text[at : at + _BLOCK_CHARS] for at in range(0, len(text), _BLOCK_CHARS)]
        blocks += [(role, part, ms * len(part) // len(text)) for part in parts]
    return case_of("bench-blocks", blocks)


def laid(truths: Sequence[Truth], seed: int) -> Iterator[Said]:
    """The lines of the sample calls, each call once before any comes again."""
    order = random.Random(seed)  # noqa: S311 - order, not secrecy
    while True:
        for truth in order.sample(truths, len(truths)):
            yield from (said for said in truth.utterances if said.text)


def _first(said: Iterator[Said], wanted: int) -> list[tuple[str, str, int]]:
    return [
        (line.role, line.text, line.span.duration_ms) for line, _ in zip(said, range(wanted), strict=False)
    ]


def _until(said: Iterator[Said], length_ms: int) -> Iterator[Said]:
    at_ms = 0
    for line in said:
        at_ms += line.span.duration_ms + _BREATH_MS
        if at_ms > length_ms:
            return
        yield line


def case_of(name: str, said: Sequence[Said] | Sequence[tuple[str, str, int]]) -> Case:
    """What a transcript of these lines (role, text, milliseconds) becomes when it is taken in."""
    written, at_ms, number = [], 0, count()
    for line in said:
        role, text, ms = (line.role, line.text, line.span.duration_ms) if isinstance(line, Said) else line
        written.append(
            {"id": f"u{next(number)}", "role": role, "start_ms": at_ms, "end_ms": at_ms + ms, "text": text}
        )
        at_ms += ms + _BREATH_MS
    text = json.dumps({"call_id": name, "utterances": written}, ensure_ascii=False)
    tokens = bootstrap.tokenizer().tokens
    taken = read_transcript(text, source=name, timezone="UTC", tokens=tokens, customers=None)
    measured = taken.measured
    return Case(measured, told(measured.utterances, taken.envelope, measured.duration_ms), taken.envelope)
