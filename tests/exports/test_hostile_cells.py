"""Whatever is said or typed: no cell becomes a formula, and the text comes back."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from qa_service.exports.assessed import Assessed
from qa_service.exports.call_table import CALLS
from qa_service.exports.cells import MAX_CELL_UNITS, cut, guarded, writable
from qa_service.exports.csv_table import csv_bytes
from qa_service.exports.finding_table import FINDINGS
from qa_service.exports.table import Form
from qa_service.exports.xlsx import write_xlsx
from tests.exports.assessed import KEYS, WORDS, assessed, cells, saying, text_of
from tests.exports.calls import BAD, MEASURED_CER, analyzed

_CALL, _DOCUMENT = assessed(analyzed(BAD, MEASURED_CER))
_DDE = "=cmd|' /C calc'!A0"
_RICH = '<r></is></c><c r="Z9"><f>HYPERLINK("x")</f></c><c r="Y9" t="inlineStr"><is></r>'
_FORMULAS = {
    "equals": "=1+1",
    "plus": "+1",
    "minus": "-1",
    "at": "@SUM(A1)",
    "tab": "\t=1",
    "carriage return": "\r=1",
    "line feed": "\n=1",
    "NUL": "\0=1",
    "semicolon": ";=1",
    "full-width semicolon": "；=1",
    "full-width equals": "＝1+1",
    "full-width plus": "＋1",
    "full-width minus": "－1",
    "full-width at": "＠SUM(A1)",
    "small equals": "﹦1",
    "minus sign": "\u22121",
    "DDE": _DDE,
    "DDE with plus": "+cmd|' /C calc'!A0",
    "DDE with at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "pipe": "|cmd",
    "percent": "%0A=1",
    "spaces first": "   =1",
    "full-width space first": "\u3000=1",
    "byte order mark first": "\ufeff=1",
    "zero-width space first": "\u200b=1",
    "direction override first": "\u202e=1",
}
_HARMLESS = {
    "a sentence": "您好，请问有什么可以帮您？",
    "equals inside": "一加一=二",
    "minus inside": "套餐-升级",
    "a number": "12315",
    "a web address": "http://example.com/?a=1",
    "a mail address": "a@example.com",
    "quotes and commas": 'a,"b";c',
    "only spaces": "   ",
    "XML": "<c><f>1+1</f></c>",
}
#: Text that looks like the way in which a workbook writes control characters.
_MARKS = ("_x0041_", "_x0000_x0000_", "_x0000\0", "\0x0041_", "_x005F_x0041_", "_x0041")
#: What strangers may say: anything, often with something nasty in front, sometimes shaped like XML of rich text.
_SAID = st.one_of(
    st.text(),
    st.builds(
        lambda first, rest: first + rest, st.sampled_from([*"=+-@;|'\t\r\n\0；＝＋－＠", _DDE]), st.text()
    ),
    st.builds(lambda inner: f"<r>{inner}</r>", st.text()),
    st.sampled_from([*_MARKS, "\ud83d", "\ufffe\uffff", "]]>", _RICH]),
)


def _saying(text: str) -> Assessed:
    assert isinstance(_DOCUMENT, dict)
    return _CALL, saying(_DOCUMENT, text)


def _csv(text: str, form: Form = KEYS) -> dict[str, str]:
    raw = b"".join(csv_bytes([_saying(text)], FINDINGS, form)).decode("utf-8")
    headers, *found = csv.reader(io.StringIO(raw.removeprefix("\ufeff"), newline=""), strict=True)
    keys = [column.key for column in FINDINGS.columns]
    (row,) = (
        row for row in found if row[keys.index("agent")] and _unguarded(row[keys.index("reason")]) == text
    )
    assert len(headers) == len(row)
    return dict(zip(keys, row, strict=True))


def _unguarded(cell: str) -> str:
    return cell.removeprefix("'")


@pytest.mark.parametrize("text", _FORMULAS.values(), ids=_FORMULAS.keys())
@pytest.mark.parametrize("form", [WORDS, KEYS], ids=["for people", "for programs"])
def test_in_csv_a_quote_stands_before_what_could_compute(text: str, form: Form) -> None:
    row = _csv(text, form)

    assert [row[key] for key in ("quote", "agent", "reason")] == [f"'{text}"] * 3


@pytest.mark.parametrize("text", _HARMLESS.values(), ids=_HARMLESS.keys())
def test_in_csv_harmless_text_stays_as_it_is(text: str) -> None:
    row = _csv(text)

    assert [row[key] for key in ("quote", "agent")] == [text] * 2


@pytest.mark.parametrize("text", [*_FORMULAS.values(), *_HARMLESS.values(), _RICH, *_MARKS])
def test_in_a_workbook_everything_is_text(text: str, tmp_path: Path) -> None:
    write_xlsx([_saying(text)], tmp_path / "a.xlsx", WORDS)

    written = list(cells(tmp_path / "a.xlsx"))
    assert {cell.data_type for cell in written} <= {"s", "n"}
    assert all(cell.hyperlink is None for cell in written)
    assert sum(text_of(cell.value) == text for cell in written if cell.data_type == "s") >= 3
    assert _formulas(tmp_path / "a.xlsx") == []


def _formulas(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as packed:
        sheets = [name for name in packed.namelist() if "worksheets/" in name]
        return [found for name in sheets for found in re.findall(r"<f[ >/]", packed.read(name).decode())]


def test_text_in_the_shape_of_rich_text_writes_no_cells_of_its_own(tmp_path: Path) -> None:
    write_xlsx([_saying(_RICH)], tmp_path / "a.xlsx", KEYS)

    widths = [sheet.max_column for sheet in load_workbook(tmp_path / "a.xlsx").worksheets]
    assert widths == [len(CALLS.columns), len(FINDINGS.columns)]
    assert _formulas(tmp_path / "a.xlsx") == []


@given(_SAID)
def test_a_guarded_cell_gives_its_text_back_and_begins_no_formula(text: str) -> None:
    cell = guarded(writable(text))

    assert _unguarded(cell) == writable(text)
    assert cell[:1] not in set("=+-@;|%\t\r\n\0；＝＋－＠")
    assert cell.lstrip()[:1] not in set("=+-@")


@given(_SAID)
def test_text_comes_back_from_csv(text: str) -> None:
    shown = writable(text)
    if not shown:
        return
    raw = b"".join(csv_bytes([_saying(text)], FINDINGS, KEYS)).decode("utf-8")

    _, *found = csv.reader(io.StringIO(raw, newline=""), strict=True)

    quotes = [_unguarded(row[14]) for row in found]
    assert FINDINGS.columns[14].key == "quote"
    assert shown in quotes


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(_SAID.filter(bool), min_size=5, max_size=10))
def test_text_comes_back_from_a_workbook(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("book") / "a.xlsx"

    write_xlsx([_saying(text) for text in texts], file, KEYS)

    known = {text_of(cell.value) for cell in cells(file) if cell.data_type == "s"}
    assert {writable(text) for text in texts} - known == set()
    assert {cell.data_type for cell in cells(file)} <= {"s", "n", "b"}
    assert _formulas(file) == []


def test_a_huge_text_is_cut_with_a_mark_where_excel_could_not_hold_it(tmp_path: Path) -> None:
    huge = "好" * 40_000
    write_xlsx([_saying(huge)], tmp_path / "a.xlsx", WORDS)

    longest = max((str(cell.value) for cell in cells(tmp_path / "a.xlsx")), key=len)

    assert len(longest) == MAX_CELL_UNITS
    assert longest.endswith("好…〔内容过长，已截断〕")
    assert len(_quote(huge, WORDS)) == MAX_CELL_UNITS - 1
    assert _quote(huge, KEYS) == huge


def _quote(text: str, form: Form) -> str:
    raw = b"".join(csv_bytes([_saying(text)], FINDINGS, form)).decode("utf-8")
    before = csv.field_size_limit(1_000_000)
    try:
        return max((cell for row in csv.reader(io.StringIO(raw, newline="")) for cell in row), key=len)
    finally:
        csv.field_size_limit(before)  # it is the whole process's


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("一二三四五六", "一二三四五六", id="just fits"),
        pytest.param("一二三四五六七", "一二三四五…", id="one too many"),
        pytest.param("😀😀😀", "😀😀😀", id="two units each, just fits"),
        pytest.param("😀😀😀😀", "😀😀…", id="no character is halved"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_cutting(text: str, shown: str) -> None:
    assert cut(text, "…", 6) == shown


@given(st.text(max_size=200), st.integers(1, 200))
def test_what_is_cut_fits_and_begins_like_the_text(text: str, limit: int) -> None:
    shown = cut(text, "…", limit)

    assert len(shown.encode("utf-16-le")) <= 2 * limit
    assert shown == text or text.startswith(shown.removesuffix("…"))


def test_a_hostile_header_of_a_call_is_as_safe_as_a_quote() -> None:
    call: Any = _saying(_DDE)
    raw = b"".join(csv_bytes([call], CALLS, WORDS)).decode("utf-8")

    assert f",'{_DDE}," in raw
