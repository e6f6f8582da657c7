from __future__ import annotations

import numpy as np
import pytest

from qa_service.core.time import Span, total_ms
from qa_service.measures.damage import clipped_share, crowded_share, dropouts
from qa_service.measures.quality import BEST_SNR_DB, quality
from tests.measures.calls import sample_call, stereo_names
from tests.measures.voices import Sound, at_level, noise, pcm, silence, speech, telephone, tone

VOICE = speech(1, 10, dbfs=-22)
CALL = np.concatenate((silence(2), VOICE, silence(2)))
SPOKEN = (Span(2_000, 7_000), Span(7_000, 12_000))


def noisy(snr_db: float) -> Sound:
    return CALL + noise(2, 14, dbfs=-22 - snr_db)


def clipped(share: float) -> Sound:
    top = np.quantile(np.abs(VOICE), 1 - share)
    return np.clip(CALL, -top, top)


def squashed(share: float) -> Sound:
    """Without any ceiling: the louder, the less it grows; so many samples are over where that sets in."""
    knee = np.quantile(np.abs(VOICE), 1 - share)
    return at_level(np.tanh((CALL + noise(7, 14, dbfs=-65)) / knee), -22)


def pumped(sound: Sound) -> Sound:
    """Turned up and down twice a second, by 6 dB: no two words have the same greatest value."""
    time = np.arange(sound.size) / 16_000
    out: Sound = sound * 10 ** ((3 * np.sin(4 * np.pi * time) - 3) / 20)
    return out


def levelled(sound: Sound) -> Sound:
    """As a dynamic compressor makes it: every 30 ms equally loud."""
    power = np.convolve(sound**2, np.ones(480) / 480, mode="same")
    out: Sound = at_level(sound / (np.sqrt(power) + 1e-3), -20)
    return out


def with_gaps(share: float, ms: int = 40) -> Sound:
    random, out, step = np.random.default_rng(3), CALL.copy(), ms * 16
    for start in range(2 * 16_000, 12 * 16_000, step):
        if random.random() < share:
            out[start : start + step] = 0
    return out


@pytest.mark.parametrize("snr_db", [30, 20, 12, 6, 0])
def test_the_ratio_of_voice_to_noise_is_measured(snr_db: float) -> None:
    measured = quality(pcm(noisy(snr_db)), SPOKEN)

    assert measured.snr_db == pytest.approx(snr_db, abs=2.5)


def test_a_line_that_is_gated_between_words_is_not_free_of_noise() -> None:
    gated = noisy(6)
    gated[: 2 * 16_000] = gated[12 * 16_000 :] = 0

    measured = quality(pcm(gated), SPOKEN)

    assert measured.snr_db == pytest.approx(6, abs=4)


def test_hold_music_next_to_clean_speech_is_not_its_noise() -> None:
    call, played = CALL.copy(), [Span(0, 2_000), Span(12_000, 14_000)]
    call[12 * 16_000 :] = at_level(tone(440, 2), -22)
    call[: 1_900 * 16] = at_level(tone(440, 1.9), -22)

    alone, told = quality(pcm(call), SPOKEN), quality(pcm(call), SPOKEN, sounds=played)

    assert {each.because.code for each in alone.unreliable} == {"bad_snr"}
    assert told.unreliable == ()


def test_noise_under_the_voice_is_measured_though_music_played_before() -> None:
    call = noisy(3)
    call[: 1_900 * 16] += at_level(tone(440, 1.9), -22)

    measured = quality(pcm(call), SPOKEN, sounds=[Span(0, 1_900)])

    assert measured.snr_db == pytest.approx(3, abs=2.5)
    assert {each.because.code for each in measured.unreliable} == {"bad_snr"}


def test_where_all_pauses_are_music_the_noise_is_what_lies_between_the_syllables() -> None:
    aside = [Span(0, 2_000), Span(12_000, 14_000)]

    clean, loud = (quality(pcm(sound), SPOKEN, sounds=aside) for sound in (CALL, noisy(0)))

    assert clean.unreliable == ()
    assert {each.because.code for each in loud.unreliable} == {"bad_snr"}


@pytest.mark.parametrize(
    ("sound", "codes"),
    [
        pytest.param(CALL, [], id="a clean voice"),
        pytest.param(telephone(CALL), [], id="a clean telephone"),
        pytest.param(at_level(CALL, -45), [], id="a faint voice on a clean line"),
        pytest.param(noisy(20), [], id="a fan in the room"),
        pytest.param(noisy(14), [], id="a loud office"),
        pytest.param(clipped(0.005), [], id="the loudest vowels touch the ceiling"),
        pytest.param(clipped(0.005) * 0.3, [], id="the same, turned down afterwards"),
        pytest.param(at_level(CALL, -9), [], id="somebody shouts, and the loudest vowels are cut off"),
        pytest.param(levelled(CALL), [], id="a compressor makes everything equally loud"),
        pytest.param(telephone(levelled(CALL)), [], id="the same on a telephone"),
        pytest.param(squashed(0.05), [], id="a microphone that saturates a little"),
        pytest.param(with_gaps(0.02), [], id="one packet in fifty is lost"),
        pytest.param(noisy(6), ["bad_snr"], id="a voice hardly above the noise"),
        pytest.param(noisy(-6), ["bad_snr"], id="a voice under the noise"),
        pytest.param(clipped(0.4), ["clipped"], id="hardly more than square waves"),
        pytest.param(clipped(0.4) * 0.3, ["clipped"], id="square waves, turned down afterwards"),
        pytest.param(pumped(clipped(0.4)), ["clipped"], id="square waves, turned up and down afterwards"),
        pytest.param(squashed(0.7), ["clipped"], id="an amplifier that saturates"),
        pytest.param(pumped(squashed(0.7)), ["clipped"], id="the same, turned up and down"),
        pytest.param(with_gaps(0.5), ["dropouts"], id="half of the packets are lost"),
    ],
)
def test_what_cannot_be_judged(sound: Sound, codes: list[str]) -> None:
    measured = quality(pcm(sound), SPOKEN, channel=1)

    assert [problem.code for problem in measured.problems] == codes
    assert {each.because.code for each in measured.unreliable} == set(codes)
    assert all(problem.detail == "channel=1" for problem in measured.problems)


def test_only_the_spoilt_stretch_is_unreliable() -> None:
    sound = CALL.copy()
    sound[2 * 16_000 : 7 * 16_000] = with_gaps(0.5)[2 * 16_000 : 7 * 16_000]

    measured = quality(pcm(sound), SPOKEN)

    assert [each.span for each in measured.unreliable] == [SPOKEN[0]]
    assert measured.problems[0].lost_ms == 5_000


@pytest.mark.parametrize("ms", [20, 40, 100, 300])
def test_lost_packets_are_found_to_the_frame(ms: int) -> None:
    sound = at_level(np.tile(tone(180, 1), 4), -20)
    sound[16_000 : 16_000 + ms * 16] = 0

    found = dropouts(pcm(sound), [Span(0, 4_000)])

    assert len(found) == 1
    assert found[0].start_ms == pytest.approx(1_000, abs=5)
    assert found[0].duration_ms == pytest.approx(ms, abs=5)


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(VOICE, id="pauses between phrases, digitally silent"),
        pytest.param(telephone(VOICE), id="the same on a telephone"),
        pytest.param(np.concatenate((VOICE[:16_000], silence(2), VOICE[16_000:])), id="a pause of 2 s"),
        pytest.param(silence(10), id="nothing at all"),
        pytest.param(VOICE + noise(1, 10, dbfs=-60), id="an open line"),
    ],
)
def test_pauses_are_no_dropouts(sound: Sound) -> None:
    spans = (Span(0, 10_000),)

    assert total_ms(dropouts(pcm(sound), spans)) <= 60


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(VOICE, id="speech"),
        pytest.param(telephone(VOICE), id="speech on a telephone"),
        pytest.param(noise(1, 3, dbfs=-20), id="noise"),
        pytest.param(silence(3), id="silence"),
        pytest.param(np.zeros(0), id="no samples"),
    ],
)
def test_what_was_not_clipped_has_no_clipped_share(sound: Sound) -> None:
    assert clipped_share(pcm(sound)) == 0


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
def test_the_clipped_share_is_measured(share: float) -> None:
    top = np.quantile(np.abs(VOICE), 1 - share)

    assert clipped_share(pcm(np.clip(VOICE, -top, top))) == pytest.approx(share, rel=0.25)


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(VOICE, id="speech"),
        pytest.param(at_level(VOICE, -9), id="loud speech"),
        pytest.param(at_level(VOICE, -50), id="faint speech"),
        pytest.param(telephone(VOICE), id="speech on a telephone"),
        pytest.param(telephone(at_level(VOICE, -50)), id="faint speech on a telephone, in coarse steps"),
        pytest.param(levelled(VOICE), id="compressed speech"),
        pytest.param(tone(180, 2), id="somebody hums"),
        pytest.param(telephone(tone(180, 2)), id="somebody hums on a telephone"),
        pytest.param(np.sign(tone(180, 2)) * 0.003, id="square waves that nobody can hear"),
        pytest.param(noise(1, 3, dbfs=-20), id="noise"),
        pytest.param(silence(3), id="silence"),
        pytest.param(np.zeros(0), id="no samples"),
    ],
)
def test_what_was_not_squashed_does_not_crowd_at_the_top(sound: Sound) -> None:
    assert crowded_share(pcm(sound)) < 0.35


@pytest.mark.parametrize("share", [0.5, 0.6, 0.7])
def test_flattened_tops_crowd_more_the_more_is_flattened(share: float) -> None:
    knee = np.quantile(np.abs(VOICE), 1 - share)

    less, more = (crowded_share(pcm(at_level(np.tanh(VOICE / k), -30))) for k in (knee * 2, knee))

    assert less < more
    assert more > 0.3


def test_a_telephone_is_narrow_and_a_studio_is_wide() -> None:
    hiss = noise(4, 14, dbfs=-45)
    wide, narrow = (
        quality(pcm(sound), SPOKEN).bandwidth_hz for sound in (CALL + hiss, telephone(CALL + hiss))
    )

    assert wide is not None
    assert wide > 6_500
    assert narrow is not None
    assert 3_200 <= narrow <= 4_300


def _humming(hertz: float, seconds: float) -> Sound:
    time = np.arange(round(seconds * 16_000)) / 16_000
    harmonics = ((1, 1.0), (2, 0.5), (3, 0.3))
    tones: Sound = sum((np.sin(2 * np.pi * hertz * k * time) * share for k, share in harmonics), 0 * time)
    return tones


@pytest.mark.parametrize(
    ("disturbed", "is_spoilt"),
    [
        pytest.param(at_level(_humming(50, 14), -28), False, id="50 Hz hides no words"),
        pytest.param(at_level(_humming(60, 14), -28), False, id="60 Hz neither"),
        pytest.param(at_level(_humming(50.1, 14), -28), False, id="the mains are never quite exact"),
        pytest.param(noise(5, 14, dbfs=-28), True, id="noise as loud as that does"),
        pytest.param(at_level(_humming(1_000, 14), -28), True, id="and so does a whistle"),
        pytest.param(
            at_level(_humming(50, 14), -28) + noise(5, 14, dbfs=-28), True, id="noise under the hum too"
        ),
    ],
)
def test_mains_hum_spoils_no_speech(disturbed: Sound, is_spoilt: bool) -> None:
    call = CALL + noise(6, 14, dbfs=-65)[: CALL.size]

    found = quality(pcm(call + disturbed[: call.size]), SPOKEN)

    assert ("bad_snr" in {bad.because.code for bad in found.unreliable}) is is_spoilt


@pytest.mark.parametrize("hertz", [50, 60])
def test_mains_hum_is_heard_in_the_pauses(hertz: int) -> None:
    line = CALL + noise(5, 14, dbfs=-62)
    time = np.arange(line.size) / 16_000
    hum = np.sin(2 * np.pi * hertz * time) + np.sin(6 * np.pi * hertz * time) / 3

    clean, humming = (quality(pcm(sound), SPOKEN).hum_db for sound in (line, line + at_level(hum, -50)))

    assert clean is not None
    assert clean < 12
    assert humming is not None
    assert humming > 25


@pytest.mark.parametrize(
    ("sound", "spans"),
    [
        pytest.param(CALL, (), id="nobody spoke"),
        pytest.param(CALL, (Span(90_000, 91_000),), id="a span behind the end"),
        pytest.param(np.zeros(0), (Span(0, 100),), id="no samples"),
    ],
)
def test_nothing_spoken_has_no_figures(sound: Sound, spans: tuple[Span, ...]) -> None:
    measured = quality(pcm(sound), spans)

    assert (measured.snr_db, measured.bandwidth_hz, measured.dropped_ms) == (None, None, 0)
    assert measured.unreliable == ()
    assert measured.problems == ()


def test_without_any_noise_the_ratio_is_capped() -> None:
    measured = quality(pcm(np.concatenate((silence(2), tone(300, 2), silence(2)))), [Span(2_000, 4_000)])

    assert measured.snr_db == BEST_SNR_DB


@pytest.mark.skipif(not stereo_names(), reason="the sample calls are not there yet")
@pytest.mark.parametrize("name", stereo_names())
def test_the_sample_calls_can_be_judged(name: str) -> None:
    call = sample_call(name)

    for voice, spoken in zip(call.voices, call.spoken, strict=True):
        assert quality(pcm(voice), spoken).unreliable == ()
