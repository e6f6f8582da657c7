"""What every source of models keeps; `ModelStore` over a folder, and over the models of the manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from qa_service.assets.store import ModelStore
from qa_service.core.errors import ModelError
from qa_service.ports import ModelSource

FILES = {
    "model.bin": b"weights" * 1_000,
    "config.json": b"{}",
    "tokenizer.json": b"{}",
    "vocabulary.txt": b"a",
}


@dataclass(frozen=True)
class Case:
    """A source, the name of a model that it has, and where that model's files lie."""

    source: ModelSource
    name: str
    folder: Path


def model_folder(at: Path) -> Path:
    at.mkdir()
    for name, content in FILES.items():
        (at / name).write_bytes(content)
    return at


class ModelSourceContract:
    """Inherit, and give a fixture `case`."""

    def test_files_are_there(self, case: Case) -> None:
        files = case.source.find(case.name)

        assert files.name
        assert files.folder.is_dir()
        assert any(files.folder.iterdir())

    def test_digest_and_revision_name_the_content(self, case: Case) -> None:
        one, other = case.source.find(case.name), case.source.find(case.name)

        assert one.digest == other.digest
        assert len(one.digest) == 64
        assert one.revision

    def test_an_unknown_name_is_an_error_that_says_what_to_do(self, case: Case) -> None:
        with pytest.raises(ModelError) as refused:
            case.source.find("no-such-model")

        assert refused.value.fix

    def test_a_path_that_is_not_there_is_an_error(self, case: Case, tmp_path: Path) -> None:
        with pytest.raises(ModelError):
            case.source.find(str(tmp_path / "nowhere" / "at-all"))

    def test_progress_never_goes_beyond_its_total(self, case: Case) -> None:
        told: list[tuple[str, float, float]] = []

        case.source.find(case.name, progress=lambda *news: told.append(news))

        assert all(done <= total for _, done, total in told if total)


class TestAFolderOfTheUsers(ModelSourceContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> Case:
        folder = model_folder(tmp_path / "mine")
        return Case(ModelStore(tmp_path / "models", offline=True, hub_url=""), f"path:{folder}", folder)

    def test_other_content_is_another_model(self, case: Case) -> None:
        before = case.source.find(case.name).digest
        (case.folder / "model.bin").write_bytes(b"other weights" * 1_000)

        assert case.source.find(case.name).digest != before

    def test_half_a_folder_is_refused(self, case: Case) -> None:
        (case.folder / "model.bin").unlink()

        with pytest.raises(ModelError) as refused:
            case.source.find(case.name)

        assert refused.value.code == "model_folder_incomplete"


class TestAShippedModel(ModelSourceContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> Case:
        source = ModelStore(tmp_path / "models", offline=True, hub_url="")
        return Case(source, "ge2e-speaker", tmp_path / "models" / "ge2e-speaker")

    def test_offline_and_not_there_is_an_error(self, case: Case) -> None:
        with pytest.raises(ModelError) as refused:
            case.source.find("whisper-large-v3")

        assert refused.value.code == "model_unavailable"
