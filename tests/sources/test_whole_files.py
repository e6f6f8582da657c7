"""What is whole comes once, from when and at what rate was said, and two recordings of a call are one call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qa_service.core.sources import Place
from tests.sources.collecting import ADMIN, NOW, SOUND, Centre, agents


def test_a_file_that_was_quiet_for_long_enough_becomes_one_call(centre: Centre) -> None:
    source = centre.add(pattern="{agent}_{call_id}.wav", team="北区")
    centre.put("3056_c1.wav", SOUND)

    centre.round(source)
    centre.later(seconds=59)
    centre.round(source)
    assert centre.calls() == []
    centre.later(seconds=2)
    for _ in range(3):
        centre.round(source)

    (call,) = centre.calls()
    assert (call.envelope.call_id, agents(call), call.team) == ("c1", ["3056"], "北区")
    assert (call.source, call.file_name, centre.heard(call)) == ("录音", "3056_c1.wav", SOUND)


def test_a_file_that_still_grows_is_left_alone(centre: Centre) -> None:
    source = centre.add()
    for size in (100, 200, 300):
        centre.put("a.wav", SOUND[:size])
        centre.round(source)
        centre.later(seconds=50)
    assert centre.calls() == []

    centre.later(seconds=11)
    centre.round(source)

    assert [call.bytes for call in centre.calls()] == [len(SOUND[:300])]


def test_a_marker_says_that_a_file_is_whole(centre: Centre) -> None:
    source = centre.add(marker=".done", endings=(".wav",))
    centre.put("a.wav", SOUND)
    centre.put("b.wav", SOUND + b"b")
    centre.put("b.wav.done", b"")

    centre.round(source)

    assert [call.file_name for call in centre.calls()] == ["b.wav"]
    assert set(centre.states()) == {"b.wav"}


def test_other_endings_do_not_count(centre: Centre) -> None:
    source = centre.add(endings=(".wav",))
    centre.put("a.WAV", SOUND)
    centre.put("readme.txt", b"x")

    centre.settle(source)

    assert centre.states() == {"a.WAV": "taken"}


def test_a_file_that_changed_after_it_was_taken_in_is_looked_at_again(centre: Centre) -> None:
    source = centre.add(pattern="{call_id}.wav")
    centre.put("c1.wav", SOUND)
    centre.settle(source)
    centre.put("c1.wav", SOUND + b"more")

    centre.settle(source)

    assert len(centre.calls()) == 1
    assert centre.states() == {"c1.wav": "same_call"}


def test_no_more_is_taken_in_than_the_rate_allows(centre: Centre) -> None:
    source = centre.add(per_minute=2, quiet_s=1)
    for number in range(5):
        centre.put(f"{number}.wav", SOUND + bytes([number]), changed_at=NOW - timedelta(minutes=9 - number))
    taken = []

    for _ in range(4):
        centre.round(source)
        centre.round(source)
        taken.append(len(centre.calls()))
        centre.later(seconds=61)

    assert taken == [0, 2, 4, 5]
    assert [call.file_name for call in centre.calls()] == [f"{number}.wav" for number in range(5)]


def test_what_was_there_before_is_left_alone_until_it_is_filled_in(centre: Centre) -> None:
    source = centre.add(begin_at=None)
    for days in (1, 3, 9):
        centre.put(f"{days}.wav", SOUND + bytes([days]), changed_at=NOW - timedelta(days=days))
    centre.settle(source)
    assert centre.calls() == []

    assert centre.desk.fill(ADMIN, source, NOW - timedelta(days=3), NOW)
    centre.settle(source)

    assert sorted(call.file_name for call in centre.calls()) == ["1.wav", "3.wav"]
    assert centre.source(source).fill is None


def test_files_with_older_times_are_not_overlooked(centre: Centre) -> None:
    source = centre.add()
    centre.put("new.wav", SOUND)
    centre.settle(source)
    centre.put("late.wav", SOUND + b"x", changed_at=NOW - timedelta(hours=40))

    centre.settle(source)

    assert sorted(call.file_name for call in centre.calls()) == ["late.wav", "new.wav"]


def test_the_same_recording_under_two_names_is_one_call(centre: Centre) -> None:
    source = centre.add()
    centre.put("a.wav", SOUND, changed_at=NOW - timedelta(minutes=2))
    centre.put("b.wav", SOUND, changed_at=NOW - timedelta(minutes=1))

    centre.settle(source)

    assert [call.file_name for call in centre.calls()] == ["a.wav"]
    assert centre.states() == {"a.wav": "taken", "b.wav": "duplicate"}


def test_the_same_recording_of_another_team_is_a_call_of_its_own(centre: Centre) -> None:
    north = centre.add(name="北", team="北区", place=Place(folder=str(centre.inbox / "n")))
    south = centre.add(name="南", team="南区", place=Place(folder=str(centre.inbox / "s")))
    centre.put("n/a.wav", SOUND)
    centre.put("s/a.wav", SOUND)

    for source in (north, south):
        centre.settle(source)

    assert [call.team for call in centre.calls()] == ["北区", "南区"]


@pytest.mark.parametrize(
    ("hours", "calls"),
    [
        pytest.param(23, 1, id="a second recording of the call"),
        pytest.param(25, 2, id="an id that comes again another day"),
    ],
)
def test_two_recordings_with_one_call_id(centre: Centre, hours: int, calls: int) -> None:
    source = centre.add(pattern="{started_at:%Y%m%d%H%M}_{call_id}.*")
    centre.put("202611250000_c1.wav", SOUND)
    second = (NOW.replace(hour=0) + timedelta(hours=hours)).strftime("%Y%m%d%H%M")
    centre.put(f"{second}_c1.mp3", SOUND + b"another")

    centre.settle(source)

    assert len(centre.calls()) == calls
