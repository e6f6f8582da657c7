"""The process that deletes is killed before and after each step; the next one finishes as if nothing had been."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from qa_service.core.calls import Envelope
from qa_service.core.keeping import Chosen, RetentionClass
from qa_service.core.lists import Filter
from qa_service.core.people import Sight
from qa_service.core.stored import NewCall
from qa_service.stores import calls, lists, words
from qa_service.stores.engine import reading
from qa_service.stores.ids import new_id
from qa_service.stores.keeping_desk import StoreKeeping
from qa_service.stores.sound import Sound, new_data_key
from qa_service.stores.tables import audit as audit_rows
from qa_service.stores.tables import call_keeping, measured
from qa_service.stores.tables import calls as call_rows
from tests.databases import DATABASES, new_database, new_file
from tests.worker.centre import ASKED, Centre, centre
from tests.worker.mortal_keeper import POINTS
from tests.worker.nursery import Nursery

pytestmark = pytest.mark.slow
KEEPER = "tests.worker.mortal_keeper"
UNDISTURBED = ""
_EVERYTHING = Sight(everything=True)
#: Ages in days: six are due as a whole, one loses its sound, one is held, one is young.
_AGES = (40, 40, 40, 40, 40, 40, 15, 40, 1)
_HELD = 7


@dataclass(frozen=True)
class End:
    """What was there when nothing more was due."""

    first_died_of: int | None
    #: By place in _AGES: whether there is a row, an object, a key, measurements, words that are found.
    left: tuple[tuple[bool, ...], ...]
    marked: int
    #: How often the audit log names each call as deleted.
    written_down: tuple[int, ...]
    broken_audit: int | None


@pytest.fixture(scope="module", params=DATABASES)
def ends(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, nursery: Nursery
) -> Mapping[str, End]:
    base = tmp_path_factory.mktemp(f"keeper-{request.param}")
    places = {point: base / (point or "undisturbed") for point in (UNDISTURBED, *POINTS)}
    for place in places.values():
        place.mkdir()
    urls = {point: new_database(request, request.param, place) for point, place in places.items()}

    def died(point: str) -> End:
        with centre(urls[point], places[point], nursery) as made:
            return _end(made, point)

    with ThreadPoolExecutor(3) as side_by_side:
        return dict(zip(places, side_by_side.map(died, places), strict=True))


def _end(here: Centre, point: str) -> End:
    ids = [_call(here, days) for days in _AGES]
    desk = StoreKeeping(here.shelves)
    desk.keep_class(ASKED, RetentionClass("a", 10, 20, 30))
    desk.set_default(ASKED, "a")
    desk.switch_class(ASKED, "a", on=True)
    desk.hold(ASKED, "诉讼", Chosen((ids[_HELD],)))
    first = here.node(KEEPER, point)
    first.wait(120)
    assert here.node(KEEPER).wait(120) == 0, here.logs()
    return End(
        first.returncode,
        tuple(_left(here, call_id) for call_id in ids),
        here.count(call_keeping, call_keeping.c.marked != ""),
        tuple(_named(here, ids)),
        here.broken_audit(),
    )


def _call(here: Centre, days: int) -> str:
    came = here.shelves.now() - timedelta(days=days)
    call_id, key = new_id(came), new_data_key()
    sound = Sound(f"{call_id[:4]}/{call_id}.sealed", call_id, 9)
    here.shelves.sounds.put(sound, io.BytesIO(b"recording"), key)
    new = NewCall(call_id, "api", Envelope(), bytes=9, audio_key=sound.key)
    with here.shelves.engine.begin() as connection:
        calls.add(connection, new, now=came, data_key=here.shelves.key.wrap(key, call_id))
        seq = connection.execute(sa.select(call_rows.c.seq).where(call_rows.c.id == call_id)).scalar_one()
        words.index(connection, seq, ["保本"])
        connection.execute(
            measured.insert().values(
                call_id=call_id, version=1, made_by="x", content=b"m", timings="{}", created_at=came
            )
        )
    return call_id


def _left(here: Centre, call_id: str) -> tuple[bool, ...]:
    with reading(here.shelves.engine) as connection:
        row = connection.execute(sa.select(call_rows).where(call_rows.c.id == call_id)).first()
        found = set(
            connection.execute(lists.selected(connection, _EVERYTHING, Filter(text="保本"))).scalars()
        )
        texts = connection.execute(sa.select(measured.c.call_id).where(measured.c.call_id == call_id)).first()
    sealed = any((here.folder / "data" / "sound").rglob(f"{call_id}.sealed"))
    return (
        row is not None,
        sealed,
        row is not None and row.data_key is not None,
        texts is not None,
        row is not None and row.id in found,
    )


def _named(here: Centre, ids: Sequence[str]) -> list[int]:
    with reading(here.shelves.engine) as connection:
        query = sa.select(audit_rows.c.detail).where(audit_rows.c.action == "delete")
        told: list[dict[str, Any]] = [json.loads(text) for text in connection.execute(query).scalars()]
    named = [call_id for detail in told for call_id in detail["calls"]]
    return [named.count(call_id) for call_id in ids]


def test_undisturbed_everything_due_goes_and_nothing_else(ends: Mapping[str, End]) -> None:
    end = ends[UNDISTURBED]

    gone, no_sound, whole = (False,) * 5, (True, False, False, True, True), (True,) * 5
    assert end.left == (*[gone] * 6, no_sound, whole, whole)
    assert end.written_down == (1, 1, 1, 1, 1, 1, 1, 0, 0)
    assert (end.first_died_of, end.marked, end.broken_audit) == (0, 0, None)


@pytest.mark.parametrize("point", POINTS)
def test_killed(ends: Mapping[str, End], point: str) -> None:
    end, undisturbed = ends[point], ends[UNDISTURBED]

    assert end.first_died_of == -9, "it was to die there"
    assert end.left == undisturbed.left
    assert end.written_down == undisturbed.written_down
    assert (end.marked, end.broken_audit) == (0, None)


def test_the_folder_of_sounds_is_looked_into(tmp_path: Path, nursery: Nursery) -> None:
    """The places above are the real ones: an object that is put there is seen."""
    with centre(new_file(tmp_path), tmp_path / "c", nursery) as here:
        assert _left(here, _call(here, 1)) == (True,) * 5
