"""Many stored measurements: a fair sample, the same for the same seed, on both databases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from qa_service.core.people import MACHINE, Asked
from qa_service.core.rescores import Selection
from qa_service.stores.measured_calls import StoredMeasures
from qa_service.stores.tables import audit, measured
from tests.stores.shop import Shop
from tests.usecases.centre_calls import centre_call, keep

ASKED = Asked(MACHINE)


def test_a_sample_is_fair_the_same_again_and_of_the_lines_asked_for(
    engine: sa.Engine, tmp_path: Path
) -> None:
    store = StoredMeasures(Shop(engine, tmp_path).shelves)
    call = centre_call(1, turns=4)
    by_line = {line: [keep(engine, call, line=line) for _ in range(12)] for line in ("400", "500")}

    drawn = store.draw(ASKED, Selection(most=8, seed=1), "rulebook:x")
    other = store.draw(ASKED, Selection(most=8, seed=2), "rulebook:x")
    narrow = store.draw(ASKED, Selection(most=99, seed=1, lines=("500",)), "rulebook:x")

    assert (len(drawn.places), drawn.candidates) == (8, 24)
    assert drawn == store.draw(ASKED, Selection(most=8, seed=1), "rulebook:x")
    assert drawn.places != other.places
    assert [place.seq for place in drawn.places] == sorted((p.seq for p in drawn.places), reverse=True)
    assert {place.id for place in narrow.places} == {*by_line["500"]}


def test_what_is_gone_or_damaged_is_one_call_less(engine: sa.Engine, tmp_path: Path) -> None:
    store, call = StoredMeasures(Shop(engine, tmp_path).shelves), centre_call(1, turns=4)
    whole, damaged, unmeasured = keep(engine, call), keep(engine, call), keep(engine, None)
    with engine.begin() as connection:
        spoilt = measured.update().where(measured.c.call_id == damaged).values(content=b"no")
        connection.execute(spoilt)
    places = store.draw(ASKED, Selection(most=9, seed=1), "rulebook:x").places
    gone = replace(places[0], id="nobody")

    read = {kept.id if kept else "": found for kept, found in store.read(ASKED, [*places, gone])}

    assert read == {whole: call, damaged: None, unmeasured: None, "": None}


def test_that_calls_were_read_is_written_down_once_and_names_nobody(
    engine: sa.Engine, tmp_path: Path
) -> None:
    store = StoredMeasures(Shop(engine, tmp_path).shelves)
    keep(engine, centre_call(1, turns=4), line="400")

    store.draw(ASKED, Selection(most=9, seed=1), "rulebook:service-zh")

    with engine.connect() as connection:
        rows = connection.execute(sa.select(audit.c.action, audit.c.object, audit.c.detail)).all()
    assert [tuple(row) for row in rows] == [
        ("rulebook_tune", "rulebook:service-zh", '{"calls": 1, "lines": [], "seed": 1}')
    ]
