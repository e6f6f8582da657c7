"""Passwords: a sentence will do, what is made by holding a key down or by saying a word twice will not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.passwords import LEAST, MOST, why_weak


@pytest.mark.parametrize(
    ("password", "why"),
    [
        pytest.param("一句只有自己知道的话", "", id="a sentence"),
        pytest.param("correct horse battery", "", id="three words"),
        pytest.param("aZ3-kq_Lw9Tr0bXe", "", id="made by a machine"),
        pytest.param("北京北京有雪飘北京北京", "", id="a word that comes back is no repetition"),
        pytest.param("banana bread again", "", id="few letters, and a sentence"),
        pytest.param("short", "password_length", id="short"),
        pytest.param("x" * 9, "password_length", id="short before it is dull"),
        pytest.param("a sentence " * 19, "password_length", id="longer than is read"),
        pytest.param("aaaaaaaaaaaa", "password_few", id="one key held down"),
        pytest.param("ababababab", "password_few", id="two fingers"),
        pytest.param("好好好好好好好好好好", "password_few", id="one word"),
        pytest.param("112233112233", "password_few", id="three figures"),
        pytest.param("passwordpassword", "password_repeats", id="a word twice"),
        pytest.param("PasswordPASSWORD", "password_repeats", id="in capitals"),
        pytest.param("ｐａｓｓｗｏｒｄpassword", "password_repeats", id="in two widths"),
        pytest.param("passwordpassword1!", "password_repeats", id="with a figure and a sign"),
        pytest.param("qwertyqwertyqwe", "password_repeats", id="cut short"),
        pytest.param("一句从前的话一句从前的话", "password_repeats", id="a sentence twice"),
        pytest.param("abcdefghijkl", "password_row", id="the alphabet"),
        pytest.param("9876543210", "password_row", id="counted down"),
        pytest.param("qwertyuiop", "password_common", id="a row of the keyboard"),
        pytest.param("li.weili.wei", "password_name", id="the name twice"),
        pytest.param("my LI.WEI sentence", "password_name", id="the name in capitals"),
        pytest.param("xx ｌｉ.ｗｅｉ xx", "password_name", id="the name in full width"),
    ],
)
def test_passwords(password: str, why: str) -> None:
    assert why_weak(password, "li.wei") == why


@given(st.text(min_size=1, max_size=40), st.integers(2, 9))
def test_nothing_that_is_said_again_will_do(piece: str, times: int) -> None:
    assert why_weak(piece * times, "name.of.nobody")


@given(st.text(min_size=LEAST, max_size=MOST), st.text(min_size=1, max_size=9))
def test_nothing_with_the_name_in_it_will_do(text: str, name: str) -> None:
    assert why_weak(f"{text}{name}"[-MOST:], name)
