"""A rule stands in one book; the book of a scheme includes it, and takes off as many points as theirs."""

from __future__ import annotations

import json

import yaml

from qa_service.audio.reader import PyAvReader
from qa_service.moving.sca import Migration, migrate
from qa_service.rulebook.book import Bundle
from qa_service.rulebook.fingerprint import fingerprints
from qa_service.rulebook.load import bundle_text
from qa_service.usecases.analyze import Analyst
from tests.moving.sca_files import FILES, GROUPS, RULES, SCHEMES, held


def brought(stage: str = "observe") -> Migration:
    return migrate(held(RULES), schemes=held(SCHEMES), skill_groups=held(GROUPS), stage=stage)


def loaded(found: Migration, name: str) -> Bundle:
    texts = {book.name: book.text for book in found.books}
    return bundle_text(texts[name], f"{name}.yaml", lambda asked: texts.get(asked.partition("@")[0]))


def test_the_book_of_a_scheme_holds_the_shared_rules_themselves() -> None:
    found = brought()

    (scheme, whole) = (loaded(found, name) for name in ("sca-scheme-7", "sca"))

    names = ["sca/sca-101", "sca/sca-102"]
    assert yaml.safe_load(next(b.text for b in found.books if b.name == "sca-scheme-7"))["include"] == [
        "sca@1"
    ]
    assert [rule.id for rule in scheme.book.rules] == names
    assert set(scheme.book.origins.values()) == {"sca@1"}
    assert fingerprints(scheme, names) == fingerprints(whole, names), "verdicts count for both"


def test_the_rules_of_no_scheme_are_switched_off_with_a_reason() -> None:
    off = loaded(brought(), "sca-scheme-7").book.disabled

    assert off == {f"sca/sca-{n}": "不在「售后」里" for n in (103, 104, 106, 107)}


def test_a_scheme_takes_off_as_many_points_as_theirs() -> None:
    book = loaded(brought("score"), "sca-scheme-7").book
    analyst = Analyst(PyAvReader(), None, book, tokens=lambda _: (0,))

    text = json.dumps(held(FILES / "call.json"))
    made = analyst.transcript(text, source="call", timezone="Asia/Shanghai").assessment

    assert [criterion.id for criterion in book.scorecard.criteria] == ["item-1", "item-2"]
    assert [leg.evaluation.score for leg in made.legs if leg.evaluation] == [90.0]


def test_what_costs_nothing_there_is_coached_where_the_rest_scores() -> None:
    found = brought("score")

    stages = {rule["id"]: rule["stage"] for rule in yaml.safe_load(found.books[0].text)["rules"]}
    told = {one.their_id: [note.code for note in one.notes] for one in found.moved if one.kind == "rule"}
    assert (stages["sca-101"], stages["sca-104"]) == ("score", "coach")
    assert "not_scored" in told["104"]
    assert "not_scored" not in told["101"]
