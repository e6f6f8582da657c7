"""Whether a request comes from this machine, by its own name and no proxy, and from a page of ours."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from qa_service.web.denials import Denied

#: What this machine calls itself.
_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
#: What proxies write down of the one who asked them; `x-forwarded-…` and `x-envoy-…` come to them.
_OF_PROXIES = frozenset(
    {
        *("forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip"),
        *("cf-connecting-ip", "fastly-client-ip", "x-azure-clientip", "x-original-forwarded-for"),
    }
)


def is_own_page(request: Request) -> bool:
    """Whether a request that carries our cookie comes from our own page: browsers always say where from."""
    origin, host = request.headers.get("origin"), request.headers.get("host")
    if origin is None:
        return request.headers.get("sec-fetch-site") in {"same-origin", "none"}
    try:
        return bool(host) and urlsplit(origin).netloc == host
    except ValueError:  # an address that is none
        return False


def is_at_home(request: Request) -> bool:
    """Whether a program or our own page on this machine asks by this machine's own name.

    A page of somebody else in the browser here names its origin, or comes by a name that it made lead here.
    """
    try:
        name = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:  # an address that is none
        return False
    if name not in _OWN_NAMES:
        return False
    says_where_from = "origin" in request.headers or "sec-fetch-site" in request.headers
    return is_own_page(request) if says_where_from else True


def check_no_proxy(request: Request) -> None:
    """A proxy on this machine asks by this machine's name for whoever asks it: nobody is at home then.

    Raises:
        Denied: `guest_by_proxy`.
    """
    # Proxies that say nothing of whom they ask for speak HTTP/1.0, as nginx does by itself; nobody else does any more.
    is_old = request.scope.get("http_version") == "1.0"
    if is_old or any(
        name in _OF_PROXIES or name.startswith(("x-forwarded-", "x-envoy-")) for name in request.headers
    ):
        raise Denied(
            "guest_by_proxy",
            problem="a proxy handed this on, and nobody signs in here: whoever reaches the proxy could do all",
            fix="Ask without the proxy, or start without --without-sign-in",
        )
