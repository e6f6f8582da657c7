"""The sample calls are what their truth files say: no synthesis here, only decoding and arithmetic."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

SAMPLES = Path(__file__).parents[2] / "sample_audio"
CALLS = sorted(path.name.removesuffix(".truth.yaml") for path in SAMPLES.glob("*.truth.yaml"))
AUDIO = {".wav", ".flac", ".mp3", ".m4a", ".ogg"}
MAX_BYTES = 12_000_000
#: Codec, rate and channels, as a decoder finds them.
FORMATS = {
    "good-call": ("pcm_alaw", 16_000, 2),
    "hedging-evasion": ("pcm_alaw", 8_000, 2),
    "rude-interruptions": ("aac", 16_000, 2),
    "guaranteed-return": ("pcm_mulaw", 8_000, 2),
    "escalation-12315": ("flac", 8_000, 2),
    "taiwan-traditional": ("aac", 16_000, 2),
    "transferred-consultation": ("opus", 48_000, 2),
    "ivr-hold-survey": ("pcm_alaw", 8_000, 2),
    "voicemail": ("pcm_mulaw", 8_000, 2),
    "mono-call": ("pcm_alaw", 16_000, 1),
    "mp3-call": ("mp3", 16_000, 2),
}
LABELS = {
    "hedging.noncommittal", "hedging.evasion", "hedging.unanswered_repeat", "pace.fast", "tone.raised_voice",
    "crosstalk.interruption", "silence.long", "risk.guaranteed_return", "risk.absolute_promise", "risk.abuse",
    "risk.shift_blame", "risk.discourage_complaint", "customer.threat_escalation", "customer.wants_supervisor",
    "service.apology_only", "service.no_greeting", "service.no_closing",
}  # fmt: skip
RATE = 8_000
#: Lossy codecs shift sound by a frame or two; the edges of an utterance are left out of the measurement.
EDGE_MS = 60
SPEECH_DBFS, QUIET_DBFS = -40.0, -55.0


def truth(call: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((SAMPLES / f"{call}.truth.yaml").read_text("utf-8"))
    return loaded


def decoded(call: str) -> NDArray[np.float32]:
    """Channels by samples at 8 kHz."""
    with av.open(str(SAMPLES / truth(call)["audio"])) as container:
        resampler = av.AudioResampler(format="fltp", rate=RATE)
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)


def level_dbfs(samples: NDArray[np.float32], start_ms: int, end_ms: int) -> float:
    part = samples[start_ms * RATE // 1000 : end_ms * RATE // 1000].astype(np.float64)
    return float(10 * np.log10(np.mean(part**2) + 1e-12))


def speech_of(call: dict[str, Any]) -> list[tuple[dict[str, Any], int]]:
    """Every utterance with the channel it is on."""
    channels = {speaker["id"]: speaker["channel"] for speaker in call["speakers"]}
    return [(said, channels[said["speaker"]]) for said in call["utterances"]]


def outside(span: tuple[int, int], others: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of a span without the others, in pieces long enough to measure."""
    pieces, start = [], span[0]
    for other in sorted(others):
        pieces.append((start, min(other[0], span[1])))
        start = max(start, other[1])
    pieces.append((start, span[1]))
    return [(a + EDGE_MS, b - EDGE_MS) for a, b in pieces if b - a > 2 * EDGE_MS + 100]


def test_there_are_at_least_ten_calls() -> None:
    assert set(CALLS) == set(FORMATS)
    assert len(CALLS) >= 10


def test_every_recording_has_its_truth_and_nothing_else_lies_about() -> None:
    recordings = {path.name for path in SAMPLES.iterdir() if path.suffix in AUDIO}

    assert recordings == {truth(call)["audio"] for call in CALLS}


def test_all_recordings_together_are_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.iterdir() if path.suffix in AUDIO) <= MAX_BYTES


def test_only_the_good_calls_have_nothing_to_flag() -> None:
    assert {call for call in CALLS if not truth(call)["moments"]} == {
        "good-call",
        "ivr-hold-survey",
        "voicemail",
    }


def test_agents_are_on_either_channel() -> None:
    assert {truth(call)["agent_channel"] for call in CALLS} == {0, 1, None}


@pytest.mark.parametrize("call", CALLS)
class TestTruth:
    def test_names_itself(self, call: str) -> None:
        said = truth(call)

        assert said["schema"] == "qa-service/truth@1"
        assert said["call"] == call
        assert (said["status"] == "not_scorable") == ("reason" in said)

    def test_utterances_are_sorted_and_inside_the_call(self, call: str) -> None:
        utterances = truth(call)["utterances"]
        end_ms = decoded(call).shape[1] * 1000 // RATE

        assert all(first["start_ms"] <= then["start_ms"] for first, then in pairwise(utterances))
        assert all(0 <= said["start_ms"] < said["end_ms"] <= end_ms for said in utterances)

    def test_speakers_are_declared_with_their_roles(self, call: str) -> None:
        roles = {speaker["id"]: speaker["role"] for speaker in truth(call)["speakers"]}

        assert all(roles[said["speaker"]] == said["role"] for said in truth(call)["utterances"])

    def test_agents_are_on_the_agent_channel(self, call: str) -> None:
        said = truth(call)
        agents = {speaker["channel"] for speaker in said["speakers"] if speaker["role"] == "agent"}

        assert said["agent_channel"] is None or agents == {said["agent_channel"]}
        assert (said["agent_channel"] is None) == (said["layout"] == "mono")

    def test_nobody_speaks_over_themselves(self, call: str) -> None:
        for speaker in truth(call)["speakers"]:
            own = [said for said in truth(call)["utterances"] if said["speaker"] == speaker["id"]]

            assert all(first["end_ms"] <= then["start_ms"] for first, then in pairwise(own))

    def test_moments_quote_what_was_said(self, call: str) -> None:
        texts = {said["id"]: said["text"] for said in truth(call)["utterances"]}

        for moment in truth(call)["moments"]:
            assert not moment["quote"] or any(moment["quote"] in texts[said] for said in moment["utterances"])

    def test_moments_touch_the_utterances_they_name(self, call: str) -> None:
        times = {said["id"]: (said["start_ms"], said["end_ms"]) for said in truth(call)["utterances"]}

        for moment in truth(call)["moments"]:
            spans = [times[said] for said in moment["utterances"]]
            assert all(start < moment["end_ms"] and moment["start_ms"] < end for start, end in spans)

    def test_labels_are_known_and_not_both_expected_and_forbidden(self, call: str) -> None:
        said = truth(call)
        expected = {moment["label"] for moment in said["moments"]}
        allowed = {moment["label"] for moment in said["allowed"]}

        assert expected | allowed <= LABELS
        assert LABELS - expected - allowed <= set(said["forbidden"])
        assert not (expected | allowed) & set(said["forbidden"])

    def test_interruptions_are_long_and_late_enough_to_be_meant(self, call: str) -> None:
        utterances = {said["id"]: said for said in truth(call)["utterances"]}

        for moment in truth(call)["moments"]:
            if moment["label"] == "crosstalk.interruption":
                cut = utterances[moment["utterances"][0]]
                assert moment["end_ms"] - moment["start_ms"] >= 800
                assert moment["start_ms"] - cut["start_ms"] >= 1_000
                assert cut["end_ms"] == moment["end_ms"]

    def test_envelope_names_a_file_that_is_there(self, call: str) -> None:
        envelope = truth(call)["envelope"]

        assert envelope is None or (SAMPLES / envelope).is_file()


@pytest.mark.parametrize("call", CALLS)
class TestSound:
    def test_format_is_as_said(self, call: str) -> None:
        with av.open(str(SAMPLES / truth(call)["audio"])) as container:
            stream = container.streams.audio[0]
            found = (stream.codec_context.codec.canonical_name, stream.rate, stream.channels)

        assert found == FORMATS[call]
        assert found[2] == (1 if truth(call)["layout"] == "mono" else 2)

    def test_lasts_less_than_a_second_longer_than_its_last_words(self, call: str) -> None:
        end_ms = decoded(call).shape[1] * 1000 // RATE

        assert 0 <= end_ms - truth(call)["utterances"][-1]["end_ms"] < 1_000

    def test_nothing_is_clipped(self, call: str) -> None:
        assert np.abs(decoded(call)).max() < 0.99

    def test_whoever_speaks_is_heard(self, call: str) -> None:
        channels = decoded(call)

        for said, channel in speech_of(truth(call)):
            assert level_dbfs(channels[channel], said["start_ms"], said["end_ms"]) > SPEECH_DBFS, said["id"]

    def test_the_other_channel_is_quiet_meanwhile(self, call: str) -> None:
        channels, speech = decoded(call), speech_of(truth(call))
        if len(channels) == 1:
            pytest.skip("one channel")

        for said, channel in speech:
            theirs = [(u["start_ms"], u["end_ms"]) for u, where in speech if where != channel]
            for start_ms, end_ms in outside((said["start_ms"], said["end_ms"]), theirs):
                assert level_dbfs(channels[1 - channel], start_ms, end_ms) < QUIET_DBFS, said["id"]

    def test_a_silence_is_one(self, call: str) -> None:
        for moment in truth(call)["moments"]:
            if moment["label"] == "silence.long":
                assert moment["end_ms"] - moment["start_ms"] >= 10_000
                inner = (moment["start_ms"] + 300, moment["end_ms"] - 300)
                assert all(level_dbfs(channel, *inner) < QUIET_DBFS for channel in decoded(call))
