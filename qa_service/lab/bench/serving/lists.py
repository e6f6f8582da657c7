"""Lists and searches, with few calls and with many: the same questions, at the same rate."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from qa_service.lab.bench.serving.load import Answer, Latency, Question, ask
from qa_service.lab.bench.serving.made import SEED, newest
from qa_service.lab.bench.serving.server import Server

LIST, SEARCH = "list", "search"
#: Well under what a core answers: it is how long an answer takes that is asked, not how many there are.
_PER_SECOND = 25.0


@dataclass(frozen=True, slots=True)
class Listing:
    """With so many calls in the database."""

    calls: int
    #: By `list`, `search`, and each kind of question (`list.team`, `search.rare` …).
    latency: Mapping[str, Latency]
    failed: int


def bench_lists(server: Server, calls: int, repeat: int) -> Listing:
    """Each kind of question so many times, mixed; the first round is not counted."""
    kinds = dict(_kinds(calls))
    once = [Question(kind, path) for kind, path in kinds.items()]
    ask(server.url, server.key, once, _PER_SECOND)
    mixed = once * repeat
    random.Random(SEED).shuffle(mixed)  # noqa: S311 - an order, not a secret
    answers = ask(server.url, server.key, mixed, _PER_SECOND)
    return Listing(calls, _latency(answers), sum(answer.status != 200 for answer in answers))


def _latency(answers: tuple[Answer, ...]) -> dict[str, Latency]:
    names = sorted({answer.kind for answer in answers})
    groups = {name: [a for a in answers if a.kind == name] for name in names}
    for whole in (LIST, SEARCH):
        groups[whole] = [a for a in answers if a.kind.startswith(whole)]
    return {name: Latency.of(group) for name, group in groups.items()}


def _kinds(calls: int) -> Iterator[tuple[str, str]]:
    """What people ask: by day, by team, by agent, what went wrong, what was said."""
    last = newest(calls)
    filtered: Mapping[str, Mapping[str, object]] = {
        "newest": {},
        "state": {"state": "failed"},
        "agent": {"agent_id": "a0017"},
        "line": {"line": "line-2"},
        "rare line": {"line": "line-rare"},
        "skill": {"skill_group": "skill-rare"},
        "number": {"external_id": f"ext-{calls // 2}"},
        "low score": {"below": 45},
        "for people": {"needs_human": "true"},
        "one day": {"since": _days_before(last, 2), "until": _days_before(last, 1)},
        "since spring": {"since": "2026-03-20T00:00:00Z", "until": _days_before(last, 0)},
        "agent and state": {"agent_id": "a0017", "state": "failed"},
    }
    for name, filters in filtered.items():
        yield f"{LIST}.{name}", _path(filters)
    yield f"{LIST}.deep", _path({"before": max(2, calls // 2)})
    for name, text in {"rare": "保本", "common": "您好", "two": "账单 投诉", "nothing": "天鹅绒"}.items():
        yield f"{SEARCH}.{name}", _path({"text": text})
    yield f"{SEARCH}.common and state", _path({"text": "您好", "state": "failed"})
    yield f"{SEARCH}.common and agent", _path({"text": "账单", "agent_id": "a0017"})


def _days_before(last: datetime, days: int) -> str:
    return (last - timedelta(days=days)).isoformat()


def _path(filters: Mapping[str, object]) -> str:
    return f"/api/v1/calls?{urlencode(filters, quote_via=quote)}"
