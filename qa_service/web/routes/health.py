"""Probes and metrics. Liveness asks nothing of anybody; readiness asks everything that work needs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from qa_service.core.people import Right
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.deps import Here, wants
from qa_service.web.schemas import Said

router = APIRouter(tags=["health"])


class Ready(Said):
    """Whether the service can do its work, and what is in the way."""

    ready: bool
    troubles: list[str]


_HEAD: dict[str, Any] = {
    "response_class": Response,
    "description": "同 GET，没有内容。As GET, without a body.",
}


@router.head("/livez", summary="活着 Alive", **_HEAD)
async def livez_head() -> Response:
    """For balancers that ask with HEAD."""
    return Response()


@router.get("/livez", summary="活着 Alive", response_class=PlainTextResponse)
async def livez() -> str:
    """This process answers."""
    return "ok"


@router.get(
    "/readyz",
    summary="能收能存 Ready",
    responses={503: {"model": Ready, "description": "还不能；`troubles` 里是原因的代码。Not ready."}},
)
def readyz(here: Here, response: Response) -> Ready:
    """The service can take calls in and keep them."""
    troubles = list(here.health.troubles())
    response.status_code = 503 if troubles else 200
    return Ready(ready=not troubles, troubles=troubles)


@router.head(
    "/readyz",
    summary="能收能存 Ready",
    responses={503: {"description": "还不能。Not ready."}},
    **_HEAD,
)
def readyz_head(here: Here) -> Response:
    """Whether the service can take calls in and keep them, by its status alone."""
    return Response(status_code=503 if here.health.troubles() else 200)


@router.head("/startupz", summary="启动完成 Started", **_HEAD)
async def startupz_head() -> Response:
    """As GET."""
    return Response()


@router.get("/startupz", summary="启动完成 Started", response_class=PlainTextResponse)
async def startupz() -> str:
    """The tables are there: the process does not answer before."""
    return "ok"


@router.get(
    "/metrics",
    summary="指标 Metrics",
    response_class=Response,  # its errors are JSON
    dependencies=[wants(Right.SEE_METRICS)],
    responses={200: {"content": {"text/plain": {}}, "description": "指标。Metrics."}, **answers(*SIGNED_IN)},
)
def metrics(here: Here) -> PlainTextResponse:
    """For Prometheus: work by queue and state, requests by route, method and status."""
    from prometheus_client import generate_latest

    from qa_service.web.metrics import NOT_IN_FORCE, REGISTRY, UNMATCHED, show_house, show_work

    show_house(here.health.nodes(), here.health.free_bytes())
    show_work(here.work.counts(), here.work.load())
    UNMATCHED.set(here.routing.unmatched())
    NOT_IN_FORCE.set(here.routing.not_in_force())
    return PlainTextResponse(
        generate_latest(REGISTRY).decode(), media_type="text/plain; version=0.0.4; charset=utf-8"
    )
