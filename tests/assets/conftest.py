"""A running hub, and stores over a folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_service.assets.manifest import load
from qa_service.assets.store import ModelStore
from tests.assets.sources_here import FakeHub, OpenStore, manifest_text, running_hub


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with running_hub() as hub:
        yield hub


@pytest.fixture
def open_store(tmp_path: Path) -> OpenStore:
    """Opens a store over `tmp_path/models`; `text` is the manifest."""

    def open_(text: str = "", *, hub_url: str = "", offline: bool = False) -> ModelStore:
        path = tmp_path / "shipped" / "manifest.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text or manifest_text(), encoding="utf-8")
        return ModelStore(tmp_path / "models", offline=offline, hub_url=hub_url, manifest=load(path))

    return open_
