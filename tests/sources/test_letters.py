"""What fails is told, tried again, and given to a person at last; a source that is away is no recording's fault."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from qa_service.core.errors import SourcingError
from qa_service.core.items import Item, Lease, Noticed
from qa_service.stores.source_items import MOST_TRIES
from tests.sources.collecting import ADMIN, SOUND, Centre


def test_a_name_that_does_not_fit_is_a_dead_letter_at_once(centre: Centre) -> None:
    source = centre.add(pattern="{agent}_{call_id}.wav")
    centre.put("nonsense.wav", SOUND)

    centre.settle(source)

    (letter,) = centre.letters(source)
    assert (letter.key, letter.reason, letter.tries) == ("nonsense.wav", "name_unreadable", 1)


def test_a_name_that_makes_no_envelope_is_a_dead_letter_at_once(centre: Centre) -> None:
    source = centre.add(pattern="{call_id}.wav")
    centre.put(f"{'c' * 101}.wav", SOUND)

    centre.settle(source)

    assert [(letter.reason, letter.tries) for letter in centre.letters(source)] == [("envelope_invalid", 1)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "empty", id="an empty file"),
        pytest.param(b"x" * ((1 << 20) + 1), "item_too_large", id="a huge one"),
    ],
)
def test_what_cannot_do_at_all_is_a_dead_letter_at_once(centre: Centre, content: bytes, reason: str) -> None:
    source = centre.add()
    centre.put("a.wav", content)

    centre.settle(source)

    assert [letter.reason for letter in centre.letters(source)] == [reason]


def test_a_name_in_another_encoding_is_a_dead_letter_with_its_bytes(centre: Centre) -> None:
    source = centre.add()
    odd = Path(os.fsdecode(os.fsencode(centre.inbox) + b"/\xd6\xd0.wav"))
    odd.write_bytes(SOUND)

    centre.settle(source)
    (letter,) = centre.letters(source)
    odd.rename(centre.inbox / "中.wav")
    assert centre.desk.retry(ADMIN, letter.id)
    centre.settle(source)

    assert (letter.key, letter.reason) == ("\\xd6\\xd0.wav", "name_not_utf8")
    assert (len(centre.letters(source)), len(centre.calls())) == (0, 1)


class Fails:
    """A reader that cannot hand out anything."""

    def __init__(self, real: Any, code: str) -> None:
        self.real, self.code, self.tries = real, code, 0

    def __call__(self, lease: Lease, noticed: Noticed | None) -> Any:
        self.reader = self.real(lease, noticed)
        return self

    def items(self, *given: Any) -> Any:
        return self.reader.items(*given)

    def fetch(self, item: Item, into: BinaryIO, most_bytes: int) -> int:
        self.tries += 1
        raise SourcingError(self.code, problem="no")


def test_what_fails_is_tried_five_times_and_may_then_be_tried_by_a_person(centre: Centre) -> None:
    source = centre.add()
    centre.put("a.wav", SOUND)
    locked = Fails(centre._reader, "item_locked")
    for _ in range(40):
        centre.round(source, reader=locked)
        centre.later(minutes=15)
    (letter,) = centre.letters(source)
    assert (locked.tries, letter.tries, letter.reason) == (MOST_TRIES, MOST_TRIES, "item_locked")

    assert centre.desk.retry(ADMIN, letter.id)
    centre.round(source)

    assert (len(centre.calls()), centre.letters(source)) == (1, ())
    assert not centre.desk.retry(ADMIN, letter.id)


@pytest.mark.parametrize("code", ["source_away", "source_refused"])
def test_a_source_that_is_away_is_no_recordings_fault(centre: Centre, code: str) -> None:
    source = centre.add()
    centre.put("a.wav", SOUND)
    centre.round(source)
    centre.later(seconds=61)
    away = Fails(centre._reader, code)
    for _ in range(MOST_TRIES + 2):
        centre.round(source, reader=away)

    assert centre.source(source).trouble == code
    assert centre.letters(source) == ()
    centre.round(source)
    assert (len(centre.calls()), centre.source(source).trouble) == (1, "")


def test_a_folder_that_is_not_mounted_forgets_nothing(centre: Centre) -> None:
    source = centre.add()
    centre.put("a.wav", SOUND)
    centre.settle(source)
    away = centre.inbox.rename(centre.folder / "elsewhere")
    centre.round(source)
    assert centre.source(source).trouble == "source_away"

    away.rename(centre.inbox)
    centre.settle(source)

    assert (len(centre.calls()), centre.source(source).trouble) == (1, "")


def test_a_file_that_was_taken_away_is_told(centre: Centre) -> None:
    source = centre.add()
    centre.put("a.wav", SOUND)
    centre.round(source)
    (centre.inbox / "a.wav").unlink()
    centre.later(seconds=61)
    centre.round(source)

    assert [letter.reason for letter in centre.letters(source)] == ["item_gone"]
