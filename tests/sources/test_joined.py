"""Recordings and call records on real tables: who it was, what is waited for, what is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from qa_service.core.items import Login
from qa_service.core.sources import JoinBy, Place, Secrets, SourceKind
from qa_service.stores import audit
from qa_service.stores.engine import reading
from tests.sources.collecting import ADMIN, LONG_AGO, NOW, SOUND, Centre, agents

SESAME = "open sesame"
FIRST = ("c1", "2026-11-25 16:20:30", "8001", "3056", "")
QUERY = """SELECT id AS call_id, begin_at AS started_at, ext AS extension, agent AS agent_id, phone AS customer_number,
 url AS recording_url, changed AS changed_at FROM cdr WHERE changed >= :since"""


def records(centre: Centre, *rows: tuple[str, str, str, str, str]) -> Secrets:
    """Another system's database, in the folder that sources may lie in; times are Shanghai's."""
    url = f"sqlite:///{centre.inbox / 'cdr.db'}"
    other = sa.create_engine(url)
    with other.begin() as connection:
        connection.execute(
            sa.text("CREATE TABLE IF NOT EXISTS cdr (id, begin_at, ext, agent, phone, url, changed)")
        )
        for row in rows:
            named = dict(zip(("id", "at", "ext", "agent", "url"), row, strict=True))
            connection.execute(
                sa.text("INSERT INTO cdr VALUES (:id, :at, :ext, :agent, '13800138000', :url, :at)"), named
            )
    other.dispose()
    return Secrets(database_url=url)


def mend(centre: Centre, call_id: str, at: str) -> None:
    other = sa.create_engine(f"sqlite:///{centre.inbox / 'cdr.db'}")
    with other.begin() as connection:
        mended = sa.text("UPDATE cdr SET begin_at = :at, changed = :at WHERE id = :id")
        connection.execute(mended, {"id": call_id, "at": at})
    other.dispose()


def test_a_recording_is_joined_with_its_record_by_extension_and_time(centre: Centre) -> None:
    secrets = records(centre, FIRST, ("c2", "2026-11-25 16:28:00", "8001", "3101", ""))
    cdr = centre.add(SourceKind.CDR, name="话单", place=Place(query=QUERY), secrets=secrets)
    sound = centre.add(
        pattern="{extension}_{started_at:%Y%m%d%H%M%S}.wav",
        endings=(".wav",),
        join=JoinBy.EXTENSION,
        cdr="话单",
    )
    centre.put("8001_20261125162000.wav", SOUND)

    centre.round(cdr)
    centre.settle(sound)

    (call,) = centre.calls()
    assert (call.envelope.call_id, agents(call), call.envelope.customer) == (
        "c1",
        ["3056"],
        "hmac-sha256:8000800080008000",
    )
    assert call.envelope.started_at is not None
    assert call.envelope.started_at.isoformat() == "2026-11-25T08:20:30+00:00"


def test_a_record_that_comes_later_is_waited_for(centre: Centre) -> None:
    cdr = centre.add(SourceKind.CDR, name="话单", place=Place(query=QUERY), secrets=records(centre))
    sound = centre.add(
        pattern="{call_id}.wav", endings=(".wav",), join=JoinBy.CALL_ID, cdr="话单", cdr_wait_s=3_600
    )
    centre.put("c1.wav", SOUND)
    centre.settle(sound)
    assert centre.states() == {"c1.wav": "waiting:cdr_awaited"}

    records(centre, FIRST)
    centre.round(cdr)
    centre.later(minutes=1)
    centre.round(sound)

    assert [agents(call) for call in centre.calls()] == [["3056"]]


def test_a_recording_goes_on_without_a_record_that_never_comes(centre: Centre) -> None:
    sound = centre.add(pattern="{call_id}.wav", join=JoinBy.CALL_ID, cdr="话单", cdr_wait_s=600)
    centre.put("c1.wav", SOUND)
    centre.settle(sound)
    centre.later(minutes=11)
    centre.round(sound)

    assert [call.envelope.call_id for call in centre.calls()] == ["c1"]


def test_the_login_table_says_who_sat_at_an_extension(centre: Centre) -> None:
    centre.desk.set_logins(
        ADMIN, [Login("3056", "8001", NOW - timedelta(hours=2), NOW), Login("3101", "8001", NOW)]
    )
    sound = centre.add(pattern="{extension}_{started_at:%Y%m%d%H%M%S}.wav")
    centre.put("8001_20261125162959.wav", SOUND)
    centre.put("8001_20261125163000.wav", SOUND + b"x")

    centre.settle(sound)

    assert sorted(agents(call)[0] for call in centre.calls()) == ["3056", "3101"]


def test_nothing_of_a_number_is_kept(centre: Centre) -> None:
    source = centre.add(pattern="{call_id}_*.wav")
    centre.add(SourceKind.CDR, name="话单", place=Place(query=QUERY), secrets=records(centre))
    centre.put("c1_x.wav", SOUND)
    centre.settle(source)
    records(centre, FIRST)
    for one in centre.desk.all(ADMIN):
        centre.round(one.id)

    with reading(centre.engine) as connection:
        kept = connection.execute(sa.text("SELECT customer FROM cdr_records")).scalars().all()
        assert list(kept) == ["hmac-sha256:8000800080008000"]
        assert audit.broken(connection) is None


def test_bad_rows_do_not_keep_good_ones_out(centre: Centre) -> None:
    secrets = records(centre, ("", "2026-11-25 16:20:30", "8001", "3056", ""), FIRST)
    cdr = centre.add(SourceKind.CDR, name="话单", place=Place(query=QUERY), secrets=secrets)

    centre.round(cdr)

    assert centre.registers.by_call_id("话单", "c1") is not None
    assert centre.source(cdr).trouble == "cdr_row"


def test_a_bad_row_is_a_dead_letter_until_it_is_mended_and_holds_up_nothing(centre: Centre) -> None:
    late = ("c9", "2026-11-25 99", "8001", "3056", "")
    secrets = records(centre, late, FIRST)
    cdr = centre.add(SourceKind.CDR, name="话单", place=Place(query=QUERY), secrets=secrets)

    centre.round(cdr)
    (letter,) = centre.letters(cdr)
    centre.later(seconds=60)
    centre.round(cdr)
    again = centre.letters(cdr)
    mend(centre, "c9", "2026-11-25 16:25:00")
    centre.later(seconds=60)
    centre.round(cdr)

    assert (letter.key, letter.reason) == ("row:c9", "cdr_time")
    assert list(again) == [letter]
    assert not centre.letters(cdr)
    assert centre.registers.by_call_id("话单", "c9") is not None


def test_a_test_shows_what_names_say_and_takes_nothing_in(centre: Centre) -> None:
    source = centre.add(pattern="{customer_number}_{call_id}.wav")
    centre.put("13800138000_c1.wav", SOUND)
    centre.put("other.wav", SOUND)

    found = centre.desk.try_out(ADMIN, source, 5)

    assert found is not None
    by_key = {tried.item.key: tried.read for tried in found}
    assert by_key == {"●●●●●●●●●●●_c1.wav": {"customer_number": "●" * 11, "call_id": "c1"}, "other.wav": None}
    assert (centre.calls(), centre.states()) == ([], {})


def test_a_test_of_records_shows_them(centre: Centre) -> None:
    secrets = records(centre, ("c1", "2026-11-25 16:20:30", "8001", "3056", "https://x/?sig=1"))
    cdr = centre.add(
        SourceKind.CDR, name="话单", place=Place(query=QUERY), secrets=secrets, begin_at=LONG_AGO
    )

    found = centre.desk.try_out(ADMIN, cdr, 5)

    assert found is not None
    (tried,) = found
    assert tried.read is not None
    assert (tried.read["call_id"], tried.read["recording_url"]) == ("c1", "●")


def test_secrets_are_sealed_and_never_shown(centre: Centre) -> None:
    secrets = replace(records(centre), password=SESAME)
    cdr = centre.add(SourceKind.CDR, name="话单", place=Place(query=QUERY), secrets=secrets)

    assert "sesame" not in repr(centre.source(cdr))
    with reading(centre.engine) as connection:
        rows = connection.execute(sa.text("SELECT * FROM sources")).all()
    assert b"sesame" not in repr(rows).encode()
    assert b"cdr.db" not in repr(rows).encode()
