"""The Whisper folder for tests marked `asr`: what `qa-service models pull` put there, or a skip with a line."""

from __future__ import annotations

import pytest

from qa_service.core.errors import ModelError
from qa_service.ports import ModelFiles


def whisper_files() -> ModelFiles:
    from qa_service.bootstrap import model_store

    try:
        return model_store().find("whisper-base")
    except ModelError as error:
        pytest.skip(f"no Whisper here ({error.code}): run `qa-service models pull whisper-base`")
