"""`bench rules`: its calls, books and costly rules, and what it makes of the figures. No test times anything."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from qa_service.core.errors import UsageError
from qa_service.lab.bench.figures import Spread
from qa_service.lab.bench.ruling.books import as_text, compiled, phrase_book, single
from qa_service.lab.bench.ruling.calls import (
    LINES,
    asking_call,
    block_call,
    lines_of,
    long_call,
    scripts,
    stored_calls,
)
from qa_service.lab.bench.ruling.costly import costly_rules
from qa_service.lab.bench.ruling.report import print_rules, rules_document, rules_targets
from qa_service.lab.bench.ruling.run import Compiling, Costly, Ruled, Size, Wanted, bench_rules
from qa_service.lab.bench.ruling.tables import ASKED, answer_books, questions
from qa_service.lab.words import words
from qa_service.pipeline.judge import judge
from qa_service.rulebook.source import read

SAMPLES = Path(__file__).parents[2] / "sample_audio"
TRUTHS = scripts(SAMPLES)
SAID = lines_of(TRUTHS)


def test_stored_calls_are_the_same_every_time_and_unlike_one_another() -> None:
    calls, again = stored_calls(TRUTHS, 5), stored_calls(TRUTHS, 5)

    assert calls == again
    assert len({tuple(u.text for u in call.measured.utterances) for call in calls}) == 5
    assert {len(call.measured.utterances) for call in calls} == {LINES}


def test_the_long_calls_say_the_same_in_turns_and_in_blocks() -> None:
    turns, blocks = long_call(TRUTHS, 10), block_call(TRUTHS, 10)

    spoken = [
        sorted("".join(u.text for u in call.measured.utterances if u.speaker in {"agent", "customer"}))
        for call in (turns, blocks)
    ]
    assert spoken[0] == spoken[1]
    assert 9 * 60_000 < turns.measured.duration_ms <= 11 * 60_000
    assert len(blocks.measured.utterances) < 5 < len(turns.measured.utterances)


def test_a_folder_without_truth_files_is_no_material(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no calls with truth files"):
        scripts(tmp_path)


def test_a_book_of_phrase_rules_has_phrases_of_its_own_in_every_rule() -> None:
    book = phrase_book(SAID, 600)
    phrases = [word for rule in book["rules"] for word in rule["when"]["phrases"]]

    assert len(book["rules"]) == 600
    assert len(set(phrases)) >= len(phrases) - 2
    assert [at for at in range(600) if phrases[at * 3] in "".join(SAID) and len(phrases[at * 3]) == 6][
        :1
    ] == [0]
    assert book == phrase_book(SAID, 600)


def test_the_book_as_text_is_the_book() -> None:
    book = phrase_book(SAID, 20)

    assert yaml.safe_load(as_text(book)) == book
    assert read(as_text(book), "bench.yaml").mistakes == ()


@pytest.mark.parametrize("name", costly_rules(SAID))
def test_every_costly_rule_keeps_to_the_limits(name: str) -> None:
    assert len(compiled(single(costly_rules(SAID)[name])).rules) == 1


def test_the_tables_of_answers_keep_to_the_limits_and_the_call_that_asks_asks_for_them() -> None:
    usual, alike = answer_books(lines_of(TRUTHS, role="customer")).values()
    asking = judge(asking_call(TRUTHS, 10, questions()), compiled(usual))

    assert len(compiled(alike).rules) == 1
    assert len(questions()) == ASKED
    assert sum(len(leg.findings) for leg in asking.legs) >= ASKED * 0.8


def test_the_benchmark_measures_every_size_and_every_costly_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    few = dict(list(costly_rules(SAID).items())[-2:]) | {"none": {"regex": "(?=保)本"}}
    tables = {"answers": answer_books(("退款什么时候能到账", "套餐多少钱一个月"))["answers: 1,000 rows"]}
    monkeypatch.setattr("qa_service.lab.bench.ruling.run.costly_rules", lambda _: few)
    monkeypatch.setattr("qa_service.lab.bench.ruling.run.answer_books", lambda _: tables)
    told: list[str] = []

    ruled = bench_rules(TRUTHS, Wanted(calls=3, repeat=1, sizes=(2, 20)), told.append)

    assert [(size.rules, size.judge_ms.n) for size in ruled.sizes] == [(2, 3), (20, 3)]
    assert ruled.sizes[0].ratio == Spread(1.0, 1.0, 1.0, 3)
    assert [held.name for held in ruled.costly] == [*few, "answers"]
    assert ruled.costly[-2].refused == "rulebook_pattern_lookaround"
    assert told[2:] == [*few, "answers"]


def _spread(value: float) -> Spread:
    return Spread(value, value, value, 1)


def _ruled(ratio: float, compile_s: float, *costly: Costly) -> Ruled:
    sizes = (Size(10, _spread(3), _spread(1), 0.5), Size(10_000, _spread(3 * ratio), _spread(ratio), 4))
    return Ruled(sizes, Compiling(10_000, 1.9, 7.0, _spread(compile_s)), costly)


def test_targets_are_held_against_the_worse_of_both_calls_and_refused_rules_are_none() -> None:
    slow = Costly("slow", "", _spread(20), _spread(51))
    refused = Costly("refused", "rulebook_pattern_wide")

    reached = rules_targets(_ruled(2.9, 1.2, slow, refused))

    assert [(target.name, target.figure, target.reached) for target in reached] == [
        ("judge.10000_over_10", 2.9, True),
        ("compile_s", 1.2, False),
        ("slow", 51, False),
    ]


def test_the_document_is_json_and_the_tables_name_everything() -> None:
    given_up = Costly("given up", "", _spread(20), _spread(30), is_given_up=True)
    ruled = _ruled(2.0, 0.5, given_up, Costly("refused", "rulebook_pattern_wide"))
    shown = StringIO()

    print_rules(ruled, Console(file=shown, width=160), words("en"))

    document = json.loads(json.dumps(rules_document(ruled)))
    assert [held["worst_ms"] for held in document["costly"]] == [30, None]
    assert all(
        text in shown.getvalue()
        for text in (
            "10,000",
            "2.00",
            "7.00",
            "0.50",
            "given up, undecided",
            "refused when read: rulebook_pattern_wide",
        )
    )
