"""Reads `answers`: which table, which verdicts, how long the agent has; and what is advised where nobody says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from qa_service.coaching.advice import Advice
from qa_service.core.speech import Role
from qa_service.core.standard_answers import AnswerTable, Verdict
from qa_service.core.texts import Text
from qa_service.detectors.answers import Answers
from qa_service.rulebook.durations import parse_duration_ms
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.modifiers import Node, mapping_of
from qa_service.rulebook.places import Place
from qa_service.rulebook.senses import note_strange
from qa_service.rulebook.spelling import near
from qa_service.rules.about import labels_of
from qa_service.rules.conditions import Condition, Tagged

KEYS = ("table", "verdict", "turns", "within", "at_least")
#: What a rule is about where it does not say: everything that is not as it should be, and what people decide.
USUAL = (Verdict.INCOMPLETE, Verdict.CONTRADICTING, Verdict.UNDECIDED)
#: Bounds of `turns`, of `within` in milliseconds, of `at_least`.
TURNS, WITHIN_MS, AT_LEAST = (1, 10), (5_000, 600_000), (0.5, 1.0)
_KNOWN = tuple(verdict.value for verdict in Verdict)


@dataclass(slots=True)
class AnswerDetectors:
    """The detectors that hold calls against tables; rules that ask the same of one table share one."""

    tables: Mapping[str, AnswerTable] = field(default_factory=dict)
    #: Tables that could not be read: nobody says of them that they are not there.
    spoiled: frozenset[str] = frozenset()
    by_settings: dict[Answers, Answers] = field(default_factory=dict)

    @property
    def detectors(self) -> tuple[Answers, ...]:
        """All of them."""
        return tuple(self.by_settings.values())

    @property
    def labels(self) -> frozenset[str]:
        """Every label that one of them emits."""
        return frozenset(label for detector in self.by_settings.values() for label in detector.labels)

    def is_asked_by(self, condition: Condition | None) -> bool:
        """Whether a condition reads what one of them finds."""
        return condition is not None and not self.labels.isdisjoint(labels_of(condition))

    def read(self, value: object, place: Place, rule: str, label: str) -> Tagged:
        """The condition; `rule` is the full id of the rule in which it stands.

        Raises:
            RulebookError: everything in it that does not hold.
        """
        spec = mapping_of({"table": value} if isinstance(value, str) else value, KEYS, place, "表名")
        with Mistakes() as mistakes:
            note_strange(spec, KEYS, place, mistakes)
            with mistakes.noted():
                table = self._table(spec.get("table"), place.at("table"), rule.partition("/")[0])
            with mistakes.noted():
                verdicts = _verdicts(spec.get("verdict", [*_usual()]), place.at("verdict"))
            with mistakes.noted():
                turns = _number(spec, "turns", TURNS, place, Answers().turns)
            with mistakes.noted():
                within_ms = _within(spec.get("within"), place.at("within"))
            with mistakes.noted():
                at_least = _number(spec, "at_least", AT_LEAST, place, float(Answers().at_least))
        settings = Answers("", table, int(turns), within_ms, float(at_least))
        if settings not in self.by_settings:
            self.by_settings[settings] = replace(settings, label=label)
            self.by_settings[settings].prepare()
        detector = self.by_settings[settings]
        return Tagged(tuple(detector.label_of(verdict) for verdict in verdicts), Role.AGENT)

    def _table(self, name: object, place: Place, book: str) -> AnswerTable:
        """A table of the same book, or of another one by its full name."""
        if not isinstance(name, str) or not name:
            raise place.error("answers_table", "names no table", "Write one that stands under answers:")
        full = name if "/" in name else f"{book}/{name}"
        if full in self.spoiled:
            return AnswerTable(name, ())
        if full not in self.tables:
            known = {one.removeprefix(f"{book}/") for one in (*self.tables, *self.spoiled)}
            if not known:
                fix = f"Write answers: {{{name}: {{file: {name}.csv}}}} in the book"
                raise place.error("answers_none", "the book has no tables of answers", fix, word=name)
            raise place.unknown("answers_unknown", name, known, f"there is no table {name!r}")
        return self.tables[full]


def _usual() -> tuple[str, ...]:
    return tuple(verdict.value for verdict in USUAL)


def _verdicts(value: object, place: Place) -> tuple[Verdict, ...]:
    said = [value] if isinstance(value, str) else value
    if not isinstance(said, list) or not said:
        known = ", ".join(_KNOWN)
        raise place.error("answers_verdict", "is no verdict", f"Write one of: {known}", known=known)
    with Mistakes() as mistakes:
        for at, word in enumerate(said):
            if word not in _KNOWN:
                here = place if isinstance(value, str) else place.at(at)
                mistakes.note(here.unknown("setting_word", word, _KNOWN, f"{word!r} may not stand here"))
    return tuple(dict.fromkeys(Verdict(word) for word in said))


def _number(spec: Node, key: str, bounds: tuple[float, float], place: Place, usual: float) -> float:
    """What is written under `key`, a whole number where `usual` is one."""
    value, (low, high) = spec.get(key, usual), bounds
    is_kind = isinstance(value, int if isinstance(usual, int) else int | float) and not isinstance(
        value, bool
    )
    if not is_kind or not low <= value <= high:
        least, most, example = f"{low:g}", f"{high:g}", near(value, usual, bounds)
        problem, fix = (
            f"{value!r} is not between {least} and {most}",
            f"Write a value from {least} to {most}: {example}",
        )
        here = place.at(key)
        raise here.error("setting_range", problem, fix, word=value, low=least, high=most, example=example)
    return float(value)


def _within(value: object, place: Place) -> int:
    if value is None:
        return Answers().within_ms
    within_ms, (low, high) = parse_duration_ms(value), WITHIN_MS
    if within_ms is None:
        problem, fix = f"{value!r} is not a duration", "Write it with its unit, such as 60s or 2m"
        raise place.error("duration", problem, fix, word=value)
    if not low <= within_ms <= high:
        problem, fix = f"{value} is not between 5s and 10m", "Write a value from 5s to 10m: 60s"
        raise place.error("setting_range", problem, fix, word=value, low="5s", high="10m", example="60s")
    return within_ms


_WHAT = Text(
    "客户问「{topic}」，您答「{quote}」。",
    en="The customer asked “{topic}”; you answered “{quote}”.",
)
_WHY = Text(
    "标准答案里的「{point}」没有说到，或者说得不一样；客户会按听到的去办。",
    en="“{point}” of the standard answer was not said, or said otherwise; the customer acts on what was heard.",
)
_SAY = Text("「{better}」", en="“{better}”")
_LOOK_UP = Text(
    "先看一眼标准答案再答；拿不准的，说查实后回复的时间。",
    en="Look the standard answer up first; where you are not sure, say by when you will have checked.",
)


def usual_advice(rule: str) -> tuple[Advice, ...]:
    """What is advised where a rule about standard answers has no coaching of its own: the words that were missing."""
    return (
        Advice(_WHAT, _WHY, _SAY, name=f"{rule}#0"),
        Advice(_WHAT, _WHY, _LOOK_UP, name=f"{rule}#1"),
    )
