"""A request that will not do is told which field, why and the limit, and never what was written there."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa_service.core.people import Right
from qa_service.i18n.catalogue import catalogue
from qa_service.web.app import make_app
from tests.web.house import House, error

#: What may stand where it should not: nobody is told it again.
_SAID = "13812345678"
_ID, _ZS = "^[0-9a-f-]{36}$", "Z" * 36
_SOMEBODY = {"name": "a.b", "role": "reviewer"}
_KEEP = "PUT /api/v1/retention/classes/standard"
_MISTAKES = [
    ("below the range", "GET /api/v1/calls?limit=0", "query.limit", "太小，下限是 1", "is too small, at least 1"),
    ("above it", "GET /api/v1/calls?limit=900", "query.limit", "太大，上限是 200", "is too large, at most 200"),
    ("no number", f"GET /api/v1/calls?limit={_SAID}x", "query.limit", "不是整数", "is not a whole number"),
    ("no word", f"GET /api/v1/calls?state={_SAID}", "query.state[0]", "不是这里可以写的词，可以写", "is not one"),
    ("no time", f"GET /api/v1/calls?since={_SAID}", "query.since", "不是日期和时间", "is not a date and time"),
    ("a short id", f"GET /api/v1/calls/{_SAID}", "path.call_id", "太短，字符数至少 36", "is too short, at least 36"),
    ("no id", f"GET /api/v1/calls/{_ZS}", "path.call_id", f"写法不对，要符合 {_ID}", "is not written as"),
    ("a long name", f"GET /api/v1/calls?line={_SAID * 10}", "query.line", "太长，字符数最多 100", "is too long"),
    ("a NUL", "GET /api/v1/calls?line=a%00", "query.line", "有不能用的字符", "has characters that cannot stand here"),
    ("no cursor", f"GET /api/v1/findings?before={_SAID}", "before", "不是上一页给出的 next", "is no cursor"),
    ("no day", f"GET /api/v1/reconciliation?day={_SAID}x", "query.day", "不是日期", "is not a date such as"),
]  # fmt: skip
_BODIES = [
    ("a range", _KEEP, {"sound_days": 0}, "body.sound_days", "太小，下限是 1", "is too small, at least 1"),
    ("a slip", _KEEP, {"sound_day": _SAID}, "body.sound_day", "没有这个字段", "is not a known field"),
    ("a number as a name", _KEEP, {_SAID: 1}, "body.…", "没有这个字段", "is not a known field"),
    ("a missing field", "POST /api/v1/users", _SOMEBODY, "body.password", "缺少这一项", "is missing"),
    ("a blank", "POST /api/v1/keys", {"name": "", "scopes": []}, "body.name", "是空的", "is empty"),
    ("no JSON", "POST /api/v1/users", "{" + _SAID, "body[1]", "不是 JSON", "is not JSON"),
    ("neither", "POST /api/v1/retention/assign", {"name": "a"}, "body", "要写 call_ids 或", "wants call_ids or"),
]  # fmt: skip
_ROWS = [
    *(pytest.param(ask, None, where, zh, en, id=name) for name, ask, where, zh, en in _MISTAKES),
    *(pytest.param(ask, body, where, zh, en, id=name) for name, ask, body, where, zh, en in _BODIES),
]


def _ask(house: House, client: TestClient, ask: str, body: object) -> Any:
    given: dict[str, Any] = {"json": body} if isinstance(body, dict) else {"content": body or b""}
    headers = {"Content-Type": "application/json", **house.key(*Right)}
    method, _, path = ask.partition(" ")
    return client.request(method, path, headers=headers, **given)


@pytest.mark.parametrize(("ask", "body", "where", "zh", "en"), _ROWS)
def test_what_is_wrong_is_said(house: House, ask: str, body: object, where: str, zh: str, en: str) -> None:
    english = TestClient(make_app(house.parts, catalogue("en")), raise_server_exceptions=False)
    answers = [_ask(house, client, ask, body) for client in (house.client, english)]

    for answer, said in zip(answers, (f"{where}：{zh}", f"{where}: {en}"), strict=True):
        assert (answer.status_code, error(answer)["error"]) == (422, "request_invalid")
        assert answer.json()["detail"].startswith(said)
        assert _SAID not in answer.text
        assert "〔" not in answer.text
