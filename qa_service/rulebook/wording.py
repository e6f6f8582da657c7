"""The texts of a book: titles, advice, and the examples that its rules are tried on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from string import Formatter

from qa_service.coaching.advice import Advice, Fit
from qa_service.core.texts import Text
from qa_service.rulebook.book import Example
from qa_service.rulebook.examples import read_lines
from qa_service.rulebook.places import Place
from qa_service.rulebook.resolve import FlatBook, FlatRule, FlatStrength
from qa_service.rulebook.schema import WrittenAdvice, WrittenText
from qa_service.text.normalize import fold

#: What a coaching text may name: what surrounds the moment, and every value that a reason can carry.
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
        "below_db",
        "confidence",
        "cpm",
        "db",
        "drop_db",
        "explained",
        "hedges",
        "kind",
        "limit",
        "limit_ms",
        "model",
        "overlap_ms",
        "parts",
        "percent",
        "problem",
        "seconds",
        "share",
        "snr_db",
    }
)


def text_of(written: WrittenText) -> Text:
    """The text in all languages that its author gave."""
    return Text(written.zh_CN, written.zh_TW, written.en)


def advice_of(rule: FlatRule) -> tuple[Advice, ...]:
    """The coaching variants of a rule, in the order in which they are tried.

    Raises:
        RulebookError: a word to fit in which nothing can be heard, or a gap that nothing ever fills.
    """
    return tuple(
        _variant(written, f"{rule.id}#{i}", rule.place.at("coaching", i))
        for i, written in enumerate(rule.written.coaching)
    )


def _variant(written: WrittenAdvice, name: str, place: Place) -> Advice:
    for i, word in enumerate(written.fit.customer):
        if not fold(word).text:
            problem = f"{word!r} has no letter, digit or Chinese character"
            here = place.at("fit", "customer", i)
            raise here.error("phrase_silent", problem, "Write the words to look for", word=word)
    for key, text in (("what", written.what), ("why", written.why), ("instead", written.instead)):
        _check_gaps(text_of(text), place.at(key))
    fit = Fit(tuple(written.fit.customer), written.fit.touchpoint)
    return Advice(text_of(written.what), text_of(written.why), text_of(written.instead), fit, name)


def _check_gaps(text: Text, place: Place) -> None:
    for said in (text.zh_CN, text.zh_TW, text.en):
        for _, gap, _, _ in Formatter().parse(said):
            if gap is not None and gap not in GAPS:
                raise place.unknown("key_unknown", gap, GAPS, f"nothing ever fills {{{gap}}}")


def examples_of(flat: FlatBook) -> Iterator[Example]:
    """Every example of every rule and strength.

    Raises:
        RulebookError: a line that says nothing or ends before it begins.
    """
    every: list[FlatRule | FlatStrength] = [*flat.rules.values(), *flat.strengths.values()]
    for held in every:
        written, place = held.written.examples, held.place.at("examples")
        yield from _tried(held.id, written.match, place.at("match"), must_match=True)
        yield from _tried(held.id, written.no_match, place.at("no_match"), must_match=False)


def _tried(
    rule: str, examples: Iterable[str | list[str]], place: Place, *, must_match: bool
) -> Iterator[Example]:
    for i, written in enumerate(examples):
        lines = (written,) if isinstance(written, str) else tuple(written)
        _check(lines, place.at(i))
        yield Example(rule, lines, must_match)


def _check(lines: tuple[str, ...], place: Place) -> None:
    try:
        read = read_lines(lines)
    except ValueError as error:
        problem, fix = "a line ends before it begins", "Write [start-end] in seconds, the earlier first"
        raise place.error("example_times", problem, fix) from error
    if not read or not all(line.text for line in read):
        raise place.error("example_empty", "a line says nothing", "Write what is said")
