"""Sound in, measured call out; the voices are real, the words are the script's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from qa_service.asr.scripted import Line, ScriptedRecogniser
from qa_service.core.errors import Cancelled
from qa_service.core.measured import Layout, PartName
from qa_service.core.speech import SoundKind
from qa_service.core.time import Span, intersect, merge, total_ms
from qa_service.ports import Heard, HearingProfile, Stretch
from qa_service.turns.conversation import measure_conversation
from qa_service.usecases.measure import Manners, hear
from qa_service.usecases.timing import Stopwatch
from tests.measures.calls import Leak, sample_call
from tests.measures.voices import cadence, noise, pcm, silence, tone, tune
from tests.usecases.hearing import Notebook, Result, Take, ears, heard, listener, spread, two_parties


def spoken(take: Take, channel: int) -> str:
    return "".join(line.text for line in take.script if line.channel == channel)


@pytest.fixture(scope="module")
def plain() -> Result:
    return heard(two_parties())


class TestTwoChannels:
    def test_each_speaker_says_the_words_of_their_channel(self, plain: Result) -> None:
        assert plain.call.layout is Layout.TWO_CHANNEL
        assert (plain.texts("s0"), plain.texts("s1")) == (spoken(two_parties(), 0), spoken(two_parties(), 1))

    def test_utterances_are_numbered_as_they_end(self, plain: Result) -> None:
        said = plain.call.utterances

        assert [one.id for one in said] == [f"u{n:04d}" for n in range(1, len(said) + 1)]
        assert [one.order for one in said] == sorted(one.order for one in said)

    def test_everything_about_an_utterance_is_measured(self, plain: Result) -> None:
        for said in plain.call.utterances:
            assert said.words
            assert said.tokens
            assert 0 < said.speech_ms <= said.span.duration_ms
            assert said.loudness_dbfs is not None
            assert -40 < said.loudness_dbfs < -5
            assert not said.unreliable

    def test_voices_have_their_pitch(self, plain: Result) -> None:
        her = [u.pitch_hz for u in plain.call.utterances if u.speaker == "s0" and u.pitch_hz]
        his = [u.pitch_hz for u in plain.call.utterances if u.speaker == "s1" and u.pitch_hz]

        assert np.median(her) > np.median(his) + 30

    def test_voice_is_where_the_truth_says(self, plain: Result) -> None:
        for channel in (0, 1):
            true = [line.span for line in two_parties().script if line.channel == channel]
            found = [voice.span for voice in plain.call.voice if voice.speaker == f"s{channel}"]
            assert total_ms(intersect(found, true)) >= 0.85 * total_ms(true)

    def test_parts_say_where_they_come_from(self, plain: Result) -> None:
        assert {part.name for part in plain.call.parts} == set(PartName) - {PartName.EMBEDDINGS}
        assert all(part.producer for part in plain.call.parts)
        assert plain.call.hearing.name == "scripted"

    def test_the_call_is_named_after_its_sound(self, plain: Result) -> None:
        assert plain.call.call_id == "ab" * 8
        assert plain.call.duration_ms == two_parties().ms

    def test_stages_are_timed(self, plain: Result) -> None:
        assert list(plain.taken_ms) == ["vad", "asr", "measure"]

    def test_hearing_it_again_gives_the_same(self, plain: Result) -> None:
        assert heard(two_parties()).call == plain.call

    def test_nothing_went_wrong(self, plain: Result) -> None:
        assert (plain.call.problems, plain.call.unheard, plain.call.sounds) == ((), (), ())


@pytest.fixture(scope="module")
def mixed() -> Take:
    """Both parties on one channel."""
    both = two_parties()
    rows = both.rows.astype(np.int32).sum(axis=0).clip(-32_768, 32_767).astype(np.int16)
    return Take(rows[None, :], tuple(replace(line, channel=0) for line in both.script))


class TestOneChannel:
    def test_the_same_on_both_channels_is_mono(self, mixed: Take) -> None:
        twice = Take(np.repeat(mixed.rows, 2, axis=0), mixed.script)

        assert heard(twice).call.layout is Layout.MONO

    def test_two_voices_are_told_apart(self, mixed: Take) -> None:
        call = heard(mixed).call

        assert {said.speaker for said in call.utterances} == {"s0", "s1"}
        assert 0 < call.separation <= 1

    def test_no_word_is_lost(self, mixed: Take) -> None:
        call = heard(mixed).call

        assert sorted("".join(u.text for u in call.utterances)) == sorted(
            "".join(li.text for li in mixed.script)
        )

    def test_what_one_channel_cannot_tell_is_unknown(self, mixed: Take) -> None:
        call = heard(mixed).call

        assert all(said.loudness_dbfs is None for said in call.utterances)
        assert measure_conversation(call, call.utterances, call.voice, call.sounds).overlaps is None


class TestChannelsThatLie:
    def test_the_agents_echo_is_not_the_customers_words(self) -> None:
        call = sample_call("good-call")
        echo = call.voices[1] + Leak(-18)(call.voices[0])
        echoing = np.stack([pcm(call.voices[0] + noise(0, 30)), pcm(echo + noise(1, 30))])
        script = two_parties().script
        overheard = [replace(li, channel=1, text="回" * len(li.text)) for li in script if li.channel == 0]

        result = heard(Take(echoing, (*script, *overheard)))

        assert "回" not in result.texts("s1")
        assert spoken(two_parties(), 1) == result.texts("s1")

    @pytest.mark.parametrize("late_ms", [1_200, 3_000])
    def test_a_leg_that_began_later_is_moved_to_its_place(self, late_ms: int) -> None:
        """The customer's leg lacks its first seconds; what leaks from her into it shows how many."""
        call = sample_call("good-call")
        leaking = call.voices[1] + Leak(-20, delay_ms=5)(call.voices[0])
        rows = np.stack([pcm(call.voices[0] + noise(0, 30)), pcm(leaking + noise(1, 30))])
        cut = np.zeros_like(rows)
        cut[0] = rows[0]
        cut[1, : -late_ms * 16] = rows[1, late_ms * 16 :]
        shifted = Take(cut, two_parties().script)

        result = heard(shifted)

        assert [problem.code for problem in result.call.problems if problem.code == "legs_shifted"] == [
            "legs_shifted"
        ]
        assert result.call.duration_ms == pytest.approx(shifted.ms + late_ms, abs=120)
        assert result.sound.duration_ms == result.call.duration_ms
        first = next(said for said in result.call.utterances if said.speaker == "s1")
        truth = next(line for line in shifted.script if line.channel == 1)
        assert first.span.start_ms == pytest.approx(truth.span.start_ms, abs=400)


def with_sound(
    sound: np.ndarray[tuple[int], np.dtype[np.float64]], *, both: bool = True
) -> tuple[Take, Span]:
    """The call, and before it `sound` on one or both channels, a second of silence around it."""
    ms = sound.size // 16
    later = two_parties().after(ms + 2_000)
    rows = later.rows.copy()
    rows[: 2 if both else 1, 16_000 : 16_000 + sound.size] = pcm(sound)
    return Take(rows, later.script), Span(1_000, 1_000 + ms)


RING = cadence(tone(450, 1.0, dbfs=-16), 4.0, 3)


class TestWhatIsNotSpeech:
    @pytest.mark.parametrize(
        ("sound", "kind"),
        [
            pytest.param(RING, SoundKind.RINGBACK, id="ringing"),
            pytest.param(tune(3, 12.0), SoundKind.MUSIC, id="hold music"),
            pytest.param(cadence(tone(450, 0.35), 0.35, 8), SoundKind.BUSY, id="engaged"),
        ],
    )
    def test_it_is_shown_and_never_recognised(
        self, sound: np.ndarray[tuple[int], np.dtype[np.float64]], kind: SoundKind
    ) -> None:
        take, where = with_sound(sound)

        result = heard(take)

        assert kind in {found.kind for found in result.call.sounds}
        shown = [found.span for found in result.call.sounds if found.kind is kind]
        assert total_ms(intersect(shown, [where])) >= 0.6 * where.duration_ms
        assert total_ms(intersect([stretch.span for stretch in result.asked], [where])) <= 500
        assert spoken(take, 0) == result.texts("s0")

    @pytest.mark.parametrize(
        "rows",
        [
            pytest.param(np.zeros((2, 160_000), np.int16), id="digital silence"),
            pytest.param(np.stack([pcm(noise(c, 10, dbfs=-65)) for c in (1, 2)]), id="an idle line"),
            pytest.param(np.stack([pcm(tune(c, 15.0)) for c in (1, 2)]), id="music on both channels"),
            pytest.param(pcm(tune(4, 15.0))[None, :], id="music on one"),
            pytest.param(
                np.stack([pcm(RING), pcm(silence(RING.size / 16_000))]), id="ringing, never answered"
            ),
            pytest.param(pcm(noise(5, 10, dbfs=-25))[None, :], id="loud noise"),
        ],
    )
    def test_where_nobody_speaks_nothing_is_asked_and_nothing_said(self, rows: np.ndarray) -> None:
        anything = Line(0, Span(0, rows.shape[1] // 16), "谢谢观看" * 20)

        result = heard(Take(rows, (anything,)))

        assert list(result.asked) == []
        assert (result.call.utterances, result.call.voice, result.call.unheard) == ((), (), ())


class TestUnheard:
    def test_a_sentence_without_words_is_listed_with_its_reason(self) -> None:
        take = two_parties()
        missing = max(
            (line for line in take.script if line.channel == 1), key=lambda line: line.span.duration_ms
        )
        quiet = replace(take, script=tuple(line for line in take.script if line != missing))

        unheard = heard(quiet).call.unheard

        assert {one.speaker for one in unheard} == {"s1"}
        assert {one.reason for one in unheard} == {"not_speech"}
        assert (
            total_ms(intersect([one.span for one in unheard], [missing.span]))
            >= 0.7 * missing.span.duration_ms
        )

    def test_all_voice_has_text_or_is_listed(self) -> None:
        take = replace(two_parties(), script=two_parties().script[::2])

        result = heard(take)

        for channel in (0, 1):
            covered = merge(
                [u.span for u in result.call.utterances if u.channel == channel]
                + [u.span for u in result.call.unheard if u.speaker == f"s{channel}"],
                gap_ms=1_000,
            )
            voice = [v.span for v in result.call.voice if v.speaker == f"s{channel}"]
            assert all(
                total_ms(intersect([v], covered)) >= v.duration_ms - 1_000
                for v in voice
                if v.duration_ms >= 1_000
            )

    def test_on_one_channel_it_is_the_voice_that_was_not_understood(self, mixed: Take) -> None:
        missing = max(
            (li for li in two_parties().script if li.channel == 1), key=lambda li: li.span.duration_ms
        )
        others = tuple(line for line in mixed.script if line.span != missing.span)

        call = heard(replace(mixed, script=others)).call

        first = min(call.voice, key=lambda voice: voice.span).speaker
        assert {one.speaker for one in call.unheard} == {"s0", "s1"} - {first}

    def test_less_than_a_second_is_no_matter(self) -> None:
        take = two_parties()
        burst = Take(take.rows[:, : 6_900 * 16].copy(), take.script[:1])
        burst.rows[0, 14_400:] = 0
        burst.rows[0, 14_400 : 14_400 + 11_200] = take.rows[0, 20_000:31_200]

        assert heard(replace(burst, script=())).call.unheard == ()


class TestDoubts:
    def unreliable(self, answer: Callable[[Stretch, Heard], Heard], *, language: str = "zh") -> set[str]:
        notebook = Notebook(ScriptedRecogniser(spread(two_parties()), language=language), answer=answer)
        return {said.unreliable for said in heard(two_parties(), notebook).call.utterances}

    def test_another_language_is_unreliable(self) -> None:
        assert self.unreliable(lambda _, each: each, language="yue") == {"unreliable.language"}

    def test_words_of_another_language_are_unreliable_whatever_the_model_calls_it(self) -> None:
        lines = ("您好，请问有什么可以帮您？", "唔該，我想問下我嘅訂單幾時到", "好的，请稍等", "谢谢")

        call = heard(two_parties().said(*lines)).call

        assert [said.text for said in call.utterances if said.unreliable == "unreliable.language"] == [
            said.text for said in call.utterances if "嘅" in said.text
        ]
        assert any("嘅" in said.text for said in call.utterances)

    def test_a_language_the_model_only_guesses_at_is_not(self) -> None:
        unsure = lambda _, each: replace(each, language="ja", language_confidence=0.4)  # noqa: E731

        assert self.unreliable(unsure) == {""}

    def test_what_the_recogniser_doubts_is_unreliable_there_alone(self) -> None:
        doubt = lambda s, each: replace(each, doubtful="loop") if s.channel == 1 else each  # noqa: E731
        notebook = Notebook(ScriptedRecogniser(spread(two_parties())), answer=doubt)

        said = heard(two_parties(), notebook).call.utterances

        assert {u.unreliable for u in said if u.channel == 0} == {""}
        assert {u.unreliable for u in said if u.channel == 1} == {"unreliable.loop"}

    def test_a_line_full_of_noise_is_unreliable(self) -> None:
        call = sample_call("good-call")
        noisy = np.stack([pcm(own + noise(c, 30, dbfs=-28)) for c, own in enumerate(call.voices)])

        result = heard(Take(noisy, two_parties().script))

        doubted = [said for said in result.call.utterances if said.unreliable == "unreliable.bad_snr"]
        assert len(doubted) >= len(result.call.utterances) / 2


class TestManners:
    def test_progress_names_the_stages_and_ends_each(self) -> None:
        told: list[tuple[str, float, float]] = []

        heard(two_parties(), progress=lambda *news: told.append(news))

        assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["vad", "asr", "measure"]
        assert {stage for stage, done, total in told if done == total} == {"vad", "asr", "measure"}

    def test_who_cancels_gets_cancelled(self) -> None:
        take = two_parties()
        manners = Manners(Stopwatch(), cancelled=lambda: True)

        with pytest.raises(Cancelled):
            hear(take.recording, ears(listener(take)), HearingProfile(), manners)

    def test_the_profile_reaches_the_recogniser_and_the_digest(self) -> None:
        take, notebook = two_parties(), listener(two_parties())
        hot = HearingProfile(vocabulary=("晨光宽带",))

        call, _ = hear(take.recording, ears(notebook), hot, Manners(Stopwatch()))

        assert notebook.profiles == [hot]
        words = {part.settings for part in call.parts if part.name is PartName.WORDS}
        assert words != {part.settings for part in heard(take).call.parts if part.name is PartName.WORDS}


@pytest.mark.parametrize(
    ("doubted", "codes"),
    [
        pytest.param(0, [], id="nothing"),
        pytest.param(1, ["words_doubted"], id="a sentence of four"),
    ],
)
def test_what_the_recogniser_doubts_is_told_as_a_problem(doubted: int, codes: list[str]) -> None:
    first = [line.span for line in two_parties().script if line.channel == 0][:doubted]
    doubting = Notebook(
        ScriptedRecogniser(spread(two_parties())),
        answer=lambda s, h: (
            replace(h, doubtful="unsure")
            if s.channel == 0 and any(s.span.overlap_ms(span) for span in first)
            else h
        ),
    )

    assert [problem.code for problem in heard(two_parties(), doubting).call.problems] == codes


def test_a_cards_code_that_was_heard_is_in_no_measurement() -> None:
    take = two_parties().said("请报安全码", "安全码739谢谢", "一共739元", "好的再见")

    said = "".join(one.text for one in heard(take).call.utterances)

    assert "安全码●●●谢谢" in said
    assert "一共739元" in said
