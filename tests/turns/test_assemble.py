"""Utterances are cut by voice activity and words, and keep every character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.speech import HeardWord, Utterance, spoken_chars
from qa_service.core.time import Span
from qa_service.turns.assemble import Cutting, assemble, number


def words(*said: tuple[str, int, int]) -> list[HeardWord]:
    return [HeardWord(text, Span(start_ms, end_ms), 0.9) for text, start_ms, end_ms in said]


def spans(*edges: tuple[int, int]) -> list[Span]:
    return [Span(start_ms, end_ms) for start_ms, end_ms in edges]


def texts(utterances: tuple[Utterance, ...]) -> list[str]:
    return [said.text for said in utterances]


@pytest.mark.parametrize(
    ("said", "voiced", "expected"),
    [
        pytest.param(
            [("您好，", 0, 500), ("请讲。", 1_200, 1_600)],
            [(0, 500), (1_200, 1_600)],
            ["您好，", "请讲。"],
            id="700 ms of silence end an utterance",
        ),
        pytest.param(
            [("您好，", 0, 500), ("请讲。", 1_099, 1_600)],
            [(0, 500), (1_099, 1_600)],
            ["您好，请讲。"],
            id="599 ms are a pause inside it",
        ),
        pytest.param(
            [("您好，", 0, 500), ("请讲。", 1_400, 1_600)],
            [(0, 1_600)],
            ["您好，请讲。"],
            id="a gap between word times is no pause where the voice goes on",
        ),
        pytest.param(
            [("您好，", 0, 1_150), ("请讲。", 1_150, 1_600)],
            [(0, 500), (1_200, 1_600)],
            ["您好，", "请讲。"],
            id="word times that hide a pause do not hide it from voice activity",
        ),
        pytest.param(
            [("您好", 0, 500), ("，", 1_200, 1_210), ("请讲", 1_210, 1_600), ("。", 1_600, 1_600)],
            [(0, 500), (1_200, 1_600)],
            ["您好，", "请讲。"],
            id="a comma across the pause stays with the word before it",
        ),
        pytest.param(
            [("他说", 0, 500), ("“", 500, 500), ("不行", 1_300, 1_600), ("”", 1_600, 1_600)],
            [(0, 500), (1_200, 1_600)],
            ["他说", "“不行”"],
            id="an opening quote goes with the word after it",
        ),
        pytest.param(
            [("您好", 0, 500), ("请讲", 1_200, 1_600)], [], ["您好", "请讲"], id="without voice, words tell"
        ),
        pytest.param(
            [("。", 0, 500), (" ", 500, 900)], [(0, 900)], [], id="punctuation alone is nobody's words"
        ),
        pytest.param([], [(0, 900)], [], id="voice without words is no utterance"),
    ],
)
def test_where_an_utterance_ends(
    said: list[tuple[str, int, int]], voiced: list[tuple[int, int]], expected: list[str]
) -> None:
    assert texts(assemble("s0", 0, words(*said), spans(*voiced))) == expected


def test_a_monologue_is_cut_at_sentence_ends_into_pieces_of_fifteen_seconds_at_most() -> None:
    sentences = [("这是一句话", "，"), ("说得很长", "。")] * 6
    said = [
        (chars + mark, 2_500 * place, 2_500 * place + 2_500) for place, (chars, mark) in enumerate(sentences)
    ]

    pieces = assemble("s0", 0, words(*said), [Span(0, 30_000)])

    assert all(piece.span.duration_ms <= 15_000 for piece in pieces)
    assert all(piece.text.endswith("。") for piece in pieces)


def test_one_endless_sentence_is_cut_at_its_longest_pause() -> None:
    said = [("啊", at, at + (600 if at == 9_000 else 1_000)) for at in range(0, 20_000, 1_000)]

    first, second = assemble("s0", 0, words(*said), [Span(0, 20_000)])

    assert (len(first.text), len(second.text)) == (10, 10)


def test_an_utterance_knows_its_voiced_time_its_words_and_how_sure_they_are() -> None:
    heard = [HeardWord("我们，", Span(100, 500), 0.9), HeardWord("保证。", Span(700, 1_000), 0.5)]

    (said,) = assemble("s1", 1, heard, spans((50, 500), (700, 1_100)))

    assert (said.speaker, said.channel, said.span) == ("s1", 1, Span(50, 1_100))
    assert said.speech_ms == 450 + 400
    assert said.confidence == pytest.approx((2 * 0.9 + 2 * 0.5) / 4)
    assert [said.text[word.start : word.end] for word in said.words] == ["我们，", "保证。"]
    assert said.span_of(3, 5) == Span(700, 1_000)


@pytest.mark.parametrize(
    ("word", "voiced", "expected"),
    [
        pytest.param((300, 900), (0, 1_000), Span(0, 1_000), id="edges within 400 ms follow the voice"),
        pytest.param((900, 1_000), (0, 1_000), Span(900, 1_000), id="a late word is not pulled back 900 ms"),
        pytest.param((0, 2_000), (500, 1_000), Span(500, 1_000), id="a word does not last into silence"),
        pytest.param(
            (5_000, 5_100), (0, 1_000), Span(5_000, 5_100), id="a word beside all voice keeps its time"
        ),
    ],
)
def test_when_an_utterance_was_said(word: tuple[int, int], voiced: tuple[int, int], expected: Span) -> None:
    (said,) = assemble("s0", 0, words(("好", *word)), spans(voiced))

    assert said.span == expected


def test_ids_follow_the_order_in_which_utterances_end() -> None:
    agent = assemble(
        "s0", 0, words(("您好", 0, 5_000), ("再见", 9_000, 9_500)), spans((0, 5_000), (9_000, 9_500))
    )
    customer = assemble("s1", 1, words(("喂", 1_000, 1_400)), spans((1_000, 1_400)))

    numbered = number([*agent, *customer])

    assert [(said.id, said.text) for said in numbered] == [
        ("u0001", "喂"),
        ("u0002", "您好"),
        ("u0003", "再见"),
    ]


heard_words = st.lists(
    st.tuples(
        st.sampled_from(["好", "您好，", "。", "“", " VIP", "12", "”", "吗？", " ", "我们"]),
        st.integers(0, 1_500),
        st.integers(0, 3_000),
    ),
    max_size=40,
)
voiced_spans = st.lists(st.tuples(st.integers(0, 60_000), st.integers(1, 8_000)), max_size=12)
cuttings = st.builds(
    Cutting,
    pause_ms=st.integers(1, 2_000),
    longest_ms=st.integers(1_000, 20_000),
    shortest_ms=st.integers(0, 2_000),
)


def timed(drawn: list[tuple[str, int, int]]) -> list[HeardWord]:
    made, now_ms = [], 0
    for text, gap_ms, length_ms in drawn:
        made.append(HeardWord(text, Span(now_ms + gap_ms, now_ms + gap_ms + length_ms), 0.8))
        now_ms += gap_ms + length_ms
    return made


@given(heard_words, voiced_spans, cuttings)
def test_no_character_is_lost_or_doubled(
    drawn: list[tuple[str, int, int]], voiced: list[tuple[int, int]], cutting: Cutting
) -> None:
    heard = timed(drawn)
    spoken = any(spoken_chars(word.text) for word in heard)

    made = assemble("s0", 0, heard, [Span(at, at + ms) for at, ms in voiced], cutting=cutting)

    assert "".join(texts(made)) == ("".join(word.text for word in heard) if spoken else "")
    for said in made:
        assert "".join(said.text[word.start : word.end] for word in said.words) == said.text
        assert spoken_chars(said.text) > 0


@given(heard_words, voiced_spans, cuttings)
def test_words_lie_inside_their_utterance_and_voiced_time_inside_its_span(
    drawn: list[tuple[str, int, int]], voiced: list[tuple[int, int]], cutting: Cutting
) -> None:
    made = assemble("s0", 0, timed(drawn), [Span(at, at + ms) for at, ms in voiced], cutting=cutting)

    for said in made:
        assert all(said.span.contains(word.span) for word in said.words)
        assert 0 <= said.speech_ms <= said.span.duration_ms
    assert [said.order for said in number(made)] == sorted(said.order for said in number(made))


@given(heard_words, cuttings)
def test_only_what_cannot_be_cut_is_longer_than_the_limit(
    drawn: list[tuple[str, int, int]], cutting: Cutting
) -> None:
    made = assemble("s0", 0, timed(drawn), [], cutting=cutting)

    for said in made:
        spoken = [word for word in said.words if spoken_chars(said.text[word.start : word.end])]
        assert said.span.duration_ms <= cutting.longest_ms or len(spoken) == 1
