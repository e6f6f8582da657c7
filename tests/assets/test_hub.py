from __future__ import annotations

from pathlib import Path

import pytest

from qa_service.core.errors import ModelError
from tests.assets.sources_here import FILES, WEIGHTS, FakeHub, OpenStore, manifest_text

SIZE = len(WEIGHTS)


def test_a_model_comes_from_the_hub_whole_and_verified(hub: FakeHub, open_store: OpenStore) -> None:
    got = open_store(hub_url=hub.address).find("tiny")

    assert {path.name: path.read_bytes() for path in got.folder.iterdir() if path.is_file()} == FILES
    assert got.revision == "abc123"
    assert len(got.digest) == 64


def test_what_is_there_is_not_asked_for_again(hub: FakeHub, open_store: OpenStore) -> None:
    store = open_store(hub_url=hub.address)
    store.find("tiny")
    hub.asked.clear()

    store.find("tiny")
    open_store(hub_url=hub.address, offline=True).find("")

    assert hub.asked == []


def test_only_the_missing_file_is_fetched(hub: FakeHub, open_store: OpenStore) -> None:
    store = open_store(hub_url=hub.address)
    folder = store.find("tiny").folder
    (folder / "config.json").unlink()
    hub.asked.clear()

    store.find("tiny")

    assert [path.rpartition("/")[2] for path, _ in hub.asked] == ["config.json"]


def test_a_connection_that_breaks_is_taken_up_where_it_broke(hub: FakeHub, open_store: OpenStore) -> None:
    hub.break_after, hub.breaks_left = 1_000_000, 2

    got = open_store(hub_url=hub.address).find("tiny")

    assert (got.folder / "model.bin").read_bytes() == WEIGHTS
    first, second, third = hub.asked_for("model.bin")
    assert first == ""
    assert 0 < int(second[6:-1]) <= 1_000_000
    assert int(second[6:-1]) < int(third[6:-1]) <= 2_000_000


def test_a_pull_goes_on_where_an_earlier_process_was_killed(
    hub: FakeHub, open_store: OpenStore, tmp_path: Path
) -> None:
    part = tmp_path / "models" / "tiny" / ".part" / "model.bin"
    part.parent.mkdir(parents=True)
    part.write_bytes(WEIGHTS[:700_000])
    part.with_name("model.bin.resume").write_text('{"validator": "\\"v1\\""}')

    got = open_store(hub_url=hub.address).find("tiny")

    assert hub.asked_for("model.bin") == ["bytes=700000-"]
    assert (got.folder / "model.bin").read_bytes() == WEIGHTS
    assert not list(part.parent.glob("*"))


@pytest.mark.parametrize(
    ("kept", "ranges"),
    [
        pytest.param('{"validator": "\\"v0\\""}', True, id="the file there has changed since (If-Range)"),
        pytest.param('{"validator": "\\"v1\\""}', False, id="the server knows no ranges"),
        pytest.param('{"validator": ""}', True, id="the server gave nothing to recognise the file by"),
        pytest.param("{not json", True, id="the notes are damaged"),
    ],
)
def test_what_cannot_be_resumed_starts_over(
    hub: FakeHub, open_store: OpenStore, tmp_path: Path, kept: str, ranges: bool
) -> None:
    part = tmp_path / "models" / "tiny" / ".part" / "model.bin"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"old bytes that must not survive")
    part.with_name("model.bin.resume").write_text(kept)
    hub.knows_ranges = ranges

    got = open_store(hub_url=hub.address).find("tiny")

    assert (got.folder / "model.bin").read_bytes() == WEIGHTS


def test_a_leftover_that_is_as_long_as_the_file_is_fetched_anew(
    hub: FakeHub, open_store: OpenStore, tmp_path: Path
) -> None:
    part = tmp_path / "models" / "tiny" / ".part" / "model.bin"
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(SIZE))
    part.with_name("model.bin.resume").write_text('{"validator": "\\"v1\\""}')

    got = open_store(hub_url=hub.address).find("tiny")

    assert hub.asked_for("model.bin") == [f"bytes={SIZE}-", ""]
    assert (got.folder / "model.bin").read_bytes() == WEIGHTS


def test_a_server_that_only_breaks_is_given_up(hub: FakeHub, open_store: OpenStore) -> None:
    hub.break_after, hub.breaks_left = 0, 1_000

    with pytest.raises(ModelError) as caught:
        open_store(hub_url=hub.address).find("tiny")

    assert "broken off" in str(caught.value)
    assert len(hub.asked_for("model.bin")) == 1


@pytest.mark.parametrize(
    ("served", "why"),
    [
        pytest.param(WEIGHTS[:-1] + b"!", "instead of", id="one wrong byte"),
        pytest.param(WEIGHTS[:-1], "bytes instead of", id="one byte too few"),
        pytest.param(WEIGHTS + b"!", "too big (more than 2,560,000 bytes)", id="one byte too many"),
        pytest.param(b"", "bytes instead of", id="nothing"),
        pytest.param(b"<html>login</html>", "bytes instead of", id="the login page of a hotel"),
    ],
)
def test_wrong_bytes_are_refused_and_leave_nothing_behind(
    hub: FakeHub, open_store: OpenStore, served: bytes, why: str
) -> None:
    hub.files["model.bin"] = served
    store = open_store(hub_url=hub.address)

    with pytest.raises(ModelError) as caught:
        store.find("tiny")

    assert caught.value.code == "model_unavailable"
    assert why in str(caught.value)
    assert not list(store.models_dir.rglob("model.bin*"))


def test_after_wrong_bytes_the_right_ones_are_taken(hub: FakeHub, open_store: OpenStore) -> None:
    store = open_store(hub_url=hub.address)
    hub.files["model.bin"] = bytes(SIZE)
    with pytest.raises(ModelError):
        store.find("tiny")
    hub.files["model.bin"] = WEIGHTS

    got = store.find("tiny")

    assert (got.folder / "model.bin").read_bytes() == WEIGHTS


def test_the_next_source_is_tried_when_the_first_has_not_got_it(hub: FakeHub, open_store: OpenStore) -> None:
    text = manifest_text(sources='["hf:nobody/nothing@main", "hf:me/tiny@abc123"]')

    got = open_store(text, hub_url=hub.address).find("tiny")

    assert (got.folder / "model.bin").read_bytes() == WEIGHTS


def test_the_error_lists_every_source_and_what_to_do(hub: FakeHub, open_store: OpenStore) -> None:
    text = manifest_text(
        sources='["hf:nobody/nothing@main", "hf:me/tiny@gone"]', extra='convert = "openai/whisper-tiny"'
    )

    with pytest.raises(ModelError) as caught:
        open_store(text, hub_url=hub.address).find("tiny")

    said = str(caught.value)
    assert "hf:nobody/nothing@main [model.bin]: status (HTTP 404)" in said
    assert "hf:me/tiny@gone [model.bin]: status (HTTP 404)" in said
    assert "Copy the files into" in said
    assert "path:FOLDER" in said
    assert "convert openai/whisper-tiny yourself" in said


def test_offline_asks_nobody_and_says_so(hub: FakeHub, open_store: OpenStore) -> None:
    with pytest.raises(ModelError) as caught:
        open_store(hub_url=hub.address, offline=True).find("tiny")

    assert "offline" in str(caught.value)
    assert hub.asked == []


def test_without_an_address_there_is_no_hub(open_store: OpenStore) -> None:
    with pytest.raises(ModelError) as caught:
        open_store().find("tiny")

    assert "no address" in str(caught.value)


def test_a_hub_where_nobody_answers_is_asked_once_a_run(hub: FakeHub, open_store: OpenStore) -> None:
    store = open_store(hub_url="http://127.0.0.1:9")
    with pytest.raises(ModelError) as first:
        store.find("tiny")
    store._hub_url = hub.address  # the hub comes up; this run no longer asks

    with pytest.raises(ModelError) as second:
        store.find("tiny")

    assert "unreachable" in str(first.value)
    assert "unreachable" in str(second.value)
    assert hub.asked == []


def test_the_hub_s_own_hash_is_held_against_a_file_that_the_manifest_does_not_know(
    hub: FakeHub, open_store: OpenStore
) -> None:
    hub.headers["X-Linked-Etag"] = '"' + "0" * 64 + '"'

    with pytest.raises(ModelError) as caught:
        open_store(manifest_text(pinned=False), hub_url=hub.address).find("tiny")

    assert "not the sha256 that the hub itself tells" in str(caught.value)


def test_an_answer_that_is_compressed_is_refused(hub: FakeHub, open_store: OpenStore) -> None:
    hub.headers["Content-Encoding"] = "gzip"

    with pytest.raises(ModelError) as caught:
        open_store(hub_url=hub.address).find("tiny")

    assert "compressed although asked not to" in str(caught.value)


def test_progress_counts_bytes_and_starts_at_what_is_there(
    hub: FakeHub, open_store: OpenStore, tmp_path: Path
) -> None:
    part = tmp_path / "models" / "tiny" / ".part" / "model.bin"
    part.parent.mkdir(parents=True)
    part.write_bytes(WEIGHTS[:700_000])
    part.with_name("model.bin.resume").write_text('{"validator": "\\"v1\\""}')
    heard: list[tuple[str, float, float]] = []

    open_store(hub_url=hub.address).find("tiny", progress=lambda *step: heard.append(step))

    fetched = [(done, total) for stage, done, total in heard if stage == "fetch:model.bin"]
    assert fetched[0][0] > 700_000
    assert fetched == sorted(fetched)
    assert fetched[-1] == (SIZE, SIZE)
