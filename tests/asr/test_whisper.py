"""Whisper itself: right words, nothing invented, loops and drops caught, hot words that help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qa_service.asr.script import in_script
from qa_service.asr.whisper import WhisperRecogniser
from qa_service.core.errors import Cancelled, ModelError, UsageError
from qa_service.core.speech import spoken_chars
from qa_service.core.time import Span
from qa_service.ports import Heard, HearingProfile, ModelFiles, Stretch
from tests.asr.sample_call import spoken, utterances
from tests.asr.sounds import NOBODY, sound
from tests.asr.whisper_here import whisper_files

FAST = HearingProfile(effort="fast")


@pytest.fixture(scope="module")
def whisper() -> Iterator[WhisperRecogniser]:
    recogniser = WhisperRecogniser(whisper_files())
    yield recogniser
    recogniser.close()


def text(heard: Heard) -> str:
    return "".join(word.text for word in heard.words)


@pytest.mark.asr
@pytest.mark.parametrize("effort", ["accurate", "fast"])
def test_what_was_said_is_heard_where_it_was_said(whisper: WhisperRecogniser, effort: str) -> None:
    stretches = tuple(spoken(16))

    heard = whisper.recognise(stretches, HearingProfile(effort=effort))

    assert not any(answer.unheard for answer in heard)
    said = [{char for char in u["text"] if char.isalnum()} for u in utterances()]
    found = [chars & set(text(answer)) for chars, answer in zip(said, heard, strict=True)]
    assert sum(map(len, found)) > 0.75 * sum(map(len, said))


@pytest.mark.asr
@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in NOBODY])
def test_nothing_is_invented_when_a_stretch_is_only(whisper: WhisperRecogniser, name: str) -> None:
    """The voice detector keeps these away; if one comes through all the same, no word may come of it."""
    (answer,) = whisper.recognise([Stretch(0, Span(0, 5_000), sound(name, 5))], FAST)

    assert text(answer) == ""
    assert answer.unheard in {"not_speech", "no_text", "loop"}


@pytest.mark.asr
def test_one_sentence_six_times_is_heard_six_times(whisper: WhisperRecogniser) -> None:
    """A window of repeats is where Whisper drops speech (speed-and-safety.md); no stretch may stay empty."""
    once = next(iter(spoken(1)))
    again = [
        Stretch(0, Span(at, at + once.span.duration_ms), once.samples) for at in range(0, 60_000, 10_000)
    ]

    heard = whisper.recognise(again, FAST)

    assert all(spoken_chars(text(answer)) >= 15 and not answer.doubtful for answer in heard)


@pytest.mark.asr
def test_a_stretch_longer_than_a_window_loses_nothing(whisper: WhisperRecogniser) -> None:
    parts = [stretch for stretch in spoken(16) if stretch.channel == 0]
    samples = np.concatenate([part.samples for part in parts])

    (answer,) = whisper.recognise([Stretch(0, Span(0, len(samples) // 16), samples)], FAST)

    said = "".join(u["text"] for u in utterances() if u["role"] == "agent")
    assert spoken_chars(text(answer)) > 0.85 * spoken_chars(said)
    starts = [word.span.start_ms for word in answer.words]
    assert starts == sorted(starts)


@pytest.mark.asr
@pytest.mark.parametrize("effort", ["accurate", "fast"])
def test_a_word_of_the_trade_is_heard_once_it_is_in_the_vocabulary(
    whisper: WhisperRecogniser, effort: str
) -> None:
    stretches = tuple(spoken(16))

    without = whisper.recognise(stretches, HearingProfile(effort=effort))
    told = whisper.recognise(stretches, HearingProfile(effort=effort, vocabulary=("分光器", "安心宽带")))

    assert "分光器" in "".join(u["text"] for u in utterances())
    assert "分光器" not in "".join(map(text, without))
    assert "分光器" in "".join(map(text, told))


@pytest.mark.asr
def test_words_that_nobody_said_are_not_heard_because_they_were_expected(whisper: WhisperRecogniser) -> None:
    expected = ("退保金", "海鸥物流", "青石银行", "首席顾问", "南城供水", "受理单")

    heard = "".join(map(text, whisper.recognise(tuple(spoken(16)), HearingProfile(vocabulary=expected))))

    assert not [word for word in expected if word in heard]
    said = "".join(u["text"] for u in utterances()[:16])
    assert spoken_chars(heard) > 0.9 * spoken_chars(said)


@pytest.mark.asr
def test_the_script_of_the_text_does_not_change_what_is_heard(whisper: WhisperRecogniser) -> None:
    stretches = tuple(spoken(8))

    simplified = "".join(map(text, whisper.recognise(stretches, FAST)))
    traditional = "".join(map(text, whisper.recognise(stretches, replace(FAST, script="zh_TW"))))

    assert simplified != traditional
    assert in_script(simplified, "zh_TW") == traditional


@pytest.mark.asr
def test_the_words_do_not_depend_on_how_many_cores_listen(whisper: WhisperRecogniser) -> None:
    stretches = tuple(spoken(16))
    alone = WhisperRecogniser(whisper_files(), threads=1)

    heard = alone.recognise(stretches, FAST)
    alone.close()

    assert [text(answer) for answer in heard] == [
        text(answer) for answer in whisper.recognise(stretches, FAST)
    ]


@pytest.mark.asr
def test_one_who_gives_up_waits_for_no_other_worker(whisper: WhisperRecogniser) -> None:
    asked: list[int] = []

    def after_the_first_window() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        whisper.recognise(tuple(spoken(16)), FAST, cancelled=after_the_first_window)

    assert len(asked) < 2 * 4  # no worker went on to the end of a batch of four


@pytest.mark.parametrize("missing", ["model.bin", "tokenizer.json"])
def test_an_incomplete_folder_is_named_and_nothing_is_fetched(tmp_path: Path, missing: str) -> None:
    for name in {"model.bin", "config.json", "tokenizer.json"} - {missing}:
        (tmp_path / name).write_bytes(b"{}")

    with pytest.raises(ModelError, match=missing) as caught:
        WhisperRecogniser(ModelFiles("broken", tmp_path, "1", ""))

    assert caught.value.code == "model_incomplete"


def test_a_folder_that_is_no_model_says_so(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"{}")

    with pytest.raises(ModelError) as caught:
        WhisperRecogniser(ModelFiles("broken", tmp_path, "1", ""))

    assert caught.value.code == "model_unreadable"


@pytest.mark.parametrize(
    "error",
    [MemoryError(), RuntimeError("CUDA failed with error out of memory"), RuntimeError("std::bad_alloc")],
    ids=["this machine's", "the card's", "the library's own"],
)
def test_too_little_memory_for_a_model_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"{}")

    def load(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("faster_whisper.WhisperModel", load)

    with pytest.raises(ModelError) as caught:
        WhisperRecogniser(ModelFiles("large", tmp_path, "1", ""))

    assert caught.value.code == "model_no_memory"


@pytest.mark.asr
def test_an_unknown_effort_names_the_known_ones(whisper: WhisperRecogniser) -> None:
    with pytest.raises(UsageError, match="accurate, fast"):
        whisper.recognise([], HearingProfile(effort="heroic"))


@pytest.mark.asr
def test_a_closed_recogniser_says_so() -> None:
    recogniser = WhisperRecogniser(whisper_files())
    recogniser.close()
    recogniser.close()

    with pytest.raises(UsageError) as caught:
        recogniser.recognise([], FAST)

    assert caught.value.code == "model_closed"
