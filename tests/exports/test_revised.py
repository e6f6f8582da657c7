"""What people say about findings, in the document: dismissed ones cost nothing, confirmed ones count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.reviews import Verdict
from qa_service.exports import wire
from qa_service.exports.alibaba_sca import sca_results
from qa_service.exports.call_table import CALLS
from qa_service.exports.document import wire_assessment
from qa_service.exports.finding_table import FINDINGS
from qa_service.exports.revised import revised_document
from qa_service.i18n.catalogue import catalogue
from qa_service.ports.storing import MachineWork
from qa_service.scoring.basis import Basis
from qa_service.usecases.analyze import Analyzed
from qa_service.usecases.revise import basis_text
from tests.exports.assessed import rows, stored
from tests.exports.calls import BAD, BOOK, HOSTILE, MEASURED_CER, Scene, analyzed, transferred

SURE, UNSURE, TWO_AGENTS, HOSTILE_WORDS = "sure", "unsure", "two agents", "hostile words"
NAMES = (SURE, UNSURE, TWO_AGENTS, HOSTILE_WORDS)
DISMISSED, CONFIRMED = Verdict.DISMISSED, Verdict.CONFIRMED


@cache
def call(name: str) -> Analyzed:
    if name == TWO_AGENTS:
        return transferred()
    if name == HOSTILE_WORDS:
        return analyzed(HOSTILE, Scene())
    return analyzed(BAD, MEASURED_CER if name == SURE else Scene())


@cache
def work(name: str, *, is_asked: bool = False, keeps_basis: bool = True) -> MachineWork:
    """The machine's work; with `is_asked`, nothing stood against any rule."""
    legs = call(name).assessment.legs
    if is_asked:
        legs = tuple(replace(leg, basis=Basis()) for leg in legs)
    document = wire_assessment(call(name), catalogue("zh_CN"))
    return MachineWork(document, BOOK, basis_text(legs) if keeps_basis else "")


def revised(made: MachineWork, said: Mapping[str, Verdict]) -> dict[str, Any]:
    return revised_document(made, said, catalogue("zh_CN"))


def ids(made: MachineWork) -> list[str]:
    return [finding["id"] for finding in made.document["findings"]]


def said_of(made: MachineWork) -> st.SearchStrategy[dict[str, Verdict]]:
    return st.dictionaries(st.sampled_from(ids(made)), st.sampled_from([CONFIRMED, DISMISSED]))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_said_is_what_the_machine_said(name: str) -> None:
    assert revised(work(name), {}) == work(name).document


@pytest.mark.parametrize("name", NAMES)
@given(st.data())
def test_what_was_said_keeps_the_published_shape(name: str, data: st.DataObject) -> None:
    made = work(name)
    said = data.draw(said_of(made))

    document = revised(made, said)

    kept = wire.WireAssessment.model_validate(document)
    assert kept.model_dump(mode="json", by_alias=True) == document
    assert {f["id"]: f["verdict"] for f in document["findings"]} == {
        finding: said[finding].value if finding in said else None for finding in ids(made)
    }
    gone = {finding for finding, verdict in said.items() if verdict is DISMISSED}
    assert gone.isdisjoint(f for one in document["moments"] for f in one["findings"])
    assert gone.isdisjoint(one["finding"] for one in document["coaching"])
    assert gone.isdisjoint(
        f for leg in document["evaluations"] for a in leg["answers"] for f in a["findings"]
    )
    assert not any(f["needs_human"] or f["doubts"] for f in document["findings"] if f["verdict"])


@pytest.mark.parametrize("name", NAMES)
@given(st.data())
def test_dismissing_never_lowers_a_score_where_every_rule_could_be_asked(
    name: str, data: st.DataObject
) -> None:
    made = work(name, is_asked=True)
    said = data.draw(said_of(made))
    finding = data.draw(st.sampled_from(ids(made)))
    silent = {one: verdict for one, verdict in said.items() if one != finding}

    before, after = revised(made, silent), revised(made, {**silent, finding: DISMISSED})

    for was, is_now in zip(before["evaluations"], after["evaluations"], strict=True):
        assert (is_now["score"] or 0) >= (was["score"] or 0)
        assert (is_now["lowest_score"] or 0) >= (was["lowest_score"] or 0)
        assert set(is_now["fatal"]) <= set(was["fatal"])


@pytest.mark.parametrize("name", NAMES)
@given(st.data())
def test_confirming_costs_no_more_than_the_worst_that_was_told(name: str, data: st.DataObject) -> None:
    made = work(name)
    said = data.draw(st.dictionaries(st.sampled_from(ids(made)), st.just(CONFIRMED)))

    document = revised(made, said)

    for was, is_now in zip(made.document["evaluations"], document["evaluations"], strict=True):
        assert was["lowest_score"] is None or is_now["lowest_score"] == was["lowest_score"]


def test_a_dismissed_fatal_finding_brings_nobody_down() -> None:
    made = work(SURE)
    fatal = {f for a in made.document["evaluation"]["answers"] if a["fatal"] for f in a["findings"]}
    assert made.document["evaluation"]["passed"] is False
    assert fatal

    document = revised(made, dict.fromkeys(fatal, DISMISSED))

    assert document["evaluation"]["fatal"] == []
    assert document["evaluation"]["score"] > made.document["evaluation"]["score"]


def test_a_confirmed_finding_costs_what_a_sure_one_costs() -> None:
    unsure, sure = work(UNSURE), work(SURE)
    everything = dict.fromkeys(ids(unsure), CONFIRMED)

    document = revised(unsure, everything)

    assert sure.document["evaluation"]["score"] != unsure.document["evaluation"]["score"]
    assert document["evaluation"]["score"] == sure.document["evaluation"]["score"]
    assert document["evaluation"]["fatal"] == sure.document["evaluation"]["fatal"]
    assert document["evaluation"]["passed"] is False


def test_settling_all_that_waited_closes_the_range() -> None:
    made = work(UNSURE, is_asked=True)
    assert made.document["evaluation"]["passed"] is None

    document = revised(made, dict.fromkeys(ids(made), DISMISSED))

    evaluation = document["evaluation"]
    assert (evaluation["score"], evaluation["lowest_score"], evaluation["passed"]) == (100.0, 100.0, True)


def test_where_the_basis_was_not_kept_a_dismissal_leaves_the_question_open() -> None:
    made = work(SURE, keeps_basis=False)
    answer = next(a for a in made.document["evaluation"]["answers"] if a["findings"])

    document = revised(made, dict.fromkeys(answer["findings"], DISMISSED))

    (after,) = (a for a in document["evaluation"]["answers"] if a["criterion"] == answer["criterion"])
    assert (after["answer"], after["because"]["code"]) == ("undecided", "undecided.not_kept")
    assert document["evaluation"]["passed"] in {None, False}
    others = [a for a in made.document["evaluation"]["answers"] if a["criterion"] != answer["criterion"]]
    assert [a for a in document["evaluation"]["answers"] if a["criterion"] != answer["criterion"]] == others


@pytest.mark.parametrize("name", NAMES)
def test_where_the_basis_was_not_kept_nothing_said_changes_no_answer(name: str) -> None:
    made = work(name, keeps_basis=False)

    document = revised(made, {})

    for was, is_now in zip(made.document["evaluations"], document["evaluations"], strict=True):
        assert is_now["answers"] == was["answers"]
        assert (is_now["score"], is_now["lowest_score"]) == (was["score"], was["lowest_score"])


def test_tables_show_the_verdict_and_count_what_stands() -> None:
    made = work(SURE)
    first = ids(made)[0]
    severity = made.document["findings"][0]["severity"]

    document = revised(made, {first: DISMISSED})

    found = rows(FINDINGS, (stored(), document))
    assert {row["finding"]: row["verdict"] for row in found if row["verdict"]} == {first: "dismissed"}
    (before,), (after,) = (rows(CALLS, (stored(), one)) for one in (made.document, document))
    assert after[severity] == before[severity] - 1
    hits = {rule["rid"] for result in sca_results(stored(), document) for rule in result["hitResult"]}
    assert hits == {f["rule"] for f in document["findings"] if f["verdict"] is None}


def test_a_finding_of_before_verdicts_has_none() -> None:
    document = dict(work(SURE).document)
    document["findings"] = [{k: v for k, v in f.items() if k != "verdict"} for f in document["findings"]]

    found = rows(FINDINGS, (stored(), document))

    assert {row["verdict"] for row in found} == {None}
