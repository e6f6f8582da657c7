"""A second, quieter voice on a channel: one sign makes doubt, two make a stranger, and no quiet word is lost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from qa_service.core.time import Span, total_ms
from qa_service.measures.faint import (
    Faint,
    Fate,
    Line,
    beside_known,
    faint_stretches,
    fates,
    loud_stretches,
)
from tests.measures.voices import Sound, at_level, noise, pcm, speech

OWN, DOUBTED, FOREIGN = Fate.OWN, Fate.DOUBTED, Fate.FOREIGN


def faint(
    ms: int = 2_000,
    *,
    below: float = 12,
    middle: float = 9,
    under: float = 0.0,
    likeness: float | None = 0.85,
) -> Faint:
    return Faint(Span(10_000, 10_000 + ms), below, middle, under, likeness)


@pytest.mark.parametrize(
    ("found", "fate"),
    [
        pytest.param(faint(below=9), OWN, id="the same voice, a little quieter"),
        pytest.param(faint(700, under=1.0, likeness=None), OWN, id="a quiet hm while the other talks"),
        pytest.param(faint(1_000, middle=14, likeness=None), OWN, id="the end of a sentence"),
        pytest.param(faint(700, likeness=0.5), DOUBTED, id="somebody who sounds otherwise"),
        pytest.param(faint(middle=13), DOUBTED, id="far below the rest: turned away, or somebody else"),
        pytest.param(faint(under=0.8), DOUBTED, id="it goes on while the other party talks"),
        pytest.param(faint(likeness=0.6), DOUBTED, id="a strange voice in a pause: perhaps turned away"),
        pytest.param(faint(below=19), DOUBTED, id="far off, in a pause, the same voice"),
        pytest.param(faint(below=19, under=0.9), FOREIGN, id="far off, over the other party"),
        pytest.param(faint(below=19, likeness=0.5), FOREIGN, id="far off, another voice"),
        pytest.param(
            faint(under=0.9, likeness=0.5), FOREIGN, id="near by, another voice, over the other party"
        ),
    ],
)
def test_what_becomes_of_a_faint_stretch(found: Faint, fate: Fate) -> None:
    assert fates([found]) == (fate,)


def test_where_a_second_voice_is_known_nothing_faint_is_surely_the_partys() -> None:
    plain, known = faint(below=9), faint(3_000, under=1.0)

    assert fates([plain]) == (OWN,)
    assert fates([plain, known]) == (DOUBTED, DOUBTED)


def _line(*parts: tuple[float, float], other: Sequence[Span] = ()) -> Line:
    """Seconds of speech at so many dBFS, one after the other, half a second apart."""
    sounds: list[Sound] = []
    own: list[Span] = []
    at_ms = 0
    for place, (seconds, dbfs) in enumerate(parts):
        spoken = at_level(speech(place + 1, seconds), dbfs)
        own.append(Span(at_ms, at_ms + spoken.size // 16))
        sounds += [spoken, np.zeros(8_000)]
        at_ms = own[-1].end_ms + 500
    line = np.concatenate(sounds)
    return Line(pcm(line + noise(9, line.size / 16_000, dbfs=-70)[: line.size]), tuple(own), tuple(other))


@pytest.mark.parametrize(
    ("line", "faint_ms"),
    [
        pytest.param(_line((5, -24), (5, -24)), 0, id="one voice at one level"),
        pytest.param(_line((5, -24), (5, -29)), 0, id="5 dB are nothing"),
        pytest.param(_line((8, -24), (0.3, -38), (5, -24)), 0, id="a syllable"),
        pytest.param(_line((5, -24), (4, -38), (5, -24)), 4_000, id="a sentence 14 dB down"),
        pytest.param(Line(np.zeros(0, np.int16), (), ()), 0, id="nothing at all"),
        pytest.param(Line(np.zeros(160_000, np.int16), (Span(0, 5_000),), ()), 0, id="digital silence"),
    ],
)
def test_faint_stretches(line: Line, faint_ms: int) -> None:
    found = faint_stretches(line)

    assert total_ms(each.span for each in found) == pytest.approx(faint_ms, abs=700)
    left = loud_stretches(line.own, found)
    assert total_ms(left) == pytest.approx(total_ms(line.own) - faint_ms, abs=700)


def test_a_nearer_neighbour_is_looked_for_only_where_one_is_known() -> None:
    line = _line((6, -24), (3, -36), (6, -24), (3, -31.5), other=(Span(6_500, 9_500), Span(16_500, 20_500)))
    (known,) = (each for each in faint_stretches(line) if each.talks_over)

    assert beside_known(line, ()) == ()
    (nearer,) = beside_known(line, (known,))
    assert nearer.span.overlap_ms(line.own[3]) > 2_500
