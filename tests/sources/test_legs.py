"""Sources in which a call lies as two files, one party each: it comes as one, when both are there and whole."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from qa_service.sources.folder import FolderReader
from qa_service.sources.legs import LegReader
from tests.ports.source_contract import SourceReaderContract, fetched, listed, refusal
from tests.sources.collecting import NOW, SOUND, Centre
from tests.sources.test_readers import Folder

LEGS = ("-in", "-out")
IN, OUT = SOUND + b"in", SOUND + b"out"


def legs_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


class TestReader(SourceReaderContract):
    """Files without such names are what they were."""

    @pytest.fixture
    def place(self, tmp_path: Path) -> Folder:
        (tmp_path / "inbox").mkdir()
        reader = LegReader(FolderReader(tmp_path / "inbox"), LEGS, lambda: NOW, tmp_path)
        return Folder(tmp_path / "inbox", reader)

    def test_two_files_are_one_thing(self, place: Folder) -> None:
        place.put("2026/c1-in.wav", IN)
        place.put("2026/c1-out.wav", OUT)

        ((key, item),) = listed(place).items()

        assert (key, item.bytes, item.is_pair) == ("2026/c1-in.wav", len(IN) + len(OUT), True)
        assert legs_of(fetched(place, item)) == {"0.wav": IN, "1.wav": OUT}

    def test_the_same_two_are_the_same_bytes(self, place: Folder) -> None:
        place.put("c1-in.wav", IN)
        place.put("c1-out.wav", OUT)
        item = listed(place)["c1-in.wav"]

        assert fetched(place, item) == fetched(place, item)

    @pytest.mark.parametrize("leg", ["c1-in.wav", "c1-out.wav"])
    def test_whichever_changes_it_is_another_version(self, place: Folder, leg: str) -> None:
        place.put("c1-in.wav", IN)
        place.put("c1-out.wav", OUT)
        before = listed(place)["c1-in.wav"]
        place.put(leg, SOUND + b"another")

        assert listed(place)["c1-in.wav"].version != before.version
        assert refusal(place, before) == "item_changed"

    @pytest.mark.parametrize("leg", ["c1-in.wav", "c1-out.wav"])
    def test_where_one_is_gone_nothing_is_fetched(self, place: Folder, leg: str) -> None:
        place.put("c1-in.wav", IN)
        place.put("c1-out.wav", OUT)
        item = listed(place)["c1-in.wav"]
        place.remove(leg)

        assert refusal(place, item) == "item_gone"

    def test_both_together_are_held_to_the_limit(self, place: Folder) -> None:
        place.put("c1-in.wav", IN)
        place.put("c1-out.wav", OUT)

        assert refusal(place, listed(place)["c1-in.wav"], len(IN) + len(OUT) - 1) == "item_too_large"

    @pytest.mark.parametrize(
        "names",
        [
            pytest.param(("a-in.wav", "b-out.wav"), id="of two calls"),
            pytest.param(("x/a-in.wav", "y/a-out.wav"), id="in two folders"),
            pytest.param(("a-in.wav", "a-out.mp3"), id="of two kinds"),
            pytest.param(("-in.wav", "-out.wav"), id="with nothing in common"),
        ],
    )
    def test_what_does_not_belong_together_stays_apart(self, place: Folder, names: tuple[str, str]) -> None:
        for name in names:
            place.put(name, SOUND)

        assert set(listed(place)) == set(names)  # they have been alone for years
        assert not any(item.is_pair for item in listed(place).values())


class TestCollecting:
    def test_both_legs_become_one_call_when_both_are_whole(self, centre: Centre) -> None:
        source = centre.add(pattern="{call_id}-in.wav", endings=(".wav",), legs=LEGS)
        centre.put("c1-in.wav", IN)
        centre.settle(source)
        assert centre.states() == {}

        centre.put("c1-out.wav", OUT)
        centre.settle(source)
        centre.settle(source)

        (call,) = centre.calls()
        assert (call.envelope.call_id, call.file_name) == ("c1", "c1-in.zip")
        assert legs_of(centre.heard(call)) == {"0.wav": IN, "1.wav": OUT}
        assert centre.states() == {"c1-in.wav": "taken"}

    def test_a_leg_whose_other_never_comes_is_taken_in_alone(self, centre: Centre) -> None:
        source = centre.add(legs=LEGS)
        centre.put("c1-in.wav", IN)
        centre.settle(source)
        assert centre.calls() == []

        centre.later(hours=2)
        centre.settle(source)

        (call,) = centre.calls()
        assert (call.file_name, centre.heard(call)) == ("c1-in.wav", IN)

    def test_one_that_comes_days_later_makes_no_second_call(self, centre: Centre) -> None:
        source = centre.add(pattern="{call_id}-in.wav", legs=LEGS)
        centre.put("c1-in.wav", IN)
        centre.later(hours=3)
        centre.settle(source)
        centre.put("c1-out.wav", OUT)

        centre.settle(source)

        assert len(centre.calls()) == 1
        assert centre.states() == {"c1-in.wav": "same_call"}

    @pytest.mark.parametrize("older", ["c1-in.wav", "c1-out.wav"])
    def test_the_other_may_be_older_than_what_is_looked_at(self, centre: Centre, older: str) -> None:
        source = centre.add(legs=LEGS, begin_at=NOW - timedelta(minutes=1))
        for name in ("c1-in.wav", "c1-out.wav"):
            centre.put(name, SOUND, changed_at=NOW - timedelta(minutes=90) if name == older else None)

        centre.settle(source)

        assert [call.file_name for call in centre.calls()] == ["c1-in.zip"]

    def test_what_changed_before_the_beginning_is_left_alone(self, centre: Centre) -> None:
        source = centre.add(legs=LEGS, begin_at=NOW - timedelta(minutes=1))
        for name in ("c1-in.wav", "c1-out.wav"):
            centre.put(name, SOUND, changed_at=NOW - timedelta(minutes=90))

        centre.settle(source)

        assert centre.calls() == []
