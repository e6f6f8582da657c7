"""The written form: what a YAML rulebook may hold. Conditions (`when`) are read by rulebook.when."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA = "qa-service/rulebook@1"
_IDENTIFIER = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_LABEL = r"^[a-z_]+(\.[a-z_]+)+$"


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


class WrittenPoints(Written):
    """What a finding costs; a bare number is a deduction per call."""

    deduct: float | None = Field(default=None, ge=0, le=1000)
    per: Literal["once", "hit"] = "once"

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        return {"deduct": value} if isinstance(value, int | float) else value


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

    what: WrittenText
    why: WrittenText
    instead: WrittenText
    fit: WrittenFit = WrittenFit()


class WrittenAlert(Written):
    """How a live finding reaches a supervisor."""

    cool_down: str = "3m"
    at_most: int = Field(default=3, ge=1, le=100)


class WrittenRule(Written):
    """A rule. `when` is one condition; coaching is one variant or a list, first fitting first."""

    id: str = Field(pattern=_IDENTIFIER, max_length=60)
    title: WrittenText
    stage: Literal["observe", "coach", "score"] = "coach"
    severity: Literal["info", "minor", "major", "critical"] = "minor"
    label: str = Field(default="", max_length=60)
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
    text: WrittenText
    when: dict[str, Any]
    examples: WrittenExamples = WrittenExamples()


class WrittenCriterion(Written):
    """One question on the scorecard."""

    id: str = Field(pattern=_IDENTIFIER, max_length=60)
    title: WrittenText
    max_points: float = Field(gt=0, le=1000)
    floor: float = Field(default=0.0, ge=0)
    fatal: Literal["", "section", "call"] = ""


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
            raise ValueError("disable needs a reason, so that reviewers know why the rule is silent")
        return self


class WrittenEffective(Written):
    """From when to when the book applies."""

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None


class WrittenRulebook(Written):
    """The whole file."""

    schema_: Literal["qa-service/rulebook@1"] = Field(alias="schema")
    name: str = Field(pattern=_IDENTIFIER, max_length=60)
    version: int = Field(ge=1)
    title: WrittenText
    effective: WrittenEffective = WrittenEffective()
    include: list[str] = Field(default_factory=list, max_length=20)
    override: dict[str, WrittenOverride] = Field(default_factory=dict)
    detectors: dict[str, dict[str, Any]] = Field(default_factory=dict)
    scorecard: WrittenScorecard = WrittenScorecard()
    rules: list[WrittenRule] = Field(default_factory=list, max_length=20_000)
    strengths: list[WrittenStrength] = Field(default_factory=list, max_length=200)
