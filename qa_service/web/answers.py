"""How a route may answer beside its own success, for the API's description: every error has the one shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from qa_service.web.schemas.troubles import Trouble

_WHEN: Mapping[int, str] = {
    401: "没有登录，或钥匙失效。Nobody is signed in.",
    403: "没有这项权限，或来自别的网站。Not allowed.",
    404: "没有，或您看不到。Not there, or not for you.",
    408: "内容迟迟没有传完。The body did not come.",
    409: "名称已有人用，草稿又变了，或没有可做的。Taken, changed meanwhile, or nothing to do.",
    410: "录音已不在存储里，或被改动过；或这次上传已失败。Gone, or damaged.",
    412: "只有 tus 1.0.0。Another version of tus.",
    413: "内容超过上限，按实际字节数。Too many bytes.",
    415: "内容的类型不对。Another content type is wanted.",
    416: "录音没有这一段。No such range.",
    422: "内容不对：录音、随录数据、参数。Something in the request is wrong.",
    429: "太频繁，看 Retry-After。Too often.",
    503: "现在不能受理，看 Retry-After。Not now.",
}
_RETRY = {"Retry-After": {"description": "几秒之后再来。Seconds.", "schema": {"type": "integer"}}}
#: Of a route that says nothing but that it was done.
NOTHING: Mapping[str, Any] = {"status_code": 204, "response_class": Response}
#: What every route answers that wants somebody signed in.
SIGNED_IN = (401, 403, 429, 503)


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These errors, described."""
    return {status: _described(status) for status in statuses}


def _described(status: int) -> dict[str, Any]:
    said: dict[str, Any] = {"model": Trouble, "description": _WHEN[status]}
    return {**said, "headers": _RETRY} if status in (429, 503) else said
