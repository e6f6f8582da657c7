"""Calls that were made ready, as bytes: what goes in comes out, and nothing else is read."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_service.core.calls import Envelope
from qa_service.core.measured import HearingModel, Problem
from qa_service.core.speech import Utterance, Word
from qa_service.core.stored import CallState, StoredCall
from qa_service.core.time import Span
from qa_service.pipeline.fast.engine import Engine
from qa_service.pipeline.fast.ready import ReadyCall, ready
from qa_service.pipeline.judge import Case
from qa_service.rulebook.book import Rulebook
from qa_service.usecases.analyze import LinePolicy
from qa_service.usecases.ready_file import VERSION, NotReadyError, key_of, pack, unpack
from tests.make import timed, utterance
from tests.pipeline.cases import AGENT, CUSTOMER, case, said
from tests.pipeline.fast_cases import books, cases

GOLDEN = Path(__file__).parent / "golden" / f"ready-{VERSION}.bin"
#: Everything that folding does, words with times, a doubt, and a line that nobody can rest on.
LINES = (
    (AGENT, "您好，這裡是星辰寬頻，工號 8012，請問有什麼可以幫您？"),
    (CUSTOMER, "我、我嗯想問一下那個１２０塊的 VIP 套餐，www.abc.com 上寫“保本”？"),
    (AGENT, "伍仟壹佰元……大概百分之三，您放心😀！"),
    (CUSTOMER, "好的好的，計程車上呢，再見。"),
)


def golden_case() -> Case:
    heard = [timed(one) if at % 2 else one for at, one in enumerate(said(LINES))]
    heard.append(utterance("聽不清楚", 60_000, name="bad", unreliable="quality.noise"))
    told = case(heard, hearing=HearingModel("whisper", cer=0.1), envelope=Envelope(call_id="golden"))
    return replace(told, measured=replace(told.measured, problems=(Problem("gap", Span(0, 2_000), 2_000),)))


def same(one: ReadyCall, other: ReadyCall) -> bool:
    columns = all(
        getattr(one, field.name) == getattr(other, field.name)
        for field in fields(ReadyCall)
        if field.name != "lines"
    )
    return columns and all(_is_line(one, other, at) for at in range(len(one.roles)))


def _is_line(one: ReadyCall, other: ReadyCall, at: int) -> bool:
    """Loudness, pitch and the like are nobody's question; folding gives ranges where it can."""
    plain = [_plainly(call.lines.said(at)) for call in (one, other)]
    folds = [
        replace(fold, starts=tuple(fold.starts), ends=tuple(fold.ends))
        for fold in (one.lines.folded(at), other.lines.folded(at))
    ]
    return plain[0] == plain[1] and folds[0] == folds[1]


def _plainly(line: Utterance) -> Utterance:
    return replace(line, loudness_dbfs=None, pitch_hz=None, speech_ms=0, channel=0, meanings=())


@given(cases())
def test_what_goes_in_comes_out(told: Case) -> None:
    made = ready(told)

    assert same(unpack(pack(made)), made)


@settings(max_examples=60)
@given(cases(), books())
def test_the_engine_makes_the_same_of_it(told: Case, book: Rulebook) -> None:
    made, engine = ready(told), Engine(book)

    assert engine.standing(unpack(pack(made)), told.envelope) == engine.standing(made, told.envelope)


@given(st.text(min_size=1, max_size=30), st.integers(0, 1 << 40), st.floats(0, 1))
def test_any_text_time_and_number_comes_out(text: str, at_ms: int, sure: float) -> None:
    heard = utterance(f"好{text}", at_ms, name=text)
    heard = replace(heard, words=(Word(Span(at_ms, at_ms + 9), 0, 1, sure),), tokens=(0, 1), confidence=sure)
    made = ready(case([*said(LINES), heard]))

    assert same(unpack(pack(made)), made)


def test_a_call_that_is_made_ready_otherwise_than_before_has_a_version_of_its_own() -> None:
    """Where this fails, raise VERSION and write a new golden file: `python -m tests.usecases.test_ready_file`."""
    assert same(unpack(GOLDEN.read_bytes()), ready(golden_case()))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"RIFF\x24\x00\x00\x00WAVEfmt ", id="a recording"),
        pytest.param(GOLDEN.read_bytes()[:60], id="cut off"),
        pytest.param(GOLDEN.read_bytes().replace(b"qaRC\x01", b"qaRC\x02", 1), id="another version"),
        pytest.param(b"qaRC\x01\x09\x00\x00\x00" + zstandard.compress(b"text"), id="other things packed"),
    ],
)
def test_what_no_call_is_is_refused(data: bytes) -> None:
    with pytest.raises(NotReadyError):
        unpack(data)


@given(st.binary(max_size=100))
def test_any_bytes_are_refused(data: bytes) -> None:
    head = b"qaRC\x01" + len(packed := zstandard.compress(data)).to_bytes(4, "little")

    with pytest.raises(NotReadyError):
        unpack(head + packed)


STORED = StoredCall(
    *("c1", CallState.JUDGED, "upload", Envelope(line="400"), "team", "", "", 0, "", None),
    datetime(2026, 11, 26, tzinfo=UTC),
)


def test_the_key_is_another_one_where_something_of_the_case_may_be() -> None:
    policy = LinePolicy(cer={"400": 0.1})
    others = [
        ("other", STORED, policy),
        ("a", replace(STORED, envelope=Envelope(line="500")), policy),
        ("a", replace(STORED, envelope=replace(STORED.envelope, customer="hmac")), policy),
        ("a", replace(STORED, agent_channel=1), policy),
        ("a", replace(STORED, are_swapped=True), policy),
        ("a", replace(STORED, are_roles_confirmed=True), policy),
        ("a", STORED, LinePolicy(cer={"400": 0.2})),
    ]

    assert len({key_of(*one) for one in [("a", STORED, policy), *others]}) == len(others) + 1
    assert key_of("a", replace(STORED, team="b", score=1.0), policy) == key_of("a", STORED, policy)


if __name__ == "__main__":
    GOLDEN.write_bytes(pack(ready(golden_case())))
