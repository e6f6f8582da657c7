"""Tables of standard answers: read from files, wrong in a named cell, kept with the rulebook, told to the agent."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from qa_service.core.errors import RulebookError
from qa_service.core.speech import Role
from qa_service.core.standard_answers import AnswerTable
from qa_service.i18n.catalogue import catalogue
from qa_service.pipeline.judge import judge
from qa_service.rulebook.answer_table import MOST_ROWS, read_table, table_text
from qa_service.rulebook.book import Bundle
from qa_service.rulebook.compare import differences
from qa_service.rulebook.load import bundle_text, load_bundle, reload
from qa_service.rulebook.places import Place
from tests.pipeline.cases import case, said
from tests.rulebook.books import HEAD, SCORECARD, rules

_GUIDE = Path(__file__).parents[2] / "docs" / "standard-answers.md"
_HEADS = "编号,标准问题,必须说到,不得说,生效日期,失效日期\n"
_ROW = "A01,退款什么时候到账,3到5个工作日；原路退回,当天到账,,\n"
_RULE = """\
id: answered
title: 没有按标准答案答
stage: score
criterion: listens
points: 5
when: {answers: refunds}
"""
_BOOK = rules(_RULE).replace("rules:", "answers: {refunds: 退款.csv}\nrules:")


def table(text: str) -> AnswerTable:
    return read_table("t", text, Place("表.csv"))


def mistakes(text: str) -> list[str]:
    """Code and cell of every mistake."""
    with pytest.raises(RulebookError) as refusal:
        table(text)
    found = (refusal.value, *refusal.value.more)
    return [f"{e.code.removeprefix('rulebook_answers_')} {e.where.partition(': ')[2]}".strip() for e in found]


def bundle(text: str = _BOOK, held: str = _HEADS + _ROW) -> Bundle:
    return bundle_text(text, "demo.yaml", {"demo/退款.csv": held}.get)


def test_the_table_of_the_guide_is_one() -> None:
    (shown,) = re.findall(r"^```csv\n(.*?)^```", _GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)

    first, second = table(shown).rows

    assert first.questions == ("退款什么时候到账", "退款多久能到账", "退的钱要几天才到")
    assert [point.ways for point in first.must] == [("3到5个工作日",), ("原路退回", "退回原来的卡")]
    assert (first.since, first.until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert first.better == "退款3到5个工作日原路退回您的付款账户"
    assert second.about == ("宽带", "光纤")


def test_a_workbook_is_read_as_its_csv_is() -> None:
    book, written = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["編號", "標準問題", "相似问法1", "相似问法2", "必须说到", "生效日期"])
    sheet.append(
        [
            1,
            "退款什么时候到账",
            "退款多久能到账",
            "1. 退的钱几天到",
            "①原路退回\n②3.5元",
            datetime(2026, 3, 1),
        ]
    )
    book.save(written)

    (row,) = table(table_text(written.getvalue(), Place("表.xlsx"))).rows

    assert (row.id, row.since) == ("1", date(2026, 3, 1))
    assert row.questions == ("退款什么时候到账", "退款多久能到账", "退的钱几天到")
    assert [point.wording for point in row.must] == ["原路退回", "3.5元"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", ["empty"]),
        ("编号,问题\n", ["column_points"]),
        (_HEADS + "A,退款什么时候到账,原路退回,,,,多的,一格\n", ["wide 2"]),
        (_HEADS + "A,退款什么时候到账,=A1,,,\n", ["formula C2「必须说到」"]),
        ("问题,要点\n甲,乙\n", ["column_missing"]),
        ("编号,编号,问题,要点\n", ["column_twice B1「编号」"]),
        (_HEADS, ["no_rows"]),
        (_HEADS + ",,,,,\n\nA,,甲,,,\n", ["cell_empty B4「标准问题」", "word_short C4「必须说到」"]),
        (
            _HEADS + "A,退款,原路退回,,昨天,2026-13-01\n",
            ["short B2「标准问题」", "day E2「生效日期」", "day F2「失效日期」"],
        ),
        (_HEADS + "A,退款什么时候到账,原路退回,,2026-02-01,2026-01-01\n", ["days F2「失效日期」"]),
        (_HEADS + "A,退款什么时候到账,,,,\n", ["no_points C2「必须说到」"]),
        (_HEADS + "A,退款什么时候到账,原路退回,原路退回,,\n", ["both C2「必须说到」"]),
        (_HEADS + _ROW + _ROW, ["same 3", "same 3"]),
        (_HEADS + f"A,退款什么时候到账,{'说' * 201},,,\n", ["long C2「必须说到」"]),
        (
            _HEADS + f"A,退款什么时候到账,{'；'.join(f'第{i}点' for i in range(21))},,,\n",
            ["many C2「必须说到」"],
        ),
        (
            _HEADS + f"A,退款什么时候到账,{'|'.join(f'说法{i}' for i in range(21))},,,\n",
            ["ways C2「必须说到」"],
        ),
        (
            _HEADS
            + f"A,退款什么时候到账,{'；'.join('|'.join(f'第{i}条{j}种' for j in range(16)) for i in range(4))},,,\n",
            ["row_ways C2「必须说到」"],
        ),
        (_HEADS + "A,退款什么时候到账,，。,,,\n", ["unheard C2「必须说到」"]),
        (_HEADS + _ROW * (MOST_ROWS + 1), ["rows"]),
        (
            _HEADS.replace(",", ",相似问法,", 1)
            + "".join(
                f"A{at},{'；'.join(f'第{at}种东西的第{i}个问题' for i in range(41))},套餐{at}号多少钱,原路退回,,,\n"
                for at in range(250)
            ),
            ["questions"],
        ),
    ],
)
def test_what_is_wrong_is_said_of_its_cell(text: str, wrong: list[str]) -> None:
    assert mistakes(text) == wrong


def test_the_same_question_may_have_another_answer_on_other_days() -> None:
    rows = "A,套餐多少钱一个月,88元,,,2026-04-30\nA,套餐多少钱一个月,99元,,2026-05-01,\n"

    old, new = table(_HEADS + rows).rows

    assert old.holds_on(date(2026, 4, 30))
    assert not new.holds_on(date(2026, 4, 30))


@pytest.mark.parametrize("content", [b"PK\x03\x04nothing", b"\xff\xfe\xff", "编号,问题\n\0".encode()])
def test_a_file_that_nobody_can_read_is_refused(content: bytes) -> None:
    with pytest.raises(RulebookError, match=r"表\.xlsx: "):
        table_text(content, Place("表.xlsx"))


def test_a_mistake_in_a_table_is_told_at_the_book_that_names_it_in_both_languages() -> None:
    with pytest.raises(RulebookError) as refusal:
        bundle(held=_HEADS + "A01,退款什么时候到账,,,,\n")

    told = refusal.value
    assert str(told) == (
        "demo.yaml: answers.refunds → 退款.csv: C2「必须说到」: says neither what must be said nor what must not. "
        "Write one of the two."
    )
    assert "请至少填一格" in catalogue("zh_CN").error(told)
    assert told.more == ()


def test_a_table_that_is_not_there_and_one_that_nobody_named_are_told() -> None:
    with pytest.raises(RulebookError, match=r"answers\.refunds: 退款\.csv is not there"):
        bundle_text(_BOOK, "demo.yaml", lambda _: None)
    with pytest.raises(RulebookError, match="Did you mean refunds"):
        bundle(_BOOK.replace("answers: refunds}", "answers: refund}"))
    with pytest.raises(RulebookError, match="is no file beside the rulebook"):
        bundle(_BOOK.replace("退款.csv", "../退款.csv"))


def test_the_digest_covers_the_table_and_what_is_kept_is_read_again() -> None:
    kept = bundle()
    changed = bundle(held=_HEADS + _ROW.replace("5个", "7个"))
    without = bundle_text(HEAD, "demo.yaml", lambda _: None)

    again = reload(kept.texts, kept.book.digest)

    assert list(kept.texts) == ["demo", "demo/退款.csv"]
    assert (again.canonical, again.book.answers) == (kept.canonical, kept.book.answers)
    assert changed.book.digest != kept.book.digest
    assert [one.path for one in differences(kept, changed)] == ["answers.refunds.A01.must"]
    assert "answers" not in without.canonical


def test_a_book_brings_its_tables_along_from_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "demo.yaml").write_text(_BOOK, "utf-8")
    (tmp_path / "退款.csv").write_bytes((_HEADS + _ROW).encode("gb18030"))
    outer = "schema: qa-service/rulebook@1\nname: outer\nversion: 1\ntitle: 外\ninclude: [demo@1]\n"
    (tmp_path / "outer.yaml").write_text(
        outer + "rules:\n  - {id: own, title: 甲, when: {answers: demo/refunds}}\n", "utf-8"
    )

    found = load_bundle(str(tmp_path / "outer.yaml"))

    assert list(found.texts) == ["outer", "demo", "demo/退款.csv"]
    assert list(found.book.answers) == ["demo/refunds"]
    assert len(found.book.detectors) == 1, "the same table is heard once"
    assert reload(found.texts, "").canonical == found.canonical


def test_what_is_missing_costs_points_and_is_what_the_note_says_to_say() -> None:
    lines = [
        (Role.CUSTOMER, "你好，我想问一下退款什么时候到账？"),
        (Role.AGENT, "您好，一般三到五个工作日就可以到账了。"),
        (Role.CUSTOMER, "好的，我知道了，谢谢你。"),
        (Role.AGENT, "不客气，祝您生活愉快，再见。"),
    ]

    assessed = judge(case(said(lines)), bundle().book)

    (finding,) = assessed.findings
    (note,) = assessed.coaching
    texts = catalogue("zh_CN")
    assert not finding.needs_human
    assert texts.reason(finding.because) == "问了「退款什么时候到账」（A01），没有说到：原路退回"
    assert texts.sentence(note.try_instead) == "「原路退回」"
    assert texts.sentence(note.what_happened) == (
        "客户问「退款什么时候到账」，您答「您好，一般三到五个工作日就可以到账了」。"
    )
    assert [answer.points for answer in assessed.evaluations[0].answers] == [5]


def test_what_people_decide_costs_nothing() -> None:
    lines = [
        (Role.AGENT, "您好，很高兴为您服务，请问有什么可以帮您？"),
        (Role.CUSTOMER, "你好，我想问一下退款什么时候到账？"),
        (Role.AGENT, "这个我帮您转接退款专员，请您稍等一下好吗。"),
        (Role.CUSTOMER, "好的，我知道了，谢谢你。"),
    ]

    assessed = judge(case(said(lines)), bundle().book)

    (finding,) = assessed.findings
    assert finding.needs_human
    assert finding.because.code == "answers.deferred"
    assert SCORECARD  # the criterion is undecided, not lost
    assert [answer.answer.value for answer in assessed.evaluations[0].answers] == ["undecided"]


def test_an_empty_file_is_a_mistake_that_names_it() -> None:
    with pytest.raises(RulebookError) as refusal:
        bundle(held="")

    assert refusal.value.code == "rulebook_answers_empty"
    assert "退款.csv" in refusal.value.where


@pytest.mark.parametrize(
    "written", ["民國114年7月1日", "民国114年7月1日", "114/7/1", "114年7月1日", "114.07.01"]
)
def test_years_of_the_republic(written: str) -> None:
    (row,) = table(_HEADS + f"A,退款什么时候到账,原路退回,,{written},\n").rows

    assert row.since == date(2025, 7, 1)


@pytest.mark.parametrize("written", ["14/7/1", "民國0年13月1日", "114/13/1"])
def test_what_is_no_year_of_the_republic(written: str) -> None:
    assert mistakes(_HEADS + f"A,退款什么时候到账,原路退回,,{written},\n") == ["day E2「生效日期」"]


def test_a_formula_without_its_result_is_named_by_its_cell() -> None:
    book, written = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["编号", "标准问题", "必须说到"])
    sheet.append(["A", "退款什么时候到账", "=SUM(A1)"])
    book.save(written)

    assert mistakes(table_text(written.getvalue(), Place("表.xlsx"))) == ["formula C2「必须说到」"]
