"""What the API says and hears about outcomes, and about rows of tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Self

from pydantic import Field, StrictFloat

from qa_service.core.errors import QaError
from qa_service.core.outcomes import KeptOutcome, OutcomeKind, RowError, Taken
from qa_service.web.schemas.base import Id, Name, Said, Text, shown

#: Rows of one request in JSON; more go as CSV.
MOST_ROWS = 1_000


class OutcomeTold(Said):
    """What came of a call (`call_id` or `external_id`) or of a customer (`customer` or `customer_number`)."""

    kind: Name = Field(description="csat nps complaint repeat refund churn，或中文。", examples=["csat"])
    at: Name = Field(description="不写时区就是本系统的。When.", examples=["2026-11-25T14:30:00+08:00"])
    value: StrictFloat | None = Field(default=None, examples=[5])
    source: Name = Field(default="", examples=["问卷"])
    call_id: Name = ""
    external_id: Text = Field(default="", max_length=200)
    customer: Text = Field(default="", max_length=200, repr=False)
    customer_number: Text = Field(default="", max_length=40, repr=False)

    def fields(self) -> Mapping[str, str]:
        """The same as a row of a table."""
        return {name: "" if value is None else str(value) for name, value in self.model_dump().items()}


class OutcomesTold(Said):
    """One outcome or many."""

    model_config = shown(
        {"outcomes": [{"kind": "csat", "at": "2026-11-25T14:30:00+08:00", "value": 5, "external_id": "c-1"}]}
    )

    outcomes: list[OutcomeTold] = Field(min_length=1, max_length=MOST_ROWS)


class WrongRow(Said):
    """A row that was not taken: its number, a code and a sentence."""

    row: int
    error: str
    detail: str

    @classmethod
    def of(cls, wrong: RowError, sentence: Callable[[QaError], str]) -> Self:
        """The row of an error."""
        return cls(row=wrong.row, error=wrong.error.code, detail=sentence(wrong.error))


class OutcomesTaken(Said):
    """What became of the rows; the same row again is `known`."""

    new: int
    changed: int
    known: int
    errors: list[WrongRow]
    ignored: list[str] = Field(description="没有人读的列。Columns nobody reads.")
    is_dry_run: bool

    @classmethod
    def of(
        cls, taken: Taken, errors: list[RowError], sentence: Callable[[QaError], str], *, is_dry_run: bool
    ) -> Self:
        """The answer, errors of reading and keeping together in order."""
        wrong = sorted([*errors, *taken.errors], key=lambda one: one.row)
        return cls(
            new=taken.new,
            changed=taken.changed,
            known=taken.known,
            errors=[WrongRow.of(one, sentence) for one in wrong],
            ignored=list(taken.ignored),
            is_dry_run=is_dry_run,
        )


class OutcomeRow(Said):
    """One outcome."""

    id: Id
    kind: OutcomeKind
    value: float
    at: datetime
    source: str
    is_of_customer: bool

    @classmethod
    def of(cls, kept: KeptOutcome) -> Self:
        """The row of an outcome."""
        return cls.like(kept)


class OutcomeList(Said):
    """What came of a call and of its customer, newest first."""

    outcomes: list[OutcomeRow]
