"""What was said: which characters take time to say, and when each of them was said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.speech import Role, Word, spoken_chars
from qa_service.core.tags import Evidence, Quote
from qa_service.core.time import Span
from tests.make import VOCABULARY, timed, utterance

_TEXTS = st.sampled_from([text for text in VOCABULARY if text])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("您好，请问", 4, id="the comma is not said"),
        pytest.param("请拨12315", 7, id="every digit is said"),
        pytest.param("VIP 客户", 5, id="letters count, the space does not"),
        pytest.param("繁體與簡體", 5, id="both scripts alike"),
        pytest.param("，。！？……", 0, id="punctuation is not speech"),
        pytest.param("", 0, id="nothing said"),
        pytest.param("㐀𠀀", 2, id="rare characters are one each"),
        pytest.param("👍+=", 0, id="signs are not said"),
    ],
)
def test_spoken_characters(text: str, count: int) -> None:
    assert spoken_chars(text) == count


@given(_TEXTS, _TEXTS)
def test_what_is_said_twice_as_long_has_the_sum_of_the_characters(one: str, other: str) -> None:
    assert spoken_chars(one + other) == spoken_chars(one) + spoken_chars(other)


@given(_TEXTS, st.data())
def test_characters_are_said_within_the_utterance_and_later_ones_not_earlier(
    text: str, data: st.DataObject
) -> None:
    heard = timed(utterance(text, 1_000))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))

    span = heard.span_of(start, end)

    assert heard.span.contains(span)
    assert heard.span_of(0, end).end_ms == span.end_ms
    assert heard.span_of(start, len(text)).start_ms == span.start_ms


def test_without_word_times_a_quote_was_said_somewhere_in_its_utterance() -> None:
    heard = utterance("这款保本的", 2_000, 3_000)

    assert heard.span_of(2, 4) == Span(2_000, 3_000)


def test_a_quote_takes_in_every_word_that_it_touches() -> None:
    words = (Word(Span(0, 300), 0, 2), Word(Span(500, 900), 2, 4), Word(Span(900, 1_200), 4, 5))
    heard = utterance("这款保本的", 0, 1_200, words=words)

    assert heard.span_of(1, 3) == Span(0, 900)


def test_a_quote_is_cut_from_the_original_text() -> None:
    heard = utterance("这款保本的", 0, name="u1")

    assert Quote.of(heard, 2, 4) == Quote("u1", 2, 4, "保本")
    assert Evidence.said(heard).quotes[0].text == "这款保本的"


def test_pace_is_unknown_where_nobody_measured_speech_time() -> None:
    heard = utterance("您好您好", 0, speech_ms=1_000)

    assert heard.chars_per_minute == 240
    assert replace(heard, speech_ms=0).chars_per_minute is None


def test_knowing_who_spoke_changes_nothing_else() -> None:
    heard = utterance("您好", role=Role.UNKNOWN)

    placed = heard.spoken_by(Role.AGENT, 0.8)

    assert (placed.role, placed.role_confidence) == (Role.AGENT, 0.8)
    assert replace(placed, role=Role.UNKNOWN, role_confidence=0.0) == heard
