"""The written form: what a YAML rulebook may hold. Conditions (`when`) are read by rulebook.when."""

from __future__ import annotations

import re
import string
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from qa_service.rulebook.written import Day, Duration, Written, refusal

#: The schema that this version reads, without its number; and the number.
SCHEMA, VERSION = "qa-service/rulebook", 1
_IDENTIFIER = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_LABEL = r"^([a-z_]+(\.[a-z_]+)+)?$"
_BOOK = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*(@[0-9]+)?$"

_TABLE = r"^([^/\\\\:\x00-\x1f]+\.([xX][lL][sS][xX]|[cC][sS][vV]|[tT][sS][vV]|[tT][xX][tT]))?$"


def _is_none(value: object) -> bool:
    return value is None


class WrittenText(Written):
    """A text for people: simplified Chinese always; a bare string means exactly that."""

    short, bare = "zh_CN", (str,)

    zh_CN: str = Field(min_length=1, max_length=500)  # noqa: N815 - the names of the locales
    zh_TW: str = Field(default="", max_length=500)  # noqa: N815
    en: str = Field(default="", max_length=1000)


class WrittenTemplate(WrittenText):
    """A text with gaps such as {quote}; a gap that the call cannot fill shows as 〔…〕."""

    @model_validator(mode="after")
    def _has_whole_gaps(self) -> WrittenTemplate:
        for text in (self.zh_CN, self.zh_TW, self.en):
            try:
                list(string.Formatter().parse(text))
            except ValueError as error:
                fix = "Write gaps as {quote}, and a brace that is none as {{ or }}"
                raise refusal("braces", "has a brace that opens or closes nothing", fix) from error
        return self


class WrittenPoints(Written):
    """What a finding costs, or earns; a bare number is a deduction per call."""

    short, bare = "deduct", (int, float, str)

    deduct: float | None = Field(default=None, ge=0, le=1000)
    per: Literal["once", "hit"] = "once"
    # Left out of the whole where it is not written: books that never had it keep their digests.
    add: float | None = Field(default=None, gt=0, le=1000, exclude_if=_is_none)

    @model_validator(mode="after")
    def _costs_or_earns(self) -> WrittenPoints:
        if self.add is not None and self.deduct is not None:
            problem, fix = "adds points and deducts them", "Keep one of them, or write two rules"
            raise refusal("points_both", problem, fix)
        return self


class WrittenExamples(Written):
    """Sentences (the agent's, unless a line says 客户:) or dialogues as lists of lines."""

    match: list[str | list[str]] = Field(default_factory=list, max_length=200)
    no_match: list[str | list[str]] = Field(default_factory=list, max_length=200)


class WrittenFit(Written):
    """When a coaching variant fits."""

    customer: list[str] = Field(default_factory=list, max_length=100)
    touchpoint: Literal["", "opening", "middle", "closing"] = ""


class WrittenAdvice(Written):
    """One coaching variant."""

    what: WrittenTemplate
    why: WrittenTemplate
    instead: WrittenTemplate
    fit: WrittenFit = Field(default_factory=WrittenFit)


class WrittenAlert(Written):
    """How a live finding reaches a supervisor."""

    cool_down: Duration = "3m"
    at_most: int = Field(default=3, ge=1, le=100)


class WrittenEffective(Written):
    """From when to when a book or a rule applies."""

    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> WrittenEffective:
        if self.from_ and self.to and self.to < self.from_:
            raise refusal("dates", "ends before it begins", "Exchange from and to")
        return self


class WrittenRule(Written):
    """A rule. `when` is one condition; coaching is one variant or a list, first fitting first."""

    single = ("coaching",)

    id: str = Field(pattern=_IDENTIFIER, max_length=60)
    title: WrittenText
    stage: Literal["observe", "coach", "score"] = "coach"
    severity: Literal["info", "minor", "major", "critical"] = "minor"
    label: str = Field(default="", pattern=_LABEL, max_length=60)
    criterion: str = Field(default="", max_length=60)
    points: WrittenPoints = Field(default_factory=WrittenPoints)
    leg: Literal["any", "first", "last"] = "any"
    jurisdiction: list[str] = Field(default_factory=list)
    # Left out of the whole where it is not written: books that never had it keep their digests.
    effective: WrittenEffective | None = Field(default=None, exclude_if=_is_none)
    citation: str = Field(default="", max_length=300)
    # Read by rulebook.tolerance; left out of the whole where it is not written, so that digests stay.
    sounds_like: Any = Field(default=None, exclude_if=_is_none)
    when: dict[str, Any]
    alert: bool | WrittenAlert = False
    examples: WrittenExamples = Field(default_factory=WrittenExamples)
    coaching: list[WrittenAdvice] = Field(default_factory=list, max_length=20)


class WrittenStrength(Written):
    """A good moment and what to say about it."""

    id: str = Field(pattern=_IDENTIFIER, max_length=60)
    text: WrittenTemplate
    # Read by rulebook.tolerance; left out of the whole where it is not written, so that digests stay.
    sounds_like: Any = Field(default=None, exclude_if=_is_none)
    when: dict[str, Any]
    examples: WrittenExamples = Field(default_factory=WrittenExamples)


class WrittenCriterion(Written):
    """One question on the scorecard."""

    id: str = Field(pattern=_IDENTIFIER, max_length=60)
    title: WrittenText
    max_points: float = Field(gt=0, le=1000)
    floor: float = Field(default=0.0, ge=0)
    fatal: Literal["", "section", "call"] = ""
    base: float | None = Field(default=None, ge=0, exclude_if=_is_none)

    @model_validator(mode="after")
    def _begins_within(self) -> WrittenCriterion:
        if self.base is not None and not self.floor <= self.base <= self.max_points:
            problem, fix = "its base is not between floor and max_points", "Write one that is"
            raise refusal("base", problem, fix, floor=self.floor, max_points=self.max_points)
        if self.base is not None and self.fatal:
            problem, fix = "is fatal and has a base", "Drop base: nothing earned is no failure"
            raise refusal("base_fatal", problem, fix)
        return self

    @model_validator(mode="after")
    def _has_room(self) -> WrittenCriterion:
        if self.floor > self.max_points:
            problem, fix = "its floor is above its max_points", "Lower floor or raise max_points"
            raise refusal("floor", problem, fix, floor=self.floor, max_points=self.max_points)
        return self


class WrittenSection(Written):
    """Criteria that belong together."""

    id: str = Field(pattern=_IDENTIFIER, max_length=60)
    title: WrittenText
    criteria: list[WrittenCriterion] = Field(min_length=1, max_length=100)


class WrittenScorecard(Written):
    """What a call is measured against."""

    pass_: float = Field(default=80.0, ge=0, le=100, alias="pass")
    sections: list[WrittenSection] = Field(default_factory=list, max_length=50)


class WrittenOverride(Written):
    """What an including book changes in an included rule."""

    disable: bool = False
    reason: str = Field(default="", max_length=500)
    severity: Literal["info", "minor", "major", "critical"] | None = None
    stage: Literal["observe", "coach", "score"] | None = None
    points: WrittenPoints | None = None
    effective: WrittenEffective | None = None
    #: Of the tags and operators in the rule's condition, by their names.
    settings: dict[str, dict[str, Any]] | None = Field(default=None, exclude_if=_is_none)

    @model_validator(mode="after")
    def _says_why(self) -> WrittenOverride:
        if self.disable and not self.reason:
            fix = "Add reason: …, so that reviewers know why the rule is silent"
            raise refusal("disable_reason", "is disabled without a reason", fix)
        return self


def _table_file(name: str) -> str:
    if not re.match(_TABLE, name):
        problem, fix = (
            f"{name!r} is no file beside the rulebook",
            "Write a name such as fees.csv, without a folder",
        )
        raise refusal("answers_file", problem, fix, word=name)
    return name


class WrittenAnswers(Written):
    """A table of standard answers: a file beside the book, or the table itself as CSV."""

    short, bare = "file", (str,)

    file: Annotated[
        str, AfterValidator(_table_file), Field(max_length=120, json_schema_extra={"pattern": _TABLE})
    ] = ""
    table: str = Field(default="", max_length=4_000_000)

    @model_validator(mode="after")
    def _is_one_of_them(self) -> WrittenAnswers:
        if bool(self.file) == bool(self.table):
            problem, fix = "names neither a file nor a table, or both", "Write file: or table:"
            raise refusal("answers_either", problem, fix)
        return self


class WrittenRulebook(Written):
    """The whole file."""

    schema_: Literal["qa-service/rulebook@1"] = Field(alias="schema")
    name: str = Field(pattern=_IDENTIFIER, max_length=60)
    version: int = Field(ge=1)
    title: WrittenText
    effective: WrittenEffective = WrittenEffective()
    include: list[Annotated[str, Field(pattern=_BOOK, max_length=80)]] = Field(
        default_factory=list, max_length=20
    )
    override: dict[str, WrittenOverride] = Field(default_factory=dict)
    answers: dict[Annotated[str, Field(pattern=_IDENTIFIER, max_length=60)], WrittenAnswers] = Field(
        default_factory=dict, max_length=20
    )
    detectors: dict[str, dict[str, Any]] = Field(default_factory=dict)
    # Read by rulebook.tolerance; left out of the whole where it is not written, so that digests stay.
    sounds_like: Any = Field(default=None, exclude_if=_is_none)
    scorecard: WrittenScorecard = WrittenScorecard()
    rules: list[WrittenRule] = Field(default_factory=list, max_length=20_000)
    strengths: list[WrittenStrength] = Field(default_factory=list, max_length=200)
