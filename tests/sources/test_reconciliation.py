"""A day by the call records against what came: each call stands once, under what became of it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from qa_service.core.items import CdrRecord, Login
from qa_service.core.sources import JoinBy, Place, SourceKind
from qa_service.core.stored import CallState
from qa_service.exports.reconciliation import reconciliation_csv
from qa_service.ports.sources import DayRow
from qa_service.stores import calls
from qa_service.stores.cdr import keep_records
from qa_service.stores.tables import calls as rows_of_calls
from tests.sources.collecting import ADMIN, SOUND, Centre
from tests.sources.test_joined import QUERY, records

DAY = date(2026, 11, 25)
MIDNIGHT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


@pytest.fixture
def cdr(centre: Centre) -> str:
    return centre.add(SourceKind.CDR, name="话单", place=Place(query=QUERY), secrets=records(centre))


def expect(centre: Centre, cdr: str, *call_ids: str, at: datetime = MIDNIGHT) -> None:
    with centre.engine.begin() as connection:
        keep_records(connection, cdr, [CdrRecord(call_id, at, agent_id="3056") for call_id in call_ids])


def receive(centre: Centre, **states: tuple[CallState, str]) -> None:
    """Calls that came by file, with what became of them."""
    sound = centre.add(pattern="{call_id}.wav", endings=(".wav",), cdr="话单")
    for name in states:
        centre.put(f"{name}.wav", SOUND + name.encode(), changed_at=MIDNIGHT + timedelta(hours=1))
    centre.settle(sound)
    with centre.engine.begin() as connection:
        for call in centre.calls():
            state, reason = states[call.envelope.call_id]
            calls.set_state(connection, call.id, state, reason=reason)


def day(centre: Centre, which: date = DAY) -> tuple[Any, dict[str, str]]:
    (count,), rows = centre.desk.day(ADMIN, which, "Asia/Shanghai")
    return count, {row.call_id: f"{row.state} {row.reason}".strip() for row in rows}


def test_a_day(centre: Centre, cdr: str) -> None:
    expect(centre, cdr, "good", "short", "short2", "broken", "waits", "lost")
    centre.at = MIDNIGHT + timedelta(hours=2)
    receive(
        centre,
        good=(CallState.JUDGED, ""),
        short=(CallState.NOT_SCORABLE, "too_short"),
        short2=(CallState.NOT_SCORABLE, "too_short"),
        broken=(CallState.FAILED, "not_audio"),
        waits=(CallState.WAITING, ""),
        stray=(CallState.JUDGED, ""),
    )

    count, found = day(centre)

    assert found == {
        "good": "scored",
        "short": "not_scorable too_short",
        "short2": "not_scorable too_short",
        "broken": "failed not_audio",
        "waits": "processing",
        "lost": "missing",
        "stray": "unexpected",
    }
    assert (count.expected, count.received, count.scored, count.processing, count.missing) == (6, 5, 1, 1, 1)
    assert (count.not_scorable, count.failed, count.unexpected) == ({"too_short": 2}, {"not_audio": 1}, 1)


def same_bytes(centre: Centre, *names: str) -> str:
    """Recordings that are the same, the oldest first; the id of the call that they became."""
    sound = centre.add(pattern="{*}/{call_id}.wav", endings=(".wav",), cdr="话单")
    for number, name in enumerate(names):
        changed_at = centre.at + timedelta(seconds=number - 10)
        centre.put(f"{number}/{name}.wav", SOUND, changed_at=changed_at)
    centre.settle(sound)
    (call,) = centre.calls()
    assert sorted(centre.states().values()) == ["duplicate"] * (len(names) - 1) + ["taken"]
    return call.id


def test_the_same_bytes_under_another_id_are_known_and_not_missing(centre: Centre, cdr: str) -> None:
    expect(centre, cdr, "c1", "c2", "lost")
    centre.at = MIDNIGHT + timedelta(hours=2)
    call = same_bytes(centre, "c1", "c2", "c3")

    (count,), rows = centre.desk.day(ADMIN, DAY, "Asia/Shanghai")

    assert {row.call_id: (row.state, row.reason, row.id) for row in rows} == {
        "c1": ("processing", "", call),
        "c2": ("known", "same_bytes", call),
        "lost": ("missing", "", ""),
    }
    assert (count.expected, count.received, count.processing, count.known, count.missing) == (3, 2, 1, 1, 1)
    assert "c2" in reconciliation_csv(rows).decode().partition("same_bytes")[0]


def test_the_same_bytes_stay_known_after_the_call_is_deleted(centre: Centre, cdr: str) -> None:
    expect(centre, cdr, "c2")
    centre.at = MIDNIGHT + timedelta(hours=2)
    same_bytes(centre, "c1", "c2")
    with centre.engine.begin() as connection:
        connection.execute(rows_of_calls.delete())

    assert day(centre)[1] == {"c2": "known same_bytes"}


def test_the_same_bytes_of_another_day_are_another_call(centre: Centre, cdr: str) -> None:
    """An id comes again: the recording of then says nothing about the call of today."""
    centre.at = MIDNIGHT - timedelta(days=2)
    same_bytes(centre, "c1", "c2")
    expect(centre, cdr, "c2")

    assert day(centre)[1] == {"c2": "missing"}


def test_the_same_recording_twice_under_its_own_id_is_that_call(centre: Centre, cdr: str) -> None:
    expect(centre, cdr, "c1")
    centre.at = MIDNIGHT + timedelta(hours=2)
    same_bytes(centre, "c1", "c1")

    count, found = day(centre)
    assert (found, count.known) == ({"c1": "processing"}, 0)


@pytest.mark.parametrize(
    ("seconds", "belongs"),
    [(-1, False), (0, True), (86_399, True), (86_400, False)],
)
def test_a_day_goes_from_midnight_to_midnight_where_the_centre_is(
    centre: Centre, cdr: str, seconds: int, belongs: bool
) -> None:
    expect(centre, cdr, "c1", at=MIDNIGHT + timedelta(seconds=seconds))

    assert bool(day(centre)[1]) is belongs


def test_an_id_that_came_on_another_day_is_another_call(centre: Centre, cdr: str) -> None:
    centre.at = MIDNIGHT - timedelta(days=2)
    receive(centre, c1=(CallState.JUDGED, ""))
    expect(centre, cdr, "c1")

    assert day(centre)[1] == {"c1": "missing"}


def test_a_day_without_calls_counts_none(centre: Centre, cdr: str) -> None:
    count, found = day(centre, date(2026, 1, 1))

    assert (count.expected, count.missing, found) == (0, 0, {})


def test_csv_for_a_spreadsheet() -> None:
    rows = [
        DayRow("话单", "=c1", datetime(2026, 11, 25, tzinfo=UTC), "3056", "8001", "missing"),
        DayRow("话单", "c2", None, "", "", "failed", "not_audio", "x"),
    ]

    content = reconciliation_csv(rows).decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(content)))[1:] == [
        ["话单", "'=c1", "2026-11-25T00:00:00+00:00", "3056", "8001", "missing", "", ""],
        ["话单", "c2", "", "", "", "failed", "not_audio", "x"],
    ]


def test_an_agent_that_only_the_login_table_knows_is_told(centre: Centre, cdr: str) -> None:
    with centre.engine.begin() as connection:
        keep_records(connection, cdr, [CdrRecord(one, MIDNIGHT, extension="8001") for one in ("c1", "lost")])
    centre.desk.set_logins(ADMIN, [Login("3056", "8001", MIDNIGHT - timedelta(hours=1))])
    centre.at = MIDNIGHT + timedelta(hours=2)
    sound = centre.add(pattern="{call_id}.wav", cdr="话单", join=JoinBy.CALL_ID)
    centre.put("c1.wav", SOUND, changed_at=MIDNIGHT + timedelta(hours=1))
    centre.settle(sound)

    _, rows = centre.desk.day(ADMIN, DAY, "Asia/Shanghai")

    assert [(row.call_id, row.agent_id) for row in rows] == [("c1", "3056"), ("lost", "3056")]
