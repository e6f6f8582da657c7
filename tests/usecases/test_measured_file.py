"""Measured calls as files: what goes in comes out, old ones stay readable, and hostile ones are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.errors import EnvelopeError
from qa_service.core.measured import HearingModel, Problem, Unheard
from qa_service.core.time import Span
from qa_service.usecases import measured_file
from qa_service.usecases.measured_file import SCHEMA, pack, unpack
from tests.make import Call, calls
from tests.usecases.golden_call import CALL, GOLDEN
from tests.usecases.random_call import measured


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The golden file with its JSON changed by somebody."""
    document = json.loads(zstandard.decompress(GOLDEN.read_bytes()))
    change(document)
    return zstandard.compress(json.dumps(document).encode())


def refused(data: bytes) -> EnvelopeError:
    with pytest.raises(EnvelopeError) as error:
        unpack(data, source="a.measured.zst")
    assert error.value.where == "a.measured.zst"
    return error.value


def test_the_golden_file_stays_readable() -> None:
    assert unpack(GOLDEN.read_bytes(), source=GOLDEN.name) == CALL


@given(calls())
def test_what_goes_in_comes_out(call: Call) -> None:
    original = measured(call)

    assert unpack(pack(original), source="x") == original


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    ratio=st.floats(0, 1) | st.none(),
    at=st.integers(0, 10_000),
)
def test_any_text_and_number_comes_out(text: str, ratio: float | None, at: int) -> None:
    original = replace(
        CALL,
        call_id=text,
        utterances=(replace(CALL.utterances[0], text=text, words=(), pitch_hz=ratio),),
        unheard=(Unheard(Span(at, at + 1), text, text),),
        problems=(Problem(text, Span(at, at), at, text),),
        hearing=HearingModel(text, text, text, ratio),
    )

    assert unpack(pack(original), source="x") == original


def test_equal_calls_are_equal_bytes() -> None:
    assert pack(CALL) == pack(unpack(pack(CALL), source="x"))


def test_roles_are_kept_out_by_nobody_writing_them() -> None:
    assert '"role": "unknown"' in json.dumps(json.loads(zstandard.decompress(pack(CALL))))
    assert '"role": "agent"' not in json.dumps(json.loads(zstandard.decompress(pack(CALL))))


def test_a_later_version_says_what_to_do() -> None:
    error = refused(changed(lambda document: document.update(schema="qa-service/measured@2")))

    assert error.code == "measured_version"
    assert error.values == {"written": "qa-service/measured@2", "readable": SCHEMA}
    assert "newer" in error.fix


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"RIFF\x24\x00\x00\x00WAVEfmt ", id="a recording"),
        pytest.param(GOLDEN.read_bytes()[:-20], id="cut at the end"),
        pytest.param(GOLDEN.read_bytes()[:100], id="cut at the beginning"),
        pytest.param(GOLDEN.read_bytes()[:200] + b"\xff" * 30 + GOLDEN.read_bytes()[230:], id="damaged"),
        pytest.param(zstandard.compress(b"not json"), id="packed text"),
        pytest.param(zstandard.compress(b"\xff\xfe\x00"), id="packed bytes"),
        pytest.param(zstandard.compress(b"[]"), id="a list"),
        pytest.param(zstandard.compress(b'{"call": {}}'), id="no schema"),
        pytest.param(zstandard.compress(b"[" * 200_000), id="nested without end"),
        pytest.param(zstandard.compress(b'{"schema": ' + b"1" * 5_000 + b"}"), id="an endless number"),
    ],
)
def test_what_is_no_measured_call_is_refused(data: bytes) -> None:
    assert refused(data).code == "measured_unreadable"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda d: d.update(call=None), id="no call"),
        pytest.param(lambda d: d["call"].pop("utterances"), id="no utterances"),
        pytest.param(lambda d: d["call"].update(layout="quadrophonic"), id="no such layout"),
        pytest.param(lambda d: d["call"].update(duration_ms="long"), id="no length"),
        pytest.param(lambda d: d["call"].update(separation=float("nan")), id="not a number"),
        pytest.param(lambda d: d["call"]["hearing"].update(cer=float("inf")), id="endless"),
        pytest.param(
            lambda d: d["call"]["utterances"][0].update(span={"start_ms": 9, "end_ms": 1}), id="backwards"
        ),
        pytest.param(lambda d: d["call"]["sounds"][0].update(kind="laughter"), id="no such sound"),
        pytest.param(lambda d: d["call"]["utterances"][0].update(text="\ud800"), id="half a character"),
    ],
)
def test_values_that_cannot_be_are_refused(change: Callable[[dict[str, Any]], object]) -> None:
    assert refused(changed(change)).code == "measured_unreadable"


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured_file, "MAX_JSON_BYTES", 1 << 20)
    bomb = zstandard.compress(b'{"schema": "' + b" " * (64 << 20) + b'"}')

    assert len(bomb) < 20_000
    assert refused(bomb).code == "measured_unreadable"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_call_or_refused(data: bytes) -> None:
    assert refused(data).code == "measured_unreadable"
    assert refused(zstandard.compress(data)).code == "measured_unreadable"
