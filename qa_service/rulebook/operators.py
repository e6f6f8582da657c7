"""Reads the operators on words, `phrases` and `regex`: each becomes a label that its detector emits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa_service.core.errors import RulebookError
from qa_service.core.speech import Role
from qa_service.detectors.patterns import PatternRule
from qa_service.detectors.phrases import PhraseRule
from qa_service.rulebook.mistakes import Mistakes, together
from qa_service.rulebook.modifiers import Node, mapping_of, role_of, strange_keys
from qa_service.rulebook.own import OwnDetectors
from qa_service.rulebook.places import Place
from qa_service.rules.conditions import Tagged
from qa_service.text.context import Context
from qa_service.text.normalize import fold
from qa_service.text.pattern_check import MOST_STEPS_TOGETHER, check_pattern

_EXCUSES = tuple(str(sense) for sense in Context)
#: Senses in which words are usually not meant: denied, somebody else's, asked.
_USUAL_EXCUSES = ["negated", "quoted", "question"]
_TOLERANCES = ("exact", "near")
#: Keys of each operator, the one that must be there first.
_PHRASES = ("any", "role", "unless", "sounds_like", "whole_words")
_REGEX = ("pattern", "role", "unless")


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
            raise place.error("pattern", error.problem, error.fix, word=pattern, why=error.problem) from error
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
    count: int = 0
    budget: Budget = field(default_factory=Budget)
    own: OwnDetectors = field(default_factory=OwnDetectors)

    def label(self) -> str:
        """The next label `rule.<rule id>.<n>`."""
        self.count += 1
        return f"rule.{self.rule}.{self.count}"

    def read_own(self, key: str, value: object, place: Place) -> Tagged:
        """An operator about the call as a whole: `call`, `length`, `turns`, `talk_ratio`, who spoke, who hung up."""
        return Tagged((self.own.operator(key, value, place, self.label()),))

    def read_settings(self, label: str, settings: object, place: Place, role: Role | None) -> Tagged:
        """`tag: pace.fast` with `settings: {limit_cpm: 280}` of this rule's own."""
        if not isinstance(settings, dict) or not settings:
            raise place.error("mapping", "is not a mapping", "Write for example {limit: 5s}")
        return Tagged((self.own.shipped(label, settings, place, self.label()),), role)

    def read_phrases(self, value: object, place: Place, role: Role | None) -> Tagged:
        """`phrases: [词, 词]`, or `{any: […], role, unless, sounds_like, whole_words}`."""
        spec = mapping_of({"any": value} if isinstance(value, list) else value, _PHRASES, place)
        with Mistakes() as mistakes:
            _note_strange(spec, _PHRASES, place, mistakes)
            with mistakes.noted():
                words = _words(spec.get("any"), place.at("any"))
            with mistakes.noted():
                role = role_of(spec, place) or role
            with mistakes.noted():
                unless = _unless(spec, place)
            with mistakes.noted():
                sounds_like = _sounds_like(spec, place)
            with mistakes.noted():
                whole_words = _whole_words(spec, place)
        label = self.label()
        self.phrases.append(PhraseRule(label, words, role, unless, sounds_like, whole_words))
        return Tagged((label,), role)

    def read_regex(self, value: object, place: Place, role: Role | None) -> Tagged:
        """`regex: '…'`, or `{pattern: '…', role, unless}`."""
        spec = mapping_of({"pattern": value} if isinstance(value, str) else value, _REGEX, place)
        with Mistakes() as mistakes:
            _note_strange(spec, _REGEX, place, mistakes)
            with mistakes.noted():
                pattern = _pattern(spec.get("pattern"), place.at("pattern"), self.budget)
            with mistakes.noted():
                role = role_of(spec, place) or role
            with mistakes.noted():
                unless = _unless(spec, place)
        label = self.label()
        self.patterns.append(PatternRule(label, pattern, role, unless))
        return Tagged((label,), role)


def _note_strange(spec: Node, known: Sequence[str], place: Place, mistakes: Mistakes) -> None:
    """Notes keys that may not stand there; nothing else where one of them was meant to be the first of `known`."""
    strange = strange_keys(spec, known, place)
    if strange and known[0] not in spec:
        raise together(strange)
    mistakes.note(*strange)


def _words(words: object, place: Place) -> tuple[str, ...]:
    """Phrases in which something can be heard."""
    if not isinstance(words, list) or not words:
        raise place.error("phrases", "is not a list of phrases", "Write at least one phrase")
    with Mistakes() as mistakes:
        for i, word in enumerate(words):
            with mistakes.noted():
                check_word(word, place.at(i))
    return tuple(words)


def check_word(word: object, place: Place) -> None:
    """Raises RulebookError where `word` is no text, or nothing in it can be heard."""
    if not isinstance(word, str):
        fix = "Put it in quotes, as numbers and yes/no have to be"
        raise place.error("phrase_not_text", f"{word!r} is not a text", fix, word=word)
    if not fold(word).text:
        problem = f"{word!r} has no letter, digit or Chinese character"
        raise place.error("phrase_silent", problem, "Write the words to look for", word=word)


def _pattern(pattern: object, place: Place, budget: Budget) -> str:
    """A regular expression that the linear-time engine can run."""
    if not isinstance(pattern, str) or not pattern:
        raise place.error("pattern_missing", "is not a regular expression", "Write one in quotes")
    budget.take(pattern, place)
    return pattern


def _unless(spec: Node, place: Place) -> frozenset[str]:
    excuses = spec.get("unless", _USUAL_EXCUSES)
    here = place.at("unless")
    if not isinstance(excuses, list):
        raise here.error("list", "is not a list", f"Write for example [{', '.join(_USUAL_EXCUSES)}]")
    with Mistakes() as mistakes:
        for i, excuse in enumerate(excuses):
            if excuse not in _EXCUSES:
                mistakes.note(here.at(i).unknown("unless", excuse, _EXCUSES, f"{excuse!r} is not a sense"))
    return frozenset(excuses)


def _whole_words(spec: Node, place: Place) -> bool:
    value = spec.get("whole_words", False)
    if not isinstance(value, bool):
        problem, fix = f"{value!r} is neither true nor false", "Write true or false"
        raise place.at("whole_words").error("flag", problem, fix, word=value)
    return value


def _sounds_like(spec: Node, place: Place) -> str:
    value, here = spec.get("sounds_like", "exact"), place.at("sounds_like")
    if isinstance(value, dict):
        if strange := strange_keys(value, ("tolerance",), here):
            raise together(strange)
        value = value.get("tolerance")
    if value not in _TOLERANCES:
        raise here.unknown("tolerance", value, _TOLERANCES, f"{value!r} is not a tolerance")
    return str(value)
