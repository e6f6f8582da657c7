"""One service on SQLite and one on PostgreSQL for all tests; each test brings its own people, teams and calls."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import httpx
import pytest
from argon2 import PasswordHasher

from qa_service.core.people import Right
from qa_service.core.staff import Team
from qa_service.stores import people
from tests.databases import new_file, new_on
from tests.web.house import house
from tests.web.service import MACHINE, Service, set_up

__all__ = ["house"]


@pytest.fixture(scope="module", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Half of these tests' time would go into hashing; how strong hashes are is tested in tests/stores."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def sqlite_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("sqlite")
    with set_up(folder, new_file(folder)) as made:
        yield made


@pytest.fixture(scope="session")
def postgres_service(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[Service]:
    with set_up(tmp_path_factory.mktemp("postgresql"), new_on(postgres)) as made:
        yield made


@pytest.fixture
def service(sqlite_service: Service) -> Service:
    return sqlite_service


@pytest.fixture(scope="module")
def client(sqlite_service: Service) -> httpx.Client:
    """Somebody who may do everything."""
    return sqlite_service.everything()


@pytest.fixture(scope="module")
def secret(sqlite_service: Service) -> str:
    """A key that may do everything, for requests that are written by hand."""
    return sqlite_service.key(*Right)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Service:
    """The service, once on each database."""
    name = "sqlite_service" if request.param == "sqlite" else "postgres_service"
    made: Service = request.getfixturevalue(name)
    return made


@pytest.fixture
def team(request: pytest.FixtureRequest) -> str:
    """A team of this test alone, and its neighbour in the south; where there is a service, it knows both."""
    name = f"team-{uuid.uuid4().hex[:8]}"
    for fixture in {"either", "service"} & set(request.fixturenames):
        made: Service = request.getfixturevalue(fixture)
        made.parts.staff.keep_teams(MACHINE, [Team(name), Team(f"{name}-south")])
    return name
