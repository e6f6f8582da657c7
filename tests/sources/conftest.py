"""An installation with sources, once on each database."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.sources.collecting import Centre


@pytest.fixture
def centre(engine: sa.Engine, tmp_path: Path) -> Centre:
    folder = tmp_path / "centre"
    folder.mkdir()
    return Centre(engine, folder)
