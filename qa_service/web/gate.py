"""Routes that take much in: who asks, and whether there is room, is settled before the body is read."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from qa_service.core.people import Right
from qa_service.web.denials import Denied
from qa_service.web.deps import asked, check_right, make_room, parts

#: A recording, its envelope, and a few words beside them.
_MOST_FIELDS = 10
#: The largest envelope (usecases/envelope.py).
_MOST_FIELD_BYTES = 2 << 20


class Gate(APIRoute):
    """A route for uploads. Strangers fill neither disk nor memory: FastAPI alone would read the body first."""

    right = Right.UPLOAD
    #: What is taken in here has to be worked on.
    makes_work = True

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler behind the gate."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            await run_in_threadpool(self._let_in, request)
            if request.headers.get("content-type", "").lower().startswith("multipart/"):
                await _read_form(request)
                await _only_known(request)
            return await handle(request)

        return guarded

    def _let_in(self, request: Request) -> None:
        here = parts(request)
        check_right(asked(request, here), self.right)
        if self.makes_work:
            make_room(here)


class OutcomesGate(Gate):
    """A route for files of outcomes."""

    right = Right.MANAGE_OUTCOMES
    makes_work = False


class AgentsGate(Gate):
    """A route for files of agents."""

    right = Right.MANAGE_AGENTS
    makes_work = False


async def _only_known(request: Request) -> None:
    """Refuses a form with a field that there is not: a slip in `agent_channel` would be judged without it.

    Raises:
        Denied: `request_invalid`.
    """
    fields = request.scope["route"].dependant.body_params
    known = sorted(field.alias for field in fields if isinstance(field.field_info, Form))
    form = await request.form()
    for name in form if known else ():
        if name not in known:
            await form.close()
            listed = ", ".join(known)
            raise Denied(
                "request_invalid",
                where=name[:60],
                problem="is no field of this form",
                fix=f"Known: {listed}",
                why="no_such_parameter",
                limit=listed,
            )


async def _read_form(request: Request) -> None:
    """Reads the form within its limits; the route finds it read."""
    try:
        await request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=_MOST_FIELD_BYTES)
    except ClientDisconnect:
        raise HTTPException(400) from None  # nobody is there to read it
