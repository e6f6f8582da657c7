"""A customer's other calls, on both databases and by the fake: those before, bounded, and by an index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypedDict, Unpack

import pytest
import sqlalchemy as sa

from qa_service.core.calls import Direction, Envelope
from qa_service.core.history import Contact, History, Talks
from qa_service.core.people import Sight
from qa_service.core.speech import Role
from qa_service.core.stored import CallState, NewCall, StoredCall
from qa_service.stores import calls, history
from qa_service.stores.engine import is_sqlite, make_engine, reading
from qa_service.stores.evaluated import packed
from qa_service.stores.history import StoreHistory
from qa_service.stores.ids import new_id
from qa_service.stores.tables import calls as call_rows
from qa_service.stores.tables import evaluations as evaluation_rows
from tests.databases import DATABASES, new_database
from tests.ports.listed_history import ListedHistory
from tests.stores.rows import NOW
from tests.stores.shop import ASKED, Shop

DAY, WEEK = timedelta(days=1), timedelta(days=7)
ANNA, BERT = "hmac-sha256:9f2c41d07be5a6c3", "hmac-sha256:0123456789abcdef"
FROM_ANNA = Envelope(customer=ANNA, direction=Direction.INBOUND, line="400", skill_group="投诉组")


class More(TypedDict, total=False):
    """What else is said of a call."""

    came: datetime
    team: str
    sha256: str


class Known(Protocol):
    """A place in which calls are known, with the port that is tried."""

    def put(self, began: datetime | None, envelope: Envelope = ..., **more: Unpack[More]) -> StoredCall: ...

    def of(self, call: StoredCall, reach: timedelta = ..., most: int = ...) -> History: ...

    def say(self, call: StoredCall, *said: tuple[Role, str]) -> None: ...

    def talks(self, call: StoredCall, reach: timedelta = ..., most: int = ...) -> Talks: ...


def new(began: datetime | None, envelope: Envelope, more: More) -> StoredCall:
    came = more.get("came", (began or NOW) + timedelta(hours=1))
    return StoredCall(
        id=new_id(came),
        state=CallState.WAITING,
        source="api",
        envelope=replace(envelope, started_at=began),
        team=more.get("team", ""),
        sha256=more.get("sha256", ""),
        file_name="",
        bytes=0,
        audio_key="",
        agent_channel=None,
        created_at=came,
    )


@dataclass
class Listed:
    """The fake's."""

    held: list[StoredCall] = field(default_factory=list)
    said: dict[str, tuple[tuple[Role, str], ...]] = field(default_factory=dict)

    def put(self, began: datetime | None, envelope: Envelope = FROM_ANNA, **more: Unpack[More]) -> StoredCall:
        self.held.append(new(began, envelope, more))
        return self.held[-1]

    def of(self, call: StoredCall, reach: timedelta = WEEK, most: int = 200) -> History:
        return ListedHistory(self.held, most).of(call, reach)

    def say(self, call: StoredCall, *said: tuple[Role, str]) -> None:
        self.said[call.id] = said

    def talks(self, call: StoredCall, reach: timedelta = WEEK, most: int = 10) -> Talks:
        return ListedHistory(self.held, most_read=most, said=self.said).talks(call, reach)


@dataclass
class Stored:
    """A database's."""

    engine: sa.Engine

    def put(self, began: datetime | None, envelope: Envelope = FROM_ANNA, **more: Unpack[More]) -> StoredCall:
        one = new(began, envelope, more)
        row = NewCall(one.id, one.source, one.envelope, team=one.team, sha256=one.sha256)
        with self.engine.begin() as connection:
            calls.add(connection, row, now=one.created_at, data_key=b"key")
            found = calls.find(connection, one.id, Sight(everything=True))
        assert found
        return found

    def of(self, call: StoredCall, reach: timedelta = WEEK, most: int = 200) -> History:
        return StoreHistory(self.engine, most).of(call, reach)

    def say(self, call: StoredCall, *said: tuple[Role, str]) -> None:
        heard = [{"role": role.value, "text": text, "unreliable": None} for role, text in said]
        unheard = {"role": "agent", "text": "听不清", "unreliable": {"code": "unreliable.low_confidence"}}
        with self.engine.begin() as connection:
            connection.execute(
                evaluation_rows.insert().values(
                    id=new_id(NOW),
                    call_id=call.id,
                    job_id=new_id(NOW),
                    origin="full",
                    rulebook="d",
                    is_current=True,
                    is_listed=True,
                    status="scored",
                    document=packed({"utterances": [*heard, unheard]}),
                    created_at=NOW,
                )
            )

    def talks(self, call: StoredCall, reach: timedelta = WEEK, most: int = 10) -> Talks:
        return StoreHistory(self.engine, most_read=most).talks(call, reach)


@pytest.fixture(params=("listed", *DATABASES))
def known(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Known]:
    if request.param == "listed":
        yield Listed()
        return
    engine = make_engine(new_database(request, request.param, tmp_path))
    yield Stored(engine)
    engine.dispose()


def days_ago(found: History) -> list[float]:
    return [(NOW - one.began) / DAY for one in found.contacts]


def test_those_within_reach_up_to_this_one_newest_first_and_nobody_elses(known: Known) -> None:
    for days in (9, 7, 3, 6.9, 1, 0, -1):
        known.put(NOW - days * DAY)
    known.put(NOW - 2 * DAY, replace(FROM_ANNA, customer=BERT))
    known.put(NOW - 2 * DAY, Envelope())
    this = known.put(NOW)

    found = known.of(this)

    assert days_ago(found) == [0, 1, 3, 6.9]
    assert (found.since, found.is_cut, found.undated) == (NOW - WEEK, False, 0)
    assert found.contacts[0] == Contact(NOW, Direction.INBOUND, "400", "投诉组")


def test_what_comes_in_later_of_what_was_later_changes_nothing(known: Known) -> None:
    known.put(NOW - 3 * DAY)
    this = known.put(NOW - DAY)
    before = known.of(this)

    known.put(NOW)
    known.put(None, came=NOW)

    assert known.of(this) == before


def test_calls_of_every_team_count_and_nothing_says_which_they_are(known: Known) -> None:
    other = known.put(NOW - DAY, replace(FROM_ANNA, call_id="north-1"), team="north")
    this = known.put(NOW, team="south")

    found = known.of(this)

    assert days_ago(found) == [1]
    assert not any(name in repr(found) for name in (other.id, "north"))


def test_a_call_that_was_sent_twice_is_one_call(known: Known) -> None:
    known.put(NOW - DAY, replace(FROM_ANNA, call_id="c-1"))
    known.put(NOW - DAY, replace(FROM_ANNA, call_id="c-1"))
    known.put(NOW - 2 * DAY, sha256="ab" * 32)
    known.put(NOW - 2 * DAY, sha256="ab" * 32)
    known.put(NOW - 3 * DAY, replace(FROM_ANNA, call_id="c-1"))
    known.put(NOW, replace(FROM_ANNA, call_id="c-9"))
    this = known.put(NOW, replace(FROM_ANNA, call_id="c-9"))

    assert days_ago(known.of(this)) == [1, 2, 3], "the same name at another time is another call"


def test_of_a_busy_number_only_the_newest_are_read(known: Known) -> None:
    for hours in range(1, 8):
        known.put(NOW - timedelta(hours=hours))
    this = known.put(NOW)

    some, all_of_them = known.of(this, most=5), known.of(this, most=7)

    assert (len(some.contacts), some.is_cut) == (5, True)
    assert some.contacts == all_of_them.contacts[:5]
    assert (len(all_of_them.contacts), all_of_them.is_cut) == (7, False)


def test_calls_of_an_unknown_start_are_told_apart(known: Known) -> None:
    known.put(None, came=NOW - 9 * DAY)
    known.put(None, came=NOW - 2 * DAY)
    known.put(None, replace(FROM_ANNA, customer=BERT), came=NOW - 2 * DAY)
    this = known.put(NOW)

    found = known.of(this)

    assert (found.contacts, found.undated) == ((), 1), (
        "one came in before the window opened, one is another's"
    )


def test_since_when_customers_are_known(known: Known) -> None:
    known.put(NOW - 90 * DAY, Envelope())
    known.put(NOW - 40 * DAY, replace(FROM_ANNA, customer=BERT), came=NOW - 20 * DAY)
    known.put(NOW - 10 * DAY)
    this = known.put(NOW)

    assert known.of(this).known_since == NOW - 40 * DAY, (
        "back-filled; and of the first nobody said whose it is"
    )


def test_what_was_said_in_calls_of_the_same_team_newest_first(known: Known) -> None:
    for days, team in ((3, "south"), (1, "south"), (2, "north"), (9, "south"), (-1, "south")):
        known.say(known.put(NOW - days * DAY, team=team), (Role.CUSTOMER, f"{days} 天前"), (Role.AGENT, "好"))
    this = known.put(NOW, team="south")

    found = known.talks(this)

    assert [(talk.began, talk.said[0]) for talk in found.talks] == [
        (NOW - DAY, (Role.CUSTOMER, "1 天前")),
        (NOW - 3 * DAY, (Role.CUSTOMER, "3 天前")),
    ]
    assert [len(talk.said) for talk in found.talks] == [2, 2], "what was not heard well is left out"
    assert found.unread == 0


def test_calls_without_words_and_those_that_are_too_many_are_counted_as_unread(known: Known) -> None:
    for hours in range(1, 5):
        known.say(known.put(NOW - timedelta(hours=hours)), (Role.AGENT, str(hours)))
    known.put(NOW - timedelta(minutes=30))
    this = known.put(NOW)

    found = known.talks(this, most=3)

    assert [talk.said[0][1] for talk in found.talks] == ["1", "2"]
    assert found.unread == 3


def test_nothing_was_said_by_a_customer_or_at_a_time_that_nobody_knows(known: Known) -> None:
    known.say(known.put(NOW - DAY, Envelope()), (Role.AGENT, "好"))
    known.say(known.put(NOW - DAY), (Role.AGENT, "好"))

    for this in (known.put(NOW, Envelope()), known.put(None, came=NOW)):
        assert known.talks(this) == Talks()


@pytest.mark.parametrize("envelope", [Envelope(), replace(FROM_ANNA, customer="")])
def test_nobody_is_looked_up_without_a_customer(known: Known, envelope: Envelope) -> None:
    known.put(NOW - DAY, envelope)

    assert known.of(known.put(NOW, envelope)).contacts == ()


def test_nothing_is_found_of_a_call_that_began_nobody_knows_when(known: Known) -> None:
    known.put(NOW - DAY)

    assert known.of(known.put(None, came=NOW)).contacts == ()


def test_what_was_deleted_is_not_counted(engine: sa.Engine, tmp_path: Path) -> None:
    shop, store = Shop(engine, tmp_path / "sound"), Stored(engine)
    gone, this = store.put(NOW - DAY), store.put(NOW)
    before = len(store.of(this).contacts)

    shop.desk.delete(ASKED, gone.id, "客户要求")

    assert (before, len(store.of(this).contacts)) == (1, 0)


#: Calls of a store in which an index is worth it, most of them of one busy number.
MANY = 20_000


def plan_of(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> str:
    """How the database would do it."""
    written = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    explain = "EXPLAIN QUERY PLAN " if is_sqlite(connection) else "EXPLAIN "
    return "\n".join(
        str(tuple(row)) for row in connection.execute(sa.text(explain + written.replace(":", "\\:")))
    )


def test_nothing_is_looked_for_without_an_index(engine: sa.Engine) -> None:
    store = Stored(engine)
    this = store.put(NOW)
    rows = [
        {
            "id": f"{n:036}", "state": "judged", "source": "api", "envelope": "{}", "bytes": 1,
            "customer": BERT if n % 2 else ANNA if n % 5_000 == 0 else "",
            "started_at": None if n % 3 == 0 else NOW - n * timedelta(minutes=5),
            "created_at": NOW - n * timedelta(minutes=5),
        }
        for n in range(MANY)
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(call_rows.insert(), rows)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    window = (NOW - WEEK, NOW)

    with reading(engine) as connection:
        busy = replace(this, envelope=replace(this.envelope, customer=BERT))
        for one in (this, busy):
            dated = plan_of(connection, history._dated(one, window, 201))
            undated = plan_of(connection, history._undated(one, window[0], 200))
            # Of a number that has half of all calls PostgreSQL rather reads the week's.
            indexes = ("ix_calls_customer", "ix_calls_started") if one is busy else ("ix_calls_customer",)
            assert any(index in dated for index in indexes), dated
            assert "ix_calls_customer" in undated, undated
        first = plan_of(connection, history._first())
        assert "ix_calls_known" in first, first
        assert "TEMP B-TREE" not in first
        assert "Sort" not in first
