"""Rulebooks and routing tables for tests of the API: what somebody wrote, so that another may approve it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from qa_service.core.people import Asked
from tests.web.service import MACHINE, Service

#: Somebody who writes drafts and is nobody of the cast.
AUTHOR = Asked(replace(MACHINE.caller, id="author", name="author"))
APPROVER = Asked(replace(MACHINE.caller, id="approver", name="approver"))
NOTE = "换成新的话术要求"


def book(name: str, version: int = 1, *, phrases: tuple[str, ...] = ("保本",), include: str = "") -> str:
    """A rulebook with one rule and a scorecard of its own."""
    said = ", ".join(phrases)
    return f"""schema: qa-service/rulebook@1
name: {name}
version: {version}
title: 理财专线
{f"include: [{include}]" if include else ""}
scorecard:
  sections:
    - id: compliance
      title: 合规
      criteria:
        - {{id: no-promise, title: 不承诺收益, max_points: 10}}
rules:
  - id: promise
    title: 承诺保本
    stage: score
    severity: critical
    criterion: no-promise
    when: {{phrases: [{said}], role: agent}}
    examples:
      match: [这款是{phrases[0]}的]
      no_match: [这款有风险]
"""


def table(*routes: str, default: str = "service-zh") -> str:
    """A routing table with these routes."""
    listed = "".join(f"  - {route}\n" for route in routes)
    head = f"schema: qa-service/routing@1\ndefault: {{rulebooks: [{default}]}}\n"
    return head + (f"routes:\n{listed}" if routes else "")


def digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


@dataclass
class Rules:
    """Drafts that wait for whoever is asked for next."""

    service: Service
    team: str
    made: int = 0

    @property
    def name(self) -> str:
        return f"book-{self.team}-{self.made}"

    def publish(self, source: str, name: str) -> str:
        """Puts a rulebook in force; answers its digest."""
        desk = self.service.parts.rulebooks
        draft = desk.write(AUTHOR, name, source)
        return desk.publish(APPROVER, name, draft.digest, NOTE).digest

    def route(self, source: str) -> int:
        """Puts a routing table in force; answers its version."""
        desk = self.service.parts.routing
        draft = desk.write(AUTHOR, source)
        desk.dry_run(AUTHOR)
        return desk.publish(APPROVER, draft.digest, NOTE).version

    def ids(self, route: str) -> dict[str, str]:
        """A fresh object for every request, in the state that the route is made for."""
        self.made += 1
        if "/routing" in route:
            return {"number": str(self._routing(route))}
        source = book(self.name)
        if "/draft" in route:
            self.service.parts.rulebooks.drop(AUTHOR, self.name)  # with whoever wrote on it before
            kept = self.service.parts.rulebooks.write(AUTHOR, self.name, source).digest
        else:
            kept = self.publish(source, self.name)
        return {"name": self.name, "digest": kept}

    def _routing(self, route: str) -> int:
        desk = self.service.parts.routing
        if route.endswith("{number}"):
            return self.route(table())
        if "/draft" in route:
            desk.drop(AUTHOR)
            desk.write(AUTHOR, table())
        if route.endswith("/publish"):
            desk.dry_run(AUTHOR)
        return 1

    def body(self, route: str) -> dict[str, Any]:
        """What is sent along."""
        if route.endswith("/retire"):
            return {"json": {"note": NOTE}}
        if route.endswith("/publish"):
            source = table() if "/routing" in route else book(self.name)
            return {"json": {"digest": digest(source), "note": NOTE}}
        if route.startswith("PUT"):
            return {"json": {"source": table() if "/routing" in route else book(self.name)}}
        return {"json": {}} if route.endswith("/test") else {}
