"""The sentence encoder that `qa-service models pull` put here, loaded once per run, or a skip with a line."""

from __future__ import annotations

from functools import cache

import pytest

from qa_service.core.errors import ModelError
from qa_service.inference.sentences import UseEncoder


@cache
def _loaded() -> UseEncoder | None:
    from qa_service.bootstrap import model_store

    try:
        return UseEncoder(model_store().find("use-multilingual"))
    except ModelError:
        return None


def encoder() -> UseEncoder:
    """One for all tests: it keeps nothing between sentences."""
    found = _loaded()
    if found is None:
        pytest.skip("no sentence encoder here: run `qa-service models pull use-multilingual`")
    return found
