"""One operator as a sentence: who says what, or what a detector hears."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qa_service.core.speech import Role
from qa_service.detectors.answers import Answers
from qa_service.detectors.means import MeansRule
from qa_service.detectors.own import Own
from qa_service.detectors.patterns import PatternRule
from qa_service.detectors.phrases import PhraseRule
from qa_service.detectors.registry import BY_LABEL
from qa_service.detectors.similar import SimilarRule
from qa_service.i18n.catalogue import Catalogue
from qa_service.rulebook.own import KINDS
from qa_service.rulebook.reading.operators import Operator
from qa_service.rulebook.reading.quoting import Quoting, duration, percent
from qa_service.rulebook.reading.settings import settings_of
from qa_service.rules.conditions import Tagged

#: What `unless` leaves out where nothing is written: not worth a word in a short line.
_USUAL = frozenset({"negated", "quoted", "question"})
#: Settings of an operator that its sentence tells.
_TOLD = frozenset({"above", "below", "jump", "kinds", "kind", "course", "role", "by"})
#: What somebody who reads no patterns can read of one.
_WORDS = re.compile(r"[\u4e00-\u9fff]{2,}|[A-Za-z0-9]{3,}")
_SETS = re.compile(r"\[[^]]*\]\??|\\.|\{[0-9,]*\}")
#: Operators of KINDS by the class that they set.
_KEYS: Mapping[type[Any], str] = {kind: key for key, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Listening:
    """Tells operators in one language; `is_brief` leaves out what does not say what is listened for."""

    texts: Catalogue
    operators: Mapping[str, Operator]
    quoting: Quoting
    is_brief: bool = False

    def told(self, wanted: Tagged) -> str:
        """What a condition on tags listens for; parts of the leg and confidences are told elsewhere."""
        return self.texts.say("says.or").join(self._each(wanted))

    def _each(self, wanted: Tagged) -> Iterator[str]:
        answers = [self.operators.get(label) for label in wanted.labels]
        if isinstance(answers[0], Answers):  # one table, several verdicts
            yield self._answers(answers[0], wanted.labels)
            return
        for label, operator in zip(wanted.labels, answers, strict=True):
            yield self._operator(label, operator, wanted.role)

    def _operator(self, label: str, operator: Operator | None, role: Role | None) -> str:
        match operator:
            case PhraseRule():
                return self._phrases(operator)
            case PatternRule():
                return self._pattern(operator)
            case SimilarRule():
                return self._alike("similar", operator.examples, operator)
            case MeansRule():
                return self._alike("means", operator.like, operator)
            case Own():
                return self._detector(operator.emits, settings_of(operator.heard, is_all=False), role)
            case None:
                return self._detector(label, (), role)
            case _ if label in BY_LABEL:
                return self._detector(label, (), role)
        return self._own(_KEYS[type(operator)], operator, role)

    def who(self, role: Role | None) -> str:
        """Whose words count."""
        return self.texts.say(f"says.who.{role.value if role else 'anybody'}")

    def _phrases(self, rule: PhraseRule) -> str:
        words, several = self.quoting.words(rule.any), len(set(rule.any))
        how = "one" if several == 1 else "any" if rule.at_least == 1 else "of"
        how = "all" if rule.at_least == several > 1 else how
        said = self.texts.say(
            f"says.phrases.{how}", who=self.who(rule.role), words=words, count=rule.at_least
        )
        return said + "".join(self._beside_words(rule))

    def _beside_words(self, rule: PhraseRule) -> Iterator[str]:
        say, window = self.texts.say, rule.window
        if rule.none:
            yield say("says.phrases.none", words=self.quoting.words(rule.none))
        if window.before is not None:
            yield say("says.phrases.before", count=window.before)
        if window.after is not None:
            yield say("says.phrases.after", count=window.after)
        if self.is_brief:
            return
        if rule.sounds_like != "exact":
            yield say("says.phrases.near")
        if rule.whole_words:
            yield say("says.phrases.whole_words")
        yield self._unless(rule.unless)

    def _pattern(self, rule: PatternRule) -> str:
        who, words = (
            self.who(rule.role),
            _words_in(rule.pattern),
        )
        if self.is_brief and words:
            return self.texts.say("says.regex_words", who=who, words=self.quoting.words(words))
        said = self.texts.say("says.regex", who=who, pattern=self.quoting.word(rule.pattern))
        return said if self.is_brief else said + self._unless(rule.unless)

    def _alike(self, how: str, examples: tuple[str, ...], rule: SimilarRule | MeansRule) -> str:
        said = self.texts.say(
            f"says.{how}",
            who=self.who(rule.role),
            words=self.quoting.words(examples),
            percent=percent(rule.at_least),
        )
        if self.is_brief:
            return said
        if rule.unlike:
            said += self.texts.say("says.unlike", words=self.quoting.words(rule.unlike))
        return said + (self._unless(rule.unless) if isinstance(rule, MeansRule) else "")

    def _unless(self, senses: frozenset[str]) -> str:
        """In which senses it does not count."""
        if not senses:
            return self.texts.say("says.any_sense")
        named = self.quoting.codes("sense", sorted(senses))
        return self.texts.say("says.unless", senses=named)

    def _answers(self, detector: Answers, labels: tuple[str, ...]) -> str:
        verdicts = self.quoting.codes("answer", (label.rpartition(".")[2] for label in labels))
        said = self.texts.say("says.answers", word=detector.table.name, verdicts=verdicts)
        return said if self.is_brief else said + self._set(settings_of(_without_table(detector)))

    def _detector(self, label: str, settings: tuple[str, ...], role: Role | None) -> str:
        named = self.texts.label(label)
        key = "says.tag" if role else "says.heard"
        return self.texts.say(key, who=self.who(role), label=named) + self._set(settings)

    def _own(self, key: str, detector: Any, role: Role | None) -> str:
        """An operator that is a detector of its own."""
        values: dict[str, object] = {"who": self._whose(detector, role), **self._values(detector)}
        said = self.texts.say(f"says.own.{key}", **values) + self._limits(detector)
        if self.is_brief or key == "call":
            return said
        held = settings_of(detector, is_all=False)
        return said + self._set(tuple(one for one in held if one.partition(":")[0] not in _TOLD))

    def _whose(self, detector: Any, role: Role | None) -> str:
        named = getattr(detector, "role", "") or getattr(detector, "by", "")
        if role is None and named in {who.value for who in Role}:
            return self.who(Role(named))
        return self.who(role)

    def _values(self, detector: Any) -> dict[str, object]:
        kinds = getattr(detector, "kinds", ())
        found: dict[str, object] = {"kinds": self.quoting.codes("kind", kinds)}
        if within_ms := getattr(detector, "within_ms", 0):
            found["within"] = duration(within_ms)
        if (alike := getattr(detector, "alike", None)) is not None:
            found["percent"] = percent(alike)
        if course := getattr(detector, "course", ""):
            found["course"] = self.texts.say(f"says.course.{course}")
        found["count"] = getattr(detector, "at_least", 0)
        found["asked"] = self.quoting.items(settings_of(detector, is_all=False))
        return found

    def _limits(self, detector: Any) -> str:
        """`above` and `below` in the author's unit."""
        told = []
        for name in ("above", "below", "jump"):
            value = getattr(detector, name, None)
            limit = f"{value:g}" if isinstance(value, int | float) else None
            if (limit_ms := getattr(detector, f"{name}_ms", None)) is not None:
                limit = duration(limit_ms)
            if limit is not None:
                told.append(self.texts.say(f"says.limit.{name}", limit=limit))
        return "".join(told)

    def _set(self, settings: tuple[str, ...]) -> str:
        return self.texts.say("says.settings", settings=self.quoting.items(settings)) if settings else ""


def _words_in(pattern: str) -> list[str]:
    """Words that a pattern looks for, the longest first; single characters and sets of them tell nobody anything."""
    return sorted(set(_WORDS.findall(_SETS.sub(" ", pattern))), key=lambda word: (-len(word), word))


def _without_table(detector: Answers) -> Answers:
    """Its settings without the rows, which nobody could read."""
    return Answers("", turns=detector.turns, within_ms=detector.within_ms, at_least=detector.at_least)
