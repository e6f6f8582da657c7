"""Requests at a constant rate, whatever becomes of the earlier ones: a slow answer delays no question.

A client that waits for each answer before it asks again measures least when the server is slowest. Here every
request has its moment, and what is told is how long after that moment its answer was complete.
"""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from qa_service.lab.bench.serving.made import percentile

#: More questions than this under way at once are not asked; the next waits, and its time runs.
_CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Question:
    """One request, and the kind that it is counted under."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it."""

    kind: str
    status: int
    ms: float


@dataclass(frozen=True, slots=True)
class Latency:
    """How long answers took, of one kind or of all."""

    n: int
    p50_ms: float
    p99_ms: float
    worst_ms: float

    @classmethod
    def of(cls, answers: Sequence[Answer]) -> Latency:
        """Of these; there must be some."""
        ms = [answer.ms for answer in answers]
        return cls(len(ms), percentile(ms, 0.5), percentile(ms, 0.99), max(ms))


def ask(url: str, key: str, questions: Sequence[Question], per_second: float) -> tuple[Answer, ...]:
    """All questions, one every 1/per_second seconds; answers in no order."""
    place = urlsplit(url)
    begun, numbers = time.perf_counter() + 0.1, itertools.count()
    answers: list[Answer] = []

    def one() -> None:
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
        for number in iter(lambda: next(numbers), -1):
            if number >= len(questions):
                break
            due = begun + number / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            status = _get(connection, questions[number].path, key)
            answers.append(Answer(questions[number].kind, status, (time.perf_counter() - due) * 1_000))
        connection.close()

    side_by_side(one, _CLIENTS)
    return tuple(answers)


def _get(connection: http.client.HTTPConnection, path: str, key: str) -> int:
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0
    return answer.status


def side_by_side(work: Callable[[], None], threads: int) -> None:
    """The same work in so many threads, to its end."""
    started = [threading.Thread(target=work) for _ in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
