"""A neighbour on the agent's channel is not the agent; the agent, however quiet, loses no word to one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
import yaml

from qa_service.asr.scripted import Line
from qa_service.asr.vad import SileroVad
from qa_service.core.time import Span, intersect, total_ms
from qa_service.ports import Recording, SpeakerEncoder
from qa_service.usecases.lanes import Lanes, find_lanes
from tests.measures.calls import SAMPLES, Rows, decoded, filtered, room, sample_call
from tests.usecases.hearing import Take, heard, speakers, two_parties

Wave = npt.NDArray[np.float64]
AGENT = 1
#: Calls in which the agent is on channel 1.
CALLS = ("hedging-evasion.wav", "guaranteed-return.wav", "taiwan-traditional.m4a", "mp3-call.mp3")


@cache
def _rows(audio: str) -> Rows:
    return decoded(SAMPLES / audio)


def _agent_says(audio: str) -> list[Span]:
    truth = yaml.safe_load((SAMPLES / f"{audio.rsplit('.', 1)[0]}.truth.yaml").read_text("utf-8"))
    return [Span(u["start_ms"], u["end_ms"]) for u in truth["utterances"] if u["role"] == "agent"]


def _level(wave: Wave) -> float:
    frames = wave[: wave.size // 320 * 320].reshape(-1, 320)
    power = (frames**2).mean(axis=1)
    return float(np.sqrt(power[power > power.max() / 400].mean()))


def _with_neighbour(audio: str, source: tuple[str, int], below_db: float) -> Rows:
    """Somebody else's call goes on at the next desk, and is heard on the agent's channel."""
    rows = _rows(audio).astype(np.float64)
    voice, talk = np.zeros(rows.shape[1]), _rows(source[0])[source[1]]
    voice[: talk.size] = talk[: voice.size]
    voice = np.roll(voice, 3 * 16_000)
    gain = _level(rows[AGENT]) / _level(voice) * 10 ** (-below_db / 20)
    rows[AGENT] += voice * gain
    return np.clip(rows, -32_768, 32_767).astype(np.int16)


def _changed(audio: str, which: slice, how: Callable[[Wave], Wave]) -> Rows:
    """The call with some of what the agent says said otherwise."""
    rows = _rows(audio).copy()
    for said in _agent_says(audio)[which]:
        at = slice(said.start_ms * 16, said.end_ms * 16)
        rows[AGENT, at] = np.clip(how(rows[AGENT, at].astype(np.float64)), -32_768, 32_767).astype(np.int16)
    return rows


def _quieter(db: float) -> Callable[[Wave], Wave]:
    return lambda wave: wave * 10 ** (-db / 20)


def _turned_away(wave: Wave) -> Wave:
    spectrum = np.fft.rfft(wave) / (1 + (np.fft.rfftfreq(wave.size, 1 / 16_000) / 1_200) ** 2)
    return filtered(np.fft.irfft(spectrum, wave.size), room(3, ms=60)) * 0.5


def _lanes(rows: Rows, encoder: Callable[[], SpeakerEncoder] = speakers) -> Lanes:
    return find_lanes(Recording(rows, "ab" * 32, codec="pcm_s16le", source_rate=16_000), SileroVad(), encoder)


def _codes(lanes: Lanes) -> set[str]:
    return {problem.code for problem in lanes.problems}


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(("guaranteed-return.wav", 1), id="a voice that sounds the same to the encoder"),
        pytest.param(("good-call.wav", 1), id="a man"),
        pytest.param(("mp3-call.mp3", 0), id="another man"),
    ],
)
@pytest.mark.parametrize("below_db", [12, 15, 20])
def test_a_neighbours_words_are_not_the_agents(source: tuple[str, int], below_db: float) -> None:
    own = _agent_says("hedging-evasion.wav")

    lanes = _lanes(_with_neighbour("hedging-evasion.wav", source, below_db))

    while_silent_ms = total_ms(lanes.own[AGENT]) - total_ms(intersect(lanes.own[AGENT], own))
    assert while_silent_ms < 3_500
    assert total_ms(intersect(lanes.own[AGENT], own)) > 0.85 * total_ms(own)
    assert _codes(lanes) & {"faint_voice", "foreign_voice"}
    assert lanes.own[0] == _lanes(_rows("hedging-evasion.wav")).own[0]


@pytest.mark.parametrize("audio", CALLS)
@pytest.mark.parametrize(
    ("which", "how"),
    [
        pytest.param(slice(0, 0), _quieter(0), id="as it is"),
        pytest.param(slice(-1, None), _quieter(6), id="a quieter goodbye"),
        pytest.param(slice(0, None, 2), _quieter(-8), id="every second sentence in a raised voice"),
        pytest.param(slice(1, None), _quieter(5), id="only the greeting is loud"),
    ],
)
def test_one_voice_is_believed(audio: str, which: slice, how: Callable[[Wave], Wave]) -> None:
    lanes = _lanes(_changed(audio, which, how))

    assert (lanes.faint[AGENT], _codes(lanes)) == ((), set())


@pytest.mark.parametrize("audio", CALLS)
@pytest.mark.parametrize(
    ("which", "how"),
    [
        pytest.param(slice(-1, None), _quieter(10), id="a goodbye 10 dB down"),
        pytest.param(slice(-1, None), _quieter(14), id="a goodbye 14 dB down"),
        pytest.param(slice(2, 3), _turned_away, id="turned away from the microphone"),
    ],
)
def test_quiet_words_are_doubted_and_never_dropped(
    audio: str, which: slice, how: Callable[[Wave], Wave]
) -> None:
    said = _agent_says(audio)[which]

    lanes = _lanes(_changed(audio, which, how))

    assert "foreign_voice" not in _codes(lanes)
    assert total_ms(intersect(lanes.voiced(AGENT), said)) > 0.75 * total_ms(said)


def test_no_encoder_is_made_for_an_ordinary_call() -> None:
    def none() -> SpeakerEncoder:
        raise AssertionError

    for audio in CALLS:
        _lanes(_rows(audio), none)


def _overheard(talk: Wave) -> Take:
    """While the customer speaks, somebody beside the agent promises something, 14 dB quieter than the agent."""
    both = two_parties()
    rows = both.rows.copy()
    talk = np.resize(talk[talk != 0], rows.shape[1])
    gain = _level(rows[0].astype(np.float64)) / _level(talk) * 10 ** (-14 / 20)
    there = [line.span for line in both.script if line.channel == 1 and line.span.duration_ms > 3_000]
    for span in there:
        at = slice(span.start_ms * 16, span.end_ms * 16)
        rows[0, at] += (talk[at] * gain).astype(np.int16)
    promises = (Line(0, span, "完全没有风险，我向您保证") for span in there)
    return Take(rows, tuple(sorted((*both.script, *promises), key=lambda line: (line.span, line.channel))))


@pytest.mark.parametrize(
    ("source", "code", "is_shown"),
    [
        pytest.param(
            ("good-call", 0), "faint_voice", True, id="a like voice: shown, and nothing rests on it"
        ),
        pytest.param(("rude-interruptions", 0), "foreign_voice", False, id="another voice: not written down"),
    ],
)
def test_what_is_overheard_is_never_the_agents(source: tuple[str, int], code: str, is_shown: bool) -> None:
    call = heard(_overheard(sample_call(source[0]).voices[source[1]])).call

    overheard = [said for said in call.utterances if set(said.text) & set("险证")]
    assert bool(overheard) is is_shown
    assert all(said.unreliable == "unreliable.faint" for said in overheard)
    assert [problem.code for problem in call.problems] == [code]
    agent = [voice.span for voice in call.voice if voice.speaker == "s0"]
    customer = [voice.span for voice in call.voice if voice.speaker == "s1"]
    assert total_ms(intersect(agent, customer)) < 300


def _with_loud_line(rows: Rows, at_ms: int) -> Rows:
    """Somebody at the next desk says a sentence as loudly as the agent does, while the agent is silent."""
    line = _rows("rude-interruptions.m4a")[0, 72_192 * 16 : 77_280 * 16].astype(np.float64)
    line *= _level(rows[AGENT].astype(np.float64)) / _level(line)
    mixed = rows.astype(np.float64)
    mixed[AGENT, at_ms * 16 : at_ms * 16 + line.size] += line
    return np.clip(mixed, -32_768, 32_767).astype(np.int16)


#: In hedging-evasion the customer speaks here, and the agent does not.
CUSTOMERS_TURN = next(
    Span(u["start_ms"], u["end_ms"])
    for u in yaml.safe_load((SAMPLES / "hedging-evasion.truth.yaml").read_text("utf-8"))["utterances"]
    if u["role"] == "customer" and u["end_ms"] - u["start_ms"] >= 5_000
)


def test_what_is_as_loud_as_the_agent_is_doubted_where_a_second_voice_is_known() -> None:
    with_neighbour = _with_neighbour("hedging-evasion.wav", ("rude-interruptions.m4a", 0), 12)
    said = Span(CUSTOMERS_TURN.start_ms, CUSTOMERS_TURN.start_ms + 5_000)

    lanes = _lanes(_with_loud_line(with_neighbour, said.start_ms))

    assert total_ms(intersect(lanes.own[AGENT], [said])) <= 1_000


@pytest.mark.parametrize("audio", CALLS)
def test_where_a_second_voice_is_known_the_agents_own_lines_stay_the_agents(audio: str) -> None:
    lanes = _lanes(_with_neighbour(audio, ("rude-interruptions.m4a", 0), 14))
    own = _agent_says(audio)

    assert total_ms(intersect(lanes.own[AGENT], own)) >= 0.85 * total_ms(
        intersect(_lanes(_rows(audio)).own[AGENT], own)
    )
