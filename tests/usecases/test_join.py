"""Which call record a recording belongs to, who the agent was, and what is left out because nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from qa_service.core.items import CdrRecord, Login
from qa_service.core.sources import Handling, JoinBy, Source
from qa_service.usecases.join import joined
from qa_service.usecases.source_names import Named

AT = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
#: As it stands in a name: Shanghai's clock.
WRITTEN = datetime(2026, 11, 25, 16, 30)


@dataclass(frozen=True)
class Books:
    """Registers in memory."""

    records: tuple[CdrRecord, ...] = ()
    table: tuple[Login, ...] = ()

    def same_sound(self, team: str, sha256: str) -> str | None:
        raise AssertionError("not asked for here")

    def same_call(self, source: Source, call_id: str, at: datetime) -> str | None:
        raise AssertionError("not asked for here")

    def by_call_id(self, cdr: str, call_id: str) -> CdrRecord | None:
        return next((record for record in self.records if record.call_id == call_id), None)

    def by_extension(self, cdr: str, extension: str, since: datetime, until: datetime) -> Sequence[CdrRecord]:
        return [
            r
            for r in self.records
            if r.extension == extension and r.started_at and since <= r.started_at <= until
        ]

    def logins(self, extension: str, at: datetime) -> Sequence[Login]:
        return [login for login in self.table if login.extension == extension and login.covers(at)]


def record(call_id: str, seconds: int = 0, **more: Any) -> CdrRecord:
    return CdrRecord(
        **{"call_id": call_id, "started_at": AT + timedelta(seconds=seconds), "extension": "8001", **more}
    )


def agent(envelope: Any) -> str:
    people = envelope.get("participants") or [{}]
    return str(people[0].get("agent_id", ""))


BY_ID = Handling(join=JoinBy.CALL_ID, cdr="话单")
BY_SEAT = Handling(join=JoinBy.EXTENSION, cdr="话单")
SEAT = Named(extension="8001", started_at=WRITTEN)
SHIFT = Login("3056", "8001", AT - timedelta(hours=1), AT + timedelta(hours=1))


def test_a_record_is_found_by_its_id_and_wins_over_the_name() -> None:
    books = Books((record("c1", agent_id="3056", direction="inbound", line="400"),))

    known = joined(books, BY_ID, Named(call_id="c1", agent_id="9999", direction="outbound"), {})

    assert (agent(known.envelope), known.envelope["direction"], known.envelope["line"]) == (
        "3056",
        "inbound",
        "400",
    )
    assert not known.is_awaited


@pytest.mark.parametrize(
    ("records", "call_id"),
    [
        pytest.param([record("near", 30), record("far", 90)], "near", id="the nearest"),
        pytest.param([record("early", -119)], "early", id="within two minutes before"),
        pytest.param([record("late", 121)], None, id="too far"),
        pytest.param([record("one", 30), record("two", -30)], None, id="two equally near: nobody can tell"),
        pytest.param([record("other", 0, extension="8002")], None, id="another extension"),
        pytest.param([], None, id="none at all"),
    ],
)
def test_by_extension_and_time(records: list[CdrRecord], call_id: str | None) -> None:
    known = joined(Books(tuple(records)), BY_SEAT, SEAT, {})

    assert known.envelope.get("call_id") == call_id
    assert known.is_awaited is (call_id is None)


@pytest.mark.parametrize(
    ("table", "who"),
    [
        pytest.param([SHIFT], "3056", id="who sat there"),
        pytest.param([Login("3056", "8001", AT)], "3056", id="since that very moment, and still"),
        pytest.param([Login("3056", "8001", AT - timedelta(hours=2), AT)], "", id="left at that very moment"),
        pytest.param([Login("3056", "8001", AT + timedelta(seconds=1))], "", id="came later"),
        pytest.param([Login("3056", "8002", AT)], "", id="sat elsewhere"),
        pytest.param([SHIFT, Login("3101", "8001", AT)], "", id="two at once: nobody can tell"),
    ],
)
def test_the_agent_is_looked_up_in_the_login_table(table: list[Login], who: str) -> None:
    assert agent(joined(Books(table=tuple(table)), Handling(), SEAT, {}).envelope) == who


def test_a_record_without_an_agent_is_completed_by_the_login_table() -> None:
    assert agent(joined(Books((record("c1"),), (SHIFT,)), BY_ID, Named(call_id="c1"), {}).envelope) == "3056"


def test_the_agent_of_a_record_is_believed_more_than_the_login_table() -> None:
    books = Books((record("c1", agent_id="3101"),), (SHIFT,))

    assert agent(joined(books, BY_ID, Named(call_id="c1"), {}).envelope) == "3101"


def test_a_token_of_the_record_takes_the_place_of_a_number_in_the_name() -> None:
    books = Books((record("c1", customer="hmac-sha256:" + "ab" * 16),))

    known = joined(books, BY_ID, Named(call_id="c1", customer_number="13800138000"), {})

    assert "customer_number" not in known.envelope
    assert known.envelope["customer"] == "hmac-sha256:" + "ab" * 16


def test_participants_that_were_told_in_full_stay() -> None:
    two = [{"id": "a", "kind": "agent", "agent_id": "1"}, {"id": "b", "kind": "agent", "agent_id": "2"}]
    books = Books((record("c1", agent_id="3056"),))

    assert joined(books, BY_ID, Named(call_id="c1"), {"participants": two}).envelope["participants"] == two


def test_nothing_is_awaited_where_nothing_is_joined() -> None:
    assert not joined(Books(), Handling(), Named(call_id="c1"), {}).is_awaited
