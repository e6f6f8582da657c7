"""Calls as they are listed, found and hidden."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from qa_service.core.lists import Filter
from qa_service.core.people import Sight
from qa_service.stores import calls, lists
from qa_service.stores.engine import reading
from tests.stores.rows import NOW, call_in

ALL = Sight(everything=True)


def found(engine: sa.Engine, wanted: Filter, sight: Sight = ALL) -> list[str]:
    with reading(engine) as connection:
        return [call.id for call in lists.page(connection, sight, wanted).calls]


@pytest.mark.parametrize(
    ("wanted", "hits"),
    [
        pytest.param("保本", [0, 1], id="two characters"),
        pytest.param("保", [0, 1], id="one character"),
        pytest.param("理财保本", [0], id="across a comma-free sentence"),
        pytest.param("理財保本", [0], id="in traditional characters"),
        pytest.param("12315", [2], id="a number, said as 一二三一五 too"),
        pytest.param("hello", [2], id="a Latin word, whatever its case"),
        pytest.param("放心 再见", [0], id="two words, both must be there"),
        pytest.param("本再", [], id="not across two utterances"),
        pytest.param("本保", [], id="not in another order"),
        pytest.param("hell", [], id="not half a Latin word"),
        pytest.param("风险", [], id="nobody said it"),
        pytest.param('"保" OR "本"', [], id="the index's own operators are only text"),
        pytest.param("***", [], id="nothing to look for finds nothing"),
    ],
)
def test_search(engine: sa.Engine, wanted: str, hits: list[int]) -> None:
    ids = [
        call_in(engine, said=("这款理财保本，您放心", "再见")),
        call_in(engine, said=("不保本",)),
        call_in(engine, said=("我要打12315投诉 Hello World",)),
    ]

    assert sorted(found(engine, Filter(text=wanted))) == sorted(ids[i] for i in hits)


@pytest.mark.parametrize(
    ("sight", "seen"),
    [
        pytest.param(Sight(everything=True), [0, 1, 2], id="who may see everything"),
        pytest.param(Sight(teams=("north",)), [0], id="a supervisor sees the team"),
        pytest.param(Sight(teams=("north", "south")), [0, 1], id="of two teams"),
        pytest.param(Sight(agent_id="8001"), [1], id="an agent sees the own calls"),
        pytest.param(Sight(agent_id="8001", teams=("north",)), [1], id="an agent sees no team"),
        pytest.param(Sight(), [], id="nobody sees anything by default"),
        pytest.param(Sight(teams=("",)), [2], id="calls without a team are nobody's but who may see those"),
    ],
)
def test_what_one_sees(engine: sa.Engine, sight: Sight, seen: list[int]) -> None:
    ids = [
        call_in(engine, team="north", agent="8000"),
        call_in(engine, team="south", agent="8001"),
        call_in(engine, agent="8002"),
    ]

    assert sorted(found(engine, Filter(), sight)) == sorted(ids[i] for i in seen)
    with reading(engine) as connection:
        one_by_one = [i for i, id_ in enumerate(ids) if calls.find(connection, id_, sight)]
    assert one_by_one == seen


def test_pages_follow_one_another_without_gap_or_repeat(engine: sa.Engine) -> None:
    ids = [call_in(engine) for _ in range(7)]

    seen: list[str] = []
    cursor: int | None = None
    with reading(engine) as connection:
        while True:
            page = lists.page(connection, ALL, Filter(), limit=3, before=cursor)
            seen += [call.id for call in page.calls]
            cursor = page.cursor
            if cursor is None:
                break

    assert seen == ids[::-1]


def test_filters_of_time_end_before_their_end(engine: sa.Engine) -> None:
    call_id = call_in(engine)

    assert found(engine, Filter(since=NOW, until=NOW + timedelta(microseconds=1))) == [call_id]
    assert found(engine, Filter(until=NOW)) == []
    assert found(engine, Filter(since=NOW + timedelta(microseconds=1))) == []


def test_a_moment_keeps_its_zone_and_its_microseconds(engine: sa.Engine) -> None:
    call_id = call_in(engine)

    with reading(engine) as connection:
        call = calls.find(connection, call_id, ALL)

    assert call is not None
    assert (call.created_at, call.created_at.tzinfo is not None) == (NOW, True)
