"""A rule that is to reach further wants people who found it right, or somebody's reason; on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from qa_service.core.reviews import Place, Review, Verdict
from qa_service.core.speech import Role
from qa_service.core.time import Span
from qa_service.rulebook.load import bundle_text
from qa_service.stores import reviews
from qa_service.stores.tables import evaluations
from tests.web.rules import book
from tests.web.samples import transcript
from tests.web.service import Service
from tests.web.test_rulebooks import Leads, leads

__all__ = ["leads"]
_AT = datetime(2026, 11, 26, tzinfo=UTC)


def at_stage(name: str, version: int, stage: str) -> str:
    text = book(name, version).replace("stage: score", f"stage: {stage}")
    return text if stage == "score" else text.replace("    criterion: no-promise\n", "")


def say(
    service: Service,
    rule: str,
    verdicts: Sequence[Verdict],
    *,
    source: str = "",
    again: Verdict | None = None,
) -> None:
    """Verdicts about so many findings of a rule, each followed by another one where `again` says so.

    They were found by the book with this text; by the first version at `coach` where nobody says.
    """
    client, evaluation = service.everything(), str(uuid.uuid4())
    call = str(client.post("/api/v1/calls/transcripts", json=transcript()).json()["call_id"])
    found_by = bundle_text(source or at_stage(rule.partition("/")[0], 1, "coach"), "draft", lambda _: None)
    row: dict[str, Any] = {
        "id": evaluation,
        "call_id": call,
        "job_id": evaluation,
        "rulebook": found_by.book.digest,
    }
    row |= {"origin": "full", "is_current": True, "status": "scored", "document": b"", "created_at": _AT}
    with service.shelves.engine.begin() as connection:
        connection.execute(evaluations.insert().values(**row))
        for n, verdict in enumerate(verdicts):
            first, finding = str(uuid.uuid4()), Place(f"f{n}", rule, Role.AGENT, Span(n, n + 1))
            for said in (verdict, *([again] if again else [])):
                own = first if said is verdict else str(uuid.uuid4())
                review = Review(own, call, evaluation, finding, said, "", "x", _AT, first)
                reviews.add(connection, review)


def published(leads: Leads, *stages: str, **more: Any) -> tuple[int, str]:
    """Versions with a rule at these stages; what was said of the last one."""
    sources = [at_stage(leads.name, version, stage) for version, stage in enumerate(stages, 1)]
    last = in_turn(leads, *sources, **more)
    return last.status_code, last.json().get("error", "")


def in_turn(leads: Leads, *sources: str, **more: Any) -> httpx.Response:
    """Publishes them, the last one with `more`; what was said of it."""
    for source in sources:
        assert leads.write(source).status_code == 200
        last = leads.publish(source, **(more if source == sources[-1] else {}))
    return last


RIGHT, WRONG, BACK = Verdict.CONFIRMED, Verdict.DISMISSED, Verdict.WITHDRAWN


@pytest.mark.parametrize(
    "stages", [("observe", "coach"), ("coach", "score"), ("observe", "score")], ids="→".join
)
def test_a_rule_that_nobody_reviewed_does_not_rise(leads: Leads, stages: tuple[str, str]) -> None:
    assert published(leads, *stages) == (409, "stages_unproven")


@pytest.mark.parametrize(
    "stages",
    [("score",), ("score", "coach"), ("coach", "observe"), ("coach", "coach"), ("observe",)],
    ids="→".join,
)
def test_what_is_new_or_does_not_rise_needs_nobody(leads: Leads, stages: tuple[str, ...]) -> None:
    assert published(leads, *stages) == (201, "")


@pytest.mark.parametrize(
    ("verdicts", "again", "is_proven"),
    [
        pytest.param([RIGHT] * 30, None, True, id="thirty right"),
        pytest.param([RIGHT] * 29, None, False, id="too few"),
        pytest.param([RIGHT] * 28 + [WRONG] * 2, None, False, id="28 of 30: it may be under 80 %"),
        pytest.param([RIGHT] * 95 + [WRONG] * 5, None, True, id="95 of 100"),
        pytest.param([WRONG] * 40, None, False, id="all wrong"),
        pytest.param([RIGHT] * 30, BACK, False, id="all taken back"),
        pytest.param([RIGHT] * 30, WRONG, False, id="all thought better of"),
        pytest.param([WRONG] * 30, RIGHT, True, id="the last word counts"),
    ],
)
def test_enough_people_found_it_right(
    leads: Leads, verdicts: list[Verdict], again: Verdict | None, is_proven: bool
) -> None:
    say(leads.service, f"{leads.name}/promise", verdicts, again=again)

    assert published(leads, "coach", "score") == ((201, "") if is_proven else (409, "stages_unproven"))


def test_what_people_said_of_other_rules_counts_for_nothing(leads: Leads) -> None:
    say(leads.service, f"{leads.name}/other", [RIGHT] * 40)

    assert published(leads, "coach", "score") == (409, "stages_unproven")


def test_each_rule_is_told_with_what_is_missing(leads: Leads) -> None:
    say(leads.service, f"{leads.name}/promise", [RIGHT] * 9 + [WRONG])
    source = at_stage(leads.name, 2, "score")
    published(leads, "coach")
    leads.write(source)

    told = leads.publish(source).json()

    (_, place) = told["places"]
    assert (place["error"], place["where"]) == ("stage_unproven", f"{leads.name}: {leads.name}/promise.stage")
    assert "从 coach 升到 score" in place["detail"]
    assert "复核过 10 条，9 条确认，下限 60 %" in place["detail"]


def test_it_rises_all_the_same_for_a_reason_that_is_written_down(leads: Leads) -> None:
    why = "上线评审会 11 月 26 日决定"

    assert published(leads, "coach", "score", despite_verdicts=why) == (201, "")

    (entry, _) = sorted(leads.audited("rulebook_publish"), key=lambda row: "despite" not in row["detail"])
    assert why in entry["detail"]
    assert f"{leads.name}/promise" in entry["detail"]


def test_a_rule_of_a_pack_is_held_against_how_it_was_shipped(leads: Leads) -> None:
    source = (
        f"schema: qa-service/rulebook@1\nname: {leads.name}\nversion: 1\ntitle: 宽带\ninclude: [service-zh@1]\n"
        "override:\n  service-zh/slow-speech: {stage: coach}\n"
    )
    leads.write(source)

    refused = leads.publish(source)

    assert (refused.status_code, refused.json()["error"]) == (409, "stages_unproven")
    assert "service-zh/slow-speech" in refused.json()["detail"]


def reworded(text: str) -> str:
    return text.replace("phrases: [保本]", "phrases: [保本, 不好意思]")


@pytest.mark.parametrize(
    ("words", "others", "is_proven"),
    [
        pytest.param("[保本]", "[保本, 不好意思]", False, id="more phrases"),
        pytest.param("role: agent", "role: agent, first: 30s", False, id="another part of the call"),
        pytest.param("    when:", "    sounds_like: near\n    when:", False, id="hears more"),
        pytest.param("    when:", "    jurisdiction: [CN]\n    when:", False, id="elsewhere"),
        pytest.param("承诺保本\n", "保本的承诺\n", True, id="its title"),
    ],
)
def test_verdicts_count_for_the_condition_that_was_judged(
    leads: Leads, words: str, others: str, is_proven: bool
) -> None:
    say(leads.service, f"{leads.name}/promise", [RIGHT] * 30)

    first, second = at_stage(leads.name, 1, "coach"), at_stage(leads.name, 2, "score").replace(words, others)
    made = in_turn(leads, first, second)

    assert made.status_code == (201 if is_proven else 409), made.text
    if not is_proven:
        detail = made.json()["places"][-1]["detail"]
        assert "复核过 0 条" in detail
        assert "另有 30 条是对别的写法说的" in detail


def test_what_was_said_of_the_new_wording_counts_with_what_was_said_of_the_same_before(leads: Leads) -> None:
    first, second = at_stage(leads.name, 1, "coach"), reworded(at_stage(leads.name, 2, "coach"))
    for source, verdicts in ((first, [WRONG] * 20), (second, [RIGHT] * 30)):
        say(leads.service, f"{leads.name}/promise", verdicts, source=source)

    assert in_turn(leads, first, second, reworded(at_stage(leads.name, 3, "score"))).status_code == 201


def test_a_rule_that_went_and_comes_back_at_score_is_asked_about(leads: Leads) -> None:
    observed = at_stage(leads.name, 1, "observe")
    other = at_stage(leads.name, 2, "coach").replace("id: promise", "id: other")
    back = at_stage(leads.name, 3, "score")

    assert in_turn(leads, observed, other, back).json()["places"][-1]["error"] == "stage_unproven_new"


def test_so_is_one_that_has_another_name(leads: Leads) -> None:
    renamed = at_stage(leads.name, 2, "score").replace("id: promise", "id: promises")

    assert in_turn(leads, at_stage(leads.name, 1, "coach"), renamed).status_code == 409


def test_a_rule_of_an_own_book_is_held_against_that_book(leads: Leads) -> None:
    """The first version of a book that includes it raises it as well as a later one does."""
    in_turn(leads, at_stage(leads.name, 1, "observe"))
    line = replace(leads, name=f"{leads.name}-line")
    head = f"schema: qa-service/rulebook@1\nname: {line.name}\nversion: 1\ntitle: 专线\n"
    raised = f"include: [{leads.name}@1]\noverride:\n  {leads.name}/promise: {{stage: coach}}\n"

    assert in_turn(line, head + raised).json()["error"] == "stages_unproven"
