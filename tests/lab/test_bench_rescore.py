"""`bench rescore`: its calls, books and counters, and what it makes of the figures. No test times anything."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from qa_service import bootstrap
from qa_service.lab.bench.figures import Spread
from qa_service.lab.bench.rescoring.counters import counted
from qa_service.lab.bench.rescoring.growth import Grown
from qa_service.lab.bench.rescoring.report import print_rescore, rescore_document, rescore_targets
from qa_service.lab.bench.rescoring.run import Rescored, bench_rescoring
from qa_service.lab.bench.rescoring.stock import CHARACTERS, changed_book, stock
from qa_service.lab.bench.rescoring.wanted import COMMON, RARE, Wanted
from qa_service.lab.bench.rescoring.ways import Way
from qa_service.lab.bench.ruling.books import phrase_book
from qa_service.lab.bench.ruling.calls import lines_of, scripts
from qa_service.lab.words import words
from qa_service.pipeline.fast.ready import ready
from qa_service.usecases.ready_file import unpack

TRUTHS = scripts(Path(__file__).parents[2] / "sample_audio")
SAID = lines_of(TRUTHS)


def test_stored_calls_have_their_length_and_no_line_of_another_call() -> None:
    calls = stock(TRUTHS, 4)

    texts = [{u.text for u in call.case.measured.utterances} for call in calls]
    lengths = [sum(map(len, said)) for said in texts]
    assert all(CHARACTERS * 0.9 <= length <= CHARACTERS * 1.1 for length in lengths)
    assert not any(one & other for at, one in enumerate(texts) for other in texts[:at])
    assert all(unpack(call.ready).text == ready(call.case).text for call in calls)
    assert [call.ready for call in calls] == [call.ready for call in stock(TRUTHS, 4)]


@pytest.mark.parametrize("at", [RARE, COMMON])
def test_one_rule_of_the_changed_book_is_another(at: int) -> None:
    before, after = phrase_book(SAID, 20), changed_book(SAID, 20, at)

    differ = [one["id"] for one, other in zip(before["rules"], after["rules"], strict=True) if one != other]

    assert differ == [f"r{at}"]


def test_what_must_not_be_asked_is_counted_while_it_is_counted() -> None:
    tokenizer = bootstrap.tokenizer()

    with counted() as asked:
        tokens = tokenizer.tokens("保证收益")
    tokenizer.tokens("保证收益")

    assert asked == {"tokeniser": 1, "recogniser": 0, "model": 0}
    assert tokens == tokenizer.tokens("保证收益")


def test_the_benchmark_measures_every_way_and_all_come_to_the_same() -> None:
    told: list[str] = []

    done = bench_rescoring(TRUTHS, Wanted(calls=6, judged=6, sizes=(20, 60), growth=(3, 9)), told.append)

    names = [f"{way}.{book}" for book in ("20", "60", "60.long") for way in ("judge", "quick")]
    changed = [f"changed.{RARE}", f"changed.{COMMON}", "judge.pack", "changed.pack"]
    assert [one.name for one in done.ways] == [*names, *changed]
    assert {(one.ms.n, one.different) for one in done.ways} == {(6, 0)}
    assert [one.calls for one in done.growth] == [3, 9]
    assert done.asked == {"tokeniser": 0, "recogniser": 0, "model": 0}
    assert done.way("quick.20").findings_per_call == done.way("judge.20").findings_per_call > 0
    assert set(done.parts) == {"unzip", "columns", "scan", "lines", "listen", "rest", "whole"}
    assert len(told) == 7


def _way(name: str, rules: int, ms: float, different: int = 0) -> Way:
    return Way(name, rules, Spread(ms, ms, ms, 1), 1_000 / ms, 5.0, different)


def _rescored(ms: float = 0.4, ratio: float = 0.05, different: int = 0) -> Rescored:
    ways = (
        *(_way("judge.1000", 1_000, 4.0), _way("quick.1000", 1_000, ms, different)),
        *(_way("judge.10000", 10_000, 8.0), _way("quick.10000", 10_000, 2.0)),
        *(_way("judge.10000.long", 10_000, 8.0), _way("quick.10000.long", 10_000, 1.0)),
        *(_way(f"changed.{RARE}", 1_000, 0.02), _way(f"changed.{COMMON}", 1_000, 0.1)),
        *(_way("judge.pack", 80, 40.0), _way("changed.pack", 80, 0.2)),
    )
    parts = dict.fromkeys(("unzip", "columns", "scan", "lines", "listen", "rest", "whole"), 10.0)
    return Rescored(
        *(2, 1_500.0, 70.0, 8_000.0, 0.3),
        ways,
        {f"changed.{RARE}": ratio, f"changed.{COMMON}": 0.3},
        (Grown(1_000, 0.5, 200.0), Grown(10_000, 5.0, 201.0)),
        {"tokeniser": 0, "recogniser": 0, "model": 1},
        parts,
    )


def test_targets_are_those_of_the_issue() -> None:
    reached = {one.name: (one.limit, one.reached) for one in rescore_targets(_rescored(different=1))}

    assert reached == {
        "quick.1000_ms": (0.5, True),
        "quick.10000_ms": (1.25, False),
        "changed_rule": (0.10, True),
        "changed_rule_said_often": (0.10, False),
        "growth_exponent": (1.02, True),
        "grew_mb": (8.0, True),
        "different": (0, False),
        "tokeniser_asked": (0, True),
        "recogniser_asked": (0, True),
        "model_asked": (0, False),
    }


def test_the_document_is_json_and_the_tables_name_everything() -> None:
    shown = StringIO()

    print_rescore(_rescored(), Console(file=shown, width=160), words("en"))

    document = json.loads(json.dumps(rescore_document(_rescored())))
    assert document["exponent"] == pytest.approx(1.0)
    assert document["grew_mb"] == 1.0
    assert all(
        text in shown.getvalue()
        for text in (
            "1,000",
            "10,000*",
            "2,500",
            "10.0×",
            "One rule changed, often said",
            "The scan",
            "200.0×",
            "0.30 s",
        )
    )
