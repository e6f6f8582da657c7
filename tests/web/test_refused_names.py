"""Refusals of recordings do not repeat numbers of people that stand in the name of the file."""

from __future__ import annotations

import pytest

from tests.web.samples import SOUND
from tests.web.service import Service


@pytest.mark.parametrize(
    "name", ["13912345678.wav", "8012_13912345678_20261125.wav", "65432109.wav", "+85291234567.wav"]
)
def test_bytes_that_are_not_those_announced_are_refused_without_the_name(service: Service, name: str) -> None:
    answer = service.everything().post(
        "/api/v1/calls", files={"recording": (name, SOUND)}, data={"sha256": "ab" * 32}
    )

    assert (answer.status_code, answer.json()["error"]) == (422, "sha256_differs")
    assert name.removesuffix(".wav") not in answer.text
    assert "sha256" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("13912345678.wav", f"{'●' * 11}.wav", id="a mobile"),
        pytest.param("11010519491231002X.wav", f"{'●' * 18}.wav", id="an identity number"),
        pytest.param("a.wav", "a.wav", id="a name"),
        pytest.param("20261125083000-17.wav", "20261125083000-17.wav", id="a time and a count"),
        pytest.param("4008123123.wav", "4008123123.wav", id="a hotline"),
    ],
)
def test_an_empty_file_is_named_without_numbers_of_people(service: Service, name: str, shown: str) -> None:
    answer = service.everything().post("/api/v1/calls", files={"recording": (name, b"")})

    assert (answer.status_code, answer.json()["error"]) == (422, "empty")
    assert answer.json()["detail"].startswith(shown)
