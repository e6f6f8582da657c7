"""Links that a dialler, or a call record, gives: fetched in time from where one may, and never from inside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from qa_service.core.errors import AddressError
from qa_service.core.items import Handed
from qa_service.core.sources import Place, SourceKind
from qa_service.stores.engine import reading
from qa_service.stores.tables import source_items
from tests.alerts.receiver import Receiver, running
from tests.sources.collecting import ADMIN, SOUND, Centre, agents
from tests.sources.test_joined import QUERY, records


@pytest.fixture
def store() -> Iterator[Receiver]:
    with running(Receiver(answer=SOUND)) as made:
        yield made


@pytest.fixture
def centre(engine: sa.Engine, tmp_path: Path, store: Receiver) -> Centre:
    """An installation whose administrator named the dialler's store."""
    (tmp_path / "centre").mkdir()
    return Centre(engine, tmp_path / "centre", allowed=(f"127.0.0.1:{store.port}",))


def hand(
    centre: Centre, source: str, url: str, *, seconds: int = 60, envelope: str = '{"call_id": "c1"}'
) -> bool:
    handed = Handed(url, envelope, "a.wav", centre.at + timedelta(seconds=seconds))
    is_new = centre.desk.hand_over(ADMIN, source, "c1", handed)
    assert is_new is not None
    return is_new


def test_a_link_is_fetched_once_and_forgotten(centre: Centre, store: Receiver) -> None:
    source = centre.add(SourceKind.DIALLER, place=Place(), team="北区")
    hand(centre, source, store.url)

    for _ in range(3):
        centre.round(source)
        centre.later(seconds=2)

    (call,) = centre.calls()
    assert (call.envelope.call_id, call.team, call.file_name, centre.heard(call)) == (
        "c1",
        "北区",
        "a.wav",
        SOUND,
    )
    assert len(store.got) == 1
    with reading(centre.engine) as connection:
        assert connection.execute(sa.select(source_items.c.handed)).scalar_one() is None


def test_a_link_that_expired_is_told_and_may_be_told_anew(centre: Centre, store: Receiver) -> None:
    source = centre.add(SourceKind.DIALLER, place=Place())
    hand(centre, source, store.url, seconds=10)
    centre.later(seconds=10)
    centre.round(source)
    assert [letter.reason for letter in centre.letters(source)] == ["link_expired"]
    assert store.got == []

    assert hand(centre, source, store.url)
    centre.round(source)

    assert len(centre.calls()) == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        pytest.param({"status": 404}, "waiting:answer_unfit", id="not there: tried again"),
        pytest.param({"status": 302, "headers": {"location": "/x"}}, "waiting:answer_unfit", id="a redirect"),
        pytest.param({"way": "die"}, "waiting:address_away", id="broken off: tried again"),
        pytest.param({"answer": b"x" * ((1 << 20) + 1)}, "dead:answer_too_large", id="too large"),
        pytest.param({"answer": b""}, "dead:empty", id="empty"),
    ],
)
def test_answers_that_are_no_recording(
    centre: Centre, store: Receiver, answer: dict[str, object], state: str
) -> None:
    for name, value in answer.items():
        setattr(store, name, value)
    source = centre.add(SourceKind.DIALLER, place=Place())
    hand(centre, source, store.url)

    centre.round(source)

    assert (centre.states(), centre.calls()) == ({"c1": state}, [])


def test_one_dead_link_keeps_no_other_back(centre: Centre, store: Receiver) -> None:
    source = centre.add(SourceKind.DIALLER, place=Place())
    dead = Handed("http://127.0.0.1:9/x", "{}")
    with pytest.raises(AddressError):
        centre.desk.hand_over(ADMIN, source, "c0", dead)
    hand(centre, source, store.url)

    centre.round(source)

    assert len(centre.calls()) == 1


def test_a_record_may_say_where_its_sound_lies(centre: Centre, store: Receiver) -> None:
    rows = (
        ("c1", "2026-11-25 16:20:30", "8001", "3056", store.url),
        ("c2", "2026-11-25 16:21:30", "8001", "3101", "http://10.0.0.1/x"),
    )
    cdr = centre.add(SourceKind.CDR, name="话单", place=Place(query=QUERY), secrets=records(centre, *rows))

    centre.round(cdr)
    centre.later(seconds=2)
    centre.round(cdr)

    assert [(call.envelope.call_id, agents(call)) for call in centre.calls()] == [("c1", ["3056"])]
    assert centre.states() == {"c1": "taken", "c2": "waiting:address_refused"}
    assert len(store.got) == 1
