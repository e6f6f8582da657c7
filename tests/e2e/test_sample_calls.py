"""The sample calls, heard by real Whisper: valid documents, the moments that were written into them, and no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qa_service.exports.document import wire_assessment
from qa_service.i18n.catalogue import catalogue
from qa_service.lab.calls import EXTRA_MOST
from qa_service.lab.matching import match
from qa_service.lab.truth import Truth, read_truths
from qa_service.usecases.analyze import Analyzed
from qa_service.usecases.measured_file import pack, unpack
from tests.e2e.conftest import SAMPLES, Hear

pytestmark = pytest.mark.asr
TRUTHS = {truth.call: truth for truth in read_truths(SAMPLES)}
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "assessment-1.json").read_text("utf-8"))


@pytest.fixture(params=sorted(TRUTHS))
def truth(request: pytest.FixtureRequest) -> Truth:
    return TRUTHS[request.param]


def document(analyzed: Analyzed) -> dict[str, Any]:
    return wire_assessment(analyzed, catalogue("zh_CN"), source="call")


def test_the_document_keeps_the_published_schema(sample: Hear, truth: Truth) -> None:
    written = json.loads(json.dumps(document(sample(truth.recording))))

    jsonschema.Draft202012Validator(SCHEMA).validate(written)


def test_every_moment_is_found_and_little_else(sample: Hear, truth: Truth) -> None:
    matched = match(truth, sample(truth.recording).assessment.findings)

    assert matched.missed == ()
    assert matched.forbidden == ()
    assert len(matched.extra) <= (EXTRA_MOST if truth.moments else 0)


def test_the_status_is_as_the_truth_says(sample: Hear, truth: Truth) -> None:
    scorable = sample(truth.recording).assessment.scorable

    assert scorable.status.value == truth.status
    if truth.reason:
        assert f"scorable.{truth.reason}" in {reason.code for reason in scorable.reasons}


def test_quotes_are_the_words_at_their_place(sample: Hear, truth: Truth) -> None:
    assessment = sample(truth.recording).assessment
    said = {utterance.id: utterance.text for utterance in assessment.utterances}

    quotes = [quote for finding in assessment.findings for quote in finding.quotes]
    quotes += [note.quote for note in assessment.coaching]

    assert all(said[quote.utterance][quote.start : quote.end] == quote.text for quote in quotes)


def test_machines_are_never_quoted_against_people(sample: Hear, truth: Truth) -> None:
    assessment = sample(truth.recording).assessment
    machine = {said.id for said in assessment.utterances if said.role == "system"}

    assert not machine & {quote.utterance for finding in assessment.findings for quote in finding.quotes}


def test_there_are_at_most_three_notes(sample: Hear, truth: Truth) -> None:
    assert len(sample(truth.recording).assessment.coaching) <= 3


def test_the_good_call_has_no_findings_and_passes(sample: Hear) -> None:
    assessment = sample(TRUTHS["good-call"].recording).assessment

    assert assessment.findings == ()
    assert assessment.evaluation is not None
    assert assessment.evaluation.passed


def test_the_same_recording_gives_the_same_document(analyze: Hear, sample: Hear) -> None:
    recording = TRUTHS["guaranteed-return"].recording

    one, other = document(sample(recording)), document(analyze(recording))

    for written in (one, other):
        written.pop("timings_ms")
    assert one == other


def test_what_is_kept_of_a_call_is_all_that_judging_needs(sample: Hear, truth: Truth) -> None:
    call = sample(truth.recording).assessment.measured

    assert unpack(pack(call), source="kept") == call
