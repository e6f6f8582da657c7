from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from qa_service.assets.store import ModelStore
from qa_service.cli.models import make_app
from tests.assets.sources_here import FILES, FakeHub, OpenStore, manifest_text


def run(store: ModelStore, *words: str, language: str = "zh_CN") -> Result:
    return CliRunner().invoke(make_app(lambda: store, lambda: language), list(words), env={"COLUMNS": "160"})


def answer(store: ModelStore, *words: str) -> Any:
    return json.loads(run(store, *words, "--format", "json").stdout)


PUBLISHED = 'published = [{ set = "HKUST", cer = 0.164, size = "24 calls", source = "its card" }]'


def test_list_names_state_figure_and_licence(open_store: OpenStore) -> None:
    said = run(open_store(manifest_text(extra=PUBLISHED)), "list").stdout

    for word in ("tiny", "(默认)", "未下载", "16.4% HKUST (n = 24 calls)", "未测", "MIT", "2.6 MB"):
        assert word in said, word
    assert "不宜据此给电话录音打分" in said


def test_list_speaks_english_too(open_store: OpenStore) -> None:
    said = run(open_store(), "list", language="en").stdout

    assert "not downloaded" in said
    assert "is not meant to score people" in said


def test_list_of_one_model_shows_every_file_and_source(open_store: OpenStore) -> None:
    said = run(open_store(manifest_text(pinned=False)), "list", "tiny").stdout

    for name in FILES:
        assert f"{name}  sha256 未固定" in said
    assert "hf:me/tiny@abc123" in said


def test_list_as_json_is_one_array(open_store: OpenStore) -> None:
    (row,) = answer(open_store(manifest_text(extra=PUBLISHED)), "list")

    assert (row["name"], row["state"], row["pinned_by"], row["is_default"]) == (
        "tiny",
        "missing",
        "manifest",
        True,
    )
    assert row["published"] == [{"set": "HKUST", "cer": 0.164, "size": "24 calls", "source": "its card"}]
    assert row["measured"] == []
    assert [file["path"] for file in row["files"]] == list(FILES)


def test_a_named_model_as_json_is_one_object(hub: FakeHub, open_store: OpenStore) -> None:
    store = open_store(hub_url=hub.address)
    run(store, "pull")

    assert answer(store, "list", "tiny")["name"] == answer(store, "verify", "tiny")["name"] == "tiny"
    assert [row["state"] for row in answer(store, "verify")] == ["ready"]


def test_pull_fetches_the_default_and_says_where_it_is(hub: FakeHub, open_store: OpenStore) -> None:
    store = open_store(hub_url=hub.address)

    done = run(store, "pull")

    assert done.exit_code == 0
    assert f"tiny 已就绪：{store.models_dir / 'tiny'}" in done.stdout
    assert "下载 model.bin" in done.stderr
    assert answer(store, "list")[0]["state"] == "ready"


def test_pull_as_json_keeps_progress_off_stdout(hub: FakeHub, open_store: OpenStore) -> None:
    assert answer(open_store(hub_url=hub.address), "pull", "tiny")["state"] == "ready"


def test_pull_of_an_unpinned_model_says_who_vouches(hub: FakeHub, open_store: OpenStore) -> None:
    store = open_store(manifest_text(pinned=False), hub_url=hub.address)
    assert "未固定" in run(store, "list").stdout

    run(store, "pull")

    assert "首次下载时固定" in run(store, "list").stdout
    assert "与首次下载时一致" in run(store, "verify").stdout


def test_pull_that_fails_lists_what_was_tried_in_chinese_and_exits_1(open_store: OpenStore) -> None:
    store = open_store(manifest_text(extra='convert = "openai/whisper-tiny"'), hub_url="http://127.0.0.1:9")

    done = run(store, "pull", "tiny")

    assert done.exit_code == 1
    assert done.stdout == ""
    for words in (
        "没有得到 tiny 的 model.bin，试过：",
        "· hf:me/tiny@abc123：连不上（",
        f"怎么办：把文件复制到 {store.models_dir / 'tiny'}",
        "也可以自行转换 openai/whisper-tiny",
    ):
        assert words in done.stderr, words


def test_offline_is_named_as_the_reason(open_store: OpenStore) -> None:
    done = run(open_store(offline=True, hub_url="http://127.0.0.1:9"), "pull")

    assert "离线模式（QA_OFFLINE），没有访问" in done.stderr


def test_an_unknown_name_is_wrong_use(open_store: OpenStore) -> None:
    done = run(open_store(), "pull", "nope")

    assert done.exit_code == 2
    assert "没有叫“nope”的模型。可用的有：tiny" in done.stderr


def test_an_error_as_json_is_still_one_document(open_store: OpenStore) -> None:
    done = run(open_store(), "pull", "tiny", "--format", "json")

    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"]["code"] == "model_unavailable"


def test_an_error_in_english_is_the_error_s_own_sentence(open_store: OpenStore) -> None:
    done = run(open_store(), "pull", "tiny", language="en")

    assert "no source gave model.bin" in done.stderr


def test_verify_passes_what_is_whole_and_skips_what_is_not_there(hub: FakeHub, open_store: OpenStore) -> None:
    store = open_store(hub_url=hub.address)
    assert run(store, "verify").stdout.strip() == "还没有下载任何模型。"
    run(store, "pull")

    done = run(store, "verify")

    assert (done.exit_code, done.stdout.strip()) == (0, "tiny：4 个文件与清单一致")


@pytest.mark.parametrize("words", [["verify"], ["verify", "tiny"]])
def test_verify_exits_1_on_damage_and_names_the_file(
    hub: FakeHub, open_store: OpenStore, words: list[str]
) -> None:
    store = open_store(hub_url=hub.address)
    run(store, "pull")
    (store.models_dir / "tiny" / "tokenizer.json").write_bytes(b"{}")

    done = run(store, *words)

    assert done.exit_code == 1
    assert "tiny：损坏（tokenizer.json）" in done.stdout


def test_verify_of_a_named_model_that_is_not_there_exits_1(open_store: OpenStore) -> None:
    assert run(open_store(), "verify", "tiny").exit_code == 1
