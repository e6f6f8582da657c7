"""The texts of a book: titles, advice, and the examples that its rules are tried on."""

from __future__ import annotations

from collections.abc import Iterable
from string import Formatter

from qa_service.coaching.advice import Advice, Fit
from qa_service.coaching.strengths import Praise
from qa_service.core.errors import RulebookError
from qa_service.core.texts import Text
from qa_service.rulebook.book import Example
from qa_service.rulebook.example_call import read_call
from qa_service.rulebook.examples import read_lines
from qa_service.rulebook.later import object_to
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.phrases import check_word
from qa_service.rulebook.places import Place
from qa_service.rulebook.resolve import FlatRule, FlatStrength
from qa_service.rulebook.schema import WrittenAdvice, WrittenText

#: What a text about a moment may name: what surrounds the moment, and every value that a reason can carry.
GAPS = frozenset(
    {
        "quote",
        "question",
        "reply",
        "answer",
        "time",
        "count",
        "asked",
        "baseline",
        "better",
        "below_db",
        "confidence",
        "cpm",
        "date",
        "days",
        "db",
        "drop_db",
        "end",
        "example",
        "explained",
        "hedges",
        "jurisdiction",
        "kind",
        "limit",
        "limit_ms",
        "model",
        "note",
        "now",
        "other",
        "overlap_ms",
        "parts",
        "percent",
        "point",
        "problem",
        "row",
        "seconds",
        "semitones",
        "share",
        "snr_db",
        "start",
        "step",
        "then",
        "word",
        "topic",
    }
)


def text_of(written: WrittenText) -> Text:
    """The text in all languages that its author gave."""
    return Text(written.zh_CN, written.zh_TW, written.en)


def advice_of(rule: FlatRule) -> tuple[Advice, ...]:
    """The coaching variants of a rule, in the order in which they are tried.

    Raises:
        RulebookError: every word to fit in which nothing can be heard, and gap that nothing ever fills.
    """
    variants: list[Advice] = []
    if not rule.written.coaching:
        return ()
    with Mistakes() as mistakes:
        for i, written in enumerate(rule.written.coaching):
            with mistakes.noted():
                variants.append(_variant(written, f"{rule.id}#{i}", rule.place.at("coaching", i)))
    return tuple(variants)


def _variant(written: WrittenAdvice, name: str, place: Place) -> Advice:
    texts: dict[str, Text] = {}
    with Mistakes() as mistakes:
        for i, word in enumerate(written.fit.customer):
            with mistakes.noted():
                check_word(word, place.at("fit", "customer", i))
        for key, text in (("what", written.what), ("why", written.why), ("instead", written.instead)):
            with mistakes.noted():
                texts[key] = _without_slips(text, place.at(key))
    return Advice(**texts, fit=Fit(tuple(written.fit.customer), written.fit.touchpoint), name=name)


def praise_of(strength: FlatStrength) -> Praise:
    """What is said of a good moment.

    Raises:
        RulebookError: every gap in it that nothing ever fills.
    """
    return Praise(strength.id, _without_slips(strength.written.text, strength.place.at("text")))


def _without_slips(written: WrittenText, place: Place) -> Text:
    """The text, all of whose gaps are some that can be filled."""
    gaps = {
        gap: None
        for said in (written.zh_CN, written.zh_TW, written.en)
        for _, gap, _, _ in Formatter().parse(said)
        if gap is not None and gap not in GAPS
    }
    with Mistakes() as mistakes:
        for gap in gaps:
            with mistakes.noted():
                object_to(place.unknown("key_unknown", gap, GAPS, f"nothing ever fills {{{gap}}}"))
    return text_of(written)


def examples_of(held: FlatRule | FlatStrength) -> tuple[Example, ...]:
    """Every example of a rule or strength.

    Raises:
        RulebookError: every line that says nothing or ends before it begins.
    """
    written, place = held.written.examples, held.place.at("examples")
    if not (written.match or written.no_match):
        return ()
    with Mistakes() as mistakes:
        with mistakes.noted():
            matching = _tried(held.id, written.match, place.at("match"), must_match=True)
        with mistakes.noted():
            others = _tried(held.id, written.no_match, place.at("no_match"), must_match=False)
    return (*matching, *others)


def _tried(
    rule: str, examples: Iterable[str | list[str]], place: Place, *, must_match: bool
) -> list[Example]:
    tried: list[Example] = []
    with Mistakes() as mistakes:
        for i, written in enumerate(examples):
            lines = (written,) if isinstance(written, str) else tuple(written)
            with mistakes.noted():
                if _is_readable(lines, place.at(i)):
                    tried.append(Example(rule, lines, must_match))
    return tried


def _is_readable(lines: tuple[str, ...], place: Place) -> bool:
    """Whether it is an example. What is none is refused; of a published book it is left out: it judges nothing."""
    mistake = _mistake_in(lines, place)
    if mistake is not None:
        object_to(mistake)
    return mistake is None


def _mistake_in(lines: tuple[str, ...], place: Place) -> RulebookError | None:
    try:
        _, said = read_call(lines)
    except ValueError as error:
        problem, fix = (
            f"{error} says nothing of a call",
            "Write 通话: 2026-03-04 22:30 呼出 第4通, or part of it",
        )
        return place.error("example_call", problem, fix, word=str(error))
    try:
        read = read_lines(said)
    except ValueError:
        problem, fix = "a line ends before it begins", "Write [start-end] in seconds, the earlier first"
        return place.error("example_times", problem, fix)
    if not read or not all(line.text for line in read):
        return place.error("example_empty", "a line says nothing", "Write what is said")
    return None
