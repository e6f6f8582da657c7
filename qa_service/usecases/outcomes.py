"""Outcomes as other systems write them → outcomes to keep; a customer's number becomes a token at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from qa_service.core.calendar import EARLIEST, LATEST
from qa_service.core.errors import QaError, UsageError
from qa_service.core.outcomes import FLAGS, RANGES, Outcome, OutcomeKind, RowError
from qa_service.text.table import has_breaks
from qa_service.usecases.customer import Tokens, customer_of
from qa_service.usecases.moments import read_moment
from qa_service.usecases.sheet import read_sheet, too_wide

#: What may stand over a column, beside our own name.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "call_id": ("通话编号",),
    "external_id": ("外部编号", "话单号", "流水号"),
    "customer": ("客户标识", "客户哈希"),
    "customer_number": ("客户号码", "客户电话", "手机号", "电话"),
    "kind": ("类型", "结果", "结果类型"),
    "value": ("值", "数值", "分值", "得分", "金额"),
    "at": ("time", "时间", "发生时间", "日期"),
    "source": ("来源",),
}
_KINDS: Mapping[str, OutcomeKind] = {
    **{kind.value: kind for kind in OutcomeKind},
    "满意度": OutcomeKind.CSAT,
    "净推荐值": OutcomeKind.NPS,
    "投诉": OutcomeKind.COMPLAINT,
    "重复来电": OutcomeKind.REPEAT,
    "退款": OutcomeKind.REFUND,
    "流失": OutcomeKind.CHURN,
}
_WORDS = {"是": "1", "有": "1", "yes": "1", "true": "1", "否": "0", "无": "0", "no": "0", "false": "0"}
_LONGEST = {"call_id": 36, "external_id": 200, "customer": 200, "customer_number": 40, "source": 100}


@dataclass(frozen=True, slots=True)
class Read:
    """Rows that can be kept, by number, and those that cannot."""

    outcomes: tuple[tuple[int, Outcome], ...]
    errors: tuple[RowError, ...]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeReader:
    """Reads in the installation's zone, with its key for customers' numbers."""

    zone: tzinfo
    tokens: Callable[[], Tokens | None]

    def sheet(self, content: bytes) -> Read:
        """A CSV file.

        Raises:
            UsageError: see `read_sheet`.
        """
        sheet = read_sheet(content, HEADERS, frozenset({"kind", "at"}))
        return self._all(sheet.rows, "csv", sheet.ignored, wide=sheet.wide)

    def rows(self, written: tuple[Mapping[str, str], ...]) -> Read:
        """Rows that came as JSON, numbered from 1."""
        return self._all(tuple(enumerate(written, start=1)), "api", ())

    def _all(
        self,
        rows: tuple[tuple[int, Mapping[str, str]], ...],
        source: str,
        ignored: tuple[str, ...],
        *,
        wide: frozenset[int] = frozenset(),
    ) -> Read:
        good: list[tuple[int, Outcome]] = []
        bad: list[RowError] = []
        for number, fields in rows:
            try:
                if number in wide:
                    raise too_wide(number)
                good.append((number, self._one(fields, source)))
            except QaError as error:
                bad.append(RowError(number, error))
        return Read(tuple(good), tuple(bad), ignored)

    def _one(self, fields: Mapping[str, str], source: str) -> Outcome:
        for name, longest in _LONGEST.items():
            if len(fields.get(name, "")) > longest:
                raise _invalid(name, "is too long")
            if has_breaks(fields.get(name, "")):
                raise _invalid(name, "holds a line break")
        kind = _KINDS.get(fields.get("kind", "").lower())
        if kind is None:
            raise _invalid("kind", "is no kind of outcome")
        customer = fields.get("customer", ""), fields.get("customer_number", "")
        about = {name: fields.get(name, "") for name in ("call_id", "external_id")}
        if sum(map(bool, (*about.values(), any(customer)))) != 1:
            raise _invalid("call_id", "names no call and no customer, or several of them")
        at = read_moment(fields.get("at", ""), self.zone, where="at")
        if at in (EARLIEST, LATEST):
            raise _invalid("at", "lies outside of the calendar")
        return Outcome(
            kind=kind,
            value=_value(kind, fields.get("value", "")),
            at=at,
            source=fields.get("source", "") or source,
            customer=customer_of(*customer, source="row", tokens=self.tokens()) if any(customer) else "",
            **about,
        )


def _value(kind: OutcomeKind, text: str) -> float:
    if not text and kind in FLAGS:
        return 1.0
    try:
        value = float(_WORDS.get(text.lower(), text))
    except ValueError:
        raise _invalid("value", "is no number") from None
    low, high = RANGES[kind]
    if not (math.isfinite(value) and low <= value <= high):
        raise _invalid("value", f"lies outside of {low:g} to {high:g}")
    if kind in FLAGS and value not in (0, 1):
        raise _invalid("value", "is neither 0 nor 1")
    return value


def _invalid(field: str, problem: str) -> UsageError:
    return UsageError(
        "outcome_invalid",
        where=field,
        problem=problem,
        fix="See docs/outcomes.md for the fields",
        field=field,
    )
