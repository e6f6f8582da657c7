"""Several books as one: includes, names, overrides, and the digest that names the result."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qa_service.core.errors import RulebookError
from qa_service.core.findings import Severity, Stage
from qa_service.rulebook.load import bundle_text, load
from tests.rulebook.books import HEAD, SCORECARD, book, refused, rules

_SCORED = "id: cuts-in\ntitle: 抢话\nstage: score\ncriterion: listens\nwhen: {tag: crosstalk.interruption}"
_SPOKEN = "id: spoken\ntitle: 说了\nwhen: {phrases: [保本]}"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with a book called base, of two rules, and one called other, that includes it."""
    base = rules(_SCORED, _SPOKEN).replace("name: demo", "name: base")
    (tmp_path / "base.yaml").write_text(
        base + "detectors: {pace.fast: {limit_cpm: 300, min_chars: 9}}\n", "utf-8"
    )
    other = HEAD.replace("demo", "other") + "include: [base@1]\n"
    (tmp_path / "other.yaml").write_text(other, "utf-8")
    return tmp_path


def test_included_rules_carry_the_name_of_their_book(shelf: Path) -> None:
    made = book(
        f"{HEAD}include: [base@1]\nrules: [{{id: spoken, title: 也, when: {{tag: pace.fast}}}}]", shelf
    )

    assert [rule.id for rule in made.rules] == ["base/cuts-in", "base/spoken", "demo/spoken"]
    assert made.origins == {"base/cuts-in": "base@1", "base/spoken": "base@1", "demo/spoken": "demo@1"}
    assert [criterion.id for criterion in made.scorecard.criteria] == ["listens"]


def test_a_book_beside_comes_before_a_shipped_pack(shelf: Path) -> None:
    own = rules(_SPOKEN).replace("name: demo", "name: service-zh")
    (shelf / "service-zh.yaml").write_text(own, "utf-8")

    assert [rule.id for rule in book(f"{HEAD}include: [service-zh]", shelf).rules] == ["service-zh/spoken"]


def test_an_override_changes_what_it_names_and_nothing_else(shelf: Path) -> None:
    text = f"{HEAD}include: [base]\noverride:\n  base/cuts-in: {{severity: critical, points: {{deduct: 2, per: hit}}}}"

    made = book(text, shelf)

    assert (made.rules[0].severity, made.rules[0].stage) == (Severity.CRITICAL, Stage.SCORE)
    assert [(c.rule, c.deduct, c.per_hit) for c in made.charges] == [("base/cuts-in", 2, True)]
    assert made.rules[1] == book(f"{HEAD}include: [base]", shelf).rules[1]


def test_a_rule_that_is_only_coached_costs_nothing(shelf: Path) -> None:
    made = book(f"{HEAD}include: [base]\noverride: {{base/cuts-in: {{stage: coach}}}}", shelf)

    assert made.charges == ()
    assert made.rules[0].criterion == ""


def test_a_disabled_rule_is_gone_with_its_reason(shelf: Path) -> None:
    made = book(
        f"{HEAD}include: [base]\noverride: {{base/spoken: {{disable: true, reason: 本线路不卖理财}}}}", shelf
    )

    assert [rule.id for rule in made.rules] == ["base/cuts-in"]
    assert made.disabled == {"base/spoken": "本线路不卖理财"}
    assert all(not label.startswith("rule.base/spoken") for d in made.detectors for label in d.labels)


def test_no_points_stand_for_a_rule_that_is_switched_off(shelf: Path) -> None:
    made = book(f"{HEAD}include: [base]\noverride: {{base/cuts-in: {{disable: true, reason: 不看}}}}", shelf)

    assert made.scorecard.criteria == ()


def test_what_another_rule_is_scored_by_stays_when_one_is_switched_off(shelf: Path) -> None:
    rule = "{id: own, title: 自己的, stage: score, criterion: listens, when: {phrases: [保本]}}"
    off = "override: {base/cuts-in: {disable: true, reason: 不看}}"

    made = book(f"{HEAD}include: [base]\n{off}\nrules: [{rule}]", shelf)

    assert [criterion.id for criterion in made.scorecard.criteria] == ["listens"]


def test_settings_of_detectors_are_joined_the_outer_ones_win(shelf: Path) -> None:
    text = f"{HEAD}include: [base]\ndetectors: {{pace.fast: {{limit_cpm: 340}}}}\nrules:\n"
    made = book(text + "  - {id: fast, title: 快, when: {tag: pace.fast}}", shelf)

    settings = next(d for d in made.detectors if d.name == "pace.fast")

    assert (getattr(settings, "limit_cpm"), getattr(settings, "min_chars")) == (340, 9)  # noqa: B009


def test_an_override_gives_a_rule_other_days_and_says_what_it_had(shelf: Path) -> None:
    text = f"{HEAD}include: [base]\noverride: {{base/cuts-in: {{effective: {{to: 2026-12-31}}, reason: 试到年底}}}}"
    bundle = bundle_text(text, "demo", lambda name: (shelf / f"{name}.yaml").read_text("utf-8"))

    days = {rule.id: (rule.since, rule.until) for rule in bundle.book.rules}
    (told,) = bundle.overridden["base/cuts-in"]

    assert days["base/cuts-in"] == (None, date(2026, 12, 31))
    assert days["base/spoken"] == (None, None)
    assert (told.book, told.key, told.before, told.reason) == ("demo@1", "effective", None, "试到年底")


def test_a_rule_without_days_has_the_digest_that_it_had(shelf: Path) -> None:
    plain, dated = (
        bundle_text(rules(f"id: one\ntitle: 规则\n{days}when: {{tag: pace.fast}}"), "demo", lambda _: None)
        for days in ("", "effective: {from: 2026-01-01}\n")
    )

    assert '"effective":{"from":null,"to":null},"name"' in plain.canonical
    assert plain.canonical.count('"effective"') == 1
    assert dated.canonical.count('"effective"') == 2


def test_criteria_of_one_section_are_joined_and_written_again_they_move(shelf: Path) -> None:
    text = f"{HEAD}include: [base]\nscorecard:\n  pass: 70\n  sections:\n"
    polite = "    - {id: attitude, title: 态度, criteria: [{id: polite, title: 礼貌, max_points: 5}]}\n"
    moved = "    - {id: manners, title: 礼仪, criteria: [{id: listens, title: 倾听, max_points: 20}]}\n"

    joined, parted = book(text + polite, shelf), book(text + polite + moved, shelf)

    assert [(s.id, [c.id for c in s.criteria]) for s in joined.scorecard.sections] == [
        ("attitude", ["listens", "polite"])
    ]
    assert [(s.id, [(c.id, c.max_points) for c in s.criteria]) for s in parted.scorecard.sections] == [
        ("attitude", [("polite", 5)]),
        ("manners", [("listens", 20)]),
    ]


@pytest.mark.parametrize(("own", "score"), [("", 60), ("scorecard: {pass: 90}", 90)], ids=["included", "own"])
def test_the_pass_mark_is_the_books_own_or_the_included_one(shelf: Path, own: str, score: float) -> None:
    strict = HEAD.replace("demo", "strict") + SCORECARD.replace("scorecard:", "scorecard:\n  pass: 60")
    (shelf / "strict.yaml").write_text(strict, "utf-8")

    assert book(f"{HEAD}include: [strict]\n{own}", shelf).scorecard.pass_score == score


class TestWhatCannotBeJoined:
    def test_a_circle(self, shelf: Path) -> None:
        (shelf / "base.yaml").write_text(HEAD.replace("demo", "base") + "include: [other]\n", "utf-8")

        error = refused(f"{HEAD}include: [base]", shelf)

        assert error.code == "rulebook_circle"
        assert "demo → base → other → base" in error.problem

    def test_a_book_that_includes_itself(self, shelf: Path) -> None:
        assert refused(f"{HEAD}include: [demo]", shelf).code == "rulebook_circle"

    def test_the_same_rules_by_two_ways_are_the_same(self, shelf: Path) -> None:
        assert len(book(f"{HEAD}include: [base, other]", shelf).rules) == 2

    @pytest.mark.parametrize("order", ["other, base", "base, other"])
    def test_one_way_silent_the_other_not(self, shelf: Path, order: str) -> None:
        silent = HEAD.replace("demo", "other") + "include: [base]\noverride:\n"
        silent += "  base/spoken: {disable: true, reason: 不用}\n"
        (shelf / "other.yaml").write_text(silent, "utf-8")

        error = refused(f"{HEAD}include: [{order}]", shelf)

        assert (error.code, error.values["word"]) == ("rulebook_include_twice", "base/spoken")

    def test_a_file_that_is_not_named_after_its_book(self, shelf: Path) -> None:
        (shelf / "alias.yaml").write_text(HEAD.replace("demo", "base"), "utf-8")

        assert refused(f"{HEAD}include: [alias]", shelf).code == "rulebook_other_name"

    def test_an_error_in_an_included_file_names_that_file(self, shelf: Path) -> None:
        text = rules(_SPOKEN, "id: b\ntitle: 乙\nwhen: {tag: pace.fsat}").replace("demo", "base")
        (shelf / "base.yaml").write_text(text, "utf-8")

        assert refused(f"{HEAD}include: [base]", shelf).where == f"{shelf / 'base.yaml'}: rules[1].when.tag"


class TestDigest:
    TEXT = rules(
        _SCORED + "\npoints: {deduct: 5, per: hit}\nciting: x".replace("citing", "citation"), _SPOKEN
    )

    def test_comments_and_the_order_of_keys_do_not_change_it(self) -> None:
        plain = book(self.TEXT).digest
        commented = "# 说明\n" + self.TEXT.replace("rules:", "rules:  # 规则")
        turned = self.TEXT.replace("title: {zh_CN: 示例}\n", "").replace("schema:", "title: 示例\nschema:")

        assert book(commented).digest == plain
        assert book(turned).digest == plain

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("保本", "稳赚"),
            ("title: 说了", "title: 说过"),
            ("deduct: 5", "deduct: 6"),
            ("per: hit", "per: once"),
            ("citation: x", "citation: y"),
            ("max_points: 10", "max_points: 11"),
            ("version: 1", "version: 2"),
            ("name: demo", "name: demo-b"),
            ("criterion: listens", "criterion: listens\n    jurisdiction: [CN]"),
            ("criterion: listens", "criterion: listens\n    alert: true"),
            ("criterion: listens", "criterion: listens\n    severity: major"),
            ("rules:", "effective: {from: 2026-01-01}\nrules:"),
            ("rules:", "detectors: {pace.fast: {limit_cpm: 300}}\nrules:"),
            ("sections:", "pass: 79\n  sections:"),
        ],
    )
    def test_everything_an_author_says_changes_it(self, old: str, new: str) -> None:
        assert old in self.TEXT

        assert book(self.TEXT.replace(old, new, 1)).digest != book(self.TEXT).digest

    def test_an_include_counts_as_what_it_holds(self, shelf: Path) -> None:
        text = f"{HEAD}include: [base]"
        before = book(text, shelf).digest

        file = shelf / "base.yaml"
        file.write_text(file.read_text("utf-8").replace("保本", "稳赚"), "utf-8")

        assert book(text, shelf).digest != before

    def test_a_disabled_rule_and_its_reason_count(self, shelf: Path) -> None:
        texts = [
            f"{HEAD}include: [base]\noverride: {{base/spoken: {{disable: true, reason: {r}}}}}"
            for r in "甲乙"
        ]

        assert len({book(text, shelf).digest for text in texts}) == 2

    def test_it_is_the_sha256_that_everybody_else_computes(self) -> None:
        assert len(load("service-zh").digest) == 64
        assert load("service-zh@1").digest == load("service-zh").digest


def test_a_book_in_the_full_shape_of_the_language_loads() -> None:
    text = Path(__file__).with_name("full.yaml").read_text("utf-8")

    made = book(text)

    assert [rule.id.split("/")[1] for rule in made.rules[-5:]] == [
        *("interrupts", "capital-kept", "vague-date"),
        *("consent", "names-them"),
    ]
    assert made.disabled["service-zh/fast-speech"] == "本线路客户多为年轻人，语速不限"
    assert next(c for c in made.charges if c.rule == "service-zh/closing").deduct == 2
    assert {c.id for c in made.scorecard.criteria} >= {"listens", "no-guarantee", "firm-answers", "respect"}


_COACHED = """
schema: qa-service/rulebook@1
name: demo
version: 1
title: demo
scorecard:
  sections:
    - id: answers
      title: answers
      criteria:
        - {id: coached, title: coached, max_points: 10}
        - {id: scored, title: scored, max_points: 10}
        - {id: asked-of-people, title: nobody's rule, max_points: 10}
    - id: only-coached
      title: only coached
      criteria: [{id: watched, title: watched, max_points: 10}]
rules:
  - {id: a, title: a, stage: coach, severity: minor, criterion: coached, when: {phrases: [一]}}
  - {id: b, title: b, stage: score, severity: minor, criterion: scored, when: {phrases: [二]}}
  - {id: c, title: c, stage: coach, severity: minor, criterion: scored, when: {phrases: [三]}}
  - {id: d, title: d, stage: observe, severity: minor, criterion: watched, when: {phrases: [四]}}
"""


def test_what_is_only_coached_has_no_points_on_the_scorecard() -> None:
    made = book(_COACHED)

    assert [section.id for section in made.scorecard.sections] == ["answers"]
    assert [c.id for c in made.scorecard.criteria] == ["scored", "asked-of-people"]


def test_two_versions_of_one_book_by_two_ways_are_refused() -> None:
    shared = {
        f"shared@{n}": f"schema: qa-service/rulebook@1\nname: shared\nversion: {n}\ntitle: 共用\n"
        for n in (1, 2)
    }
    shared["middle"] = (
        "schema: qa-service/rulebook@1\nname: middle\nversion: 1\ntitle: 中间\ninclude: [shared@1]\n"
    )
    text = "schema: qa-service/rulebook@1\nname: demo\nversion: 1\ntitle: 示例\ninclude: [shared@2, middle]\n"

    with pytest.raises(RulebookError) as refusal:
        bundle_text(text, "demo.yaml", shared.get)

    assert (refusal.value.code, refusal.value.values["word"]) == ("rulebook_include_two_versions", "shared")
