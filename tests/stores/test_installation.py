"""One installation, one master key: another is noticed before it seals anything."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from qa_service.core.errors import UsageError
from qa_service.stores import keys
from qa_service.stores.installation import agreed_key
from qa_service.stores.keys import KEY_BYTES, MasterKey
from qa_service.stores.tables import calls, seals

BEFORE = datetime(2026, 11, 25, tzinfo=UTC)


def write(file: Path, digit: str) -> Path:
    file.write_text(digit * (2 * KEY_BYTES) + "\n")
    file.chmod(0o600)
    return file


def refused(engine: sa.Engine, file: Path) -> str:
    with pytest.raises(UsageError) as caught:
        agreed_key(engine, file)
    assert caught.value.where == str(file)
    return caught.value.code


def known(engine: sa.Engine) -> int:
    with engine.begin() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(seals)).scalar_one())


def sealed_before(engine: sa.Engine, key: MasterKey) -> None:
    """A call of the versions that knew no check value."""
    row = {"id": "c1", "source": "api", "state": "judged", "created_at": BEFORE, "envelope": "{}"}
    with engine.begin() as connection:
        connection.execute(calls.insert().values(**row, data_key=key.wrap(b"secret", "c1")))


def test_a_fresh_installation_makes_its_key_and_knows_it_again(engine: sa.Engine, tmp_path: Path) -> None:
    file = tmp_path / "keys" / "master.key"

    sealed = agreed_key(engine, file).wrap(b"secret", "it")

    assert agreed_key(engine, file).unwrap(sealed, "it") == b"secret"
    assert known(engine) == 1


def test_a_key_that_lies_there_is_taken(engine: sa.Engine, tmp_path: Path) -> None:
    file = write(tmp_path / "master.key", "a")

    sealed = MasterKey(bytes.fromhex("a" * 64)).wrap(b"secret", "it")

    assert agreed_key(engine, file).unwrap(sealed, "it") == b"secret"


def test_another_key_does_not_start(engine: sa.Engine, tmp_path: Path) -> None:
    agreed_key(engine, write(tmp_path / "master.key", "a"))

    assert refused(engine, write(tmp_path / "other.key", "b")) == "wrong_master_key"


def test_where_the_key_is_missing_no_other_is_made(engine: sa.Engine, tmp_path: Path) -> None:
    agreed_key(engine, tmp_path / "master.key")
    elsewhere = tmp_path / "elsewhere" / "master.key"

    assert refused(engine, elsewhere) == "master_key_missing"
    assert not elsewhere.exists()


def test_an_installation_of_the_version_before_is_known_by_its_recordings(
    engine: sa.Engine, tmp_path: Path
) -> None:
    sealed_before(engine, MasterKey(bytes.fromhex("a" * 64)))

    assert refused(engine, tmp_path / "none.key") == "master_key_missing"
    assert refused(engine, write(tmp_path / "other.key", "b")) == "wrong_master_key"
    assert known(engine) == 0

    agreed_key(engine, write(tmp_path / "master.key", "a"))
    assert known(engine) == 1


def start_at_once(engine: sa.Engine, files: list[Path]) -> list[MasterKey | UsageError]:
    together = Barrier(len(files))

    def start(file: Path) -> MasterKey | UsageError:
        together.wait()
        try:
            return agreed_key(engine, file)
        except UsageError as error:
            return error

    with ThreadPoolExecutor(len(files)) as pool:
        return list(pool.map(start, files))


def test_processes_that_start_at_once_agree(engine: sa.Engine, tmp_path: Path) -> None:
    made = start_at_once(engine, [tmp_path / "master.key"] * 6)

    agreed = [one for one in made if isinstance(one, MasterKey)]
    assert len(agreed) == 6
    sealed = agreed[0].wrap(b"secret", "it")
    assert {one.unwrap(sealed, "it") for one in agreed} == {b"secret"}


def test_of_machines_that_start_at_once_without_a_common_key_one_starts(
    engine: sa.Engine, tmp_path: Path
) -> None:
    made = start_at_once(engine, [tmp_path / str(number) / "master.key" for number in range(6)])

    assert [type(one) for one in made].count(MasterKey) == 1
    assert {one.code for one in made if isinstance(one, UsageError)} == {"master_key_missing"}
    assert len(list(tmp_path.glob("*/master.key"))) == 1


@pytest.mark.parametrize("spoil", [lambda file: file.chmod(0o644), lambda file: file.write_text("no key")])
def test_a_key_file_that_will_not_do_is_told(
    engine: sa.Engine, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    file = tmp_path / "master.key"
    agreed_key(engine, file)
    spoil(file)

    assert refused(engine, file) == "master_key_file"


def test_the_key_itself_is_nowhere_in_the_database(engine: sa.Engine, tmp_path: Path) -> None:
    file = write(tmp_path / "master.key", "a")
    agreed_key(engine, file)

    with engine.begin() as connection:
        sealed = connection.execute(sa.select(seals.c.sealed)).scalar_one()

    assert keys._read(file) not in sealed
