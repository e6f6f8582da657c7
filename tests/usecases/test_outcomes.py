"""Tables of strangers: what can be read is read, and every row that cannot says its number and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.core.errors import EnvelopeError, UsageError
from qa_service.core.outcomes import Outcome, OutcomeKind
from qa_service.core.staff import Agent, Membership
from qa_service.usecases.moments import read_moment
from qa_service.usecases.outcomes import OutcomeReader
from qa_service.usecases.sheet import MOST_ROWS, read_sheet
from qa_service.usecases.staff import read_staff

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
TOKEN = "hmac-sha256:9f2c41d07be5a6c39f2c41d07be5a6c3"  # noqa: S105 - of a number that nobody has
READER = OutcomeReader(ZONE, lambda: lambda number: TOKEN if number == "13800138000" else None)
CHINESE = "外部编号,类型,值,时间,来源\n9f2c,满意度,5,2026-11-25 14:30,问卷\n"


def codes(text: str) -> list[tuple[int, str]]:
    return [(one.row, one.error.code) for one in READER.sheet(text.encode()).errors]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(CHINESE.encode(), id="UTF-8"),
        pytest.param(CHINESE.encode("utf-8-sig"), id="UTF-8 as Excel writes it"),
        pytest.param(CHINESE.encode("gb18030"), id="GBK"),
        pytest.param(CHINESE.encode("utf-16"), id="UTF-16 with its mark"),
        pytest.param(CHINESE.replace("类型", "类 型").encode(), id="a blank within a header"),
        pytest.param(CHINESE.replace(",", "\t").encode("gbk"), id="tabs"),
        pytest.param(CHINESE.replace(",", ";").encode(), id="semicolons"),
        pytest.param(CHINESE.replace("\n", "\r\n").encode(), id="lines of Windows"),
        pytest.param((CHINESE + ",,,,\n\n").encode(), id="empty rows at the end"),
        pytest.param(
            b"external_id,kind,value,time,source\n9f2c,CSAT,5.0,2026/11/25 14:30:00,\xe9\x97\xae\xe5\x8d\xb7",
            id="English headers",
        ),
    ],
)
def test_the_same_table_however_it_was_saved(content: bytes) -> None:
    read = READER.sheet(content)

    assert read.errors == ()
    assert read.outcomes == ((2, Outcome(OutcomeKind.CSAT, 5.0, AT, "问卷", external_id="9f2c")),)


def test_a_number_becomes_a_token_at_once() -> None:
    read = READER.sheet("手机号,类型,时间\n13800138000,流失,2026-11-25\n".encode())

    assert [(one.customer, one.value) for _, one in read.outcomes] == [(TOKEN, 1.0)]
    assert "13800138000" not in repr(read)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param("x,,满意度,5,昨天", "time_unreadable", id="no time"),
        pytest.param("x,,满意度,5,2026-02-30", "time_unreadable", id="a day that is not there"),
        pytest.param("x,,满意度,好,2026-11-25", "outcome_invalid", id="no number"),
        pytest.param("x,,满意度,,2026-11-25", "outcome_invalid", id="satisfaction without a value"),
        pytest.param("x,,nps,11,2026-11-25", "outcome_invalid", id="eleven of ten"),
        pytest.param("x,,nps,nan,2026-11-25", "outcome_invalid", id="not a number at all"),
        pytest.param("x,,退款,-1,2026-11-25", "outcome_invalid", id="less than no money"),
        pytest.param("x,,投诉,0.5,2026-11-25", "outcome_invalid", id="half a complaint"),
        pytest.param("x,,心情,1,2026-11-25", "outcome_invalid", id="a kind nobody knows"),
        pytest.param(",,投诉,1,2026-11-25", "outcome_invalid", id="of nobody"),
        pytest.param("x,13800138000,投诉,1,2026-11-25", "outcome_invalid", id="of two"),
        pytest.param(",12,投诉,1,2026-11-25", "customer_number_unreadable", id="no telephone number"),
        pytest.param(f"{'x' * 201},,投诉,1,2026-11-25", "outcome_invalid", id="much too long"),
        pytest.param('"x\ny",,投诉,1,2026-11-25', "outcome_invalid", id="a line break in an id"),
        pytest.param("x,,投诉,1,2026-11-25,more", "row_too_wide", id="more cells than headers"),
    ],
)
def test_a_row_that_cannot_be_read_says_so_and_the_others_stay(row: str, code: str) -> None:
    text = f"外部编号,手机号,类型,值,时间\na,,投诉,是,2026-11-25\n{row}\nb,,投诉,否,2026-11-25\n"

    read = READER.sheet(text.encode())

    assert [(number, one.external_id, one.value) for number, one in read.outcomes] == [
        (2, "a", 1),
        (4, "b", 0),
    ]
    assert codes(text) == [(3, code)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "sheet_unreadable", id="nothing"),
        pytest.param(b"\xff\xfe\x00", "sheet_unreadable", id="neither UTF-8 nor GBK"),
        pytest.param(b"kind,at\nx\x00,y\n", "sheet_unreadable", id="a NUL"),
        pytest.param("类型,值\n投诉,1\n".encode(), "sheet_columns", id="no time"),
        pytest.param("类型,时间,at\n投诉,x,y\n".encode(), "sheet_columns", id="two times"),
        pytest.param('类型,时间\n投诉,"x\n投诉,y\n'.encode(), "sheet_quote", id="an open quote"),
        pytest.param(b"kind,at\n" + b"x,y\n" * (MOST_ROWS + 1), "sheet_too_long", id="too many rows"),
        pytest.param(b'kind,at\n"' + b"x" * 200_000 + b'",y\n', "sheet_unreadable", id="an endless cell"),
    ],
)
def test_tables_that_are_none_are_refused_as_a_whole(content: bytes, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        READER.sheet(content)

    assert caught.value.code == code


def test_columns_that_nobody_reads_are_named() -> None:
    assert READER.sheet("类型,时间,心情, ,备注\n".encode()).ignored == ("心情", "备注")


def test_without_a_key_no_number_is_taken() -> None:
    reader = OutcomeReader(ZONE, lambda: None)

    read = reader.rows(({"kind": "nps", "value": "9", "at": "2026-11-25", "customer_number": "13800138000"},))

    assert [(one.row, one.error.code) for one in read.errors] == [(1, "customer_key_missing")]
    assert isinstance(read.errors[0].error, EnvelopeError)


@given(st.binary(max_size=300))
def test_whatever_bytes_come_the_answer_is_rows_or_an_error_of_ours(content: bytes) -> None:
    try:
        read = READER.sheet("类型,时间,外部编号\n".encode() + content)
    except UsageError:
        return
    assert len(read.outcomes) + len(read.errors) <= content.count(b"\n") + content.count(b"\r") + 1


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.text("xy,\"'\n ", max_size=5), min_size=2))
def test_what_is_quoted_is_read_as_it_was_written(row: Mapping[str, str]) -> None:
    text = ",".join('"' + row[name].replace('"', '""') + '"' for name in ("a", "b"))

    sheet = read_sheet(f"a,b\n{text}\n".encode(), {"a": (), "b": ()}, frozenset())

    wanted = {name: value.strip() for name, value in row.items()}
    assert [fields for _, fields in sheet.rows] == ([wanted] if any(wanted.values()) else [])


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        pytest.param("2026-11-25 14:30", "2026-11-25T06:30:00+00:00", id="in the installation's zone"),
        pytest.param("2026-11-25T06:30:00Z", "2026-11-25T06:30:00+00:00", id="in its own"),
        pytest.param("2026/1/5", "2026-01-04T16:00:00+00:00", id="a day"),
        pytest.param("2026年1月5日 9时05分", "2026-01-05T01:05:00+00:00", id="in Chinese"),
    ],
)
def test_moments(written: str, utc: str) -> None:
    assert read_moment(written, ZONE, where="at").isoformat() == utc


STAFF = """工号,姓名,组,生效日期,失效日期,分机
8001,李伟,北区,,2026-07-01,6001
8001,,南区,2026-07-01,,
8002,王芳,北区,,,
"""


def test_stays_in_teams_are_one_row_each() -> None:
    read = read_staff(STAFF.encode("gbk"), ZONE)

    july = datetime(2026, 6, 30, 16, tzinfo=UTC)
    assert read.errors == ()
    assert read.agents == (
        Agent("8001", "李伟", "6001", (Membership("北区", None, july), Membership("南区", july, None))),
        Agent("8002", "王芳", "", (Membership("北区"),)),
    )


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param("8001,,南区,2026-06-01,,", "staff_overlap", id="in two teams at once"),
        pytest.param("8001,,南区,2026-09-01,2026-08-01,", "staff_overlap", id="out before in"),
        pytest.param("8001,,南区,下个月,,", "time_unreadable", id="no day"),
        pytest.param(f"8001,{'x' * 101},南区,2026-07-01,,", "staff_invalid", id="a name without end"),
    ],
)
def test_of_an_agent_with_a_wrong_row_nothing_is_taken(row: str, code: str) -> None:
    lines = STAFF.splitlines()

    read = read_staff("\n".join([lines[0], lines[1], row, lines[3]]).encode(), ZONE)

    assert [(one.row, one.error.code) for one in read.errors] == [(3, code)]
    assert [agent.id for agent in read.agents] == ["8002"]


def test_beside_the_number_stands_the_name_of_an_agent() -> None:
    read = read_staff("工号,坐席,组\n８００１,李伟,北区\n".encode(), ZONE)

    assert [(agent.id, agent.shown_as) for agent in read.agents] == [("8001", "李伟")]


def test_a_wide_row_and_an_id_of_two_lines_are_told() -> None:
    read = read_staff('工号,组\n8001,北区,x\n"8002\n8003",北区\n8004,北区,\n'.encode(), ZONE)

    assert [(one.row, one.error.code) for one in read.errors] == [(2, "row_too_wide"), (3, "staff_invalid")]
    assert [agent.id for agent in read.agents] == ["8004"]
