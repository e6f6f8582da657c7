"""The app: routes, one shape for errors, limits around everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, FastAPI

from qa_service import __version__
from qa_service.web import errors
from qa_service.web.addresses import addresses
from qa_service.web.filters import only_known
from qa_service.web.heartbeat import beating
from qa_service.web.limits import Limits
from qa_service.web.parts import Parts
from qa_service.web.routes import (
    alerts,
    audit,
    batches,
    business,
    calls,
    exports,
    fetches,
    findings,
    health,
    intake,
    jobs,
    keys,
    people,
    playing,
    reconciliation,
    reports,
    rescore_plans,
    rescores,
    retention,
    reviews,
    routing,
    rulebooks,
    schedules,
    signon,
    sources,
    uploads,
    users,
    webhooks,
)
from qa_service.web.routes import texts as text_routes

if TYPE_CHECKING:
    from fastapi.routing import APIRoute

    from qa_service.i18n.catalogue import Catalogue

_API = "/api/v1"
#: Every route there is, and where it stands; tests ask each of them which right it wants.
ROUTERS: tuple[tuple[APIRouter, str], ...] = (
    (text_routes.intake, _API),
    (intake.router, _API),
    (business.outcome_files, _API),
    (business.agent_files, _API),
    (business.router, _API),
    (text_routes.router, _API),
    (calls.router, _API),
    (playing.router, _API),
    (reports.router, _API),
    (reports.links, ""),
    (batches.intake, _API),
    (batches.router, _API),
    (fetches.intake, _API),
    (fetches.router, _API),
    (uploads.intake, _API),
    (uploads.router, _API),
    (findings.router, _API),
    (reviews.router, _API),
    (alerts.router, _API),
    (jobs.router, _API),
    (exports.router, _API),
    (people.router, _API),
    (audit.router, _API),
    (keys.router, _API),
    (users.router, _API),
    (signon.router, _API),
    (retention.router, _API),
    (schedules.router, _API),
    (webhooks.router, _API),
    (rulebooks.router, _API),
    (routing.router, _API),
    (rescore_plans.router, _API),
    (rescores.router, _API),
    (rescores.links, ""),
    (sources.intake, _API),
    (sources.router, _API),
    (reconciliation.router, _API),
    (health.router, ""),
)
#: Called by machines of others, which may add words of their own: sign-on, diallers, scrapers of metrics.
_OPEN_TO_MACHINES = (signon.router, sources.intake, health.router)


def make_app(parts: Parts, texts: Catalogue) -> FastAPI:
    """The web application on these parts; sentences in the language of `texts`."""
    app = FastAPI(
        title="qa-service 通话质检",
        version=__version__,
        description="录音进，关键时刻、评分与辅导建议出。Recordings in, flagged moments, scores and coaching out.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Its own would tell paths, query strings and the messages of errors, wherever a variable points it.
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
        generate_unique_id_function=_operation_id,
        lifespan=beating,
    )
    app.state.parts, app.state.texts = parts, texts
    app.state.addresses = addresses(ROUTERS)
    errors.install(app, texts, app.state.addresses)
    for router, prefix in ROUTERS:
        only = [] if router in _OPEN_TO_MACHINES else [Depends(only_known)]
        app.include_router(router, prefix=prefix, dependencies=only)
    app.add_middleware(
        Limits, most_bytes=parts.most_bytes, sentence=texts.error, tracer=parts.tracer, known=parts.known
    )
    return app


def _operation_id(route: APIRoute) -> str:
    """The name of a call in generated clients: `calls_upload`."""
    return f"{route.tags[0]}_{route.name}"
