"""A rulebook, ready to judge with: frozen, named by the digest of everything it resolves to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qa_service.coaching.advice import Advice
from qa_service.coaching.strengths import Praise
from qa_service.core.alerts import AlertPolicy
from qa_service.core.errors import RulebookError
from qa_service.core.measured import PartName
from qa_service.core.standard_answers import AnswerTable
from qa_service.core.texts import Text
from qa_service.detectors.base import Detector
from qa_service.rules.rule import Rule
from qa_service.scoring.scorecard import Charge, Scorecard


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence or dialogue on which a rule must, or must not, fire."""

    rule: str
    lines: tuple[str, ...]
    must_match: bool
    #: An including book set other limits in the rule's condition: its author never saw them.
    is_for_other_limits: bool = False


@dataclass(frozen=True, slots=True)
class Effective:
    """The days on which a version judges, both of them included; None leaves that side open."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Detector settings, rules, scorecard and coaching texts of one published version."""

    name: str
    version: int
    title: Text
    #: sha256 of the canonical JSON of the resolved whole, comments left out.
    digest: str
    detectors: tuple[Detector, ...]
    rules: tuple[Rule, ...]
    #: Rules that find good moments; they never cost points.
    good: tuple[Rule, ...]
    scorecard: Scorecard
    charges: tuple[Charge, ...]
    advice: Mapping[str, tuple[Advice, ...]]
    praise: tuple[Praise, ...]
    examples: tuple[Example, ...]
    #: Where each rule came from: `name@version`, for `rulebook show`.
    origins: Mapping[str, str]
    #: The rules that alert, and how often within one call.
    alerts: Mapping[str, AlertPolicy]
    #: Rules that an including book switched off, and its reason.
    disabled: Mapping[str, str]
    #: Tables of standard answers by their full names (`book/table`).
    answers: Mapping[str, AnswerTable] = field(default_factory=dict)
    #: For calls that began then (docs/rulebook.md).
    effective: Effective = Effective()

    def needs(self, part: PartName) -> bool:
        """Whether one of its detectors hears what is measured as `part`."""
        return any(part.value in detector.needs for detector in self.detectors)

    @property
    def reach_ms(self) -> int:
        """How far before a call's start its rules look into what a store knows of the customer; 0 for not at all."""
        return max((one.reach_ms for rule in (*self.rules, *self.good) for one in rule.asks), default=0)

    @property
    def told_reach_ms(self) -> int:
        """The same, for what was said in the customer's other calls."""
        return max((one.told_reach_ms for rule in (*self.rules, *self.good) for one in rule.asks), default=0)


@dataclass(frozen=True, slots=True)
class Overridden:
    """What an including book changed in a rule: the key, what it was and is, and why, where its author says so."""

    book: str
    key: str
    before: object
    after: object
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """A rule that a book switched off: nothing is judged by it, and whoever wants it can copy it."""

    id: str
    #: `name@version` of the book that it stands in.
    origin: str
    title: Text
    reason: str
    #: The values as its author wrote them.
    written: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Included:
    """What an `include` came to: as it is written, and the book that it means here."""

    written: str
    name: str
    version: int
    #: That of the included book by itself, before anything overrides its rules.
    digest: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A rulebook with every text that went into it: whoever keeps both can read it again years later."""

    book: Rulebook
    #: Name of each book → its text; the book's own first.
    texts: Mapping[str, str]
    #: The resolved whole, as JSON: what the digest is taken of.
    canonical: str = ""
    #: By rule, what books changed that include its own; the first change first.
    overridden: Mapping[str, tuple[Overridden, ...]] = field(default_factory=dict)
    #: What the book's own `include`s came to, in their order.
    includes: tuple[Included, ...] = ()
    #: The rules that are switched off, by their full names.
    off: Mapping[str, SwitchedOff] = field(default_factory=dict, compare=False)
    #: Looks for what holds and may not be what its author meant, in the book's own file.
    doubted: Callable[[], tuple[RulebookError, ...]] = field(default=tuple, compare=False)

    @property
    def warnings(self) -> tuple[RulebookError, ...]:
        """What holds and may not be what its author meant; looked for each time, for only authors ask."""
        return self.doubted()
