"""Made-up calls: pieces of the sample dialogues in another order for each, other numbers, now and then another word.

The number of a call is its seed: the same number gives the same call, whoever makes it.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from qa_service.lab.truth import Truth

_BREATH_MS = 400
_AGENTS, _TEAMS = 40, ("north", "south", "east", "west")
_LINES = ("理财", "信用卡", "宽带", "客服")
#: The newest call began then; an archive reaches back from there, so many calls a day.
_NEWEST, _A_DAY = datetime(2026, 11, 1, 18, 0, tzinfo=UTC), 500
_DIGITS = re.compile(r"[0-9一二三四五六七八九]")
_FIGURES = {True: "123456789", False: "一二三四五六七八九"}
#: What one agent in some says and others do not; a call in twelve has one of them.
_SPICE = (
    "这款产品您放心，保本的，没有任何风险。",
    "这个我也不清楚，您自己看合同吧。",
    "应该差不多吧，原则上是可以的。",
    "您怎么连这个都不知道？",
    "我加您微信，您直接转给我就行。",
    "今天不办以后就没有了，您抓紧。",
    "您稍等，我马上帮您核实，今天下午五点前给您回电。",
)
_SPICED = 12


@dataclass(frozen=True, slots=True)
class MadeCall:
    """A call, as another recogniser would hand it in."""

    number: int
    began: datetime
    agent: str
    team: str
    line: str
    #: JSON, as `analyze --transcript` takes it.
    transcript: str


def made_call(truths: Sequence[Truth], number: int, calls: int, lines: int) -> MadeCall:
    """Call `number` of an archive of so many, the oldest first, with so many lines."""
    order = random.Random(number)  # noqa: S311 - variety, not secrecy
    agent = order.randrange(_AGENTS)
    began = _NEWEST - timedelta(days=1) * ((calls - number) / _A_DAY)
    began = began.replace(microsecond=began.microsecond // 1_000 * 1_000)
    return MadeCall(
        number,
        began,
        f"8{agent:03}",
        _TEAMS[agent % len(_TEAMS)],
        order.choice(_LINES),
        _transcript(number, list(_said(truths, order, lines))),
    )


def _said(truths: Sequence[Truth], order: random.Random, lines: int) -> Iterator[tuple[str, str, int]]:
    """So many lines, of whole dialogues as long as there is room."""
    spiced = order.randrange(lines) if order.randrange(_SPICED) == 0 else -1
    at = 0
    while True:
        for truth in order.sample(truths, len(truths)):
            for said in truth.utterances:
                if not said.text:
                    continue
                yield said.role, _varied(said.text, order), said.span.duration_ms
                at += 1
                if at == spiced:
                    yield "agent", order.choice(_SPICE), 4_000
                if at >= lines:
                    return


def _varied(text: str, order: random.Random) -> str:
    """Other numbers in the same places."""
    return _DIGITS.sub(lambda found: order.choice(_FIGURES[found[0].isdigit() and found[0].isascii()]), text)


def _transcript(number: int, said: Sequence[tuple[str, str, int]]) -> str:
    lines: list[dict[str, Any]] = []
    at_ms = 0
    for place, (role, text, ms) in enumerate(said):
        lines.append({"id": f"u{place}", "role": role, "start_ms": at_ms, "end_ms": at_ms + ms, "text": text})
        at_ms += ms + _BREATH_MS
    return json.dumps({"call_id": f"made-{number}", "utterances": lines}, ensure_ascii=False)
