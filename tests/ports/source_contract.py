"""What every reader of a source keeps. Inherit, and give a fixture `place`."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from qa_service.core.errors import SourcingError
from qa_service.core.items import Item
from qa_service.ports.sources import SourceReader

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MOST = 1 << 20


class Place(Protocol):
    """Somewhere that things can be put."""

    reader: SourceReader

    def put(self, key: str, content: bytes) -> None:
        """Writes a whole file, in place of what was there."""

    def remove(self, key: str) -> None:
        """Takes it away."""


def listed(place: Place) -> dict[str, Item]:
    return {item.key: item for item in place.reader.items(LONG_AGO)}


def fetched(place: Place, item: Item, most: int = MOST) -> bytes:
    into = io.BytesIO()
    assert place.reader.fetch(item, into, most) == len(into.getvalue())
    return into.getvalue()


def refusal(place: Place, item: Item, most: int = MOST) -> str:
    with pytest.raises(SourcingError) as refused:
        place.reader.fetch(item, io.BytesIO(), most)
    return refused.value.code


class SourceReaderContract:
    """The suite."""

    def test_lists_everything_also_in_folders_below(self, place: Place) -> None:
        for key in ("a.wav", "2026/11/25/b.wav", "通话 甲.wav"):
            place.put(key, key.encode())

        found = listed(place)

        assert set(found) == {"a.wav", "2026/11/25/b.wav", "通话 甲.wav"}
        assert {key: item.bytes for key, item in found.items()} == {key: len(key.encode()) for key in found}

    def test_an_empty_place_holds_nothing(self, place: Place) -> None:
        assert listed(place) == {}

    def test_hands_out_what_was_put(self, place: Place) -> None:
        content = bytes(range(256)) * 3_000
        place.put("long.wav", content)

        assert fetched(place, listed(place)["long.wav"]) == content

    def test_an_empty_file_has_no_bytes(self, place: Place) -> None:
        place.put("empty.wav", b"")

        assert fetched(place, listed(place)["empty.wav"]) == b""

    def test_another_content_is_another_version(self, place: Place) -> None:
        place.put("a.wav", b"one")
        before = listed(place)["a.wav"]
        place.put("a.wav", b"other")

        assert listed(place)["a.wav"].version != before.version
        assert refusal(place, before) == "item_changed"

    def test_the_same_content_keeps_its_version(self, place: Place) -> None:
        place.put("a.wav", b"one")

        assert listed(place) == listed(place)

    def test_what_is_gone_is_told(self, place: Place) -> None:
        place.put("a.wav", b"one")
        before = listed(place)["a.wav"]
        place.remove("a.wav")

        assert refusal(place, before) == "item_gone"

    @pytest.mark.parametrize(("most", "fits"), [(3, True), (2, False)])
    def test_no_more_is_taken_than_is_allowed(self, place: Place, most: int, fits: bool) -> None:
        place.put("a.wav", b"one")
        item = listed(place)["a.wav"]

        assert (fetched(place, item, most) if fits else refusal(place, item, most)) == (
            b"one" if fits else "item_too_large"
        )

    @pytest.mark.parametrize("key", ["../secret", "x/../../secret", "no/such/thing"])
    def test_nobody_gets_out_of_the_place(self, place: Place, key: str) -> None:
        place.put("x/a.wav", b"one")

        assert refusal(place, Item(key, "1", 1, LONG_AGO)) == "item_gone"

    def test_a_time_is_from_its_first_moment_to_before_its_last(self, place: Place) -> None:
        place.put("a.wav", b"one")
        at = listed(place)["a.wav"].changed_at
        tick = timedelta(microseconds=1)

        def found(since: datetime, until: datetime | None = None) -> int:
            return len(list(place.reader.items(since, until)))

        assert (found(at), found(at + tick), found(LONG_AGO, at), found(LONG_AGO, at + tick)) == (1, 0, 0, 1)
