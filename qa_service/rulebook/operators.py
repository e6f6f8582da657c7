"""Reads the operators on words, `phrases` and `regex`: each becomes a label that its detector emits."""

from __future__ import annotations

from dataclasses import dataclass, field

from qa_service.core.errors import RulebookError
from qa_service.core.speech import Role
from qa_service.detectors.by_sound import EXACT, Tolerance
from qa_service.detectors.means import MeansRule
from qa_service.detectors.patterns import PatternRule
from qa_service.detectors.phrases import PhraseRule
from qa_service.detectors.similar import SimilarRule
from qa_service.rulebook.answer_rules import AnswerDetectors
from qa_service.rulebook.later import object_to
from qa_service.rulebook.limits import Limits
from qa_service.rulebook.means import read_means
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.modifiers import mapping_of, role_of
from qa_service.rulebook.own import OF_WORDS, OwnDetectors
from qa_service.rulebook.phrases import read_phrases
from qa_service.rulebook.places import Place
from qa_service.rulebook.senses import note_strange, senses_of
from qa_service.rulebook.similar import read_similar
from qa_service.rulebook.tolerance import tolerance_of
from qa_service.rules.conditions import Tagged
from qa_service.text.pattern_check import MOST_STEPS_TOGETHER, check_pattern

#: Its keys, the one that must be there first.
REGEX = ("pattern", "role", "unless", "sounds_like")


@dataclass(slots=True)
class Budget:
    """What the patterns of a rulebook may cost together, so that nobody's rulebook takes the memory of the others."""

    left: int = MOST_STEPS_TOGETHER

    def take(self, pattern: str, place: Place) -> int:
        """Checks a pattern and takes what it costs; once it is used up, that is said and no more is compiled.

        Returns its width (text.pattern_width).

        Raises:
            RulebookError: the pattern cannot be run, or is the first for which nothing is left.
        """
        if self.left < 0:
            return 0
        try:
            checked = check_pattern(pattern)
        except RulebookError as error:
            raise _seen_at(place, error, pattern) from error
        if checked.objection is not None:
            object_to(_seen_at(place, checked.objection, pattern))
        self.left -= checked.steps
        if self.left < 0:
            problem = f"the patterns up to here are too large together (at most {MOST_STEPS_TOGETHER} steps)"
            fix = "Use phrases where they will do, or split the rulebook"
            raise place.error("patterns_large", problem, fix, most=MOST_STEPS_TOGETHER)
        return checked.width


def _seen_at(place: Place, error: RulebookError, pattern: str) -> RulebookError:
    code = error.code.removeprefix("rulebook_")
    return place.error(code, error.problem, error.fix, word=pattern, why=error.values.get("why", ""))


@dataclass(slots=True)
class Operators:
    """The phrase and pattern operators that one rule's conditions compile to (decisions.md 1)."""

    rule: str
    #: What the rule says of what only sounds alike, where an operator says nothing.
    sounds_like: Tolerance = EXACT
    phrases: list[PhraseRule] = field(default_factory=list)
    patterns: list[PatternRule] = field(default_factory=list)
    similar: list[SimilarRule] = field(default_factory=list)
    means: list[MeansRule] = field(default_factory=list)
    count: int = 0
    budget: Budget = field(default_factory=Budget)
    own: OwnDetectors = field(default_factory=OwnDetectors)
    answers: AnswerDetectors = field(default_factory=AnswerDetectors)
    limits: Limits = field(default_factory=Limits)
    #: The labels of detectors that hear for this rule alone.
    heard: set[str] = field(default_factory=set)

    def label(self) -> str:
        """The next label `rule.<rule id>.<n>`."""
        self.count += 1
        return f"rule.{self.rule}.{self.count}"

    def read_similar(self, value: object, place: Place, role: Role | None) -> Tagged:
        """`similar: [句子, 句子]`: sentences that resemble examples."""
        label = self.label()
        rule = read_similar(label, value, place, role)
        self.limits.take("sentences", len(rule.examples) + len(rule.unlike), place)
        self.similar.append(rule)
        return Tagged((label,), rule.role)

    def read_means(self, value: object, place: Place, role: Role | None) -> Tagged:
        """`means: [句子, 句子]`: sentences that mean what examples do."""
        label = self.label()
        rule = read_means(label, value, place, role)
        self.limits.take("sentences", len(rule.like) + len(rule.unlike), place)
        self.means.append(rule)
        return Tagged((label,), rule.role)

    def read_answers(self, value: object, place: Place) -> Tagged:
        """`answers: table`, or a mapping with it: questions of a table that were not answered as they should be."""
        asked = self.answers.read(value, place, self.rule, self.label())
        self._take_detector(asked.labels[0].rpartition(".")[0], place, "detectors")
        return asked

    def read_own(self, key: str, value: object, place: Place, role: Role | None = None) -> Tagged:
        """An operator that is a detector of its own (rulebook.own): about the whole call, or about utterances."""
        label = self.own.operator(key, value, place, self.label(), role)
        self._take_detector(label, place, "detectors" if key in OF_WORDS else "whole")
        return Tagged((label,), role if key in OF_WORDS else None)

    def _take_detector(self, label: str, place: Place, what: str) -> None:
        """Counts the detectors that hear for this rule alone, each once."""
        if label not in self.heard:
            self.heard.add(label)
            self.limits.take(what, 1, place)

    def read_settings(self, label: str, settings: object, place: Place, role: Role | None) -> Tagged:
        """`tag: pace.fast` with `settings: {limit_cpm: 280}` of this rule's own."""
        if not isinstance(settings, dict) or not settings:
            raise place.error("mapping", "is not a mapping", "Write for example {limit: 5s}")
        own = self.own.shipped(label, settings, place, self.label())
        self._take_detector(own, place, "detectors")
        return Tagged((own,), role)

    def read_phrases(self, value: object, place: Place, role: Role | None) -> Tagged:
        """`phrases: [词, 词]`, or a mapping with `any`, `all` or `of` and what else rulebook.phrases reads."""
        self.limits.take("operators", 1, place)
        label = self.label()
        rule = read_phrases(label, value, place, role, self.sounds_like)
        self.phrases.append(rule)
        return Tagged((label,), rule.role)

    def read_regex(self, value: object, place: Place, role: Role | None) -> Tagged:
        """`regex: '…'`, or `{pattern: '…', role, unless, sounds_like}`."""
        self.limits.take("operators", 1, place)
        spec = mapping_of(
            {"pattern": value} if isinstance(value, str) else value, REGEX, place, "'保证.{0,4}收益'"
        )
        with Mistakes() as mistakes:
            note_strange(spec, REGEX, place, mistakes)
            with mistakes.noted():
                pattern = self._pattern(spec.get("pattern"), place.at("pattern"))
            with mistakes.noted():
                role = role_of(spec, place) or role
            with mistakes.noted():
                unless = senses_of(spec, place)
            with mistakes.noted():
                sounds_like = tolerance_of(spec, place, self.sounds_like)
        label = self.label()
        self.patterns.append(PatternRule(label, pattern, role, unless, sounds_like=sounds_like))
        return Tagged((label,), role)

    def _pattern(self, pattern: object, place: Place) -> str:
        """A regular expression that the linear-time engine can run."""
        if not isinstance(pattern, str) or not pattern:
            raise place.error("pattern_missing", "is not a regular expression", "Write one in quotes")
        self.limits.take("wide", self.budget.take(pattern, place), place)
        return pattern
