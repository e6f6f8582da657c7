"""Made-up calls: the number of a call is its seed, and what is kept of it is found again."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from qa_service.lab.archive.made import made_call
from qa_service.lab.bench.ruling.calls import scripts
from qa_service.lab.truth import Truth
from tests.worker.nursery import ROOT


@pytest.fixture(scope="module")
def truths() -> tuple[Truth, ...]:
    return scripts(ROOT / "sample_audio")


def test_the_same_number_gives_the_same_call(truths: tuple[Truth, ...]) -> None:
    first, again, other = (made_call(truths, number, 100, 30) for number in (7, 7, 8))

    assert first == again
    assert first.transcript != other.transcript
    assert first.began < other.began
    lines = json.loads(first.transcript)["utterances"]
    assert len(lines) in (30, 31), "and now and then one that others do not say"
    assert all(one["end_ms"] <= two["start_ms"] for one, two in pairwise(lines))
