"""What may stand in a column or in a file's name about a call, under which names, and what an envelope makes of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qa_service.core.calls import Envelope
from qa_service.core.customers import InClear, in_clear
from qa_service.core.errors import EnvelopeError
from qa_service.text.table import plain_word
from qa_service.usecases.customer import Tokens
from qa_service.usecases.envelope import envelope_of

FILE = "file_name"
CUSTOMER, CUSTOMER_NUMBER = "customer", "customer_number"
STARTED_AT = "started_at"
#: Beside a header with the number of the same, these are the name of who has it: 工号 and 坐席, 客户号码 and 客户.
NAMES_BESIDE: Mapping[str, None] = dict.fromkeys(("坐席", "座席", "agent", "客户"))
#: Column → what people call it. Case, blanks, hyphens and underscores do not count.
_NAMES: Mapping[str, tuple[str, ...]] = {
    FILE: ("文件名", "文件", "录音文件", "录音文件名", "录音", "file", "filename", "recording", "audio"),
    "call_id": ("通话编号", "通话id", "呼叫编号", "呼叫id", "流水号", "callid", "id", "uuid"),
    "agent_id": ("坐席", "坐席工号", "工号", "坐席编号", "座席", "座席工号", "agent", "agentid"),
    "agent_channel": ("坐席声道", "声道", "channel", "agentchannel"),
    CUSTOMER_NUMBER: ("客户", "客户号码", "客户电话", "电话号码", "客户手机", "手机号", "customernumber", "phone"),
    CUSTOMER: ("客户令牌", "客户哈希", "customer", "customertoken"),
    "skill_group": ("技能组", "队列", "业务组", "skill", "skillgroup", "queue"),
    "line": ("线路", "热线", "中继", "line", "hotline", "trunk"),
    "direction": ("方向", "呼叫方向", "呼叫类型", "direction"),
    STARTED_AT: ("开始时间", "通话时间", "通话开始时间", "呼叫时间", "时间", "startedat", "start", "starttime", "time"),
}  # fmt: skip
COLUMNS: Mapping[str, str] = {
    name: column for column, names in _NAMES.items() for name in (column.replace("_", ""), *names)
}
#: What the name of a recording may say beside them: where somebody sat. A table says who it was.
_EXTENSION, _EXTENSIONS = "extension", ("extension", "分机", "分机号")
#: Everything that a table says about a call whose file is known.
TABLE_COLUMNS = tuple(column for column in _NAMES if column != FILE)
_DIRECTIONS: Mapping[str, str] = {
    **dict.fromkeys(
        ("呼入", "来电", "來電", "拨入", "撥入", "进线", "進線", "in", "i", "incoming"), "inbound"
    ),
    **dict.fromkeys(
        ("呼出", "外呼", "去电", "去電", "拨出", "撥出", "外拨", "外撥", "out", "o", "outgoing"), "outbound"
    ),
}
_CHANNELS = {
    "0": 0,
    "左": 0,
    "左声道": 0,
    "left": 0,
    "l": 0,
    "1": 1,
    "右": 1,
    "右声道": 1,
    "right": 1,
    "r": 1,
}
#: 2026-11-25 08:30, 2026/11/25 8:30:00, 2026年11月25日 08:30, 20261125083000; other forms are ISO 8601.
_TIME = re.compile(
    r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?[ T]?(\d{1,2})[:时]?(\d{2})(?:[:分]?(\d{2})秒?)?"
)
_DIGITS_OF_TIME = (12, 14)
#: Spreadsheets keep a long number as text with ="…" or '….
_AS_TEXT = re.compile(r"=\"([^\"]*)\"|'(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reading:
    """How this installation reads what is said about calls."""

    timezone: str
    tokens: Tokens | None = None


def column_of(header: str) -> str | None:
    """The column that a header means.

    >>> column_of("坐席 工号"), column_of("Started_At"), column_of("备注")
    ('agent_id', 'started_at', None)
    """
    return COLUMNS.get(plain_word(header))


def field_of(name: str) -> str | None:
    """The column, or `extension`, that a field in the name of a recording means.

    >>> field_of("分机号"), field_of("工号"), field_of("colour")
    ('extension', 'agent_id', None)
    """
    return _EXTENSION if plain_word(name) in _EXTENSIONS else column_of(name)


def said_in(fields: Mapping[str, str], where: str, reading: Reading) -> tuple[Envelope, int | None]:
    """The envelope that these columns make, and the agent's channel.

    Raises:
        EnvelopeError: the first column that will not do.
    """
    said = {name: text for name, text in ((n, _plain(t)) for n, t in fields.items()) if text}
    if is_number(said.get(CUSTOMER, "")) and CUSTOMER_NUMBER not in said:
        said[CUSTOMER_NUMBER] = said.pop(CUSTOMER)  # whoever heads a column "customer" means the number in it
    data: dict[str, Any] = {
        name: said[name]
        for name in ("call_id", "skill_group", "line", CUSTOMER, CUSTOMER_NUMBER)
        if name in said
    }
    for name, read in _READ.items():
        if name in said:
            data[name] = read(said[name], f"{where}: {name}")
    if "agent_id" in said:
        data["participants"] = [{"id": "agent", "kind": "agent", "agent_id": said["agent_id"]}]
    channel = _channel(said["agent_channel"], f"{where}: agent_channel") if "agent_channel" in said else None
    return envelope_of(data, source=where, timezone=reading.timezone, tokens=reading.tokens), channel


def is_number(customer: str) -> bool:
    """Whether this is a customer's number, and no token."""
    return in_clear(customer) is InClear.PHONE


def _plain(text: str) -> str:
    match = _AS_TEXT.fullmatch(text.strip())
    return (match[1] or match[2] or "").strip() if match else text.strip()


def moment_in(text: str) -> str | None:
    """As ISO 8601, or as it was written where a table does not write times so; None where it can be no time.

    Digits alone are a date and a time, never seconds since 1970.

    >>> moment_in("2026年11月25日 8:30"), moment_in("20261125083005"), moment_in("1795595407")
    ('2026-11-25T08:30:00', '2026-11-25T08:30:05', None)
    """
    match = _TIME.fullmatch(text)
    if match and (not text.isdigit() or len(text) in _DIGITS_OF_TIME):
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        try:
            return datetime(year, month, day, hour, minute, second).isoformat()
        except ValueError:
            return None
    return None if re.fullmatch(r"[\d.+-]*", text) else text


def direction_in(text: str) -> str:
    """`inbound` or `outbound`, or what was written instead.

    >>> direction_in("來電"), direction_in("呼出电话"), direction_in("内部")
    ('inbound', 'outbound', '内部')
    """
    word = unicodedata.normalize("NFKC", text).casefold()
    return _DIRECTIONS.get(word.removesuffix("电话").removesuffix("電話"), word)


def _time(text: str, where: str) -> str:
    moment = moment_in(text)
    if moment is None:
        raise EnvelopeError(
            "envelope_invalid",
            where=where,
            problem="is no date and time",
            fix="Write 2026-11-25 08:30:00",
            field=STARTED_AT,
            why="not_time",
            limit="",
        )
    return moment


def _direction(text: str, _: str) -> str:
    return direction_in(text)


def _channel(text: str, where: str) -> int:
    if text.casefold() not in _CHANNELS:
        raise EnvelopeError(
            "channel_unreadable", where=where, problem="is no channel", fix="Write 0, 1, 左 or 右"
        )
    return _CHANNELS[text.casefold()]


_READ: Mapping[str, Callable[[str, str], str]] = {STARTED_AT: _time, "direction": _direction}
