"""`qa-service partitions`: a folder a day, the same again, and gone with the calls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from qa_service.cli.main import app
from qa_service.core.errors import UsageError
from qa_service.stores.tables import calls, evaluations
from tests.databases import new_file
from tests.stores.rerun import DULL, PROMISED, Archive, archive


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Archive]:
    with archive(new_file(tmp_path), tmp_path, (PROMISED, DULL)) as held:
        yield held


def written(made: Archive, out: Path, *more: str) -> Result:
    day = made.service.clock().date().isoformat()
    return CliRunner().invoke(app, ["partitions", "--out", str(out), "--since", day, "--until", day, *more])


def test_three_tables_a_day(made: Archive, tmp_path: Path) -> None:
    out, day = tmp_path / "bi", made.service.clock().date().isoformat()

    assert written(made, out).exit_code == 0
    assert written(made, out).exit_code == 0, "the same once more"

    table = {
        name: pq.read_table(out / name / f"day={day}" / "part.parquet", partitioning=None)
        for name in ("calls", "findings", "utterances")
    }
    assert table["calls"].num_rows == 2
    assert table["findings"].num_rows >= 1
    said = table["utterances"].to_pylist()
    assert len(said) == 4
    first = next(row for row in said if row["start_s"] == 0 and row["call_id"] == made.calls[0])
    assert (first["role"], first["end_s"], first["chars"]) == ("agent", 3.0, len(PROMISED[0]))
    assert first["pitch_hz"] is None, "a transcript has no voice"
    assert "保本" not in str(said)
    assert {path.name for path in (out / "calls" / f"day={day}").iterdir()} == {"part.parquet"}


def test_whose_calls_are_gone_leave_no_file(made: Archive, tmp_path: Path) -> None:
    out = tmp_path / "bi"
    written(made, out)
    with made.engine.begin() as connection:
        connection.execute(evaluations.delete())
        connection.execute(calls.delete())

    assert written(made, out).exit_code == 0
    assert list(out.rglob("*.parquet")) == []


def test_days_the_wrong_way_round(made: Archive, tmp_path: Path) -> None:
    result = written(made, tmp_path, "--until", "2020-01-01")

    assert isinstance(result.exception, UsageError)
    assert result.exception.code == "wrong_days"
