"""One process collects from a source: who lives keeps it, who slept writes nothing, who dies loses nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qa_service.core.errors import Fenced
from qa_service.core.items import Lease, Noticed
from tests.sources.collecting import ADMIN, NOW, SOUND, Centre
from tests.sources.mortal import POINTS

ROOT = Path(__file__).parents[2]


def test_what_a_living_process_has_nobody_else_takes(centre: Centre) -> None:
    source = centre.add()
    centre.beat("one")
    assert centre.ledger("one").lease(source) is not None

    assert centre.ledger("two").due() == ()
    assert centre.ledger("two").lease(source) is None
    centre.beat("one", seconds_ago=10)
    assert list(centre.ledger("two").due()) == [source]
    assert centre.ledger("two").lease(source) is not None


def test_a_process_that_was_only_asleep_writes_nothing(centre: Centre) -> None:
    source = centre.add()
    centre.put("a.wav", SOUND)
    centre.round(source)
    centre.later(seconds=61)
    slow = centre.ledger("slow")

    class Overtaken:
        """While the first one reads, another one takes the source over."""

        def __init__(self, lease: Lease, noticed: Noticed | None) -> None:
            self.reader = centre._reader(lease, noticed)

        def items(self, *given: Any) -> Any:
            return self.reader.items(*given)

        def fetch(self, *given: Any) -> int:
            if not centre.calls():
                assert centre.collector("quick").round(source) == 1
            return self.reader.fetch(*given)

    assert centre.collector(ledger=slow, reader=Overtaken).round(source) == 0

    assert len(centre.calls()) == len(centre.sealed()) == 1
    assert centre.states() == {"a.wav": "taken"}


def test_every_word_of_an_old_lease_is_refused(centre: Centre) -> None:
    source = centre.add()
    centre.put("a.wav", SOUND)
    centre.round(source)
    centre.later(seconds=61)
    old = centre.ledger("old")
    lease = old.lease(source)
    assert lease is not None
    (noticed,) = old.ready(lease, 9)
    assert centre.ledger("new").lease(source) is not None

    words: list[Callable[[], object]] = [
        lambda: old.notice(lease, [noticed.item], are_whole=True),
        lambda: old.note_records(lease, ()),
        lambda: old.put_off(lease, noticed, "x", NOW),
        lambda: old.begin_anew(lease, noticed),
        lambda: old.fail(lease, noticed, "x", for_good=True),
        lambda: old.end(lease, watermark=None, trouble=""),
    ]
    for word in words:
        with pytest.raises(Fenced):
            word()
    assert centre.states() == {"a.wav": "seen"}


def test_a_source_that_is_off_is_not_looked_into(centre: Centre) -> None:
    source = centre.add()
    centre.put("a.wav", SOUND)
    assert centre.desk.switch(ADMIN, source, on=False)

    centre.settle(source)

    assert (centre.states(), list(centre.ledger().due())) == ({}, [])


@pytest.mark.parametrize("point", POINTS)
def test_a_death_anywhere_takes_nothing_in_twice(centre: Centre, point: str) -> None:
    """A real process, and a real SIGKILL."""
    source = centre.add()
    centre.put("a.wav", SOUND)
    centre.put("b.wav", SOUND + b"b")
    centre.round(source)
    centre.later(seconds=61)
    url = centre.engine.url.render_as_string(hide_password=False)
    told = (point, url, str(centre.folder), centre.at.isoformat(), source)

    died = subprocess.run([sys.executable, "-m", "tests.sources.mortal", *told], cwd=ROOT, timeout=60)
    centre.round(source)

    assert died.returncode == -signal.SIGKILL
    assert sorted(call.file_name for call in centre.calls()) == ["a.wav", "b.wav"]
    assert set(centre.states().values()) == {"taken"}
