"""What every recogniser keeps, whatever it listens with. Adapters and the shipped fake run this suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from qa_service.asr.script import in_script
from qa_service.core.errors import Cancelled
from qa_service.core.time import Span
from qa_service.ports import Heard, HearingProfile, Recogniser, Stretch

ZH = HearingProfile()


@dataclass(frozen=True)
class Case:
    """A recogniser and stretches of which it hears every one, in Mandarin."""

    recogniser: Recogniser
    stretches: tuple[Stretch, ...]


def text(heard: Heard) -> str:
    return "".join(word.text for word in heard.words)


def silence(channel: int, span: Span) -> Stretch:
    return Stretch(channel, span, np.zeros(span.duration_ms * 16, dtype=np.int16))


class RecogniserContract:
    """Inherit, and give a fixture `case`."""

    @pytest.fixture(scope="class")
    @classmethod
    def heard(cls, case: Case) -> Sequence[Heard]:
        return case.recogniser.recognise(case.stretches, ZH)

    def test_every_stretch_gets_its_answer_in_order(self, case: Case, heard: Sequence[Heard]) -> None:
        assert len(heard) == len(case.stretches)
        assert all(answer.words and not answer.unheard for answer in heard)

    def test_words_lie_inside_their_stretch(self, case: Case, heard: Sequence[Heard]) -> None:
        for stretch, answer in zip(case.stretches, heard, strict=True):
            assert all(stretch.span.contains(word.span) for word in answer.words)

    def test_word_times_never_run_backwards(self, heard: Sequence[Heard]) -> None:
        for answer in heard:
            starts = [word.span.start_ms for word in answer.words]
            assert starts == sorted(starts)

    def test_chinese_has_one_word_per_character(self, heard: Sequence[Heard]) -> None:
        for answer in heard:
            for word in answer.words:
                assert sum("\u4e00" <= char <= "\u9fff" for char in word.text) <= 1

    def test_confidence_is_a_share(self, heard: Sequence[Heard]) -> None:
        assert all(0.0 <= word.confidence <= 1.0 for answer in heard for word in answer.words)

    def test_no_text_begins_or_ends_with_space_and_no_word_is_empty(self, heard: Sequence[Heard]) -> None:
        for answer in heard:
            assert text(answer) == text(answer).strip()
            assert all(word.text for word in answer.words)

    def test_the_language_is_mandarin(self, heard: Sequence[Heard]) -> None:
        assert {answer.language for answer in heard} == {"zh"}

    def test_order_of_the_stretches_changes_order_of_the_answers_only(
        self, case: Case, heard: Sequence[Heard]
    ) -> None:
        backwards = case.recogniser.recognise(case.stretches[::-1], ZH)

        assert [text(answer) for answer in backwards] == [text(answer) for answer in heard[::-1]]

    def test_nothing_to_hear_is_no_answer(self, case: Case) -> None:
        assert list(case.recogniser.recognise((), ZH)) == []

    def test_silence_gives_no_words_and_says_so(self, case: Case) -> None:
        (answer,) = case.recogniser.recognise([silence(0, Span(900_000, 902_000))], ZH)

        assert not answer.words
        assert answer.unheard

    def test_progress_ends_at_the_total(self, case: Case) -> None:
        told: list[tuple[str, float, float]] = []

        case.recogniser.recognise(case.stretches, ZH, progress=lambda *news: told.append(news))

        assert [stage for stage, _, _ in told] == ["asr"] * len(told)
        assert told[-1][1] == pytest.approx(told[-1][2])

    def test_who_cancels_gets_cancelled(self, case: Case) -> None:
        with pytest.raises(Cancelled):
            case.recogniser.recognise(case.stretches, ZH, cancelled=lambda: True)

    def test_the_model_has_a_name(self, case: Case) -> None:
        assert case.recogniser.model.name

    def test_traditional_script_is_traditional(self, case: Case) -> None:
        """The words may differ: a recogniser may be told how to write before it listens."""
        taiwanese = case.recogniser.recognise(case.stretches, HearingProfile(script="zh_TW"))

        written = [text(answer) for answer in taiwanese]
        assert all(written)
        assert written == [in_script(line, "zh_TW") for line in written]
        assert written != [in_script(line, "zh_CN") for line in written]

    def test_hot_words_do_no_harm(self, case: Case, heard: Sequence[Heard]) -> None:
        hinted = case.recogniser.recognise(case.stretches, HearingProfile(vocabulary=("安心宽带",)))

        assert all(answer.words for answer in hinted)
