"""Reads the operators on words, `phrases` and `regex`: each becomes a label that its detector emits."""

from __future__ import annotations

from dataclasses import dataclass, field

from qa_service.core.errors import RulebookError
from qa_service.core.speech import Role
from qa_service.detectors.patterns import PatternRule
from qa_service.detectors.phrases import PhraseRule
from qa_service.detectors.similar import SimilarRule
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.modifiers import mapping_of, role_of
from qa_service.rulebook.own import OF_WORDS, OwnDetectors
from qa_service.rulebook.phrases import read_phrases
from qa_service.rulebook.places import Place
from qa_service.rulebook.senses import note_strange, senses_of
from qa_service.rulebook.similar import read_similar
from qa_service.rules.conditions import Tagged
from qa_service.text.pattern_check import MOST_STEPS_TOGETHER, check_pattern

#: Its keys, the one that must be there first.
REGEX = ("pattern", "role", "unless")


@dataclass(slots=True)
class Budget:
    """What the patterns of a rulebook may cost together, so that nobody's rulebook takes the memory of the others."""

    left: int = MOST_STEPS_TOGETHER

    def take(self, pattern: str, place: Place) -> None:
        """Checks a pattern and takes what it costs; once it is used up, that is said and no more is compiled.

        Raises:
            RulebookError: the pattern cannot be run, or is the first for which nothing is left.
        """
        if self.left < 0:
            return
        try:
            self.left -= check_pattern(pattern).steps
        except RulebookError as error:
            code = error.code.removeprefix("rulebook_")
            raise place.error(
                code, error.problem, error.fix, word=pattern, why=error.values.get("why", "")
            ) from error
        if self.left < 0:
            problem = f"the patterns up to here are too large together (at most {MOST_STEPS_TOGETHER} steps)"
            fix = "Use phrases where they will do, or split the rulebook"
            raise place.error("patterns_large", problem, fix, most=MOST_STEPS_TOGETHER)


@dataclass(slots=True)
class Operators:
    """The phrase and pattern operators that one rule's conditions compile to (decisions.md 1)."""

    rule: str
    phrases: list[PhraseRule] = field(default_factory=list)
    patterns: list[PatternRule] = field(default_factory=list)
    similar: list[SimilarRule] = field(default_factory=list)
    count: int = 0
    budget: Budget = field(default_factory=Budget)
    own: OwnDetectors = field(default_factory=OwnDetectors)

    def label(self) -> str:
        """The next label `rule.<rule id>.<n>`."""
        self.count += 1
        return f"rule.{self.rule}.{self.count}"

    def read_similar(self, value: object, place: Place, role: Role | None) -> Tagged:
        """`similar: [句子, 句子]`: sentences that resemble examples."""
        label = self.label()
        rule = read_similar(label, value, place, role)
        self.similar.append(rule)
        return Tagged((label,), rule.role)

    def read_own(self, key: str, value: object, place: Place, role: Role | None = None) -> Tagged:
        """An operator that is a detector of its own (rulebook.own): about the whole call, or about utterances."""
        return Tagged(
            (self.own.operator(key, value, place, self.label()),), role if key in OF_WORDS else None
        )

    def read_settings(self, label: str, settings: object, place: Place, role: Role | None) -> Tagged:
        """`tag: pace.fast` with `settings: {limit_cpm: 280}` of this rule's own."""
        if not isinstance(settings, dict) or not settings:
            raise place.error("mapping", "is not a mapping", "Write for example {limit: 5s}")
        return Tagged((self.own.shipped(label, settings, place, self.label()),), role)

    def read_phrases(self, value: object, place: Place, role: Role | None) -> Tagged:
        """`phrases: [词, 词]`, or a mapping with `any`, `all` or `of` and what else rulebook.phrases reads."""
        label = self.label()
        rule = read_phrases(label, value, place, role)
        self.phrases.append(rule)
        return Tagged((label,), rule.role)

    def read_regex(self, value: object, place: Place, role: Role | None) -> Tagged:
        """`regex: '…'`, or `{pattern: '…', role, unless}`."""
        spec = mapping_of({"pattern": value} if isinstance(value, str) else value, REGEX, place)
        with Mistakes() as mistakes:
            note_strange(spec, REGEX, place, mistakes)
            with mistakes.noted():
                pattern = _pattern(spec.get("pattern"), place.at("pattern"), self.budget)
            with mistakes.noted():
                role = role_of(spec, place) or role
            with mistakes.noted():
                unless = senses_of(spec, place)
        label = self.label()
        self.patterns.append(PatternRule(label, pattern, role, unless))
        return Tagged((label,), role)


def _pattern(pattern: object, place: Place, budget: Budget) -> str:
    """A regular expression that the linear-time engine can run."""
    if not isinstance(pattern, str) or not pattern:
        raise place.error("pattern_missing", "is not a regular expression", "Write one in quotes")
    budget.take(pattern, place)
    return pattern
