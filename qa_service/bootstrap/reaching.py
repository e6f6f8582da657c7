"""What meets addresses outside: the guard, the courier of webhooks, the fetcher, signing in elsewhere."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from qa_service.bootstrap import base
from qa_service.bootstrap.base import settings, texts
from qa_service.bootstrap.storing import job_queue, scratch, shelves
from qa_service.core.errors import UsageError

if TYPE_CHECKING:
    from qa_service.alerts.courier import Courier
    from qa_service.alerts.fetcher import Fetcher
    from qa_service.alerts.guard import Guard
    from qa_service.ports.people import SignOn


def guard() -> Guard:
    """The door to addresses outside, open also to places that an administrator named."""
    from qa_service.alerts.address import read_named
    from qa_service.alerts.guard import Guard

    return Guard(tuple(map(read_named, settings().allowed_addresses)))


def sign_on() -> SignOn | None:
    """Signing in through the centre's own provider, where one is set."""
    chosen = settings()
    if not chosen.oidc_issuer:
        return None
    from qa_service.signon.oidc import Oidc, Provider

    if not (chosen.oidc_client_id and chosen.base_url) or find_spec("jwt") is None:
        raise UsageError(
            "oidc_incomplete",
            where="QA_OIDC_ISSUER",
            problem="also needs QA_OIDC_CLIENT_ID, QA_BASE_URL and the extra qa-service[oidc]",
            fix="Set them, or leave QA_OIDC_ISSUER empty",
        )
    file = chosen.oidc_client_secret_file
    provider = Provider(
        issuer=chosen.oidc_issuer,
        client_id=chosen.oidc_client_id,
        client_secret=file.read_text("utf-8").strip() if file else "",
        returns_to=f"{chosen.base_url.rstrip('/')}/api/v1/session/oidc/callback",
        name_claim=chosen.oidc_name_claim,
    )
    return Oidc(provider, shelves().key, base.now)


def courier() -> Courier:
    """Brings webhooks what they wait for."""
    from qa_service.alerts.courier import Courier
    from qa_service.alerts.messages import Writer
    from qa_service.alerts.webhook import Sender
    from qa_service.stores.outbox import StoreOutbox

    kept = shelves()
    sender = Sender(guard(), Writer(texts(), settings().base_url), base.now)
    return Courier(StoreOutbox(kept.engine, kept.key, base.now), sender.send)


def fetcher() -> Fetcher:
    """Brings in recordings from addresses that somebody gave."""
    from qa_service.alerts.fetcher import Fetcher
    from qa_service.stores.fetch_desk import StoreFetchList
    from qa_service.stores.intake import StoreIntake

    kept = shelves()
    waiting = StoreFetchList(kept, StoreIntake(kept, job_queue().start))
    return Fetcher(waiting, guard().fetch, scratch().folder, settings().max_megabytes << 20)
