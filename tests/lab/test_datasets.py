"""Data sets: recognised by what they are, read, and refused with the place that is wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from qa_service.core.errors import UsageError
from qa_service.lab.dataset import Kind, kind_of
from qa_service.lab.labelled import as_transcript, read_labelled
from qa_service.lab.pairs import read_pairs
from qa_service.lab.truth import read_truth, read_truths
from qa_service.lab.written import MOST_LIST_BYTES
from qa_service.usecases.transcript import read_transcript

TRUTH = """
schema: qa-service/truth@1
call: tiny
audio: tiny.wav
status: scored
speakers:
- {id: agent, role: agent, channel: 0}
- {id: customer, role: customer, channel: 1}
utterances:
- {id: u2, speaker: customer, start_ms: 2000, end_ms: 3000, text: 我想退款}
- {id: u1, speaker: agent, start_ms: 0, end_ms: 1500, text: 您好}
moments:
- {label: risk.abuse, role: agent, start_ms: 0, end_ms: 1500, quote: 您好, utterances: [u1]}
allowed: []
forbidden: [silence.long]
"""


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        pytest.param("list.tsv", "file\ttext\n", Kind.PAIRS, id="a table"),
        pytest.param(
            "list.jsonl", '{"audio": "a.wav", "text": "您好"}\n', Kind.PAIRS, id="lines with a recording"
        ),
        pytest.param("calls.jsonl", '\n{"utterances": []}\n', Kind.TRANSCRIPTS, id="lines with utterances"),
        pytest.param("calls.yaml", "calls: []\n", Kind.TRANSCRIPTS, id="labelled calls"),
        pytest.param("folder/a.truth.yaml", TRUTH, Kind.CALLS, id="a folder with truth files"),
    ],
)
def test_a_data_set_is_recognised(tmp_path: Path, name: str, content: str, kind: Kind) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(content, "utf-8")

    assert kind_of(file.parent if kind is Kind.CALLS else file) is kind


@pytest.mark.parametrize("name", ["missing.tsv", "notes.txt", "empty"])
def test_what_is_no_data_set_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").touch()
    (tmp_path / "empty").mkdir()

    with pytest.raises(UsageError):
        kind_of(tmp_path / name)


def test_a_truth_file(tmp_path: Path) -> None:
    (tmp_path / "tiny.truth.yaml").write_text(TRUTH, "utf-8")
    (tmp_path / "tiny.wav").touch()

    (truth,) = read_truths(tmp_path)

    assert [(said.channel, said.role, said.text) for said in truth.utterances] == [
        (0, "agent", "您好"),
        (1, "customer", "我想退款"),
    ]
    assert truth.moments[0].label == "risk.abuse"
    assert truth.forbidden == {"silence.long"}


@pytest.mark.parametrize(
    ("written", "instead", "named"),
    [
        pytest.param("call: tiny", "name: tiny", "call", id="a field is missing"),
        pytest.param("start_ms: 0", "start_ms: -5", "start_ms", id="a time before the call"),
        pytest.param("tiny.wav", "other.wav", "other.wav", id="no such recording"),
        pytest.param("tiny.wav", "../tiny.wav", "tiny.wav", id="a recording somewhere else"),
        pytest.param("speakers:", "speakers: [", "tiny.truth.yaml", id="not YAML"),
    ],
)
def test_a_wrong_truth_file_is_named(tmp_path: Path, written: str, instead: str, named: str) -> None:
    (tmp_path / "tiny.wav").touch()
    file = tmp_path / "tiny.truth.yaml"
    file.write_text(TRUTH.replace(written, instead), "utf-8")

    with pytest.raises(UsageError, match=named):
        read_truth(file)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("l.tsv", "file\ttext\tcondition\na.wav\t您好\tread\n", id="tsv"),
        pytest.param(
            "l.tsv", "\ufefffile\ttext\tcondition\r\na.wav\t您好\tread\r\n", id="tsv from a spreadsheet"
        ),
        pytest.param("l.jsonl", '{"audio": "a.wav", "text": "您好", "condition": "read"}\n\n', id="jsonl"),
    ],
)
def test_recordings_lie_where_their_list_lies(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")

    (pair,) = read_pairs(tmp_path / name)

    assert (pair.recording, pair.text, pair.condition) == (tmp_path / "a.wav", "您好", "read")


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        pytest.param("l.tsv", "file\ttext\n", "no recordings", id="a header alone"),
        pytest.param("l.tsv", "name\twords\na.wav\t您好\n", "line 2", id="columns with other names"),
        pytest.param("l.jsonl", '{"audio": "a.wav", "text": "您好"}\n{\n', "line 2", id="broken JSON"),
        pytest.param("l.jsonl", "[]\n", "line 1", id="not an object"),
        pytest.param("l.jsonl", '{"audio": "a.wav"}\n', "line 1", id="no text"),
        pytest.param("l.tsv", "file\ttext\na.wav\t您好\nb.wav\t \n", "line 3", id="an empty text"),
    ],
)
def test_a_wrong_list_is_named(tmp_path: Path, name: str, content: str, named: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")

    with pytest.raises(UsageError, match=named):
        read_pairs(tmp_path / name)


def test_labelled_lines_become_transcripts_with_times(tmp_path: Path) -> None:
    call = {
        "utterances": [
            {"role": "agent", "text": "您好", "labels": ["service.greeting"]},
            {"role": "customer", "text": "退款", "start_ms": 9_000, "end_ms": 10_000},
        ]
    }
    file = tmp_path / "calls.jsonl"
    file.write_text(json.dumps(call, ensure_ascii=False) + "\n", "utf-8")

    labelled = read_labelled(file)
    written = as_transcript(labelled.calls[0], 1)
    measured = read_transcript(written, source="test", timezone="Asia/Shanghai", tokens=lambda _: ()).measured

    assert labelled.labels == {"service.greeting"}
    assert [(u.id, u.span.start_ms, u.span.end_ms) for u in measured.utterances] == [
        ("u1", 0, 500),
        ("u2", 9_000, 10_000),
    ]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param("schema: qa-service/labelled@1\ncalls: []\n", "calls", id="no calls"),
        pytest.param("schema: other@1\ncalls: [{utterances: []}]\n", "schema", id="another schema"),
        pytest.param(
            "schema: qa-service/labelled@1\ncalls: [{utterances: [{role: boss, text: x}]}]\n",
            "calls.0.utterances.0.role",
            id="an unknown role",
        ),
        pytest.param("schema: [\n", "calls.yaml", id="not YAML"),
    ],
)
def test_wrong_labelled_calls_are_named(tmp_path: Path, content: str, named: str) -> None:
    file = tmp_path / "calls.yaml"
    file.write_text(content, "utf-8")

    with pytest.raises(UsageError, match=named):
        read_labelled(file)


READERS = {
    "list.tsv": read_pairs,
    "list.jsonl": read_pairs,
    "calls.jsonl": read_labelled,
    "calls.yaml": read_labelled,
    "guess.jsonl": kind_of,
}


@pytest.mark.parametrize("name", READERS)
def test_a_list_of_ten_gigabytes_is_told_and_not_read(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as opened:
        opened.truncate(10 << 30)  # a file with a hole: it takes no room on the disk

    with pytest.raises(UsageError) as refused:
        READERS[name](tmp_path / name)

    assert refused.value.code == "list_too_large"


def test_a_list_that_is_as_large_as_it_may_be_is_read(tmp_path: Path) -> None:
    head, row = "file\ttext\n", "a.wav\t您好\n"
    rest = MOST_LIST_BYTES - len((head + row).encode())
    (tmp_path / "list.tsv").write_text(head + row + "\n" * rest, "utf-8")

    assert [pair.text for pair in read_pairs(tmp_path / "list.tsv")] == ["您好"]
    (tmp_path / "list.tsv").write_text(head + row + "\n" * (rest + 1), "utf-8")
    with pytest.raises(UsageError, match="larger than 64 MB"):
        read_pairs(tmp_path / "list.tsv")


def test_a_truth_file_that_is_too_large_is_not_cut_off(tmp_path: Path) -> None:
    (tmp_path / "tiny.wav").write_bytes(b"RIFF")
    (tmp_path / "tiny.truth.yaml").write_text(TRUTH + "#" * (3 << 20), "utf-8")

    with pytest.raises(UsageError) as refused:
        read_truth(tmp_path / "tiny.truth.yaml")

    assert refused.value.code == "list_too_large"


def test_a_pipe_is_no_list(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "list.tsv")

    with pytest.raises(UsageError, match="device or a pipe"):
        read_pairs(tmp_path / "list.tsv")
