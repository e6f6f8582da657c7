"""The program as it is: real decoder, voice detector and Whisper, loaded once; the settings of `make run`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from qa_service import bootstrap
from qa_service.cli.inputs import envelope_of, inputs_of
from qa_service.core.calls import Envelope
from qa_service.core.errors import ModelError
from qa_service.settings import Settings
from qa_service.usecases.analyze import Analyzed, Request
from qa_service.usecases.measure import Ears

SAMPLES = Path(__file__).parents[2] / "sample_audio"
Hear = Callable[[Path], Analyzed]


@contextmanager
def made_like_make_run() -> Iterator[None]:
    """`QA_SETTINGS=sample_audio/qa.toml`, and where models are kept; nothing else of the tester's own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in Settings.model_fields.keys() - {"data_dir", "models_dir", "offline", "hub_url"}:
            patch.delenv(f"QA_{name.upper()}", raising=False)
        patch.setenv("QA_SETTINGS", str(SAMPLES / "qa.toml"))
        bootstrap.settings.cache_clear()
        yield
    bootstrap.settings.cache_clear()


@pytest.fixture(scope="session")
def analyze() -> Hear:
    """What `qa-service analyze FILE` does with a file and the envelope beside it."""
    with made_like_make_run():
        analyst = bootstrap.analyst(bootstrap.rulebook(), _ears())
        source, hearing = bootstrap.source_profile(""), bootstrap.hearing_profile()

    def run(path: Path) -> Analyzed:
        (given,) = inputs_of([path], legs=False, transcript=False)
        envelope = envelope_of(given, None) or Envelope()
        return analyst.recording(Request(given.paths, envelope, source, hearing))

    return run


def _ears() -> Ears:
    try:
        return bootstrap.ears()
    except ModelError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no Whisper here ({error.code}): run `qa-service models pull whisper-base`")


@pytest.fixture(scope="session")
def sample(analyze: Hear) -> Hear:
    """The same, once per file."""
    return cache(analyze)
