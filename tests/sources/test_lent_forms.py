"""Recordings that stay in their source, as players hear and draw them: made from there, sealed, gone with the call."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from qa_service.audio.reader import PyAvReader
from qa_service.audio.renditions import render
from qa_service.core.errors import RecordingError
from qa_service.core.keeping import CallPart, RetentionClass
from qa_service.core.sources import Keep
from qa_service.core.stored import StoredCall
from qa_service.ports import SourceProfile
from qa_service.ports.playing import Form
from qa_service.stores import calls as in_store
from qa_service.stores import retention
from qa_service.stores.engine import reading
from qa_service.stores.keeping_desk import StoreKeeping
from qa_service.stores.renditions import StoreRenditions, folder_of
from qa_service.stores.shredder import Shredder
from qa_service.stores.tables import calls, jobs, lent_sound, renditions
from qa_service.usecases.playback import Player
from tests.sources.collecting import ADMIN, Centre
from tests.web.test_playing import recording

SOUND = recording()
FORMS = tuple(Form)


@pytest.fixture
def lent(centre: Centre) -> StoredCall:
    source = centre.add(keep=Keep.REFERENCE)
    centre.put("a.wav", SOUND)
    centre.settle(source)
    (call,) = centre.calls()
    return call


def player(centre: Centre) -> Player:
    scratch = centre.folder / "scratch"
    return Player(
        StoreRenditions(centre.shelves, scratch),
        PyAvReader(scratch=scratch),
        render,
        SourceProfile(),
        scratch,
    )


def heard(centre: Centre, call: StoredCall, form: Form) -> bytes:
    played = player(centre)
    return b"".join(played.read(ADMIN, call, form, 0, played.size(call, form)))


def told(centre: Centre, call: StoredCall, form: Form) -> str:
    with pytest.raises(RecordingError) as refused:
        heard(centre, call, form)
    return refused.value.code


def key_of(centre: Centre, call: StoredCall) -> bytes | None:
    with reading(centre.engine) as connection:
        return in_store.data_key(connection, call.id)


def rows(centre: Centre, table: sa.Table, call: StoredCall) -> int:
    with reading(centre.engine) as connection:
        query = sa.select(sa.func.count()).select_from(table).where(table.c.call_id == call.id)
        return int(connection.execute(query).scalar_one())


@pytest.mark.parametrize(
    ("form", "begins"), [(Form.OPUS, b"OggS"), (Form.WAV, b"RIFF"), (Form.PEAKS, b'{"duration_ms":2000')]
)
def test_every_form_is_made_from_where_the_recording_lies(
    centre: Centre, lent: StoredCall, form: Form, begins: bytes
) -> None:
    assert heard(centre, lent, form).startswith(begins)
    assert list((centre.folder / "scratch").iterdir()) == []


def test_forms_are_sealed_with_a_key_of_the_call_and_the_recording_itself_is_not_kept(
    centre: Centre, lent: StoredCall
) -> None:
    before = key_of(centre, lent)
    plain = {form: heard(centre, lent, form) for form in FORMS}
    key = key_of(centre, lent)
    again = heard(centre, lent, Form.WAV)

    assert before is None
    assert key is not None
    assert key_of(centre, lent) == key
    assert again == plain[Form.WAV]
    assert {path.parent for path in centre.sealed()} == {centre.folder / "sound" / folder_of(lent.id)}
    assert len(centre.sealed()) == len(FORMS)
    for path in centre.sealed():
        assert not path.read_bytes().startswith((b"OggS", b"RIFF", b'{"'))


def _other_bytes(file: Path) -> None:
    file.write_bytes(SOUND + b"x")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        pytest.param(_other_bytes, "sound_changed", id="other bytes lie there"),
        pytest.param(Path.unlink, "sound_missing", id="it is gone"),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_no_form_is_made_of_anything_but_the_recording_that_was_referenced(
    centre: Centre, lent: StoredCall, form: Form, spoil: Callable[[Path], Any], code: str
) -> None:
    spoil(centre.inbox / "a.wav")

    assert told(centre, lent, form) == code
    assert (centre.sealed(), rows(centre, renditions, lent)) == ([], 0)


def _done(centre: Centre) -> None:
    with centre.engine.begin() as connection:
        connection.execute(jobs.update().values(state="done"))


def test_sound_that_is_due_goes_with_its_key_and_its_reference(centre: Centre, lent: StoredCall) -> None:
    """The file in the source is the source's own."""
    heard(centre, lent, Form.OPUS)
    _done(centre)
    with centre.engine.begin() as connection:
        retention.keep(connection, RetentionClass("a", 10, None, None), by="admin", now=centre.at)
        retention.switch(connection, "a", by="admin", in_force_at=centre.at)
        retention.set_default(connection, "a")
    desk = StoreKeeping(centre.shelves)
    young = desk.kept(ADMIN, lent.id)
    centre.at += timedelta(days=11)
    shredder = Shredder(centre.shelves, pause=lambda: None, time_in=lambda _, here: here())

    gone, again = shredder.run(), shredder.run()

    old = desk.kept(ADMIN, lent.id)
    assert (+gone, +again) == ({CallPart.SOUND.value: 1}, {})
    assert young is not None
    assert old is not None
    assert (young.has_sound, old.has_sound) == (True, False)
    assert (key_of(centre, lent), rows(centre, lent_sound, lent), centre.sealed()) == (None, 0, [])
    for form in FORMS:
        assert told(centre, lent, form) == "sound_missing"
    with pytest.raises(RecordingError) as refused:
        centre.heard(lent)
    assert refused.value.code == "sound_missing"
    assert centre.calls()[0].file_name == ""
    assert (centre.inbox / "a.wav").read_bytes() == SOUND


def test_a_form_that_was_made_while_the_sound_was_deleted_is_not_kept(
    centre: Centre, lent: StoredCall, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    made.write_bytes(json.dumps({"duration_ms": 0}).encode())
    with centre.engine.begin() as connection:
        connection.execute(lent_sound.delete())

    with pytest.raises(RecordingError) as refused:
        StoreRenditions(centre.shelves, tmp_path).keep(lent, Form.PEAKS, made)

    assert refused.value.code == "sound_missing"
    assert (key_of(centre, lent), centre.sealed()) == (None, [])


def test_a_key_that_was_destroyed_is_not_made_anew(centre: Centre, lent: StoredCall) -> None:
    heard(centre, lent, Form.OPUS)
    with centre.engine.begin() as connection:
        connection.execute(lent_sound.delete())
        connection.execute(calls.update().values(data_key=None))

    for form in FORMS:
        assert told(centre, lent, form) == "sound_missing"
    assert key_of(centre, lent) is None
