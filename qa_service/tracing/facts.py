"""What a span says: facts of a list, and of those only plain words. No sentence and no name fits through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

#: The facts of ports/tracing.py by the names that OpenTelemetry has for them, where it has one.
ATTRIBUTES: Mapping[str, str] = {
    "method": "http.request.method",
    "route": "http.route",
    "status": "http.response.status_code",
    "request_id": "qa.request_id",
    "job_id": "qa.job_id",
    "call_id": "qa.call_id",
    "queue": "qa.queue",
    "attempts": "qa.attempts",
    "node": "qa.node",
    "state": "qa.state",
}
#: The code of what failed.
WHY = "error.type"
_WORD = re.compile(r"[A-Za-z0-9._:/{}-]{1,200}")
_NAME = re.compile(r"[A-Za-z0-9._:/{} -]{1,200}")


def attributes(facts: Mapping[str, object]) -> Iterator[tuple[str, str | int]]:
    """The facts under their names; what is not listed or no plain word is left out.

    >>> dict(attributes({"queue": "upload", "attempts": 2, "text": "hello", "node": "王 小明"}))
    {'qa.queue': 'upload', 'qa.attempts': 2}
    """
    for fact, value in facts.items():
        name = ATTRIBUTES.get(fact)
        if name and (isinstance(value, int) or (isinstance(value, str) and is_word(value))):
            yield name, value


def is_word(value: str) -> bool:
    """Whether it can be a code, an id or the template of a route.

    >>> is_word("/api/v1/calls/{call_id}"), is_word("您好"), is_word("two words"), is_word("")
    (True, False, False, False)
    """
    return bool(_WORD.fullmatch(value))


def is_name(value: str) -> bool:
    """The same of the words that a span is called by.

    >>> is_name("GET /api/v1/calls"), is_name("GET /录音")
    (True, False)
    """
    return bool(_NAME.fullmatch(value))
