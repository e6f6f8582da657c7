"""Sound for browsers: made when first asked for, once, sealed, in ranges, for who may hear it; and its outline."""

from __future__ import annotations

import hashlib
import io
import re
import threading
import wave
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import av
import httpx
import numpy as np
import pytest
import sqlalchemy as sa
from av.audio.stream import AudioStream

from qa_service.core.errors import UsageError
from qa_service.ports.playing import Form
from qa_service.stores.renditions import folder_of, forget
from qa_service.stores.tables import calls, renditions
from qa_service.usecases.playback import Player, Turns
from tests.web.samples import transcript
from tests.web.service import MACHINE, Service, wait_until


def recording(codec: str = "pcm_mulaw", *, seconds: float = 2.0) -> bytes:
    """Agent left, customer right, as a telephone system keeps it: 8 kHz, a codec that no browser plays."""
    at = np.arange(round(seconds * 8_000)) / 8_000
    left = (9_000 * np.sin(2 * np.pi * 300 * at) * (at < seconds / 2)).astype(np.int16)
    right = (9_000 * np.sin(2 * np.pi * 500 * at) * (at >= seconds / 2)).astype(np.int16)
    made = io.BytesIO()
    with av.open(made, "w", format="wav") as container:
        stream = cast(AudioStream, container.add_stream(codec, rate=8_000, layout="stereo"))
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(np.stack((left, right)).T).reshape(1, -1), format="s16", layout="stereo"
        )
        frame.sample_rate, frame.pts = 8_000, 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return made.getvalue()


SOUND = recording()


def uploaded(client: httpx.Client, content: bytes = SOUND, name: str = "a.wav") -> str:
    answer = client.post(
        "/api/v1/calls", files={"recording": (name, content)}, data={"allow_duplicate": "true"}
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["call_id"])


@pytest.mark.parametrize("form", ["wav", "opus"])
def test_what_no_browser_plays_becomes_what_browsers_play(either: Service, form: str) -> None:
    client = either.everything()
    call = uploaded(client)

    answer = client.get(f"/api/v1/calls/{call}/audio", params={"as": form})

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == {"wav": "audio/wav", "opus": "audio/ogg"}[form]
    assert answer.headers["content-disposition"] == "inline"
    with av.open(io.BytesIO(answer.content)) as opened:
        stream = opened.streams.audio[0]
        assert (stream.codec_context.name, stream.channels) == (
            {"wav": "pcm_s16le", "opus": "opus"}[form],
            2,
        )
    assert client.get(f"/api/v1/calls/{call}/audio").content == SOUND
    assert either.lying_open() == []


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        pytest.param("bytes=0-", 206, id="from the start"),
        pytest.param("bytes=100-199", 206, id="a hundred bytes"),
        pytest.param("bytes=-10", 206, id="the last ten"),
        pytest.param("bytes=65530-65545", 206, id="over the border of a chunk"),
        pytest.param("bytes=-999999999", 206, id="more than all from the end"),
        pytest.param("bytes=5-9999999999999999999999", 206, id="a last byte behind the end"),
        pytest.param("Bytes=0-1", 206, id="the unit in capitals"),
        pytest.param("bytes=0-1,", 206, id="a list of one"),
        pytest.param("bytes=999999999-", 416, id="behind the end"),
        pytest.param("bytes=9999999999999999999999-", 416, id="far behind the end"),
        pytest.param("bytes=-0", 416, id="the last none"),
        pytest.param("bytes=0-1,5-6", 200, id="several"),
        pytest.param("bytes=5-1", 200, id="backwards"),
        pytest.param("bytes=-", 200, id="no end of it is named"),
        pytest.param("bytes=", 200, id="no range"),
        pytest.param("bytes=a-b", 200, id="no numbers"),
        pytest.param("bytes=-1-2", 200, id="less than nothing"),
        pytest.param("seconds=0-1", 200, id="another unit"),
        pytest.param("junk", 200, id="junk"),
        pytest.param("bytes=" + "0" * 200 + "-", 200, id="too long to be meant"),
    ],
)
def test_players_ask_for_ranges(service: Service, asked: str, status: int) -> None:
    client = service.everything()
    at = f"/api/v1/calls/{uploaded(client)}/audio?as=wav"
    whole = client.get(at).content

    answer = client.get(at, headers={"Range": asked})

    assert answer.status_code == status
    if status == 200:
        assert (answer.content, "content-range" in answer.headers) == (whole, False)
    if status == 416:
        assert answer.headers["content-range"] == f"bytes */{len(whole)}"
    if status == 206:
        placed = answer.headers["content-range"].removeprefix("bytes ").partition("/")
        start, end = map(int, placed[0].split("-"))
        assert answer.content == whole[start : end + 1]
        assert int(placed[2]) == len(whole)


@pytest.mark.parametrize("form", ["", "wav", "opus"])
@pytest.mark.parametrize("asked", ["", "bytes=0-", "bytes=100-199", "bytes=-10", "bytes=999999999-", "junk"])
def test_head_says_what_get_would(service: Service, form: str, asked: str) -> None:
    client = service.everything()
    at = f"/api/v1/calls/{uploaded(client)}/audio?as={form}"
    headers = {"Range": asked} if asked else {}

    head, get = client.head(at, headers=headers), client.get(at, headers=headers)

    assert head.status_code == get.status_code
    assert head.content == b""
    if get.is_success:
        told = (
            "content-length",
            "content-range",
            "content-type",
            "accept-ranges",
            "content-disposition",
            "etag",
        )
        assert [head.headers.get(name) for name in told] == [get.headers.get(name) for name in told]


@pytest.mark.parametrize("form", ["", "wav", "opus"])
def test_an_etag_names_these_bytes_and_tells_nothing_of_them(either: Service, form: str) -> None:
    client = either.everything()
    calls_of = [uploaded(client), uploaded(client), uploaded(client, recording(seconds=1))]
    ats = [f"/api/v1/calls/{call}/audio?as={form}" for call in calls_of]

    tags = [client.get(at).headers["etag"] for at in ats]

    assert [client.get(at, headers={"Range": "bytes=0-9"}).headers["etag"] for at in ats] == tags
    assert all(re.fullmatch(r'"[0-9a-f]{16}"', tag) for tag in tags)
    assert len(set(tags)) == 3
    digest = hashlib.sha256(SOUND).hexdigest()
    assert not [tag for tag in tags if tag.strip('"') in digest]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("form", ["", "wav"])
@pytest.mark.parametrize(
    ("said", "status"),
    [
        pytest.param("{tag}", 304, id="the same"),
        pytest.param("W/{tag}", 304, id="the same, weakly"),
        pytest.param('"x", {tag}', 304, id="among others"),
        pytest.param("*", 304, id="whatever there is"),
        pytest.param('"x"', 200, id="another"),
        pytest.param("{bare}", 200, id="without its quotes"),
        pytest.param("", 200, id="empty"),
        pytest.param('"', 200, id="junk"),
    ],
)
def test_who_has_these_bytes_gets_none(
    service: Service, method: str, form: str, said: str, status: int
) -> None:
    client = service.everything()
    call = uploaded(client)
    at = f"/api/v1/calls/{call}/audio?as={form}"
    tag = client.head(at).headers["etag"]

    asked = {"If-None-Match": said.format(tag=tag, bare=tag.strip('"')), "Range": ""}
    answer = client.request(method, at, headers=asked)

    assert (answer.status_code, answer.headers["etag"]) == (status, tag)
    if status == 304:
        assert answer.content == b""
        heard = [entry["action"] for entry in service.audit() if entry["object"] == f"call:{call}"]
        assert heard == ["upload"]


@pytest.mark.parametrize("form", ["", "wav"])
@pytest.mark.parametrize(
    ("said", "status"),
    [
        pytest.param("{tag}", 206, id="the same bytes"),
        pytest.param('"x"', 200, id="other bytes"),
        pytest.param("W/{tag}", 200, id="weak is not enough"),
        pytest.param("Wed, 25 Nov 2026 08:30:00 GMT", 200, id="a date"),
        pytest.param("junk", 200, id="junk"),
    ],
)
def test_a_range_is_only_of_the_bytes_that_are_meant(
    service: Service, form: str, said: str, status: int
) -> None:
    client = service.everything()
    at = f"/api/v1/calls/{uploaded(client)}/audio?as={form}"
    whole = client.get(at)

    asked = {"If-Range": said.format(tag=whole.headers["etag"]), "Range": "bytes=4-7"}
    answer = client.get(at, headers=asked)

    assert answer.status_code == status
    assert answer.content == (whole.content[4:8] if status == 206 else whole.content)


def test_of_other_bytes_no_range_is_behind_the_end(service: Service) -> None:
    client = service.everything()
    at = f"/api/v1/calls/{uploaded(client)}/audio"

    asked = {"If-Range": '"x"', "Range": "bytes=999999999-"}

    assert client.get(at, headers=asked).status_code == 200


def test_a_form_that_is_made_anew_is_another_copy(either: Service) -> None:
    client = either.everything()
    call = uploaded(client)
    at = f"/api/v1/calls/{call}/audio?as=opus"
    first = client.get(at).headers["etag"]
    forget(either.shelves, call)

    assert client.get(at, headers={"If-None-Match": first}).status_code == 200
    assert client.get(at).headers["etag"] != first


@pytest.mark.parametrize("form", ["", "wav"])
def test_who_has_the_bytes_is_told_when_the_key_is_destroyed(either: Service, form: str) -> None:
    client = either.everything()
    call = uploaded(client)
    at = f"/api/v1/calls/{call}/audio?as={form}"
    tag = client.get(at).headers["etag"]
    with either.shelves.engine.begin() as connection:
        connection.execute(calls.update().where(calls.c.id == call).values(data_key=None))

    assert client.get(at, headers={"If-None-Match": tag}).status_code == 410


def test_head_is_not_listening(either: Service) -> None:
    client = either.everything()
    call = uploaded(client)
    for form in ("", "wav"):
        client.head(f"/api/v1/calls/{call}/audio?as={form}").raise_for_status()

    assert [entry["action"] for entry in either.audit() if entry["object"] == f"call:{call}"] == ["upload"]


@pytest.mark.parametrize("form", ["", "wav"])
def test_head_finds_no_sound_whose_key_was_destroyed(either: Service, form: str) -> None:
    client = either.everything()
    call = uploaded(client)
    at = f"/api/v1/calls/{call}/audio?as={form}"
    assert client.head(at).status_code == 200
    with either.shelves.engine.begin() as connection:
        connection.execute(calls.update().where(calls.c.id == call).values(data_key=None))

    assert client.head(at).status_code == client.get(at).status_code == 410


def test_an_outline_shows_who_spoke_when(either: Service) -> None:
    client = either.everything()
    call = uploaded(client)

    told = client.get(f"/api/v1/calls/{call}/peaks", params={"buckets": 40}).json()

    assert (told["duration_ms"], told["buckets"]) == (2_000, 40)
    left, right = (np.array(row).reshape(-1, 2) for row in told["channels"])
    assert left[2:18, 1].min() > 20
    assert np.abs(left[22:]).max() <= 2
    assert right[22:38, 0].max() < -20
    assert np.abs(right[:18]).max() <= 2


@pytest.mark.parametrize(
    ("asked", "status", "buckets"),
    [
        pytest.param("", 200, 200, id="as many as there are for two seconds"),
        pytest.param("?buckets=1", 200, 1, id="one"),
        pytest.param("?buckets=4000", 200, 200, id="more than there are"),
        pytest.param("?buckets=4001", 422, 0, id="too many"),
        pytest.param("?buckets=0", 422, 0, id="none"),
        pytest.param("?buckets=-1", 422, 0, id="less than none"),
    ],
)
def test_buckets_are_bounded(service: Service, asked: str, status: int, buckets: int) -> None:
    client = service.everything()

    answer = client.get(f"/api/v1/calls/{uploaded(client)}/peaks{asked}")

    assert answer.status_code == status
    if status == 200:
        assert answer.json()["buckets"] == buckets
        assert [len(row) for row in answer.json()["channels"]] == [2 * buckets] * 2


class Counting:
    """A reader that counts."""

    def __init__(self, player: Player) -> None:
        self.times, self._reader = 0, player.reader

    def read(self, paths: Any, profile: Any) -> Any:
        self.times += 1
        return self._reader.read(paths, profile)


def counted(service: Service) -> tuple[Player, Counting]:
    assert isinstance(service.parts.playback, Player)
    counting = Counting(service.parts.playback)
    return replace(service.parts.playback, reader=counting, turns=Turns()), counting


def test_twenty_who_look_and_listen_at_once_decode_once(either: Service) -> None:
    call = either.parts.archive.call(MACHINE, uploaded(either.everything()))
    assert call is not None
    player, counting = counted(either)
    roomy = replace(player, turns=Turns(may_wait=40))

    with ThreadPoolExecutor(20) as pool:
        forms = [Form.OPUS, Form.PEAKS] * 10
        sizes = list(pool.map(lambda form: roomy.size(call, form), forms))

    assert counting.times == 1
    assert len(set(sizes)) == 2
    assert player.outline(call, 10).buckets == 10
    assert counting.times == 1


def test_two_processes_that_make_the_same_keep_one(either: Service) -> None:
    call = either.parts.archive.call(MACHINE, uploaded(either.everything()))
    assert call is not None
    players = [counted(either)[0], counted(either)[0]]

    with ThreadPoolExecutor(2) as pool:
        sizes = list(pool.map(lambda player: player.size(call, Form.WAV), players))

    assert sizes[0] == sizes[1]
    assert len(_files(either, call.id)) == 1


def test_who_would_wait_too_long_comes_back(service: Service) -> None:
    """Requests that wait hold threads that lists and uploads need."""
    turns, go, inside = Turns(at_once=1, may_wait=1), threading.Event(), threading.Event()

    def work(call_id: str) -> None:
        with turns.of(call_id):
            inside.set()
            go.wait(30)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b")]
    threads[0].start()
    inside.wait(30)
    threads[1].start()
    wait_until(lambda: turns._waiting == 1)
    with pytest.raises(UsageError) as caught, turns.of("c"):
        pass
    go.set()
    for thread in threads:
        thread.join()
    with turns.of("c"):
        pass

    assert (caught.value.code, caught.value.values["retry_after"]) == ("player_busy", 5)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        pytest.param(SOUND[:44], "a.wav", "unreadable", id="a head without a body"),
        pytest.param(bytes(4_000), "a.vox", "needs_profile", id="no head"),
    ],
)
def test_what_is_no_sound_says_so(service: Service, content: bytes, name: str, code: str) -> None:
    client = service.everything()
    call = uploaded(client, content, name)

    for path in ("peaks", "audio?as=wav", "audio?as=opus"):
        answer = client.get(f"/api/v1/calls/{call}/{path}")
        assert (answer.status_code, answer.json()["error"]) == (422, code)
    assert _files(service, call) == []
    assert service.lying_open() == []


@pytest.mark.parametrize("path", ["peaks", "audio?as=wav", "audio?as=opus", "audio"])
def test_a_transcript_has_no_sound(service: Service, path: str) -> None:
    client = service.everything()
    call = client.post("/api/v1/calls/transcripts", json=transcript()).json()["call_id"]

    assert client.get(f"/api/v1/calls/{call}/{path}").status_code == 404


@pytest.mark.parametrize("form", ["mp3", "WAV", "../wav", "peaks"])
def test_other_forms_are_refused(service: Service, form: str) -> None:
    client = service.everything()

    answer = client.get(f"/api/v1/calls/{uploaded(client)}/audio", params={"as": form})

    assert (answer.status_code, answer.json()["error"]) == (422, "request_invalid")


def test_who_hears_it_is_written_down(either: Service) -> None:
    client = either.everything()
    call = uploaded(client)
    client.get(f"/api/v1/calls/{call}/peaks")
    looked = [entry["action"] for entry in either.audit() if entry["object"] == f"call:{call}"]
    for _ in range(2):
        client.get(f"/api/v1/calls/{call}/audio?as=opus")

    heard = [entry["action"] for entry in either.audit() if entry["object"] == f"call:{call}"]
    assert (looked, heard) == (["upload"], ["upload", "listen"])


def test_nothing_lies_open_and_all_of_it_ends_with_the_calls_key(either: Service) -> None:
    """A key for each form, sealed with the call's: whoever destroys that has destroyed them."""
    client = either.everything()
    call = uploaded(client)
    for path in ("peaks", "audio?as=wav", "audio?as=opus"):
        client.get(f"/api/v1/calls/{call}/{path}").raise_for_status()
    kept = [file.read_bytes() for file in _files(either, call)]
    with either.shelves.engine.begin() as connection:
        keys = list(
            connection.execute(sa.select(renditions.c.data_key).where(renditions.c.call_id == call)).scalars()
        )
        connection.execute(calls.update().where(calls.c.id == call).values(data_key=None))

    assert (len(kept), len(set(keys))) == (3, 3)
    assert not [content for content in kept if content.startswith((b"RIFF", b"OggS", b'{"'))]
    for path in ("peaks", "audio?as=wav", "audio?as=opus"):
        answer = client.get(f"/api/v1/calls/{call}/{path}")
        assert (answer.status_code, answer.json()["error"]) == (410, "sound_missing")


def test_forms_that_were_forgotten_are_made_again(either: Service) -> None:
    client = either.everything()
    call = uploaded(client)
    first = client.get(f"/api/v1/calls/{call}/audio?as=wav").content

    forget(either.shelves, call)

    assert _files(either, call) == []
    assert client.get(f"/api/v1/calls/{call}/audio?as=wav").content == first


def test_a_form_that_was_touched_is_an_error_never_noise(service: Service) -> None:
    client = service.everything()
    call = uploaded(client)
    client.get(f"/api/v1/calls/{call}/audio?as=wav").raise_for_status()
    (file,) = _files(service, call)
    file.write_bytes(b"\0" + file.read_bytes()[1:])

    answer = client.get(f"/api/v1/calls/{call}/audio?as=wav")

    assert (answer.status_code, answer.json()["error"]) == (410, "sound_damaged")


def _files(service: Service, call_id: str) -> list[Any]:
    return sorted((service.folder / "data" / "sound" / folder_of(call_id)).glob("*"))


def test_wav_is_what_it_says(service: Service) -> None:
    client = service.everything()

    content = client.get(f"/api/v1/calls/{uploaded(client)}/audio?as=wav").content

    with wave.open(io.BytesIO(content)) as opened:
        assert (opened.getnchannels(), opened.getframerate(), opened.getnframes()) == (2, 16_000, 32_000)
