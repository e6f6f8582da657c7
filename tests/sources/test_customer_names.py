"""A customer's number in the name of a source's recording is shown nowhere; the source still finds the recording."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from qa_service.core.sources import Keep
from qa_service.stores.tables import calls
from tests.sources.collecting import ADMIN, SOUND, Centre

PATTERN = "{customer_number}_{call_id}.wav"
#: As tests' tokens are: `hmac-sha256:abab…`.
STANDS_IN = "c" + "ab" * 6
NUMBERS = [
    pytest.param("13912345678", id="a mobile"),
    pytest.param("65432109", id="a number of Hong Kong"),
    pytest.param("+85291234567", id="with its country"),
    pytest.param("01088886666", id="a landline"),
    pytest.param("139-1234-5678", id="in groups"),
]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("keep", list(Keep))
def test_a_call_is_called_by_the_token_and_is_heard(centre: Centre, number: str, keep: Keep) -> None:
    source = centre.add(pattern=PATTERN, keep=keep)
    centre.put(f"{number}_c1.wav", SOUND)

    centre.settle(source)

    (call,) = centre.calls()
    assert (call.file_name, call.envelope.call_id) == (f"{STANDS_IN}_c1.wav", "c1")
    assert centre.heard(call) == SOUND
    with centre.engine.begin() as connection:
        kept = connection.execute(sa.select(calls).where(calls.c.id == call.id)).one()
    assert number not in str(kept)


def test_the_same_file_is_not_taken_in_twice(centre: Centre) -> None:
    source = centre.add(pattern=PATTERN)
    centre.put("65432109_c1.wav", SOUND)

    centre.settle(source)
    centre.settle(source)

    assert len(centre.calls()) == 1


@pytest.mark.parametrize(
    ("pattern", "name", "shown"),
    [
        pytest.param(PATTERN, "65432109_c1.wav", "●●●●●●●●_c1.wav", id="the pattern says where"),
        pytest.param(
            "{customer}_{call_id}.wav", "65432109_c1.wav", "●●●●●●●●_c1.wav", id="a number as customer"
        ),
        pytest.param(
            "{customer_number}/{call_id}.wav", "65432109/c1.wav", "●●●●●●●●/c1.wav", id="in a folder"
        ),
        pytest.param(PATTERN, "65432109.wav", "●●●●●●●●.wav", id="a name that does not fit"),
        pytest.param(PATTERN, "20261125-65432109.wav", "20261125-●●●●●●●●.wav", id="a day is no number"),
        pytest.param(
            PATTERN, "20261125083007 +85291234567.wav", "20261125083007 ●●●●●●●●●●●●.wav", id="a time"
        ),
        pytest.param("{agent_id}_{call_id}.wav", "65432109_c1.wav", "65432109_c1.wav", id="an agent's id"),
        pytest.param("{call_id}.wav", "65432109.wav", "65432109.wav", id="a call's id"),
        pytest.param("", "65432109_c1.wav", "65432109_c1.wav", id="no pattern"),
    ],
)
def test_dead_letters_and_trials_do_not_show_it(centre: Centre, pattern: str, name: str, shown: str) -> None:
    source = centre.add(pattern=pattern)
    centre.put(name, b"")

    centre.settle(source)

    assert [letter.key for letter in centre.letters(source)] == [shown]
    (tried,) = centre.desk.try_out(ADMIN, source, 5) or ()
    assert tried.item.key == shown
    assert pattern != PATTERN or "65432109" not in str(tried)


def test_a_dead_letter_is_tried_again_under_its_own_name(centre: Centre) -> None:
    source = centre.add(pattern=PATTERN)
    centre.put("65432109_c1.wav", b"")
    centre.settle(source)
    (letter,) = centre.letters(source)
    centre.put("65432109_c1.wav", SOUND)

    assert centre.desk.retry(ADMIN, letter.id)
    centre.settle(source)
    centre.settle(source)

    assert [call.file_name for call in centre.calls()] == [f"{STANDS_IN}_c1.wav"]
