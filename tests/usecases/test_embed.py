"""Meanings: measured once with the call, kept beside its words, compared whenever it is judged, never made again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
import zstandard

from qa_service.core.errors import EnvelopeError
from qa_service.core.evaluation import Verdict
from qa_service.core.meanings import NO_MEANINGS, Meaning, Meanings, SentenceVectors
from qa_service.core.measured import PartName
from qa_service.core.speech import Role
from qa_service.inference.sentences import UseEncoder
from qa_service.pipeline.assessment import Assessment
from qa_service.pipeline.judge import Case, judge
from qa_service.pipeline.live import CallSession, replay
from qa_service.ports import Embedder
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.load import bundle_text
from qa_service.usecases.embed import Interpreter, embedded, with_meanings
from qa_service.usecases.measured_file import pack, unpack
from tests.inference.use_here import encoder as pulled
from tests.make import facts
from tests.pipeline.cases import case, said
from tests.rulebook.books import rules
from tests.usecases.analysts import analyst
from tests.usecases.golden_call import CALL

AGENT, CUSTOMER = Role.AGENT, Role.CUSTOMER
CALLS_BACK = (
    (AGENT, "您好，这里是星辰宽带，请问有什么可以帮您？"),
    (CUSTOMER, "我家宽带断了三天了，麻烦你看一下。"),
    (AGENT, "好的。有结果了我马上给您回电话。"),
    (CUSTOMER, "可以的，谢谢。"),
)
SENDS_AWAY = (*CALLS_BACK[:2], (AGENT, "您去营业厅看看价目表吧。"), CALLS_BACK[3])
OFFERS = "{like: [我查清楚之后给您回电话, 有消息马上打电话告诉您], alike: 0.6}"


@pytest.fixture
def encoder() -> UseEncoder:
    return pulled()


@dataclass
class Counting:
    """The real encoder, and what it was asked."""

    real: UseEncoder
    asked: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.real.name

    def embed(self, sentences: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        self.asked += sentences
        return self.real.embed(sentences)


@dataclass
class Shelf:
    """A store of one process."""

    held: dict[tuple[str, str], SentenceVectors] = field(default_factory=dict)

    def find(self, digest: str, encoder: str = "") -> SentenceVectors | None:
        return next((v for (d, e), v in self.held.items() if d == digest and encoder in ("", e)), None)

    def keep(self, digest: str, vectors: SentenceVectors) -> None:
        self.held[digest, vectors.encoder] = vectors


def book(when: str, more: str = "") -> Rulebook:
    body = f"id: one\ntitle: 规则\nstage: score\ncriterion: listens\nwhen: {when}{more}"
    return bundle_text(rules(body), "book", lambda _: None).book


def told(lines: Sequence[tuple[Role, str]], embedder: Embedder | None) -> Case:
    """A call as it was measured, without meanings where there is no encoder."""
    plain = case(said(lines))
    parts = tuple(part for part in plain.measured.parts if part.name is not PartName.EMBEDDINGS)
    return replace(plain, measured=with_meanings(replace(plain.measured, parts=parts), embedder))


def outcome(made: Assessment) -> tuple[Verdict, str]:
    (answer,) = made.evaluations[0].answers
    return answer.answer, answer.because.code


class TestMeasuring:
    def test_a_call_gets_a_part_of_its_own_with_its_producer(self, encoder: UseEncoder) -> None:
        measured = told(CALLS_BACK, encoder).measured

        (part,) = (part for part in measured.parts if part.name is PartName.EMBEDDINGS)
        assert (part.producer, part.version) == (encoder.name, 1)
        assert part.settings
        assert measured.encoder == encoder.name
        assert all(not one.meanings for one in measured.utterances)

    def test_the_part_goes_into_the_file_of_the_call_and_comes_out(self, encoder: UseEncoder) -> None:
        measured = told(CALLS_BACK, encoder).measured

        assert unpack(pack(measured), source="x") == measured

    def test_a_vector_takes_about_as_many_bytes_as_it_has_numbers(self, encoder: UseEncoder) -> None:
        lines = [(AGENT, f"第{n}件事情我帮您登记好了请放心") for n in range(50)]

        grown = len(pack(told(lines, encoder).measured)) - len(pack(told(lines, None).measured))

        assert grown / 50 < 560

    def test_without_an_encoder_nothing_changes(self) -> None:
        assert with_meanings(CALL, None) is CALL
        assert CALL.meanings == NO_MEANINGS

    def test_what_is_unreliable_and_what_is_too_short_is_not_looked_at(self, encoder: UseEncoder) -> None:
        heard = said([(AGENT, "有结果了我马上给您回电话"), (AGENT, "嗯"), (AGENT, "我给您回电话")])
        heard = (*heard[:2], replace(heard[2], unreliable="unreliable.noise"))

        assert [len(one.meanings) for one in embedded(heard, encoder)] == [1, 0, 0]

    def test_measuring_again_replaces_the_part(self, encoder: UseEncoder) -> None:
        once = told(CALLS_BACK, encoder).measured

        assert with_meanings(once, encoder) == once

    def test_what_is_said_again_and_again_is_embedded_once(self, encoder: UseEncoder) -> None:
        asked = Counting(encoder)

        embedded(said([(AGENT, "您请稍等一下")] * 20), asked)

        assert asked.asked == ["您请稍等一下"]

    def test_analysing_a_transcript_measures_it_too(self, encoder: UseEncoder) -> None:
        lines = [
            {"id": f"u{n}", "role": role.value, "start_ms": 4_000 * n, "end_ms": 4_000 * n + 3_000, "text": text}
            for n, (role, text) in enumerate(CALLS_BACK)
        ]  # fmt: skip
        able = replace(
            analyst(), interpreter=Interpreter(lambda: encoder), rulebook=book(f"{{means: {OFFERS}}}")
        )

        made = able.transcript(json.dumps({"utterances": lines}), source="t.json", timezone="UTC").assessment

        assert made.measured.encoder == encoder.name
        assert [finding.rule for finding in made.findings] == ["demo/one"]


class TestLive:
    def test_each_utterance_as_it_ends_gives_the_same_tags_as_the_recording(
        self, encoder: UseEncoder
    ) -> None:
        means = Interpreter(lambda: encoder).book(book(f"{{means: {OFFERS}}}")).detectors
        whole = told(CALLS_BACK, encoder)
        about = replace(facts(), encoder=encoder.name)
        spoken = whole.roles.spoken(whole.measured.utterances)

        session = CallSession(means, about)
        live = [tag for one in spoken for tag in session.hear(embedded([one], encoder)[0])]
        batch = replay(means, about, embedded(spoken, encoder))

        assert tuple(live) == batch
        assert len(batch) == 1


class TestJudging:
    def test_what_is_meant_is_found_and_a_person_is_asked(self, encoder: UseEncoder) -> None:
        ready = Interpreter(lambda: encoder).book(book(f"{{means: {OFFERS}, role: agent}}"))

        made = judge(told(CALLS_BACK, encoder), ready)
        (finding,) = made.findings

        assert finding.evidence[0].quotes[0].text == "有结果了我马上给您回电话"
        assert finding.because.code == "means.example"
        assert {reason.code for reason in finding.doubts} == {"doubt.confidence"}
        assert outcome(made)[0] is Verdict.UNDECIDED
        assert outcome(judge(told(SENDS_AWAY, encoder), ready))[0] is Verdict.MET

    def test_judging_again_asks_no_encoder(self, encoder: UseEncoder) -> None:
        asked = Counting(encoder)
        measured, interpreter = told(CALLS_BACK, encoder), Interpreter(lambda: asked)
        for _ in range(3):
            judge(measured, interpreter.book(book(f"{{means: {OFFERS}}}")))

        assert asked.asked == ["我查清楚之后给您回电话", "有消息马上打电话告诉您"]

    @pytest.mark.parametrize(
        ("when", "more", "verdict"),
        [
            ("{means: [我查清楚之后给您回电话]}", "", Verdict.UNDECIDED),
            ("{absent: {means: [我查清楚之后给您回电话]}, role: agent}", "", Verdict.UNDECIDED),
            ("{all: [{phrases: [营业厅]}, {means: [我查清楚之后给您回电话]}]}", "", Verdict.MET),
            ("{any: [{phrases: [回电话]}, {means: [我查清楚之后给您回电话]}]}", "", Verdict.NOT_MET),
        ],
        ids=["alone", "absent", "beside what was not said", "or what was said"],
    )
    def test_a_call_without_the_part_is_undecided_where_it_would_matter(
        self, encoder: UseEncoder, when: str, more: str, verdict: Verdict
    ) -> None:
        ready = Interpreter(lambda: encoder).book(book(when, more))

        made = judge(told(CALLS_BACK, None), ready)

        assert outcome(made)[0] is verdict
        if verdict is Verdict.UNDECIDED:
            assert outcome(made)[1] == "undecided.no_meanings"
            assert made.findings == ()

    def test_a_book_that_nobody_could_read_says_so(self, encoder: UseEncoder) -> None:
        made = judge(told(CALLS_BACK, encoder), Interpreter().book(book(f"{{means: {OFFERS}}}")))

        assert outcome(made) == (Verdict.UNDECIDED, "undecided.no_examples")

    def test_vectors_of_another_encoder_are_not_compared(self, encoder: UseEncoder) -> None:
        ready = Interpreter(lambda: encoder).book(book(f"{{means: {OFFERS}}}"))
        measured = told(CALLS_BACK, encoder)
        parts = tuple(
            replace(part, producer="other@1") if part.name is PartName.EMBEDDINGS else part
            for part in measured.measured.parts
        )

        made = judge(replace(measured, measured=replace(measured.measured, parts=parts)), ready)

        assert outcome(made) == (Verdict.UNDECIDED, "undecided.other_encoder")


class TestBooks:
    def test_a_book_is_embedded_once_and_read_by_whoever_has_no_encoder(self, encoder: UseEncoder) -> None:
        shelf, asked, written = Shelf(), Counting(encoder), book(f"{{means: {OFFERS}}}")
        first = Interpreter(lambda: asked, shelf).book(written)
        again = Interpreter(lambda: asked, shelf).book(written)
        elsewhere = Interpreter(lambda: None, shelf).book(written)

        assert len(asked.asked) == 2
        assert first.detectors == again.detectors == elsewhere.detectors
        assert list(shelf.held) == [(written.digest, encoder.name)]

    def test_one_process_compiles_it_once(self, encoder: UseEncoder) -> None:
        interpreter = Interpreter(lambda: encoder)

        assert interpreter.book(book(f"{{means: {OFFERS}}}")) is interpreter.book(
            book(f"{{means: {OFFERS}}}")
        )

    def test_a_book_that_asks_for_no_meaning_is_left_alone(self) -> None:
        plain = book("{phrases: [保本]}")

        assert Interpreter(lambda: pytest.fail("asked for an encoder")).book(plain) is plain

    def test_who_comes_too_early_is_helped_later(self, encoder: UseEncoder) -> None:
        shelf, written = Shelf(), book(f"{{means: {OFFERS}}}")
        helpless = Interpreter(lambda: None, shelf)

        early = helpless.book(written)
        Interpreter(lambda: encoder, shelf).book(written)

        assert early is written
        assert helpless.book(written) != written


class TestFiles:
    def test_meanings_are_given_back_by_utterance(self) -> None:
        given = [
            ("a", Meaning(0, 4, b"\x01\x02")),
            ("b", Meaning(1, 9, b"\xff\x00")),
            ("a", Meaning(5, 9, b"ab")),
        ]

        held = Meanings.of(given).by_utterance()

        assert held == {"a": (given[0][1], given[2][1]), "b": (given[1][1],)}
        assert Meanings.of([]) == NO_MEANINGS
        assert NO_MEANINGS.by_utterance() == {}

    @pytest.mark.parametrize(
        "meanings",
        [
            {"places": [["u1", 0, 4]], "vectors": "not base64!"},
            {"places": [["u1", 0, 4]], "vectors": ""},
            {"places": [["u1", 0, 4], ["u2", 0, 4]], "vectors": "AQID"},
            {"places": [], "vectors": "AQID"},
            {"places": [["u1", 4, 4]], "vectors": "AQID"},
            {"places": [["u1", -1, 4]], "vectors": "AQID"},
        ],
        ids=["text", "no vectors", "of two lengths", "nobody's", "of nothing", "before the start"],
    )  # fmt: skip
    def test_meanings_that_cannot_be_are_refused(self, meanings: dict[str, object]) -> None:
        document = json.loads(zstandard.decompress(pack(CALL)))
        document["call"]["meanings"] = meanings

        with pytest.raises(EnvelopeError) as error:
            unpack(zstandard.compress(json.dumps(document).encode()), source="x")

        assert error.value.code == "measured_unreadable"
