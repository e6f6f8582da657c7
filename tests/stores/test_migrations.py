"""Steps between versions: what was kept before is there afterwards, and the tables are those of the program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
import zstandard
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from qa_service.stores.engine import make_engine
from qa_service.stores.migrate import configuration, migrate
from qa_service.stores.tables import metadata
from tests.databases import DATABASES, empty_database

_CALL = "01a2154c-0c94-776d-a6d6-65a54a2a5aea"
_EMPTY = {"source": "api", "state": "judged", "created_at": 1, "envelope": "{}"}


def _step(engine: sa.Engine, way: str, to: str) -> None:
    with engine.begin() as connection:
        getattr(command, way)(configuration(connection), to)


def _fill(connection: sa.Connection) -> None:
    """A call that was judged by the first version, with a finding."""
    known = sa.MetaData()
    known.reflect(connection, only=["calls", "evaluations", "findings"])
    _insert(connection, known.tables["calls"], {"id": _CALL, **_EMPTY})
    document = zstandard.ZstdCompressor().compress(
        json.dumps({"rulebook": {"name": "service-zh", "version": 4}}).encode()
    )
    evaluation = {"id": "e1", "call_id": _CALL, "job_id": "j1", "origin": "full", "rulebook": "ab" * 32}
    _insert(connection, known.tables["evaluations"], {**evaluation, "is_current": True, "document": document})
    found = {"evaluation_id": "e1", "id": "f1", "call_id": _CALL, "rule": "service-zh/greeting"}
    _insert(connection, known.tables["findings"], found)


def _insert(connection: sa.Connection, table: sa.Table, given: Mapping[str, object]) -> None:
    """The row, with something in every column that must have it."""
    row: dict[str, object] = {}
    for column in table.columns:
        if column.name in given:
            row[column.name] = given[column.name]
        elif not column.nullable and not column.primary_key:
            row[column.name] = _nothing(column.type)
    connection.execute(table.insert().values(**row))


def _nothing(kind: sa.types.TypeEngine[object]) -> object:
    if isinstance(kind, sa.String):
        return ""
    return False if isinstance(kind, sa.Boolean) else 0


def _rows(engine: sa.Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def judged_before(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database of the first version in which a call was judged."""
    engine = make_engine(empty_database(request, kind, tmp_path))
    _step(engine, "upgrade", "0001")
    with engine.begin() as connection:
        _fill(connection)
    yield engine
    engine.dispose()


_EVALUATIONS = "SELECT id, rulebook_name, rulebook_version, routing_version, is_listed FROM evaluations"


def test_evaluations_learn_which_rulebook_they_are_by(judged_before: sa.Engine) -> None:
    migrate(judged_before)

    assert _rows(judged_before, _EVALUATIONS) == [("e1", "service-zh", 4, 0, True)]
    assert _rows(judged_before, "SELECT id, rule FROM findings") == [("f1", "service-zh/greeting")]


def test_the_way_back_keeps_what_was_listed(judged_before: sa.Engine) -> None:
    migrate(judged_before)
    with judged_before.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO evaluations (id, call_id, job_id, origin, rulebook, is_current, status, score,"
                " passed, document, created_at, rulebook_name, rulebook_version, routing_version, is_listed)"
                " SELECT 'e2', call_id, job_id, origin, rulebook, is_current, status,"
                " score, passed, document, created_at, 'second-zh', 1, 1, :no FROM evaluations"
            ),
            {"no": False},
        )

    _step(judged_before, "downgrade", "0001")

    assert _rows(judged_before, "SELECT id FROM evaluations") == [("e1",)]
    assert _rows(judged_before, "SELECT id FROM findings") == [("f1",)]


def test_the_way_back_before_reviews_makes_the_machines_evaluation_current(judged_before: sa.Engine) -> None:
    migrate(judged_before)
    with judged_before.begin() as connection:
        known = sa.MetaData()
        known.reflect(connection, only=["calls", "evaluations", "findings"])
        evaluations, findings = known.tables["evaluations"], known.tables["findings"]
        machine = connection.execute(sa.select(evaluations)).one()._mapping
        found = connection.execute(sa.select(findings)).one()._mapping
        connection.execute(evaluations.update().values(is_current=False))
        of_people = {"id": "e2", "job_id": "e2", "origin": "human", "is_current": True, "machine_id": "e1"}
        connection.execute(evaluations.insert().values(**{**machine, **of_people}))
        connection.execute(
            findings.insert().values(**{**found, "evaluation_id": "e2", "verdict": "dismissed"})
        )

    _step(judged_before, "downgrade", "0020")

    assert _rows(judged_before, "SELECT id FROM evaluations WHERE is_current") == [("e1",)]
    assert _rows(judged_before, "SELECT evaluation_id FROM findings") == [("e1",)]


def test_the_tables_are_those_of_the_program(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda _, name, kind, *__: kind != "table" or name in metadata.tables},
        )
        differences = compare_metadata(context, metadata)

    assert differences == []


def test_of_an_alert_that_was_handled_before_the_last_step_is_known(judged_before: sa.Engine) -> None:
    _step(judged_before, "upgrade", "0050")
    known = sa.MetaData()
    with judged_before.begin() as connection:
        known.reflect(connection, only=["alerts"])
        seen = {"state": "dismissed", "handled_by": "lead", "handled_at": 7, "note": "听过了"}
        for alert, finding, done in (("a1", "f1", seen), ("a2", "f2", {"state": "open"})):
            row = {"id": alert, "call_id": _CALL, "finding_id": finding, **done}
            _insert(connection, known.tables["alerts"], row)

    migrate(judged_before)

    steps = _rows(judged_before, "SELECT alert_id, state, done_by, done_at, note FROM alert_steps")
    assert steps == [("a1", "dismissed", "lead", 7, "听过了")]
    _step(judged_before, "downgrade", "0050")
    assert _rows(judged_before, "SELECT note FROM alerts ORDER BY id") == [("听过了",), ("",)]


_BOOK = "schema: qa-service/rulebook@1\nname: x\nversion: 1\ntitle: x\n"


@pytest.mark.parametrize(
    ("said", "days"),
    [
        pytest.param("effective: {from: 2026-07-01}\n", ("2026-07-01", "None"), id="from a day on"),
        pytest.param(
            "effective: {from: 2026-01-01, to: 2026-06-30}\n", ("2026-01-01", "2026-06-30"), id="both"
        ),
        pytest.param("", ("None", "None"), id="always"),
        pytest.param("effective: [\n", ("None", "None"), id="a text that nobody reads any more"),
    ],
)
def test_rulebooks_that_were_published_before_keep_their_days(
    judged_before: sa.Engine, said: str, days: tuple[str, str]
) -> None:
    _step(judged_before, "upgrade", "0020")
    content = zstandard.ZstdCompressor().compress(json.dumps({"x": _BOOK + said}).encode())
    known = sa.MetaData()
    with judged_before.begin() as connection:
        known.reflect(connection, only=["rulebooks"])
        row = {"digest": "ab" * 32, "name": "x", "origin": "published", "content": content}
        _insert(connection, known.tables["rulebooks"], row)

    migrate(judged_before)

    query = "SELECT effective_from, effective_to FROM rulebooks WHERE name = 'x'"
    assert [tuple(map(str, row)) for row in _rows(judged_before, query)] == [days]


def test_transferred_calls_are_listed_with_their_worst_part_from_then_on(judged_before: sa.Engine) -> None:
    _step(judged_before, "upgrade", "0050")
    parts = [
        {"agent_id": "8001", "score": 60.5, "passed": False},
        {"agent_id": "8002", "score": 100.0, "passed": True},
    ]
    document = zstandard.ZstdCompressor().compress(json.dumps({"evaluations": parts}).encode())
    known = sa.MetaData()
    with judged_before.begin() as connection:
        known.reflect(connection, only=["calls", "evaluations", "call_agents"])
        good = {"score": 100.0, "passed": True}
        connection.execute(known.tables["calls"].update().values(**good))
        connection.execute(known.tables["evaluations"].update().values(document=document, **good))
        for agent in ("8001", "8002"):
            own = {"call_id": _CALL, "agent_id": agent, "seq": 1, "created_at": 1}
            _insert(connection, known.tables["call_agents"], own)

    migrate(judged_before)

    assert _rows(judged_before, "SELECT score, passed FROM calls") == [(60.5, False)]
    assert _rows(judged_before, "SELECT score, passed FROM evaluations") == [(60.5, False)]
    agents = _rows(judged_before, "SELECT agent_id, score, passed FROM call_agents ORDER BY agent_id")
    assert agents == [("8001", 60.5, False), ("8002", 100.0, True)]
