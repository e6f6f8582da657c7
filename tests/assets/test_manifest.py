from __future__ import annotations

from pathlib import Path

import pytest

from qa_service.assets.manifest import find_manifest, load
from qa_service.assets.sources import HubSource, WheelSource, read_source
from qa_service.assets.spec import Kind, digest_of
from qa_service.core.errors import ModelError
from tests.assets.sources_here import manifest_text


def test_the_shipped_manifest_reads_and_its_default_can_be_had_without_the_hub() -> None:
    manifest = load()

    base = manifest.get(manifest.default)

    assert base.name == "whisper-base"
    assert base.is_pinned
    for file in base.files:
        kinds = [type(source) for source in base.sources_of(file)]
        assert kinds == [HubSource, WheelSource], file.path


def test_every_shipped_model_says_who_may_use_it_and_who_vouches_for_it() -> None:
    for model in load().models:
        assert model.licence, model.name
        assert model.languages, model.name
        assert model.used_by, model.name
        assert model.hashes_from, model.name
        assert all(0 < figure.cer < 1 for figure in (*model.published, *model.measured)), model.name


def test_a_shipped_model_without_a_source_says_what_to_convert() -> None:
    for model in load().models:
        if not any(model.sources_of(file) for file in model.files):
            assert model.convert, model.name


def test_every_shipped_asr_model_has_what_faster_whisper_needs_offline() -> None:
    for model in load().models:
        if model.kind is Kind.ASR:
            names = {file.path for file in model.files}
            assert {"model.bin", "config.json", "tokenizer.json"} <= names, model.name
            assert names & {"vocabulary.txt", "vocabulary.json"}, model.name


def test_a_checkout_has_its_manifest_in_models() -> None:
    assert find_manifest().parts[-2:] in {("models", "manifest.toml"), ("assets", "manifest.toml")}


@pytest.mark.parametrize(
    ("change", "where", "problem"),
    [
        pytest.param(("schema = 1", "schema = 2"), "schema", "must be 1", id="a schema of the future"),
        pytest.param(
            ('default = "tiny"', 'default = "big"'), "default", "'big'", id="a default that is not there"
        ),
        pytest.param(('kind = "asr"', 'kind = "llm"'), "model[0] (tiny).kind", "'llm'", id="an unknown kind"),
        pytest.param(('licence = "MIT"', ""), "model[0] (tiny).licence", "not empty", id="no licence"),
        pytest.param(
            ("hf:me/tiny@abc123", "hf:me"), "model[0] (tiny).sources[0]", "not a source", id="half a source"
        ),
        pytest.param(("hf:me/tiny@abc123", "http://x/y"), "sources[0]", "not a source", id="a bare address"),
        pytest.param(
            ('"model.bin"', '"../model.bin"'), "file[0].path", "inside its folder", id="a path that climbs"
        ),
        pytest.param(
            ('"model.bin"', '"/etc/passwd"'), "file[0].path", "inside its folder", id="an absolute path"
        ),
        pytest.param(
            ('sha256 = "', 'sha256 = "zz'), "file[0].sha256", "64 hex digits", id="a hash that is none"
        ),
        pytest.param(("bytes = ", "bytes = -"), "file[0].bytes", "whole number", id="a negative size"),
        pytest.param(('name = "tiny"', 'name = "Tiny/1"'), "name", "lower-case", id="a name that is a path"),
        pytest.param(("[[model]]", "[[model"), "manifest.toml", "", id="not TOML at all"),
    ],
)
def test_a_wrong_manifest_says_where_and_what(
    tmp_path: Path, change: tuple[str, str], where: str, problem: str
) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text(manifest_text().replace(*change), encoding="utf-8")

    with pytest.raises(ModelError) as caught:
        load(path)

    assert caught.value.code == "manifest_invalid"
    assert where in caught.value.where
    assert problem in caught.value.problem


def test_a_file_from_a_package_index_needs_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text(manifest_text(pinned=False) + '\nsources = ["pip:a==1!a/x"]', encoding="utf-8")

    with pytest.raises(ModelError) as caught:
        load(path)

    assert "needs its hash" in str(caught.value)


def test_two_models_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "manifest.toml"
    text = manifest_text()
    path.write_text(text + text[text.index("\n[[model]]") :], encoding="utf-8")

    with pytest.raises(ModelError) as caught:
        load(path)

    assert "named twice: tiny" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "hf:Systran/faster-whisper-base@ebe41f7",
        "pip:some-weights==1.0.0!some_weights/data/model.bin",
        "pip:a==1!a/x.part1+b==2.1!b/x.part2",
        "file:weights",
        "builtin:faster_whisper/assets",
    ],
)
def test_a_source_is_written_as_it_was_read(text: str) -> None:
    assert str(read_source(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hf:",
        "hf:a/b",
        "pip:a==1",
        "pip:a!x",
        "pip:a==1!../x",
        "pip:a==1!/x",
        "file:",
        "file:/abs",
        "file:a/../b",
        "file:a\\b",
        "builtin:os",
        "builtin:a/../b",
        "builtin:a-b/c",
        "ftp:a/b@c",
        "hf:a/b@c d",
    ],
)
def test_what_is_not_a_source_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        read_source(text)


def test_the_digest_depends_on_every_name_and_hash_but_not_on_the_order() -> None:
    whole = digest_of({"a": "1", "b": "2"})

    assert whole == digest_of({"b": "2", "a": "1"})
    assert (
        len({whole, digest_of({"a": "2", "b": "1"}), digest_of({"a": "1"}), digest_of({"a": "1", "c": "2"})})
        == 4
    )
