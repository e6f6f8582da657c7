"""Numbers of customers in names of recordings: what stands in for them, and what is left as it is."""

from __future__ import annotations

import pytest

from qa_service.usecases.name_numbers import by_token, by_tokens
from qa_service.usecases.source_names import shown_name

TOKEN = "hmac-sha256:9f2c41d07be5a6c39f2c41d07be5a6c3"  # noqa: S105 - no secret: nobody's


@pytest.mark.parametrize("number", ["13912345678", "65432109", "+85291234567", "+1 415-555-0100"])
def test_a_number_is_replaced_by_the_start_of_its_token(number: str) -> None:
    stand_in = by_tokens({number: TOKEN}.get)

    shown = shown_name("{customer_number}_{call_id}.wav", f"in/{number}_c1.wav", stand_in)

    assert shown == f"in/{by_token(TOKEN)}_c1.wav" == "in/c9f2c41d07be5_c1.wav"


@pytest.mark.parametrize(
    "stand_in", [by_tokens(None), by_tokens(lambda _: None)], ids=["no key", "no telephone number"]
)
def test_where_there_is_no_token_it_is_covered(stand_in: object) -> None:
    assert callable(stand_in)
    assert shown_name("{customer_number}_{call_id}.wav", "65432109_c1.wav", stand_in) == "●●●●●●●●_c1.wav"


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        pytest.param("", "65432109.wav", id="no pattern"),
        pytest.param("{call_id}.wav", "65432109.wav", id="a pattern without a customer"),
        pytest.param(
            "{customer}_{call_id}.wav", "9f2c41d07be5a6c39f2c41d07be5a6c3_c1.wav", id="a token already"
        ),
        pytest.param(
            "{customer_number}_{call_id}.wav", "20261125083007-17.wav", id="a time that does not fit"
        ),
        pytest.param("{customer_number}_{call_id}.wav", "8001-c77.wav", id="few digits that do not fit"),
        pytest.param("{customer_number}_{call_id}.wav", "", id="nothing"),
    ],
)
def test_other_names_stay(pattern: str, name: str) -> None:
    assert shown_name(pattern, name) == name
