"""Digital silence is a hole only where the line has noise and a voice is torn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_service.core.time import Span, gaps, intersect, total_ms
from qa_service.measures.frames import frame_power, mask_of
from qa_service.measures.holes import holes
from qa_service.measures.quality import quality
from tests.measures.calls import sample_call
from tests.measures.voices import Sound, noise, pcm, telephone, tune

CALL = Span(0, 30_000)


@cache
def agent() -> tuple[Sound, tuple[Span, ...]]:
    """Half a minute of an agent, alone, over digital silence, with when they speak."""
    call = sample_call("good-call")
    return call.voices[0], call.spoken[0]


def spoken() -> tuple[Span, ...]:
    return agent()[1]


def over_noise(dbfs: float = -60) -> Sound:
    return agent()[0] + noise(1, 30, dbfs=dbfs)


def without(sound: Sound, lost: Sequence[Span], *, value: float = 0.0) -> Sound:
    out = sound.copy()
    for span in lost:
        out[span.start_ms * 16 : span.end_ms * 16] = value
    return out


@cache
def torn(ms: int) -> tuple[Span, ...]:
    """A piece of `ms` every three seconds, from one loud moment of a sentence to another."""
    loud = frame_power(pcm(agent()[0])) > 0.2 * np.mean(pcm(agent()[0]).astype(float) ** 2)
    places = [
        Span(at * 10, at * 10 + ms)
        for at in range(2, loud.size - ms // 10 - 2)
        if loud[at - 2 : at].all() and loud[at + ms // 10 : at + ms // 10 + 2].all()
    ]
    inside = [each for each in places if any(span.contains(each) for span in spoken())]
    chosen = [inside[0]]
    for each in inside:
        if each.start_ms >= chosen[-1].end_ms + 3_000:
            chosen.append(each)
    return tuple(chosen)


def sent_only_when_loud(*, goes_on_ms: int, late_ms: int) -> Sound:
    """A line that sends zeros while nobody speaks: it shuts late, and opens late."""
    loud = frame_power(pcm(agent()[0])) > 1e-3 * np.max(frame_power(pcm(agent()[0])))
    gate = np.zeros(agent()[0].size)
    for frame in np.flatnonzero(loud).tolist():
        gate[frame * 160 + late_ms * 16 : (frame + 1) * 160 + goes_on_ms * 16] = 1
    return over_noise() * gate


def after_each_sentence(*, wait_ms: int, ms: int) -> tuple[Span, ...]:
    return tuple(Span(s.end_ms + wait_ms, s.end_ms + wait_ms + ms) for s in spoken() if s.end_ms < 25_000)


def until_each_sentence(*, ms: int, into_ms: int) -> tuple[Span, ...]:
    return tuple(Span(max(0, s.start_ms + into_ms - ms), s.start_ms + into_ms) for s in spoken())


def announced() -> Sound:
    """Prompts cut to the sample and put together with nothing between, before a person on a line with noise."""
    voice, line = agent()[0], over_noise()
    line[: 15_000 * 16] = without(voice, torn(300))[: 15_000 * 16]
    return line


def resumed() -> Sound:
    """The line shuts hard, and 80 ms later somebody else's noise stands in for its own."""
    line = without(over_noise(), tuple(gaps(spoken(), CALL)))
    for span in gaps(spoken(), CALL):
        late = Span(min(span.end_ms, span.start_ms + 80), span.end_ms)
        line[late.start_ms * 16 : late.end_ms * 16] = noise(3, 30, dbfs=-55)[: late.duration_ms * 16]
    return line


def found(sound: Sound, *, sounds: Sequence[Span] = ()) -> tuple[Span, ...]:
    power = frame_power(pcm(sound))
    return holes(pcm(sound), power, mask_of(spoken(), power.size), mask_of(sounds, power.size))


@pytest.mark.parametrize("ms", [60, 100, 200, 500, 1_000])
@pytest.mark.parametrize(
    "line",
    [
        pytest.param(lambda: over_noise(-70), id="a quiet line"),
        pytest.param(lambda: over_noise(-50), id="a noisy line"),
        pytest.param(lambda: telephone(over_noise()), id="a telephone"),
    ],
)
def test_what_a_line_tears_out_of_a_sentence_is_found(line: Callable[[], Sound], ms: int) -> None:
    lost = torn(ms)

    holes_found = found(without(line(), lost))

    assert total_ms(holes_found) == pytest.approx(total_ms(lost), abs=20 * len(lost))
    assert total_ms(intersect(holes_found, lost)) == total_ms(holes_found)


def test_any_constant_is_as_much_of_a_hole_as_zero() -> None:
    lost = torn(500)

    assert found(without(over_noise(), lost, value=0.02)) == found(without(over_noise(), lost)) != ()


def test_a_hole_may_end_in_the_noise_between_two_words() -> None:
    word = torn(500)[1]
    quiet = Span(word.start_ms, word.end_ms)
    line = over_noise()
    line[quiet.end_ms * 16 : quiet.end_ms * 16 + 1_280] = noise(5, 1, dbfs=-60)[:1_280]

    assert len(found(without(line, [quiet]))) == 1


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(lambda: agent()[0], id="a synthesised voice over digital silence"),
        pytest.param(lambda: without(agent()[0], torn(300)), id="the same, its pauses cut to the sample"),
        pytest.param(over_noise, id="a line with noise and nothing lost"),
        pytest.param(lambda: telephone(over_noise()), id="the same on a telephone"),
        pytest.param(lambda: without(over_noise(), torn(40)), id="two packets, which are found elsewhere"),
        pytest.param(lambda: without(over_noise(), torn(1_200)), id="muted for more than a second"),
        pytest.param(
            lambda: without(over_noise(), tuple(gaps(spoken(), CALL))), id="every pause is digital zero"
        ),
        pytest.param(
            lambda: sent_only_when_loud(goes_on_ms=120, late_ms=0),
            id="nothing is sent in pauses, VAD of 120 ms",
        ),
        pytest.param(
            lambda: sent_only_when_loud(goes_on_ms=120, late_ms=30), id="the same, and it opens too late"
        ),
        pytest.param(lambda: sent_only_when_loud(goes_on_ms=250, late_ms=30), id="the same, slower to shut"),
        pytest.param(lambda: sent_only_when_loud(goes_on_ms=0, late_ms=0), id="a gate that shuts at once"),
        pytest.param(
            lambda: without(over_noise(), after_each_sentence(wait_ms=200, ms=600)), id="muted in pauses"
        ),
        pytest.param(
            lambda: without(over_noise(), until_each_sentence(ms=700, into_ms=150)),
            id="muted in pauses and let go too late",
        ),
        pytest.param(
            lambda: without(over_noise(), after_each_sentence(wait_ms=-100, ms=700)), id="muted too early"
        ),
        pytest.param(
            lambda: without(over_noise(), [Span(0, 1_500)]), id="the beginning of the call is cut off"
        ),
        pytest.param(
            lambda: without(over_noise(), [Span(29_000, 30_000)]), id="the end of the call is silent"
        ),
        pytest.param(resumed, id="comfort noise sets in 80 ms after the voice is cut off"),
        pytest.param(announced, id="prompts put together, then a person"),
        pytest.param(lambda: np.zeros(480_000), id="nothing at all"),
        pytest.param(lambda: np.zeros(0), id="no samples"),
    ],
)
def test_other_digital_silence_is_no_hole(line: Callable[[], Sound]) -> None:
    assert found(line()) == ()


def test_hold_music_is_not_the_noise_of_a_line() -> None:
    played = tuple(gaps(spoken(), CALL))
    line = without(agent()[0], torn(300))
    for span in played:
        line[span.start_ms * 16 : span.end_ms * 16] = 0.01 * tune(1, 30)[: span.duration_ms * 16]

    assert found(line, sounds=played) == ()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 29_000), st.integers(10, 1_500)), max_size=12))
def test_nothing_but_silence_is_ever_called_a_hole(cut: list[tuple[int, int]]) -> None:
    lost = [Span(start, min(30_000, start + ms)) for start, ms in cut]

    for hole in found(without(over_noise(), lost)):
        assert total_ms(intersect([hole], gaps(gaps(lost, CALL), CALL))) == hole.duration_ms


def test_speech_beside_holes_is_unreliable_and_the_rest_is_not() -> None:
    """As a voice detector has it: its spans end before a hole and begin after it."""
    lost = [span for span in torn(500) if span.start_ms < 10_000]
    heard = intersect(spoken(), gaps(lost, CALL))

    measured = quality(pcm(without(over_noise(), lost)), heard)

    spoilt = {each.span for each in measured.unreliable}
    assert measured.dropped_ms == pytest.approx(total_ms(lost), abs=20 * len(lost))
    assert {each.because.code for each in measured.unreliable} == {"dropouts"}
    assert spoilt == {span for span in heard if any(span.touches(hole) for hole in lost)}
    assert [problem.code for problem in measured.problems] == ["dropouts"]
    assert measured.problems[0].lost_ms == total_ms(spoilt)
