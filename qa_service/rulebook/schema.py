"""The written form: what a YAML rulebook may hold. Conditions (`when`) are read by rulebook.when."""

from __future__ import annotations

import string
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from qa_service.rulebook.durations import parse_duration_ms

#: Begins the kinds of failures that are worded here; rulebook.explain words the others.
PREFIX = "rulebook_"
_IDENTIFIER = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_LABEL = r"^([a-z_]+(\.[a-z_]+)+)?$"
_BOOK = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*(@[0-9]+)?$"


def _refusal(code: str, problem: str, fix: str, **values: object) -> PydanticCustomError:
    """A failure with a code and a way out of its own."""
    return PydanticCustomError(f"{PREFIX}{code}", problem, {"fix": fix, **values})


class Written(BaseModel):
    """Strict: an unknown key is an author's slip, not something to ignore."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class WrittenText(Written):
    """A text for people: simplified Chinese always; a bare string means exactly that."""

    zh_CN: str = Field(min_length=1, max_length=500)  # noqa: N815 - the names of the locales
    zh_TW: str = Field(default="", max_length=500)  # noqa: N815
    en: str = Field(default="", max_length=1000)

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        return {"zh_CN": value} if isinstance(value, str) else value


class WrittenTemplate(WrittenText):
    """A text with gaps such as {quote}; a gap that the call cannot fill shows as 〔…〕."""

    @model_validator(mode="after")
    def _has_whole_gaps(self) -> WrittenTemplate:
        for text in (self.zh_CN, self.zh_TW, self.en):
            try:
                list(string.Formatter().parse(text))
            except ValueError as error:
                fix = "Write gaps as {quote}, and a brace that is none as {{ or }}"
                raise _refusal("braces", "has a brace that opens or closes nothing", fix) from error
        return self


class WrittenPoints(Written):
    """What a finding costs; a bare number is a deduction per call."""

    deduct: float | None = Field(default=None, ge=0, le=1000)
    per: Literal["once", "hit"] = "once"

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return {"deduct": value} if is_number else value


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
    fit: WrittenFit = WrittenFit()


class WrittenAlert(Written):
    """How a live finding reaches a supervisor."""

    cool_down: str = "3m"
    at_most: int = Field(default=3, ge=1, le=100)

    @model_validator(mode="after")
    def _has_a_duration(self) -> WrittenAlert:
        if parse_duration_ms(self.cool_down) is None:
            raise _refusal(
                "duration", "cool_down is not a duration", "Write it as 30s or 2m", word=self.cool_down
            )
        return self


class WrittenRule(Written):
    """A rule. `when` is one condition; coaching is one variant or a list, first fitting first."""

    id: str = Field(pattern=_IDENTIFIER, max_length=60)
    title: WrittenText
    stage: Literal["observe", "coach", "score"] = "coach"
    severity: Literal["info", "minor", "major", "critical"] = "minor"
    label: str = Field(default="", pattern=_LABEL, max_length=60)
    criterion: str = Field(default="", max_length=60)
    points: WrittenPoints = WrittenPoints()
    leg: Literal["any", "first", "last"] = "any"
    jurisdiction: list[str] = Field(default_factory=list)
    citation: str = Field(default="", max_length=300)
    when: dict[str, Any]
    alert: WrittenAlert | bool = False
    examples: WrittenExamples = WrittenExamples()
    coaching: list[WrittenAdvice] = Field(default_factory=list, max_length=20)

    @model_validator(mode="before")
    @classmethod
    def _one_variant(cls, value: object) -> object:
        if isinstance(value, dict) and isinstance(value.get("coaching"), dict):
            return {**value, "coaching": [value["coaching"]]}
        return value


class WrittenStrength(Written):
    """A good moment and what to say about it."""

    id: str = Field(pattern=_IDENTIFIER, max_length=60)
    text: WrittenTemplate
    when: dict[str, Any]
    examples: WrittenExamples = WrittenExamples()


class WrittenCriterion(Written):
    """One question on the scorecard."""

    id: str = Field(pattern=_IDENTIFIER, max_length=60)
    title: WrittenText
    max_points: float = Field(gt=0, le=1000)
    floor: float = Field(default=0.0, ge=0)
    fatal: Literal["", "section", "call"] = ""

    @model_validator(mode="after")
    def _has_room(self) -> WrittenCriterion:
        if self.floor > self.max_points:
            problem, fix = "its floor is above its max_points", "Lower floor or raise max_points"
            raise _refusal("floor", problem, fix, floor=self.floor, max_points=self.max_points)
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

    @model_validator(mode="after")
    def _says_why(self) -> WrittenOverride:
        if self.disable and not self.reason:
            fix = "Add reason: …, so that reviewers know why the rule is silent"
            raise _refusal("disable_reason", "is disabled without a reason", fix)
        return self


class WrittenEffective(Written):
    """From when to when the book applies."""

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> WrittenEffective:
        if self.from_ and self.to and self.to < self.from_:
            raise _refusal("dates", "ends before it begins", "Exchange from and to")
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
    detectors: dict[str, dict[str, Any]] = Field(default_factory=dict)
    scorecard: WrittenScorecard = WrittenScorecard()
    rules: list[WrittenRule] = Field(default_factory=list, max_length=20_000)
    strengths: list[WrittenStrength] = Field(default_factory=list, max_length=200)
