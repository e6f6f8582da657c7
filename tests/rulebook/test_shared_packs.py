"""Rules that several packs need stand once: in a pack of their own, which the others include."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from qa_service.rulebook.book import Example, Rulebook
from qa_service.rulebook.load import load
from qa_service.scoring.scorecard import Fatal
from qa_service.text.tokenize import Tokenizer
from qa_service.usecases.try_rulebook import try_examples
from tests.rulebook.books import HEAD, book

THREAT, SECRET = "threats-zh/escalation-threat", "secrets-zh/asks-for-secrets"
_NAMES = [rule.id for rule in load("escalation-zh").rules if "/names-" in rule.id]


@cache
def _pack(name: str) -> Rulebook:
    return load(name)


@pytest.mark.parametrize(
    ("name", "shared"),
    [
        pytest.param("service-zh", SECRET, id="service-zh asks for secrets by the shared rule"),
        pytest.param("privacy-fraud-zh", SECRET, id="privacy-fraud-zh does"),
        pytest.param("service-zh", THREAT, id="service-zh hears threats by the shared rule"),
        pytest.param("escalation-zh", THREAT, id="escalation-zh does"),
    ],
)
def test_a_shared_rule_comes_from_its_own_pack(name: str, shared: str) -> None:
    own = shared.rpartition("/")[2]

    assert [rule.id for rule in _pack(name).rules if rule.id.endswith(f"/{own}")] == [shared]


def test_all_packs_together_hold_every_shared_rule_once() -> None:
    names = "service-zh@1, advertising-zh@1, privacy-fraud-zh@1, escalation-zh@1"

    together = book(f"{HEAD}include: [{names}]\n")

    ids = [rule.id for rule in together.rules]
    assert (ids.count(THREAT), ids.count(SECRET), len(ids)) == (1, 1, len(set(ids)))


@pytest.mark.parametrize("name", ["service-zh", "privacy-fraud-zh"])
def test_asking_for_a_code_fails_the_call_in_either_pack(name: str) -> None:
    (secrets,) = (one for one in _pack(name).scorecard.criteria if one.id == "secrets")

    assert secrets.fatal is Fatal.CALL


@pytest.mark.parametrize("rule", _NAMES)
def test_whoever_is_named_in_a_threat_the_one_rule_of_threats_hears_it(rule: str, tmp_path: Path) -> None:
    pack = _pack("escalation-zh")
    named = [e for e in pack.examples if e.rule == rule and e.must_match]

    trials = try_examples(
        _asking(pack, [Example(THREAT, e.lines, must_match=True) for e in named]),
        tokens=Tokenizer(tmp_path / "words").tokens,
    )

    assert named
    assert [trial.example.lines for trial in trials if not trial.as_wanted] == []


def _asking(pack: Rulebook, examples: list[Example]) -> Rulebook:
    """The pack with other examples."""
    return replace(pack, examples=tuple(examples))
