"""The matrix of bad input: each gets its own clear outcome, none crashes, hangs or invents a finding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa_service.core.errors import RecordingError
from qa_service.core.speech import spoken_chars
from qa_service.exports.document import wire_assessment
from qa_service.i18n.catalogue import catalogue
from qa_service.turns.scorable import Status
from qa_service.usecases.analyze import Analyzed
from tests.e2e import sounds
from tests.e2e.conftest import Hear
from tests.e2e.sounds import File, conversation, flipped, half, played, spoken

pytestmark = pytest.mark.asr
_SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n"
_HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"


def text_file(name: str, text: str) -> File:
    return File(name, text.encode)


def put(folder: Path, file: File) -> Path:
    path = folder / file.name
    path.write_bytes(file.content())
    return path


def words(analyzed: Analyzed) -> str:
    return "".join(said.text for said in analyzed.assessment.utterances)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        pytest.param(File("a.wav", bytes), "empty", id="empty"),
        pytest.param(text_file("a.mp3", "会议记录：客户说他很满意。\n" * 200), "not_audio", id="text"),
        pytest.param(File("a.wav", lambda: b"\x89PNG\r\n\x1a\n" + bytes(5_000)), "not_audio", id="a picture"),
        pytest.param(File("a.wav", lambda: bytes(1_000_000)), "not_audio", id="zeros"),
        pytest.param(File("a.zip", lambda: b"PK\x03\x04" + bytes(3_000)), "not_audio", id="an archive"),
        pytest.param(
            text_file("a.wav", "ffconcat version 1.0\nfile secret.mp3\n"), "playlist", id="ffconcat"
        ),
        pytest.param(text_file("a.wav", _HLS), "playlist", id="HLS"),
        pytest.param(text_file("a.wav", _SDP), "playlist", id="SDP"),
        pytest.param(
            text_file("a.mp3", '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'),
            "playlist",
            id="DASH",
        ),
        pytest.param(played("a.wav", sounds.SILENCE[:3_200]), "too_short", id="0.2 s"),
        pytest.param(spoken("a.m4a", sounds.M4A, damage=half), "unreadable", id="an M4A without its index"),
        pytest.param(File("a.vox", lambda: b"\x08\x91" * 20_000), "needs_profile", id="no header at all"),
    ],
)
def test_what_is_no_recording_is_refused_with_its_reason(
    analyze: Hear, tmp_path: Path, file: File, code: str
) -> None:
    (tmp_path / "secret.mp3").write_bytes(b"somebody else's call")

    with pytest.raises(RecordingError) as refused:
        analyze(put(tmp_path, file))

    assert refused.value.code == code
    assert refused.value.fix
    assert len(catalogue("zh_CN").error(refused.value)) > len(refused.value.where) + 8


def test_ten_hours_are_refused(analyze: Hear, tmp_path: Path) -> None:
    path = put(tmp_path, spoken("a.wav", sounds.ALAW, damage=sounds.claims_ten_hours))
    with path.open("r+b") as opened:
        opened.truncate(sounds.TEN_HOURS_BYTES + 1_000)  # nothing is written: the file has holes

    with pytest.raises(RecordingError) as refused:
        analyze(path)

    assert refused.value.code == "too_long"
    assert refused.value.values["hours"] == 10.0


def test_a_minute_that_claims_ten_hours_is_cut_short(analyze: Hear, tmp_path: Path) -> None:
    heard = analyze(put(tmp_path, spoken("a.wav", sounds.ALAW, damage=sounds.claims_ten_hours))).assessment

    assert heard.scorable.status is not Status.SCORED
    assert "truncated" in [problem.code for problem in heard.measured.problems]


@pytest.mark.parametrize("seed", range(6))
def test_random_bytes_are_no_call(analyze: Hear, tmp_path: Path, seed: int) -> None:
    noise = File("a.mp3", lambda: np.random.default_rng(seed).bytes(100_000))

    with pytest.raises(RecordingError) as refused:
        analyze(put(tmp_path, noise))

    # Some bytes look like the beginning of an MP3: then nothing can be decoded.
    assert refused.value.code in {"not_audio", "unreadable"}


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(played("a.wav", sounds.SILENCE, sounds.SILENCE), id="silence on both channels"),
        pytest.param(played("a.wav", sounds.SILENCE), id="silence"),
        pytest.param(played("a.wav", sounds.MUSIC), id="music"),
        pytest.param(played("a.wav", sounds.MUSIC, np.zeros_like(sounds.MUSIC)), id="music to one party"),
        pytest.param(played("a.wav", sounds.RINGING), id="ringing, nobody answers"),
        pytest.param(played("a.wav", sounds.ENGAGED), id="engaged"),
        pytest.param(played("a.wav", sounds.NOISE), id="noise"),
        pytest.param(played("a.wav", sounds.NOISE, sounds.NOISE[::-1]), id="noise on both channels"),
        pytest.param(played("a.wav", sounds.DTMF), id="keys"),
        pytest.param(played("a.wav", sounds.HUM), id="hum of the mains"),
    ],
)
def test_what_is_no_speech_is_not_scored_and_nothing_is_invented(
    analyze: Hear, tmp_path: Path, file: File
) -> None:
    assessment = analyze(put(tmp_path, file)).assessment

    assert assessment.scorable.status is Status.NOT_SCORABLE
    assert [why.code for why in assessment.scorable.reasons] == ["scorable.no_speech"]
    assert [said.text for said in assessment.utterances] == []
    assert (assessment.tags, assessment.findings, assessment.moments, assessment.coaching) == ((), (), (), ())


class TestSpeech:
    @pytest.mark.parametrize(
        "file",
        [
            pytest.param(spoken("a.wav", sounds.EIGHT_BIT), id="8 bit"),
            pytest.param(spoken("a.wav", sounds.STUDIO), id="96 kHz"),
            pytest.param(spoken("a.wav", sounds.MP3), id="an MP3 that calls itself WAV"),
            pytest.param(spoken("a.txt", sounds.M4A), id="an M4A that calls itself text"),
        ],
    )
    def test_odd_but_whole_is_heard_as_ever(
        self, analyze: Hear, tmp_path: Path, file: File, clip: Analyzed
    ) -> None:
        analyzed = analyze(put(tmp_path, file))

        assert analyzed.assessment.measured.problems == ()
        assert alike(words(analyzed), words(clip)) >= 0.8
        assert analyzed.assessment.scorable.status is clip.assessment.scorable.status

    @pytest.mark.parametrize(
        ("file", "code", "lost_ms"),
        [
            pytest.param(spoken("a.m4a", sounds.M4A, damage=flipped(0.33, 64)), "damaged", 1_500, id="M4A"),
            pytest.param(
                spoken("a.mp3", sounds.MP3, damage=flipped(0.33, 2_000)), "damaged", 1_500, id="MP3"
            ),
            pytest.param(spoken("a.wav", sounds.WAV, damage=half), "truncated", 14_000, id="cut in half"),
        ],
    )
    def test_damaged_is_partial_and_the_rest_is_heard(
        self, analyze: Hear, tmp_path: Path, file: File, code: str, lost_ms: int, clip: Analyzed
    ) -> None:
        assessment = analyze(put(tmp_path, file)).assessment

        # The sentence around a hole may be unreliable on top of it ("dropouts"); that is no loss of sound.
        lost = [problem.lost_ms for problem in assessment.measured.problems if problem.code == code]
        assert 0 < sum(lost) <= lost_ms
        assert assessment.scorable.status is not Status.SCORED
        if code == "damaged":
            last = clip.assessment.utterances[-1].span
            assert any(said.span.overlap_ms(last) for said in assessment.utterances)

    def test_one_party_alone_is_not_scored(self, analyze: Hear, tmp_path: Path) -> None:
        agent = conversation()[:, 0] / 32_768

        assessment = analyze(put(tmp_path, played("a.wav", agent, np.zeros_like(agent)))).assessment

        assert [why.code for why in assessment.scorable.reasons] == ["scorable.one_sided"]
        assert (assessment.findings, assessment.evaluations) == ((), ())
        assert assessment.utterances

    def test_a_sentence_before_long_silence_is_heard_once(self, analyze: Hear, tmp_path: Path) -> None:
        sentence = conversation()[: 7 * 16_000, 0] / 32_768
        padded = np.concatenate([sentence, np.zeros(40 * 16_000)])

        analyzed = analyze(put(tmp_path, played("a.wav", padded)))

        assert words(analyzed).count("宽带") <= 1
        assert 10 <= spoken_chars(words(analyzed)) <= 35

    def test_every_outcome_has_a_document(self, clip: Analyzed) -> None:
        assert wire_assessment(clip, catalogue("en"), source="a.wav")["schema"] == "qa-service/assessment@1"


@pytest.fixture(scope="module")
def clip(analyze: Hear, tmp_path_factory: pytest.TempPathFactory) -> Analyzed:
    """The conversation as it is."""
    return analyze(put(tmp_path_factory.mktemp("whole"), spoken("whole.wav", sounds.WAV)))


def alike(one: str, other: str) -> float:
    """Share of the characters of `other` that are in `one`, in their order."""
    from difflib import SequenceMatcher

    return sum(block.size for block in SequenceMatcher(None, one, other).get_matching_blocks()) / max(
        1, len(other)
    )
