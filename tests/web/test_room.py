"""Too much at once: what was taken on is answered, the rest is told when to come back, and nobody is kept waiting."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from qa_service.i18n.catalogue import catalogue
from qa_service.web.limits import Limits
from qa_service.web.room import MOST_AT_WORK


class Slow:
    """Answers when it is told to; `/stream` begins at once and then goes on."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.begun = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        self.begun += 1
        if scope["path"] == "/stream":
            await StreamingResponse(self._lines())(scope, receive, send)
            return
        await self.may_answer.wait()
        await PlainTextResponse("done")(scope, receive, send)

    async def _lines(self) -> Any:
        yield "first"
        await self.may_answer.wait()


def run(what: Any) -> Any:
    """To its end, or to a failure: what waits for a place that never comes would wait for ever."""

    async def within() -> Any:
        return await asyncio.wait_for(what, 30)

    return asyncio.run(within())


def client(app: Slow) -> httpx.AsyncClient:
    limits = Limits(app, most_bytes=1_000, sentence=catalogue("zh_CN").error)
    return httpx.AsyncClient(transport=httpx.ASGITransport(limits), base_url="http://here")


async def fill(
    asks: httpx.AsyncClient, app: Slow, path: str, count: int
) -> list[asyncio.Task[httpx.Response]]:
    """So many requests, all of them begun."""
    tasks = [asyncio.create_task(asks.get(path)) for _ in range(count)]
    while app.begun < count:
        await asyncio.sleep(0)
    return tasks


async def full_house() -> tuple[list[int], httpx.Response, int]:
    app = Slow()
    async with client(app) as asks:
        waiting = await fill(asks, app, "/slow", MOST_AT_WORK)
        turned_away = await asks.get("/slow")
        begun = app.begun
        app.may_answer.set()
        return [answer.status_code for answer in await asyncio.gather(*waiting)], turned_away, begun


def test_one_too_many_is_asked_to_come_back_and_the_others_are_answered() -> None:
    answered, turned_away, begun = run(full_house())

    assert answered == [200] * MOST_AT_WORK
    assert (turned_away.status_code, turned_away.headers["retry-after"]) == (503, "1")
    assert turned_away.json()["error"] == "busy"
    assert begun == MOST_AT_WORK, "the app never heard of it"


def test_a_place_is_free_again_after_the_answer() -> None:
    async def twice() -> int:
        app = Slow()
        async with client(app) as asks:
            waiting = await fill(asks, app, "/slow", MOST_AT_WORK)
            app.may_answer.set()
            await asyncio.gather(*waiting)
            return (await asks.get("/slow")).status_code

    assert run(twice()) == 200


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/startupz", "/metrics"])
def test_who_watches_over_us_is_always_let_in(path: str) -> None:
    async def probe() -> int:
        app = Slow()
        async with client(app) as asks:
            waiting = await fill(asks, app, "/slow", MOST_AT_WORK)
            asked = asyncio.create_task(asks.get(path))
            await asyncio.sleep(0)
            app.may_answer.set()
            await asyncio.gather(*waiting)
            return (await asked).status_code

    assert run(probe()) == 200


def test_listeners_hold_no_place() -> None:
    async def listen() -> int:
        app = Slow()
        async with client(app) as asks:
            listening = await fill(asks, app, "/stream", MOST_AT_WORK)
            await asyncio.sleep(0.05)
            asked = asyncio.create_task(asks.get("/slow"))
            await asyncio.sleep(0.05)
            app.may_answer.set()
            await asyncio.gather(*listening)
            return (await asked).status_code

    assert run(listen()) == 200


def test_slow_senders_hold_no_place() -> None:
    """As many as there is room for, each in the middle of a body: somebody else is served."""

    async def send_slowly() -> tuple[int, set[int]]:
        app, go_on = Slow(), asyncio.Event()

        async def body() -> Any:
            yield b"a"
            await go_on.wait()
            yield b"b"

        async with client(app) as asks:
            senders = [
                asyncio.create_task(asks.post("/slow", content=body())) for _ in range(MOST_AT_WORK + 5)
            ]
            await asyncio.sleep(0.05)
            app.may_answer.set()
            other = (await asks.get("/slow")).status_code
            go_on.set()
            return other, {answer.status_code for answer in await asyncio.gather(*senders)}

    assert run(send_slowly()) == (200, {200})
