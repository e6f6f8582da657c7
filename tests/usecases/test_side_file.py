"""Side files as centres write them: every row is understood or named with its mistake, and no number is repeated."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.batches import SideFile
from qa_service.core.calls import Direction
from qa_service.core.errors import EnvelopeError, QaError
from qa_service.usecases.columns import Reading
from qa_service.usecases.side_file import read_csv, read_json, read_side_file
from qa_service.usecases.side_rows import MOST_ROWS

ZONE = ZoneInfo("Asia/Shanghai")
TOKEN = "hmac-sha256:" + "ab" * 16
READING = Reading(
    "Asia/Shanghai", lambda number: TOKEN if number.startswith("1") and len(number) == 11 else None
)
CHINESE = "文件名,坐席工号,客户号码,技能组,线路,开始时间,方向,通话编号,坐席声道\n"
ROW = "0001.wav,8001,13800138000,售后,400,2026/11/25 8:30:05,呼入,c-1,右\n"


def table(text: str, encoding: str = "utf-8") -> SideFile:
    return read_csv(text.encode(encoding), READING)


@pytest.mark.parametrize(
    "encoding",
    [
        pytest.param("utf-8", id="UTF-8"),
        pytest.param("utf-8-sig", id="UTF-8 with its mark, as Excel saves it"),
        pytest.param("gbk", id="GBK, as Excel in China saves CSV"),
        pytest.param("utf-16", id="UTF-16, as Excel saves Unicode text"),
    ],
)
def test_a_table_is_read_however_it_was_saved(encoding: str) -> None:
    told = table(CHINESE + ROW, encoding)

    (row,) = told.rows
    said = row.envelope
    assert (told.bad, told.unknown) == ((), ())
    assert (row.number, row.file_name, row.agent_channel) == (2, "0001.wav", 1)
    assert (said.call_id, said.line, said.skill_group, said.customer) == ("c-1", "400", "售后", TOKEN)
    assert said.started_at == datetime(2026, 11, 25, 8, 30, 5, tzinfo=ZONE)
    assert (said.direction, said.participants[0].agent_id) == (Direction.INBOUND, "8001")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("file_name;line\na.wav;400\n", id="semicolons"),
        pytest.param("File Name\tLINE\na.wav\t400\n", id="tabs, capitals, a blank"),
        pytest.param("录音文件,热线\r\na.wav,400\r\n", id="lines of Windows"),
        pytest.param('file,line\n"a.wav","400"\n\n,\n', id="quotes, and empty lines"),
        pytest.param("recording,line\nD:\\rec\\2026\\a.wav,400\n", id="a path of Windows"),
        pytest.param('file,line\na.wav,"=""400"""\n', id="a number that Excel keeps as text"),
        pytest.param("file,line,备注\na.wav,400,好\n", id="a column that nobody knows"),
    ],
)
def test_tables_of_many_kinds_say_the_same(text: str) -> None:
    told = table(text)

    assert [(row.file_name, row.envelope.line) for row in told.rows] == [("a.wav", "400")]
    assert told.unknown == (("备注",) if "备注" in text else ())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("2026-11-25 08:30", (2026, 11, 25, 8, 30, 0), id="to the minute"),
        pytest.param("2026/1/5 8:03:09", (2026, 1, 5, 8, 3, 9), id="as Excel shows it"),
        pytest.param("2026年11月25日 8:30", (2026, 11, 25, 8, 30, 0), id="in Chinese"),
        pytest.param("20261125083005", (2026, 11, 25, 8, 30, 5), id="fourteen digits"),
        pytest.param("2026-11-25T08:30:05+08:00", (2026, 11, 25, 8, 30, 5), id="ISO 8601"),
        pytest.param("20261325083005", None, id="month 13"),
        pytest.param("1764030605", None, id="seconds since 1970"),
        pytest.param("45986.35", None, id="Excel's own number of a day"),
        pytest.param("25/11/2026 08:30", None, id="the day first"),
        pytest.param("昨天", None, id="a word"),
    ],
)
def test_times(written: str, expected: tuple[int, ...] | None) -> None:
    told = table(f"file,开始时间\na.wav,{written}\n")

    if expected is None:
        assert [(bad.number, bad.error.code) for bad in told.bad] == [(2, "envelope_invalid")]
        assert "started_at" in told.bad[0].error.where
    else:
        (row,) = told.rows
        assert row.envelope.started_at == datetime(*expected, tzinfo=ZONE)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param(",8001,,,,,,,", "row_without_name", id="no name"),
        pytest.param("x" * 256 + ",,,,,,,,", "row_without_name", id="an endless name"),
        pytest.param("/,,,,,,,,8", "row_without_name", id="a folder"),
        pytest.param("a.wav,,138001,,,,,,", "customer_number_unreadable", id="half a number"),
        pytest.param("a.wav,,,,,,转接,,", "envelope_invalid", id="an unknown direction"),
        pytest.param("a.wav,,,,,,,,7", "channel_unreadable", id="channel 7"),
        pytest.param("a.wav," + "8" * 101 + ",,,,,,,", "envelope_invalid", id="an endless agent"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_stand(row: str, code: str) -> None:
    told = table(CHINESE + ROW + row + "\n" + ROW.replace("0001", "0002"))

    assert [good.number for good in told.rows] == [2, 4]
    assert [(bad.number, bad.error.code) for bad in told.bad] == [(3, code)]
    assert bad_says(told) not in ("", row)
    assert "138001" not in bad_says(told)


def bad_says(told: SideFile) -> str:
    return "".join(f"{bad.error} {bad.error.values}" for bad in told.bad)


@pytest.mark.parametrize(
    ("headers", "agent", "unknown"),
    [
        pytest.param("文件名,工号,坐席", "8001", ("坐席",), id="the number, then the name"),
        pytest.param("文件名,坐席,Agent ID", "李伟", ("坐席",), id="the name, then the number"),
        pytest.param("文件名,坐席,备注", "8001", ("备注",), id="whoever says only 坐席 means the number"),
    ],
)
def test_beside_a_number_the_name_is_not_read(headers: str, agent: str, unknown: tuple[str, ...]) -> None:
    told = table(f"{headers}\na.wav,８００１,李伟\n")

    assert [row.envelope.participants[0].agent_id for row in told.rows] == [agent]
    assert told.unknown == unknown


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param("文件名,开始时间,时间", id="two times"),
        pytest.param("文件名,客户号码,手机号", id="two numbers of the customer"),
        pytest.param("文件名,工号,坐席工号", id="two numbers of the agent"),
        pytest.param("文件名,坐席,座席", id="two of which none is plainly the number"),
    ],
)
def test_two_columns_of_one_meaning_are_refused_by_name(headers: str) -> None:
    with pytest.raises(EnvelopeError) as caught:
        table(f"{headers}\na.wav,,\n")

    assert (caught.value.code, caught.value.where) == ("side_file_columns", "#1")
    assert [caught.value.values["one"], caught.value.values["other"]] == headers.split(",")[1:]


def test_in_json_two_of_one_meaning_cost_the_row_and_the_number_counts_beside_the_name() -> None:
    rows = [
        {"file_name": "a.wav", "agent_id": "8001", "坐席": "李伟"},
        {"file_name": "b.wav", "客户号码": "13800138000", "phone": "13900139000"},
    ]

    told = read_json(json.dumps(rows).encode(), READING)

    assert [row.envelope.participants[0].agent_id for row in told.rows] == ["8001"]
    assert told.unknown == ("坐席",)
    assert [(bad.number, bad.error.code) for bad in told.bad] == [(2, "side_file_columns")]


def test_two_numbers_of_a_customer_under_two_kinds_of_headers_are_told() -> None:
    told = table("文件名,手机号,customer\na.wav,13800138000,13900139000\n")

    assert [bad.error.code for bad in told.bad] == ["customer_in_clear"]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        pytest.param('文件名,坐席\na.wav,8001\nb.wav,"8002\nc.wav,8003\n', "#3", id="to the end"),
        pytest.param('文件名,坐席\na.wav,"8001\nb.wav,8002\nc.wav,"8003"\n', "#2", id="to the next one"),
    ],
)
def test_a_quote_that_is_left_open_swallows_no_rows(text: str, row: str) -> None:
    with pytest.raises(QaError) as caught:
        table(text)

    assert (caught.value.code, caught.value.where) == ("sheet_quote", row)


def test_line_breaks_in_ids_and_cells_without_a_header_are_told_by_row() -> None:
    told = table(
        '文件名,坐席,备注\na.wav,"8001\nb.wav,8002",\nc.wav,8003,"两行\n备注"\nd.wav,8004,好,,\ne.wav,8005,好,多\n'
    )

    assert [row.file_name for row in told.rows] == ["c.wav", "d.wav"]
    assert [(bad.number, bad.error.code) for bad in told.bad] == [
        (2, "envelope_invalid"),
        (5, "row_too_wide"),
    ]


def test_a_file_that_stands_twice_is_taken_once() -> None:
    told = table("file,line\na.wav,1\nb.wav,2\nrec/a.wav,3\n")

    assert [row.envelope.line for row in told.rows] == ["1", "2"]
    assert [(bad.number, bad.error.code, bad.error.values["first"]) for bad in told.bad] == [
        (4, "row_twice", 2)
    ]


def test_names_of_a_mac_and_of_others_are_the_same_name() -> None:
    told = table("file,line\ncafe\u0301.wav,1\ncaf\u00e9.wav,2\n")

    assert (len(told.rows), told.bad[0].error.code) == (1, "row_twice")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "side_file_no_names", id="nothing"),
        pytest.param("坐席,线路\n8001,400\n".encode(), "side_file_no_names", id="no column of names"),
        pytest.param("文件名,file\na.wav,b.wav\n".encode(), "side_file_no_names", id="two of them"),
        pytest.param(b"\xff\xff\x81\x00", "side_file_unreadable", id="bytes"),
        pytest.param(b"PK\x03\x04\x14\x00\x00\x00", "side_file_unreadable", id="a workbook"),
        pytest.param(b"file\n" + b"x.wav\n" * (MOST_ROWS + 1), "side_file_too_long", id="too many rows"),
        pytest.param(b"file\n" + b"x" * (9 << 20), "side_file_too_long", id="too many bytes"),
        pytest.param(b'file\n"' + b"x" * 200_000 + b'"\n', "side_file_unreadable", id="an endless cell"),
    ],
)
def test_what_is_no_table_at_all_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(EnvelopeError) as caught:
        read_csv(content, READING)

    assert caught.value.code == code


@pytest.mark.parametrize(
    "data",
    [
        pytest.param([{"file_name": "a.wav", "line": "400"}], id="a list"),
        pytest.param({"rows": [{"file_name": "a.wav", "热线": "400"}]}, id="rows, with names in Chinese"),
        pytest.param({"rows": [{"file_name": "a.wav", "envelope": {"line": "400"}}]}, id="whole envelopes"),
        pytest.param([{"file_name": "x/a.wav", "line": 400, "agent_id": None}], id="a number, and nothing"),
    ],
)
def test_json_says_the_same(data: object) -> None:
    told = read_json(json.dumps(data).encode(), READING)

    assert [(row.number, row.file_name, row.envelope.line) for row in told.rows] == [(1, "a.wav", "400")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param("a.wav", "row_without_name", id="a text"),
        pytest.param({"line": "400"}, "row_without_name", id="no name"),
        pytest.param({"file_name": "a.wav", "color": "red"}, "side_file_unreadable", id="an unknown column"),
        pytest.param(
            {"file_name": "a.wav", "line": ["400"]}, "side_file_unreadable", id="a list in a column"
        ),
        pytest.param({"file_name": "a.wav", "envelope": {"line": 4}}, "envelope_invalid", id="a wrong field"),
        pytest.param(
            {"file_name": "a.wav", "envelope": {}, "x": 1}, "side_file_unreadable", id="more beside it"
        ),
        pytest.param(
            {"file_name": "a.wav", "envelope": {}, "agent_channel": True}, "side_file_unreadable", id="true"
        ),
    ],
)
def test_a_bad_row_of_json_is_named(row: object, code: str) -> None:
    told = read_json(json.dumps([row, {"file_name": "b.wav"}]).encode(), READING)

    assert [(bad.number, bad.error.code) for bad in told.bad] == [(1, code)]
    assert [good.file_name for good in told.rows] == ["b.wav"]


@pytest.mark.parametrize("content", [b"{", b"7", b'{"rows": 7}', b'{"pattern": 7}', b"[" * 100_000, b"null"])
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(EnvelopeError, match="no side file"):
        read_json(content, READING)


@given(st.binary(max_size=2_000), st.booleans())
def test_whatever_bytes_come_nothing_breaks(content: bytes, is_json: bool) -> None:
    try:
        told = read_side_file(content, READING, is_json=is_json)
    except QaError:
        return

    assert len({row.file_name for row in told.rows}) == len(told.rows)


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_whatever_text_comes_under_good_headers_is_a_row_or_a_mistake(text: str) -> None:
    try:
        told = table(CHINESE + text)
    except QaError:
        return

    assert all(row.file_name and row.number >= 2 for row in told.rows)
