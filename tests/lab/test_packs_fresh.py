"""Sentences by somebody who had not seen the packs' wordings, and the figures in the docs that are made from them."""

from __future__ import annotations

import csv
import re

import pytest

from qa_service.core.intervals import Share
from qa_service.rulebook.load import load
from tests.docs.repository import ROOT

_ROWS = list(csv.DictReader((ROOT / "docs/packs-fresh.csv").read_text(encoding="utf-8").splitlines()))
_DOCS = (ROOT / "docs/packs.md").read_text(encoding="utf-8")
_PACKS = sorted({row["pack"] for row in _ROWS})


def _found(pack: str, batch: str) -> Share:
    """How many of the sentences that break a rule were found under its name."""
    mine = [r for r in _ROWS if (r["pack"], r["set"], r["must_match"]) == (pack, batch, "yes")]
    return Share(sum(r["rule"] in r["fired"].split() for r in mine), len(mine))


def _false_alarms(pack: str, batch: str) -> Share:
    mine = [r for r in _ROWS if (r["pack"], r["set"], r["must_match"]) == (pack, batch, "no")]
    return Share(sum(bool(r["fired"]) for r in mine), len(mine))


def _said(share: Share) -> str:
    """As the docs write it: `7 句（23 % [12–41]）`, or `0 句（[0–11 %]）` where there was nothing."""
    seen = share.interval
    assert seen is not None
    low, high = f"{100 * seen.low:.0f}", f"{100 * seen.high:.0f}"
    if share.hits == 0:
        return f"0 句（[0–{high} %]"
    return f"{share.hits} 句（{100 * share.hits / share.n:.0f} % [{low}–{high}]"


@pytest.mark.parametrize("pack", _PACKS)
def test_the_docs_tell_what_fresh_sentences_showed(pack: str) -> None:
    section = re.sub(r"\s", "", _DOCS.partition(f'<a id="{pack}">')[2].partition("\n## ")[0])

    for share, before in (
        (_found(pack, "1"), "该响的30句找到"),
        (_false_alarms(pack, "1"), "30句很像的无辜话响了"),
        (_found(pack, "2"), "15句找到"),
        (_false_alarms(pack, "2"), "15句无辜的响了"),
    ):
        assert before + re.sub(r"\s", "", _said(share)) in section


def test_every_pack_has_as_many_fresh_sentences_and_rules_of_its_own() -> None:
    # Some ship switched off; the sentences were written for them too.
    rules = {pack: {*(rule.id for rule in load(pack).rules), *load(pack).disabled} for pack in _PACKS}

    assert [r for r in _ROWS if f"{r['pack']}/{r['rule']}" not in rules[r["pack"]]] == []
    assert {(_found(p, "1").n, _false_alarms(p, "1").n, _found(p, "2").n) for p in _PACKS} == {(30, 30, 15)}
    assert sum(_false_alarms(p, "3").n for p in _PACKS) == 100


def test_the_docs_add_up_the_packs() -> None:
    for share in (
        Share(sum(_found(p, "1").hits for p in _PACKS), 150),
        Share(sum(_false_alarms(p, "1").hits for p in _PACKS), 150),
        Share(sum(_false_alarms(p, "3").hits for p in _PACKS), 100),
    ):
        assert _said(share) in _DOCS
