"""What a span may say: listed facts, and plain words alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.ports.tracing import Facts
from qa_service.tracing.facts import ATTRIBUTES, attributes, is_name, is_word


def test_every_fact_of_the_port_has_a_name_and_no_other() -> None:
    assert set(ATTRIBUTES) == set(Facts.__annotations__)


@pytest.mark.parametrize(
    ("fact", "value", "kept"),
    [
        pytest.param("route", "/api/v1/calls/{call_id}", True, id="the template of a route"),
        pytest.param("status", 202, True, id="a number that is listed"),
        pytest.param("state", "done", True, id="a state"),
        pytest.param("route", "/api/v1/calls/王小明.wav", False, id="a path with somebody's name"),
        pytest.param("state", "您好", False, id="something that was said"),
        pytest.param("state", "I guarantee it", False, id="a sentence"),
        pytest.param("request_id", "a\r\nb", False, id="a line end"),
        pytest.param("node", "w" * 201, False, id="too long for a word"),
        pytest.param("queue", "", False, id="nothing"),
        pytest.param("queue", None, False, id="none"),
        pytest.param("node", ["upload"], False, id="a list of words"),
        pytest.param("text", "hello", False, id="a fact that is not listed"),
        pytest.param("path", "/api/v1/calls/7", False, id="the path is not listed"),
        pytest.param("customer", 13800138000, False, id="a number that is not listed"),
    ],
)
def test_what_is_told(fact: str, value: Any, kept: bool) -> None:
    told = dict(attributes({fact: value}))

    assert told == ({ATTRIBUTES[fact]: value} if kept else {})


@given(st.text(min_size=1))
def test_whatever_a_word_is_it_has_no_spaces_and_no_chinese(text: str) -> None:
    fits = is_word(text) or is_name(text)

    assert not (fits and (not text.isascii() or not text.isprintable() or "?" in text or "@" in text))
    assert not (is_word(text) and " " in text)
