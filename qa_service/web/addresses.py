"""Every address of the API with its methods: what a request that used another method is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import compile_path


@dataclass(frozen=True, slots=True)
class Address:
    """One route: its path with blanks, as a pattern, and what may be done there."""

    path: str
    pattern: re.Pattern[str]
    methods: frozenset[str]


def addresses(routers: Iterable[tuple[APIRouter, str]]) -> tuple[Address, ...]:
    """All routes of these routers under their prefixes."""
    routes = [(prefix, route) for router, prefix in routers for route in router.routes]
    return tuple(
        Address(prefix + route.path, compile_path(prefix + route.path)[0], frozenset(route.methods or ()))
        for prefix, route in routes
        if isinstance(route, APIRoute)
    )


def methods(known: Iterable[Address], path: str) -> str:
    """What may be done at this address, as `Allow` lists it; the framework names the first route's methods only."""
    known = tuple(known)
    return methods_by_name(known, path) or _joined(one for one in known if one.pattern.match(path))


def methods_by_name(known: Iterable[Address], path: str) -> str:
    """The same of routes whose address is exactly this one: a name is no blank that was filled in wrongly."""
    return _joined(address for address in known if address.path == path)


def _joined(found: Iterable[Address]) -> str:
    return ", ".join(sorted({method for address in found for method in address.methods}))
