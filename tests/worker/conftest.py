"""Installations whose nodes are killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import new_on
from tests.worker import nursery as nurseries
from tests.worker.centre import Centre, centre, plain_environment
from tests.worker.short_call import short_call


@pytest.fixture(scope="session")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifteen seconds of a sample call."""
    return short_call(tmp_path_factory.mktemp("call") / "call.wav")


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[nurseries.Nursery]:
    """Where nodes are born ready."""
    with nurseries.nursery(tmp_path_factory.mktemp("nursery"), plain_environment()) as made:
        yield made


@pytest.fixture
def here(database: str, tmp_path: Path, nursery: nurseries.Nursery) -> Iterator[Centre]:
    """An installation on each of the databases."""
    with centre(database, tmp_path / "centre", nursery) as made:
        yield made


@pytest.fixture
def shared(postgres: str, tmp_path: Path, nursery: nurseries.Nursery) -> Iterator[Centre]:
    """An installation on PostgreSQL, where nodes may stand on several machines."""
    with centre(new_on(postgres), tmp_path / "centre", nursery) as made:
        yield made
