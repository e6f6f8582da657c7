"""The evaluations end to end, with real sound, real judging, and words from a script."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from qa_service import bootstrap
from qa_service.asr.scripted import Line, ScriptedRecogniser
from qa_service.asr.vad import SileroVad
from qa_service.cli import eval as command
from qa_service.core.errors import RecordingError
from qa_service.lab.calls import evaluate_calls
from qa_service.lab.documents import calls_document, pairs_document
from qa_service.lab.labelled import read_labelled
from qa_service.lab.labels import LabelsResult, evaluate_labels
from qa_service.lab.lanes import recognition
from qa_service.lab.listening import Listener
from qa_service.lab.pairs import Pair, evaluate_pairs
from qa_service.lab.tables import print_calls, print_pairs
from qa_service.lab.truth import SUFFIX, Truth, read_truth
from qa_service.lab.words import words
from qa_service.ports import SpeakerEncoder
from qa_service.usecases.analyze import Analyzed
from qa_service.usecases.measure import Ears

SAMPLES = Path(__file__).parents[2] / "sample_audio"
DIALOGUES = Path(__file__).parent / "data" / "hotline-dialogues.yaml"


def no_speakers() -> SpeakerEncoder:
    raise AssertionError("two channels need no speaker encoder")


def listener(truth: Truth) -> Listener:
    """Hears what the truth says, without a model."""
    script = [Line(said.channel, said.span, said.text) for said in truth.utterances]
    tokens = bootstrap.tokenizer().tokens
    ears = Ears(SileroVad(), ScriptedRecogniser(script), no_speakers, tokens)
    return Listener(bootstrap.analyst(bootstrap.rulebook(), ears), bootstrap.hearing_profile())


@pytest.fixture(scope="module")
def truth() -> Truth:
    return read_truth(SAMPLES / f"guaranteed-return{SUFFIX}")


@pytest.fixture(scope="module")
def analyzed(truth: Truth) -> Analyzed:
    return listener(truth).hear(truth.recording)


def test_words_from_the_truth_make_hardly_an_error_and_find_every_moment(
    truth: Truth, analyzed: Analyzed
) -> None:
    result = evaluate_calls([truth], lambda _: analyzed, {"model": "scripted"})

    assert result.errors.value is not None
    # What the script says outside of any voiced stretch is not heard: a character at an edge.
    assert result.errors.value < 0.02
    assert result.roles.value == 1.0
    assert result.matched.missed == ()
    assert result.passed


def test_a_swapped_character_costs_one_error(truth: Truth, analyzed: Analyzed) -> None:
    first, *rest = truth.utterances
    before = recognition(truth.utterances, analyzed.assessment).pooled.errors

    after = recognition(
        [replace(first, text="錯" + first.text[1:]), *rest], analyzed.assessment
    ).pooled.errors

    assert after == before + 1


def test_a_moment_nobody_found_fails_the_call_and_is_shown(truth: Truth, analyzed: Analyzed) -> None:
    wrong = replace(truth, moments=(*truth.moments, replace(truth.moments[0], label="silence.long")))
    result = evaluate_calls([wrong], lambda _: analyzed, {})
    shown = StringIO()

    print_calls(result, Console(width=80, file=shown), words("en"))

    assert result.calls[0].faults == ("missed",)
    assert "missed silence.long" in shown.getvalue()


def test_a_recording_that_cannot_be_taken_stands_in_the_result(truth: Truth) -> None:
    def refuse(_: Path) -> Analyzed:
        raise RecordingError("unreadable", problem="is damaged")

    result = evaluate_calls([truth], refuse, {})
    document = calls_document(result)

    assert result.calls[0].faults == ("failed", "missed")
    assert document["cer"] == {
        "value": None,
        "interval": None,
        "characters": 0,
        "utterances": 0,
        "substitutions": 0,
        "deletions": 0,
        "insertions": 0,
        "utterances_lost": 0,
    }


def test_no_document_holds_words_of_a_call(truth: Truth, analyzed: Analyzed) -> None:
    document = json.dumps(calls_document(evaluate_calls([truth], lambda _: analyzed, {})), ensure_ascii=False)

    assert not any(said.text[:6] in document for said in truth.utterances)


def test_pairs_are_pooled_over_what_could_be_heard() -> None:
    pairs = [
        Pair(Path("a.wav"), "三天到账", "read"),
        Pair(Path("b.wav"), "您好"),
        Pair(Path("c.wav"), "再见"),
    ]

    def write(recording: Path) -> list[str]:
        if recording.name == "c.wav":
            raise RecordingError("not_audio", problem="is a text")
        return {"a.wav": ["3天到", "帐吧"], "b.wav": ["您好"]}[recording.name]

    result = evaluate_pairs(pairs, write, {"model": "scripted"})
    shown = StringIO()
    print_pairs(result, Console(width=80, file=shown), words("zh_CN"), line="hotline")

    assert (result.errors.pooled.errors, result.errors.pooled.characters) == (1, 6)
    assert result.failed == 1
    assert not result.is_enough
    assert list(result.by_condition()) == ["read"]
    assert "…" not in shown.getvalue()
    assert "只有 6 字，少于 6000" in shown.getvalue().replace("\n", "")


@pytest.mark.parametrize(
    ("repeats", "settings"),
    [
        pytest.param(600, 'default_line = "hotline"\n\n[line_cer]\nhotline = 0.100', id="6,000 characters"),
        pytest.param(599, None, id="ten fewer"),
        pytest.param(1, None, id="one sentence"),
        pytest.param(0, None, id="nothing was said"),
    ],
)
def test_a_line_is_set_from_enough_characters_only(repeats: int, settings: str | None) -> None:
    pairs = [Pair(Path("a.wav"), "您好我的包裹三天没到" * repeats)]

    result = evaluate_pairs(pairs, lambda _: ["您好我的包裹三天没" * repeats], {})

    shown = StringIO()
    print_pairs(result, Console(width=80, file=shown), words("zh_CN"), line="hotline")
    assert pairs_document(result, line="hotline")["settings"] == settings
    assert ("[line_cer]" in shown.getvalue()) == (settings is not None)
    assert f"{10 * repeats} 字" in shown.getvalue()


@pytest.fixture(scope="module")
def labels() -> LabelsResult:
    analyst = bootstrap.analyst(bootstrap.rulebook())
    judge = Listener(analyst, bootstrap.hearing_profile()).judge
    return evaluate_labels(read_labelled(DIALOGUES), judge, {})


def test_the_dialogues_are_mostly_hard_negatives(labels: LabelsResult) -> None:
    assert labels.utterances >= 60
    assert labels.overall.recall.n < labels.utterances / 3


def test_labels_are_counted_against_what_was_expected(labels: LabelsResult) -> None:
    missed = [slip for slip in labels.slips if slip.missed]
    false = [slip for slip in labels.slips if not slip.missed]
    overall = labels.overall

    assert overall.recall.n - overall.recall.hits == len(missed)
    assert overall.precision.n - overall.precision.hits == len(false)


def test_most_of_what_is_flagged_in_the_dialogues_was_asked_for(labels: LabelsResult) -> None:
    """A floor against slips, not a claim: the set is small and ours (docs/evaluation.md)."""
    precision, recall = labels.overall.precision.value, labels.overall.recall.value

    assert precision is not None
    assert precision >= 0.75
    assert recall is not None
    assert recall >= 0.6


def test_a_label_that_never_occurs_has_no_figures(tmp_path: Path) -> None:
    file = tmp_path / "calls.yaml"
    file.write_text(
        "schema: qa-service/labelled@1\nlabels: [risk.threat]\n"
        "calls: [{utterances: [{role: agent, text: 您好}]}]\n",
        "utf-8",
    )
    analyst = bootstrap.analyst(bootstrap.rulebook())

    result = evaluate_labels(read_labelled(file), Listener(analyst, bootstrap.hearing_profile()).judge, {})

    assert result.scores[0].f1 is None
    assert result.scores[0].recall.value is None


app = typer.Typer()
app.command()(command.evaluate)


def test_the_command_writes_json_and_a_file(tmp_path: Path) -> None:
    out = tmp_path / "new" / "eval.json"

    given = CliRunner().invoke(app, [str(DIALOGUES), "--format", "json", "--out", str(out)])

    assert given.exit_code == 0, given.output
    assert json.loads(given.stdout)["kind"] == "transcripts"
    assert json.loads(out.read_text("utf-8"))["calls"] == 16


def test_the_command_shows_a_table() -> None:
    given = CliRunner().invoke(app, [str(DIALOGUES)])

    assert given.exit_code == 0, given.output
    assert "risk.abuse" in given.stdout


@pytest.mark.asr
@pytest.mark.slow
def test_the_command_hears_a_sample_call(tmp_path: Path) -> None:
    for file in SAMPLES.glob("guaranteed-return.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())

    given = CliRunner().invoke(app, [str(tmp_path), "--format", "json"])
    document = json.loads(given.stdout)

    assert given.exit_code == 0, given.output
    assert document["cer"]["value"] < 0.2
    assert document["moments"]["recall"]["value"] == 1.0
