"""At `observe` nobody but QA is told: such a rule raises no alert, and its author hears so."""

from __future__ import annotations

from qa_service.rulebook.load import bundle_text
from tests.rulebook.books import rules

_ALERTING = "title: 甲\nalert: true\nwhen: {phrases: [保本]}\nexamples: {match: [保本]}"


def test_a_rule_that_is_only_observed_raises_no_alert_and_its_author_is_told() -> None:
    text = rules(f"id: seen\nstage: observe\n{_ALERTING}", f"id: told\nstage: coach\n{_ALERTING}")

    bundle = bundle_text(text, "demo.yaml", lambda _: None)

    assert list(bundle.book.alerts) == ["demo/told"]
    assert [(one.code, one.where) for one in bundle.warnings] == [
        ("rulebook_alert_silent", "demo.yaml: rules[0].alert")
    ]


def test_an_included_rule_that_is_lowered_to_observe_raises_none() -> None:
    included = rules(f"id: told\nstage: coach\n{_ALERTING}").replace("name: demo", "name: shared")
    text = rules("id: own\ntitle: 乙\nwhen: {phrases: [稳赚]}\nexamples: {match: [稳赚]}").replace(
        "rules:", "include: [shared@1]\noverride: {shared/told: {stage: observe}}\nrules:", 1
    )

    bundle = bundle_text(text, "demo.yaml", {"shared": included}.get)

    assert (dict(bundle.book.alerts), bundle.warnings) == ({}, ())
