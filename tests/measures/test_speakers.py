"""Two voices on one channel are told apart; one voice stays one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.speech import Voice
from qa_service.core.time import Span, merge, total_ms
from qa_service.measures.speakers import (
    HOP_MS,
    SHORTEST_MS,
    WINDOW_MS,
    Speakers,
    Vectors,
    best_path,
    tell_apart,
    windows,
)

CALL = Span(0, 120_000)


def vectors(
    pieces: tuple[Span, ...], who: list[tuple[Span, int]], *, alike: float = 0.5, spread: float = 0.3
) -> Vectors:
    """What an encoder would give: a mean per speaker, mixed where a window holds both, and scatter."""
    chance = np.random.default_rng(5)
    means = np.zeros((2, 256))
    means[0, 0], means[1, 0], means[1, 1] = 1.0, alike, np.sqrt(1 - alike**2)
    rows = []
    for piece in pieces:
        shares = [sum(piece.overlap_ms(span) for span, side in who if side == one) for one in (0, 1)]
        row = (np.array(shares) / max(1, sum(shares))) @ means
        scatter = np.pad(chance.normal(size=254), (2, 0))
        rows.append(row + spread * scatter / np.linalg.norm(scatter))
    found = np.array(rows)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def dialogue(turn_ms: int, gap_ms: int, turns: int = 12) -> list[tuple[Span, int]]:
    return [(Span(at * (turn_ms + gap_ms), at * (turn_ms + gap_ms) + turn_ms), at % 2) for at in range(turns)]


def heard(who: list[tuple[Span, int]], **how: float) -> Speakers:
    voiced = [span for span, _ in who]
    pieces = windows(voiced, CALL)
    return tell_apart(voiced, pieces, vectors(pieces, who, **how))


def right_share(found: Speakers, who: list[tuple[Span, int]]) -> float:
    right = sum(
        voice.span.overlap_ms(span)
        for voice in found.voices
        for span, side in who
        if voice.speaker == f"s{side}"
    )
    return right / total_ms(span for span, _ in who)


@pytest.mark.parametrize(
    ("turn_ms", "gap_ms"),
    [
        pytest.param(5_000, 500, id="long turns with pauses"),
        pytest.param(1_200, 400, id="short turns with pauses"),
        pytest.param(4_000, 0, id="turns that follow without a gap"),
    ],
)
def test_two_people_who_take_turns_are_told_apart(turn_ms: int, gap_ms: int) -> None:
    who = dialogue(turn_ms, gap_ms)

    found = heard(who)

    assert found.count == 2
    assert right_share(found, who) > 0.95
    assert found.separation > 0.9


@pytest.mark.parametrize(
    ("who", "how"),
    [
        pytest.param([(span, 0) for span, _ in dialogue(5_000, 500)], {}, id="one voice"),
        pytest.param(
            [(span, 0) for span, _ in dialogue(5_000, 500)], {"spread": 0.6}, id="one unsteady voice"
        ),
        pytest.param(dialogue(5_000, 500), {"alike": 0.95}, id="two voices too alike to tell"),
        pytest.param(dialogue(1_000, 500, turns=4), {}, id="four seconds in all"),
        pytest.param([(Span(0, 3_000), 0)], {}, id="one short stretch"),
    ],
)
def test_what_is_not_clearly_two_people_stays_one(who: list[tuple[Span, int]], how: dict[str, float]) -> None:
    assert heard(who, **how).count == 1


def test_the_less_the_voices_differ_the_less_sure_it_is() -> None:
    sure = [heard(dialogue(5_000, 500), alike=alike).separation for alike in (0.3, 0.7, 0.8)]

    assert sure == sorted(sure, reverse=True)
    assert sure[-1] < 0.9


def test_voices_that_are_much_alike_but_change_at_pauses_are_two_and_hardly_sure() -> None:
    who = dialogue(5_000, 500)

    found = heard(who, alike=0.89, spread=0.15)

    assert (found.count, found.separation) == (2, 0.6)
    assert right_share(found, who) > 0.95


def test_who_speaks_first_is_s0() -> None:
    mirrored = [(span, 1 - side) for span, side in dialogue(4_000, 400)]

    assert heard(mirrored).voices[0].speaker == "s0"


def test_nobody_speaks() -> None:
    found = tell_apart((), (), np.zeros((0, 256), np.float32))

    assert (found, found.count, found.speaker_of(Span(0, 100))) == (Speakers(), 0, "")


SPEAKERS = Speakers(
    (Voice(Span(0, 1_000), "s0"), Voice(Span(1_000, 2_000), "s1"), Voice(Span(5_000, 6_000), "s0")),
    0.9,
    (0.8, 0.6, 0.7),
)


@pytest.mark.parametrize(
    ("word", "speaker", "confidence"),
    [
        pytest.param(Span(200, 500), "s0", 0.8, id="inside a voice"),
        pytest.param(Span(900, 1_300), "s1", 0.6, id="across a change: whose voice it overlaps more"),
        pytest.param(Span(2_100, 2_300), "s1", 0.6, id="after a voice: the nearest"),
        pytest.param(Span(4_800, 4_900), "s0", 0.7, id="before a voice: the nearest"),
        pytest.param(Span(5_500, 5_500), "s0", 0.7, id="a word without length"),
    ],
)
def test_words_belong_to_the_voice_they_fall_on(word: Span, speaker: str, confidence: float) -> None:
    assert (SPEAKERS.speaker_of(word), SPEAKERS.confidence_of(word)) == (speaker, confidence)


spans = st.lists(st.tuples(st.integers(0, 100_000), st.integers(1, 9_000)), min_size=1, max_size=12).map(
    lambda drawn: [Span(at, at + ms) for at, ms in drawn]
)


@given(spans)
def test_windows_cover_all_voice_and_fit_the_encoder(voiced: list[Span]) -> None:
    pieces = windows(voiced, CALL)

    assert all(SHORTEST_MS <= piece.duration_ms <= max(WINDOW_MS, SHORTEST_MS) for piece in pieces)
    assert all(CALL.contains(piece) for piece in pieces)
    assert total_ms([*pieces, *voiced]) == total_ms(pieces)
    assert len(pieces) <= sum(2 + span.duration_ms // HOP_MS for span in merge(voiced))


@given(spans, st.integers(0, 1 << 20))
def test_voices_are_the_voiced_time_each_part_once(voiced: list[Span], seed: int) -> None:
    pieces = windows(voiced, CALL)
    rows = np.random.default_rng(seed).normal(size=(len(pieces), 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)

    found = tell_apart(voiced, pieces, rows)

    own = [voice.span for voice in found.voices]
    assert merge(own) == merge(merge(voiced, gap_ms=250))
    assert total_ms(own) == sum(span.duration_ms for span in own)
    assert own == sorted(own)
    assert len(found.confidences) == len(found.voices)
    assert found.voices[0].speaker == "s0"


def test_the_path_follows_the_evidence_and_ignores_a_flicker() -> None:
    evidence = np.array([-1.0] * 10 + [1.0] * 10 + [-0.5] + [1.0] * 10)

    path = best_path(evidence, np.full(len(evidence), 6.0))

    assert list(path) == [0] * 10 + [1] * 21


def test_the_path_changes_more_easily_at_a_pause() -> None:
    evidence = np.array([-1.0] * 10 + [1.0] * 2)
    free = np.full(len(evidence), 6.0)
    free[10] = 1.5

    assert list(best_path(evidence, free))[10:] == [1, 1]
    assert list(best_path(evidence, np.full(len(evidence), 6.0)))[10:] == [0, 0]
