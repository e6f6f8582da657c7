"""Names of files, ids of other systems, skill groups: numbers of people are covered, everything else stays."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.privacy.identity import check_digit
from qa_service.privacy.labels import covered

MOBILE = "●" * 11
IDENTITY = "11010519491231002" + check_digit("11010519491231002")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("13912345678_20261125.wav", f"{MOBILE}_20261125.wav", id="a mobile before a day"),
        pytest.param(
            "8012_13812345678_20261125083000.mp3", f"8012_{MOBILE}_20261125083000.mp3", id="between"
        ),
        pytest.param("13912345678-1", f"{MOBILE}-1", id="a mobile and a count"),
        pytest.param("电话13912345678录音", f"电话{MOBILE}录音", id="among Chinese"),
        pytest.param("tel13912345678.wav", f"tel{MOBILE}.wav", id="behind letters"),
        pytest.param("+86 13912345678", f"+86 {MOBILE}", id="with its country before it"),
        pytest.param("8613912345678", "●" * 13, id="with its country in it"),
        pytest.param("139-1234-5678.wav", "●" * 13 + ".wav", id="in groups with hyphens"),
        pytest.param("139 1234 5678", "●" * 13, id="in groups with spaces"),
        pytest.param("１３９１２３４５６７８", MOBILE, id="in full width"),
        pytest.param(f"{IDENTITY}.wav", "●" * 18 + ".wav", id="an identity number"),
        pytest.param("110105 19491231 002X", "●" * 20, id="an identity number in groups"),
        pytest.param("6222021234567890128", "●" * 19, id="a card"),
        pytest.param("4111 1111 1111 1111", "●" * 19, id="a card in groups"),
        pytest.param("0755-82345678_1.wav", "●" * 13 + "_1.wav", id="a landline"),
        pytest.param("13912345678,13812345678", f"{MOBILE},{MOBILE}", id="two"),
        pytest.param(
            "20261125-13912345678-13812345678", f"20261125-{MOBILE}-{MOBILE}", id="two behind a day"
        ),
    ],
)
def test_numbers_of_people_are_covered(name: str, shown: str) -> None:
    assert covered(name) == shown
    assert covered(shown) == shown


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="nothing"),
        pytest.param("a.wav", id="no digits"),
        pytest.param("20261125083000-17", id="a time and a count"),
        pytest.param("2026-11-25 08:30:00", id="a time that is written out"),
        pytest.param("20261125083000123", id="a time to the millisecond"),
        pytest.param("1764112345.1234", id="an id of Asterisk"),
        pytest.param("1764112345678", id="milliseconds since 1970"),
        pytest.param("01a2154c-0c94-776d-a6d6-13912345678a", id="an id of ours"),
        pytest.param("a1b2c3d4e5f60718a13912345678b9c0", id="a digest"),
        pytest.param("400-812-3123", id="a hotline of 400"),
        pytest.param("4008123123", id="a hotline of 400 in one row"),
        pytest.param("95588", id="a bank's hotline"),
        pytest.param("credit-card-hotline", id="a line by its name"),
        pytest.param("12345678901", id="eleven digits of nobody"),
        pytest.param("139123456789", id="twelve digits"),
        pytest.param("110105202612310021", id="eighteen digits without a check digit that fits"),
        pytest.param("4111111111111112", id="sixteen digits without a check digit that fits"),
        pytest.param("技能组1381234", id="a part of a number"),
    ],
)
def test_what_is_no_number_of_a_person_stays(name: str) -> None:
    assert covered(name) == name


def test_of_a_line_the_landline_stays_and_a_mobile_does_not() -> None:
    assert covered("0755-82345678", landlines=False) == "0755-82345678"
    assert covered("13912345678", landlines=False) == MOBILE


@given(st.text(alphabet="0123456789Xx-_ .年a"), st.booleans())
def test_a_cover_for_each_character_and_nothing_else_changes(name: str, landlines: bool) -> None:
    shown = covered(name, landlines=landlines)

    assert len(shown) == len(name)
    assert all(after in ("●", before) for before, after in zip(name, shown, strict=True))
    assert covered(shown, landlines=landlines) == shown


@given(st.uuids(version=4))
def test_ids_are_nobodys_number(made: uuid.UUID) -> None:
    assert covered(str(made)) == str(made)
    assert covered(made.hex) == made.hex


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["{}.wav", "8012_{}_1.mp3", "客户{}", "{}-17"]),
)
def test_any_mobile_is_covered(mobile: str, form: str) -> None:
    assert covered(form.format(mobile)) == form.format(MOBILE)
