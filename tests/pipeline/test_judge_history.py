"""A whole call judged by what is known of its customer: found, answered, or left to a person, and written down."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from qa_service.core.calls import CallEvent, Direction, Envelope, EventKind, Participant, ParticipantKind
from qa_service.core.evaluation import Verdict
from qa_service.core.history import Contact, History
from qa_service.pipeline.assessment import Assessment
from qa_service.pipeline.judge import Case, judge
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.load import bundle_text
from qa_service.text.tokenize import Tokenizer
from qa_service.usecases.try_rulebook import try_examples
from tests.make import BEGAN
from tests.pipeline.cases import AGENT, CUSTOMER, answers_of, case, said
from tests.rulebook.books import HEAD, rules

_GUIDE = Path(__file__).parents[2] / "docs" / "rulebook.md"
DAY = timedelta(days=1)
KNOWN = Envelope(started_at=BEGAN, customer="hmac-sha256:9f2c41d07be5a6c3", direction=Direction.INBOUND)
WAITS = ((AGENT, "您好，请讲。"), (CUSTOMER, "我的宽带还没有修好。"), (AGENT, "您再等等吧。"))
HELPS = ((AGENT, "您好，请讲。"), (CUSTOMER, "我的宽带还没有修好。"), (AGENT, "我马上帮您报修。"))


def guide() -> Rulebook:
    """The worked example of docs/rulebook.md."""
    blocks = re.findall(r"^```yaml\n(rules:\n.*?)^```", _GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (block,) = (block for block in blocks if "third-call-and-still-told-to-wait" in block)
    return bundle_text(HEAD + block, "docs/rulebook.md", lambda _: None).book


def scored(when: str) -> Rulebook:
    body = f"id: one\ntitle: 规则\nstage: score\ncriterion: listens\nwhen: {when}"
    return bundle_text(rules(body), "book", lambda _: None).book


def before(*days: float) -> History:
    """Inbound calls so many days earlier, in an old store."""
    held = tuple(Contact(BEGAN - day * DAY, Direction.INBOUND) for day in sorted(days))
    return History(BEGAN - 7 * DAY, held, known_since=BEGAN - 400 * DAY)


def told(lines: tuple[tuple[object, str], ...], history: History | None, envelope: Envelope = KNOWN) -> Case:
    return replace(case(said(lines), envelope=envelope), history=history)  # type: ignore[arg-type]


def found(made: Assessment) -> list[str]:
    return [finding.rule for finding in made.findings]


@pytest.mark.parametrize(
    ("lines", "history", "rules_found"),
    [
        pytest.param(
            WAITS, before(1, 3), ["demo/third-call-and-still-told-to-wait"], id="the third, and waits"
        ),
        pytest.param(WAITS, before(1), [], id="the second"),
        pytest.param(WAITS, before(1, 8), [], id="one of them is older"),
        pytest.param(HELPS, before(1, 3), [], id="the third, and is helped"),
        pytest.param(WAITS, None, [], id="no store"),
    ],
)
def test_the_worked_example_does_what_it_says(
    lines: tuple[tuple[object, str], ...], history: History | None, rules_found: list[str]
) -> None:
    assert found(judge(told(lines, history), guide())) == rules_found


def test_examples_that_do_not_say_which_call_it_is_are_neither_right_nor_wrong(tmp_path: Path) -> None:
    trials = try_examples(guide(), tokens=Tokenizer(tmp_path).tokens)

    outcome = {trial.example.lines: trial.undecided and trial.undecided.code for trial in trials}
    assert outcome == {
        ("通话: 呼入 第3通", "您再等等吧。"): None,
        ("您再等等吧。",): "undecided.no_store",
        ("通话: 呼入 第2通", "您再等等吧。"): None,
        ("通话: 呼入 第3通", "我马上帮您查。"): None,
    }
    assert all(trial.as_wanted for trial in trials)


CONTACTS = "contacts: {within: 7d, at_least: 3}"


@pytest.mark.parametrize(
    ("when", "lines", "history", "answer"),
    [
        pytest.param(f"{{{CONTACTS}}}", WAITS, before(1, 3), Verdict.NOT_MET, id="often"),
        pytest.param(f"{{{CONTACTS}}}", WAITS, before(1), Verdict.MET, id="not often"),
        pytest.param(f"{{{CONTACTS}}}", WAITS, None, Verdict.UNDECIDED, id="nobody knows"),
        pytest.param(
            f"{{all: [{{phrases: [再等等]}}, {{{CONTACTS}}}]}}", WAITS, None, Verdict.UNDECIDED, id="said"
        ),
        pytest.param(
            f"{{all: [{{phrases: [再等等]}}, {{{CONTACTS}}}]}}", HELPS, None, Verdict.MET, id="not said"
        ),
        pytest.param(
            f"{{any: [{{phrases: [再等等]}}, {{{CONTACTS}}}]}}",
            WAITS,
            None,
            Verdict.NOT_MET,
            id="said, in any",
        ),
    ],
)
def test_what_nobody_knows_is_left_to_a_person(
    when: str, lines: tuple[tuple[object, str], ...], history: History | None, answer: Verdict
) -> None:
    made = judge(told(lines, history), scored(when))

    assert answers_of(made) == {"listens": answer}
    if answer is Verdict.UNDECIDED:
        assert made.evaluation
        assert made.evaluation.answers[0].because.code == "undecided.no_store"


def test_a_rule_about_other_calls_alone_is_not_asked() -> None:
    when = f"{{{CONTACTS}, call: {{direction: outbound}}}}"

    assert answers_of(judge(told(WAITS, None), scored(when))) == {"listens": Verdict.NOT_APPLICABLE}


def test_the_same_facts_give_the_same_assessment_and_it_says_by_which_it_was_judged() -> None:
    one, other = (judge(told(WAITS, before(1, 3)), guide()) for _ in range(2))

    assert one == other
    assert one.history == before(1, 3)


def test_every_agent_of_a_transferred_call_has_it_once_or_the_first_alone() -> None:
    people = tuple(
        Participant(name, ParticipantKind.AGENT, name, from_ms=at, to_ms=at + 3_000)
        for name, at in (("a", 0), ("b", 3_000))
    )
    envelope = replace(KNOWN, participants=people, events=(CallEvent(EventKind.TRANSFER, 3_000, "a"),))
    body = f"id: one\ntitle: 规则\n{{leg}}when: {{{CONTACTS}}}"
    everybody, first = (
        bundle_text(rules(body.replace("{leg}", leg)), "book", lambda _: None).book
        for leg in ("", "leg: first\n")
    )

    assert len(judge(told(WAITS, before(1, 3), envelope), everybody).findings) == 2
    assert len(judge(told(WAITS, before(1, 3), envelope), first).findings) == 1


@pytest.mark.parametrize(
    ("written", "reach"),
    [
        ("{phrases: [a]}", 0),
        (f"{{{CONTACTS}}}", 7),
        ("{any: [{contacts: {within: 30d, at_least: 2}}, {phrases: [a]}]}", 30),
    ],
)
def test_how_far_a_book_looks_back_is_known(written: str, reach: int) -> None:
    assert scored(written).reach_ms == reach * DAY // timedelta(milliseconds=1)
