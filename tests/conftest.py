"""Hypothesis profiles: `dev` on a desk, `ci` (more examples) where CI is set; HYPOTHESIS_PROFILE chooses."""

from __future__ import annotations

import os

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = ("tests.databases",)

# No deadlines anywhere: tests never assert times (decisions.md 34).
_SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=_SLOW_IS_FINE)
settings.register_profile(
    "ci", max_examples=100, deadline=None, suppress_health_check=_SLOW_IS_FINE, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """Events go nowhere, whatever an earlier test set up; who looks at them sets up logs in the test."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
