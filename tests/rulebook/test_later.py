"""What was learnt since a book was published does not make it unreadable: it is warned of, and judges as it did."""

from __future__ import annotations

import pytest

from qa_service.core.errors import RulebookError
from qa_service.i18n.catalogue import GAP, catalogue
from qa_service.rulebook.later import object_to, read_again
from qa_service.rulebook.load import bundle_text, reload
from tests.rulebook.books import HEAD, rules, when

_TABLE = "编号,标准问题,必须说到\n1,多久到账,三到五个工作日\n"


def _answers(table: str) -> str:
    lines = "".join(f"      {line}\n" for line in table.splitlines())
    return f"{HEAD}answers:\n  fees:\n    table: |\n{lines}"


#: Books that somebody may have published before there was a check, and what it says.
_OBJECTED = [
    pytest.param(when("{regex: '[a-z]+@[a-z]+'}"), "pattern_never", id="a pattern that finds nothing that can be said"),
    pytest.param(when(r"{regex: '\b退款\b'}"), "pattern_border", id="a border of Latin words beside Chinese"),
    pytest.param(when("{regex: '退.{0,200}款'}"), "pattern_wide", id="a pattern that matches nearly anything"),
    pytest.param(
        when("{all: [" + ", ".join(["{regex: '退.{0,90}款'}"] * 5) + "]}"), "rule_wide", id="five that nearly do"
    ),
    pytest.param(
        when("{any: [" + ", ".join(f"{{turns: {{above: {n}}}}}" for n in range(1, 30)) + "]}"),
        "rule_whole",
        id="more questions about the whole call than a rule may ask",
    ),
    pytest.param(
        when("{tag: silence.long, settings: {limit: 700s}}"), "setting_range", id="a limit that was moved"
    ),
    pytest.param(
        rules("id: a\ntitle: 甲\nwhen: {tag: pace.fast}\ncoaching: [{what: '说了「{qoute}」', why: 乙, instead: 丙}]"),
        "key_unknown_like",
        id="a gap that nothing fills",
    ),
    pytest.param(
        rules("id: a\ntitle: 甲\nwhen: {tag: pace.fast}\nexamples: {match: [['通话: 昨天', 您好]]}"),
        "example_call",
        id="an example whose first line says nothing of a call any more",
    ),
    pytest.param(_answers(_TABLE + "2,=A1&B1,当天\n"), "answers_formula", id="a formula without its result"),
    pytest.param(_answers(_TABLE + "2,怎么退货的呢,当天,又,多\n"), "answers_wide", id="a row that is too wide"),
    pytest.param(_answers(_TABLE + "1,怎么退货的呢,当天\n"), "answers_same", id="an id that stands twice"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), _OBJECTED)
def test_a_published_book_is_read_again_and_warned_of(text: str, code: str) -> None:
    with pytest.raises(RulebookError) as refusal:
        bundle_text(text, "draft", lambda _: None)
    again = reload({"demo": text}, "ab" * 32)

    assert refusal.value.code == f"rulebook_{code}"
    assert again.book.digest == "ab" * 32
    warning = next(one for one in again.warnings if one.code == refusal.value.code)
    assert warning.where.startswith("demo: ")
    assert GAP not in catalogue("zh_CN").error(warning)


@pytest.mark.parametrize(("text", "code"), _OBJECTED)
def test_it_keeps_all_its_rules(text: str, code: str) -> None:
    book = reload({"demo": text}, "ab" * 32).book

    assert len(book.rules) == text.partition("rules:")[2].count("id:"), code
    assert all(len(table.rows) == 2 for table in book.answers.values())


def test_a_book_without_objections_has_no_warnings() -> None:
    assert reload({"demo": when("{regex: '退款'}")}, "ab" * 32).warnings == ()


def test_what_cannot_be_built_is_refused_then_too() -> None:
    with pytest.raises(RulebookError) as refusal:
        reload({"demo": when("{regex: '(退'}")}, "ab" * 32)

    assert refusal.value.code == "rulebook_pattern_syntax"


def test_who_checks_meanwhile_is_still_refused() -> None:
    error = RulebookError(source="demo", where="x", problem="is odd", fix="Mend it")

    with read_again() as noted:
        object_to(error)

    assert noted == [error]
    with pytest.raises(RulebookError):
        object_to(error)
