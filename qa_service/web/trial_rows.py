"""What the API says and hears about trials: what a draft makes of its examples and of calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from qa_service.usecases.try_draft import Tried, TriedOn
from qa_service.usecases.try_rulebook import Trial
from qa_service.usecases.why.telling import Telling
from qa_service.web.schemas import Id, Said, shown


class ToTry(Said):
    """What a draft is tried on, beside its own examples."""

    model_config = shown({"transcript": {"utterances": []}})

    transcript: dict[str, Any] | None = Field(
        default=None, description="文字稿，写法见 docs/envelope.md。A transcript."
    )
    calls: list[Id] = Field(default_factory=list, max_length=20, description="存下的通话，需要 calls:read。")


class ExampleRow(Said):
    """An example and whether its rule did what its author says."""

    rule: str
    lines: list[str]
    must_match: bool
    matched: bool
    for_other_limits: bool = Field(
        default=False,
        description="引用的规则被改了限值，结果与例句不符：例句是按原来的限值写的，不算不通过。"
        "It comes out otherwise and was written for other limits than this book sets: no failure.",
    )
    undecided: str | None = Field(
        default=None,
        description="例句说不了的原因（代码），例如没有通话库可查；不算通过，也不算不通过。Why an example cannot tell.",
    )

    why: list[str] = Field(
        default_factory=list,
        description="与作者所写不符时的原因，一行一句，缩进的说明上一行；前 50 条不符的例句才有。"
        "Why it came out otherwise than its author says, a sentence each; of the first 50 such examples.",
    )

    @classmethod
    def of(cls, trial: Trial, telling: Telling) -> ExampleRow:
        """The row of a trial."""
        example = trial.example
        return cls(
            rule=example.rule,
            lines=list(example.lines),
            must_match=example.must_match,
            matched=trial.matched,
            for_other_limits=not trial.as_wanted and not trial.fails,
            undecided=trial.undecided.code if trial.undecided else None,
            why=telling.lines(trial.why),
        )


class FoundRow(Said):
    """What the draft found; quotes are masked."""

    rule: str
    title: str
    severity: str
    stage: str
    needs_human: bool
    start_ms: int
    end_ms: int
    quotes: list[str]


class TriedRow(Said):
    """What the draft makes of one call; an empty id is the transcript."""

    call_id: str
    status: str
    score: float | None
    passed: bool | None
    listed_score: float | None
    findings: list[FoundRow]

    @classmethod
    def of(cls, tried: TriedOn) -> TriedRow:
        """The row of a call."""
        document = tried.document
        evaluation = document["evaluation"] or {}
        return cls(
            call_id=tried.call_id,
            status=document["status"],
            score=evaluation.get("score"),
            passed=evaluation.get("passed"),
            listed_score=tried.listed_score,
            findings=[_found(finding) for finding in document["findings"]],
        )


class TriedAnswer(Said):
    """What a draft does. Nothing of it is kept."""

    rules: int
    examples: list[ExampleRow]
    calls: list[TriedRow]

    @classmethod
    def of(cls, tried: Tried, telling: Telling) -> TriedAnswer:
        """The answer."""
        return cls(
            rules=len(tried.rulebook.rules),
            examples=[ExampleRow.of(trial, telling) for trial in tried.examples],
            calls=[TriedRow.of(one) for one in tried.calls],
        )


def _found(finding: Mapping[str, Any]) -> FoundRow:
    quotes = [quote["text"] for piece in finding["evidence"] for quote in piece["quotes"]]
    names = ("rule", "title", "severity", "stage", "needs_human", "start_ms", "end_ms")
    return FoundRow(**{name: finding[name] for name in names}, quotes=quotes)
