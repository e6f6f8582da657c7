"""The list of what packs fired on in real chats, and the table in the docs that is made from it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from qa_service.lab.pack_hits import (
    JUDGED_OF_A_RULE,
    Hit,
    agreement,
    fingerprint,
    markdown,
    read_hits,
    table,
    to_judge,
    with_verdicts,
    write_hits,
)
from qa_service.rulebook.load import load, pack_names
from tests.docs.repository import ROOT

_LIST, _DOCS = ROOT / "docs/packs-jddc.csv", ROOT / "docs/packs.md"
#: Different sentences of either side of the set.
_TURNS = {"agent": 2_884, "customer": 4_027}
HIT = Hit("demo/rule", "agent", 7, fingerprint("马上"), 0.9)


def test_a_list_is_read_as_it_was_written_whatever_the_order(tmp_path: Path) -> None:
    hits = [replace(HIT, turn=9, judged="wrong", second="right"), HIT]

    write_hits(tmp_path / "list.csv", hits)

    assert read_hits(tmp_path / "list.csv") == sorted(hits)


def test_verdicts_stay_with_their_sentence_when_the_list_is_made_anew() -> None:
    known = [replace(HIT, judged="right", second="wrong")]
    again = [replace(HIT, turn=12, confidence=0.6), replace(HIT, sha256=fingerprint("稍等"))]

    kept = [(hit.judged, hit.second) for hit in with_verdicts(again, known)]

    assert kept == [("right", "wrong"), ("", "")]


def test_of_a_rule_that_fires_often_sixty_are_drawn_and_the_same_every_time() -> None:
    many = [replace(HIT, turn=i) for i in range(JUDGED_OF_A_RULE + 40)]
    few = [replace(HIT, rule="demo/rare", turn=i) for i in range(3)]

    drawn = to_judge([*many, *few])

    assert Counter(hit.rule for hit in drawn) == {"demo/rule": JUDGED_OF_A_RULE, "demo/rare": 3}
    assert drawn == to_judge([*reversed(few), *reversed(many)])


def test_a_rule_that_never_fired_has_no_precision() -> None:
    rows = table(
        [("demo/rule", "agent"), ("demo/silent", "agent")],
        [replace(HIT, judged="wrong", second="right")],
        {"agent": 5},
    )

    assert markdown(rows).splitlines()[2:] == [
        "| `demo/rule` | 5 | 1 | 1 | 0：0% [0%–79%] | 1：100% [21%–100%] | 0 / 1 | 0.00 |",
        "| `demo/silent` | 5 | 0 |  | 不知道 | 不知道 |  |  |",
    ]


def test_the_table_in_the_docs_is_that_of_the_list() -> None:
    hits = read_hits(_LIST)
    fired = sorted({(hit.rule, hit.side) for hit in hits})

    assert markdown(table(fired, hits, _TURNS)) in _DOCS.read_text(encoding="utf-8")


def test_the_docs_say_how_far_the_two_judges_agree() -> None:
    two = agreement(read_hits(_LIST))

    assert f"一致 {two.same} / {two.n}" in _DOCS.read_text(encoding="utf-8")
    assert f"κ = {two.kappa:.2f}" in _DOCS.read_text(encoding="utf-8")


def test_the_docs_count_the_rules_that_never_fired() -> None:
    rules = {rule.id for name in pack_names() for rule in (*load(name).rules, *load(name).good)}
    silent = rules - {hit.rule for hit in read_hits(_LIST)}

    assert f"其余 {len(silent)} 条规则" in _DOCS.read_text(encoding="utf-8")


def test_the_list_holds_rules_of_ours_verdicts_on_all_that_were_drawn_and_no_words() -> None:
    hits = read_hits(_LIST)
    rules = {rule.id for name in pack_names() for rule in (*load(name).rules, *load(name).good)}

    assert {hit.rule for hit in hits} <= rules
    assert [hit for hit in to_judge(hits) if {hit.judged, hit.second} - {"right", "wrong"}] == []
    assert re.fullmatch(r"[!-~\n]+", _LIST.read_text(encoding="utf-8"))


def test_the_docs_count_the_rules_and_examples_of_every_pack() -> None:
    rows = dict(
        re.findall(
            r"^\| `([\w-]+)` \|.*?\| (\d+.*?\| [\d,]+) \|$", _DOCS.read_text(encoding="utf-8"), re.MULTILINE
        )
    )

    assert rows == {name: _counted(name) for name in pack_names()}


def _counted(name: str) -> str:
    book = load(name)
    off = f"（另有 {len(book.disabled)} 条停用）" if book.disabled else ""
    return f"{len(book.rules)}{off} | {len(book.examples):,}"
