"""A rulebook that changed in a few plain rules makes of a call what `judge` makes of it, from what stood before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_service.lab.bench.ruling.calls import scripts, stored_calls
from qa_service.pipeline.fast.again import Again
from qa_service.pipeline.fast.change import change_between
from qa_service.pipeline.fast.ready import ready
from qa_service.pipeline.fast.standing import Standing
from qa_service.pipeline.judge import Case, judge
from qa_service.rulebook.book import Rulebook
from tests.pipeline.cases import AGENT, BAD, CUSTOMER, case, said
from tests.pipeline.fast_cases import CARD, book_texts, cases, compiled, rule_texts
from tests.rulebook.books import HEAD

TRUTHS = scripts(Path(__file__).parents[2] / "sample_audio")
SCORED = "title: 规则\n    stage: score\n    criterion: c1\n    points: 3"
#: Rules that no engine but `judge` asks, beside the plain ones.
WIDE = (
    "when: {regex: '保证.{0,3}收益'}",
    "when: {role: agent, similar: [我们不能承诺保本的]}",
    "when: {phrases: {any: [收益], unless: []}, near: {phrases: [投诉], within: 20s}}",
    "when: {absent: {phrases: [再见]}, role: agent, last: 30s}",
    "when: {tag: silence.long}",
    "when: {tag: pace.fast}",
    "when: {phrases: {any: [验证码, 保证收益], sounds_like: near}}",
)


@st.composite
def changes(draw: st.DrawFn) -> tuple[Rulebook, Rulebook]:
    """A book, and the same with one or two rules written otherwise, more, or fewer."""
    head, kept = draw(book_texts())
    wide = draw(st.lists(st.sampled_from(WIDE), max_size=3, unique=True))
    kept += [f"id: w{WIDE.index(one)}\n    {SCORED}\n    {one}" for one in wide]
    # So that every criterion stays on the scorecard.
    kept += [
        f"id: k{at}\n    {SCORED.replace('c1', f'c{at}')}\n    when: {{phrases: [好的]}}" for at in range(3)
    ]
    names = [f"x{at}" for at in range(draw(st.integers(1, 2)))]
    rules = [draw(rule_texts(name)) for name in names]
    changed = [draw(rule_texts(name)) for name in names[draw(st.integers(0, 1)) :]]
    former, after = compiled(head, rules + kept), compiled(head, changed + kept)
    return (former, after) if draw(st.booleans()) else (after, former)


def surely(told: Case, book: Rulebook) -> Standing:
    return Standing.of(judge(told, book))


@settings(max_examples=300)
@given(cases(), changes())
def test_it_is_what_judge_makes_of_the_call_or_nothing(told: Case, books: tuple[Rulebook, Rulebook]) -> None:
    change = change_between(*books)
    if change is None:
        return
    call, former, again = ready(told), surely(told, books[0]), Again(change)

    quick = again.standing(call, told.envelope, former, told.jurisdiction)
    quiet = again.untouched(call.text, former)

    now = surely(told, books[1])
    assert quick is None or quick == now
    assert quiet is None or quiet == now


RULE = f"id: mine\n    {SCORED}\n    when: {{role: agent, phrases: [%s]}}"


def _mine(words: str) -> Rulebook:
    return compiled(HEAD + "include: [service-zh]\n" + CARD.replace("%s", ""), [RULE % words])


BEFORE, AFTER = _mine("没有人说过"), _mine("保本, 稳赚")


def test_one_changed_phrase_rule_beside_a_pack_is_answered_without_the_pack() -> None:
    change = change_between(BEFORE, AFTER)
    assert change is not None
    assert change.rules == {"demo/mine"}
    again = Again(change)

    for told in (case(said(BAD)), *stored_calls(TRUTHS, 8)):
        quick = again.standing(ready(told), told.envelope, surely(told, BEFORE))

        assert quick == surely(told, AFTER)


def test_a_call_in_which_nothing_of_it_is_said_stands_as_it_stood() -> None:
    change = change_between(BEFORE, AFTER)
    assert change is not None
    told = case(said([(AGENT, "您好，请问有什么可以帮您？"), (CUSTOMER, "我想问一下宽带怎么办理。")]))
    former = surely(told, BEFORE)

    quiet = Again(change).untouched(ready(told).text, former)

    assert quiet == surely(told, AFTER)
    assert quiet is not None
    assert quiet.outcome.digest == AFTER.digest != BEFORE.digest


def _book(*whens: str, points: int = 3) -> Rulebook:
    rules = (
        f"id: r{at}\n    title: 规则\n    stage: score\n    criterion: c1\n    points: {points}\n    when: {one}"
        for at, one in enumerate(whens)
    )
    return compiled(HEAD + CARD.replace("%s", ""), list(rules))


PLAIN = "{phrases: [保本]}"


@pytest.mark.parametrize(
    ("former", "book"),
    [
        pytest.param(_book(PLAIN), _book("{regex: '保.?本'}"), id="a rule becomes a regular expression"),
        pytest.param(
            _book(PLAIN), _book("{phrases: {any: [保本], sounds_like: near}}"), id="it listens for sounds now"
        ),
        pytest.param(
            _book(PLAIN, "{tag: silence.long}"),
            _book(PLAIN, "{tag: silence.long, settings: {limit: 5s}}"),
            id="a detector is set otherwise",
        ),
        pytest.param(_book("{phrases: [保本], first: 20s}"), _book(PLAIN), id="it was about the opening"),
        pytest.param(
            _book(PLAIN),
            compiled(
                HEAD + CARD.replace("max_points: 20", "max_points: 30").replace("%s", ""),
                [
                    f"id: r0\n    title: 规则\n    stage: score\n    criterion: c1\n    points: 3\n    when: {PLAIN}"
                ],
            ),
            id="the scorecard is another one",
        ),
    ],
)
def test_what_more_than_plain_rules_changed_is_asked_anew(former: Rulebook, book: Rulebook) -> None:
    assert change_between(former, book) is None


@pytest.mark.parametrize(
    ("former", "book", "changed"),
    [
        pytest.param(_book(PLAIN), _book(PLAIN), set(), id="nothing"),
        pytest.param(_book(PLAIN), _book(PLAIN, "{phrases: [收益]}"), {"demo/r1"}, id="a rule more"),
        pytest.param(_book(PLAIN, "{phrases: [收益]}"), _book(PLAIN), {"demo/r1"}, id="a rule fewer"),
        pytest.param(_book(PLAIN), _book("{role: agent, phrases: [保本]}"), {"demo/r0"}, id="by whom"),
        pytest.param(_book(PLAIN), _book(PLAIN, points=5), {"demo/r0"}, id="points alone"),
    ],
)
def test_what_changed(former: Rulebook, book: Rulebook, changed: set[str]) -> None:
    change = change_between(former, book)

    assert change is not None
    assert change.rules == changed


def test_what_another_rulebook_made_of_the_call_is_nothing_to_go_by() -> None:
    change = change_between(BEFORE, AFTER)
    assert change is not None
    told = case(said(BAD))
    former = surely(told, BEFORE)
    others = Standing(replace(former.outcome, digest="other"), former.blocked)

    assert Again(change).standing(ready(told), told.envelope, others) is None
    assert Again(change).untouched(b"", others) is None


CROWDED = "{phrases: {any: [的], unless: []}}"


@pytest.mark.parametrize(
    ("others", "is_known"), [pytest.param(14, True, id="few"), pytest.param(16, False, id="17")]
)
def test_in_a_line_with_too_many_places_rules_pay_for_one_another(others: int, is_known: bool) -> None:
    change = change_between(
        _book(CROWDED, "{phrases: [没有人说过]}"), _book(CROWDED, "{phrases: [保证收益]}")
    )
    assert change is not None
    told = case(said([*BAD, (AGENT, f"保证收益{'的' * others}")]))

    quick = Again(change).standing(ready(told), told.envelope, surely(told, change.former))

    assert quick == (surely(told, change.book) if is_known else None)


def test_too_many_places_are_left_to_all_rules_together() -> None:
    change = change_between(_book("{phrases: [没有人说过]}"), _book("{phrases: {any: [您, 的], unless: []}}"))
    assert change is not None
    told = case(said([*BAD] * 4))

    assert Again(change).standing(ready(told), told.envelope, surely(told, change.former)) is None
