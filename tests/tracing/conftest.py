"""A collector, and nothing of the tester's own OpenTelemetry."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.tracing.collector import Collector, collecting


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("OTEL_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as made:
        yield made
