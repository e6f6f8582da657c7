"""The vectors of rulebooks' sentences, on both databases: by digest and encoder, the newest where none is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from qa_service.core.meanings import SentenceVectors
from qa_service.ports.storing import MeaningShelf
from qa_service.stores.meanings import StoreMeanings
from tests.stores.rows import NOW

ONE = SentenceVectors("use@1", ("我给您回电话", "有结果了通知您"), (b"\x00\xff\x7f\x80", b"abcd"))
OTHER = SentenceVectors("use@2", ("我给您回电话",), (b"\x01\x02\x03\x04",))


@pytest.fixture
def shelf(engine: sa.Engine) -> MeaningShelf:
    ticks = iter(range(100))
    return StoreMeanings(engine, lambda: NOW + timedelta(seconds=next(ticks)))


def test_what_is_kept_is_found_byte_for_byte(shelf: MeaningShelf) -> None:
    shelf.keep("d" * 64, ONE)

    assert shelf.find("d" * 64, "use@1") == ONE
    assert shelf.find("d" * 64, "use@2") is None
    assert shelf.find("e" * 64, "use@1") is None


def test_where_no_encoder_is_named_the_newest_counts(shelf: MeaningShelf) -> None:
    shelf.keep("d" * 64, ONE)
    shelf.keep("d" * 64, OTHER)

    assert shelf.find("d" * 64) == OTHER


def test_what_is_there_stays(shelf: MeaningShelf) -> None:
    shelf.keep("d" * 64, ONE)
    shelf.keep("d" * 64, SentenceVectors("use@1", ("别的",), (b"zzzz",)))

    assert shelf.find("d" * 64) == ONE
