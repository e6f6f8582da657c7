"""`cli` runs commands in this process; `data` is a data folder that all of them share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
import structlog

from qa_service import bootstrap
from qa_service.cli.main import main
from qa_service.ports import Progress, silent_progress
from qa_service.settings import Settings
from qa_service.usecases.measure import Ears
from tests.cli.terminal import Run
from tests.usecases.hearing import Take, ears, listener, two_parties


class Cli(Protocol):
    def __call__(
        self, *args: object, env: dict[str, str] | None = None, hears: Take | None = None
    ) -> Run: ...


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared, because the word cache in it takes a second to make."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def cli(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    """Runs `qa-service ARGS`; what is in recordings is said by `hears`."""

    def run(*args: object, env: dict[str, str] | None = None, hears: Take | None = None) -> Run:
        def scripted(model: str = "", progress: Progress = silent_progress) -> Ears:
            return ears(listener(hears or two_parties()))

        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["qa-service", *map(str, args)])
            patch.setattr(bootstrap, "ears", scripted)
            for name in Settings.model_fields.keys() - {"models_dir", "offline", "hub_url"}:
                patch.delenv(f"QA_{name.upper()}", raising=False)
            for name, value in {"QA_DATA_DIR": str(data), **(env or {})}.items():
                patch.setenv(name, value)
            code = _exit_code()
        said = capsys.readouterr()
        return Run(code, said.out, said.err)

    yield run
    structlog.reset_defaults()
    bootstrap.settings.cache_clear()


def _exit_code() -> int:
    bootstrap.settings.cache_clear()
    try:
        main()
    except SystemExit as left:
        return int(left.code or 0)
    return 0
