"""What of a rulebook can be judged from words alone, line by line; its other rules are `judge`'s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa_service.core.per_object import per_object
from qa_service.detectors.phrases import PhraseRule, Phrases
from qa_service.pipeline.fast.sieve import Sieve
from qa_service.pipeline.missing import waiting_criteria
from qa_service.rulebook.book import Rulebook
from qa_service.rules.about import labels_of
from qa_service.rules.conditions import AnyOf, Capped, Condition, Repeated, Scope, Tagged
from qa_service.rules.index import RuleIndex, indexed
from qa_service.rules.rule import Rule
from qa_service.scoring.tally import Tally

_ANYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Plain:
    """A rule that asks whether its phrases were said, and nothing around them."""

    at: int
    rule: Rule
    label: str
    min_confidence: float


def is_local(when: Condition) -> bool:
    """Whether its hits are known from the tags alone, without the utterances around them."""
    match when:
        case Tagged():
            return when.scope == _ANYWHERE
        case AnyOf():
            return all(map(is_local, when.parts))
        case Capped() | Repeated():
            return is_local(when.what)
        case _:
            return False


def plain_of(at: int, rule: Rule, phrases: Mapping[str, PhraseRule]) -> Plain | None:
    """The rule, if it is as plain as most are."""
    when = rule.when
    if not isinstance(when, Tagged) or len(when.labels) != 1 or when.scope != _ANYWHERE:
        return None
    said = phrases.get(when.labels[0])
    if said is None or said.at_least > 1 or said.none or when.role not in {None, said.role}:
        return None
    return None if rule.asks or rule.measures else Plain(at, rule, when.labels[0], when.min_confidence)


class FastBook:
    """A rulebook whose rules all listen for phrases. Nothing in it changes but what it remembers."""

    def __init__(self, book: Rulebook, phrases: Phrases) -> None:
        self.book = book
        self.phrases = phrases
        self.index: RuleIndex = indexed(book.rules)
        self.sieve = Sieve(phrases.index.written, phrases.rules)
        self.tally = Tally(book.scorecard, book.charges)
        #: For each phrase rule: the plain rule that it is of, or nothing.
        self.plain = _plain(book.rules, phrases.rules)
        #: Rules whose hits take real tags, and no more; those that `judge` is asked about once they wake.
        self.local = frozenset(at for at, rule in enumerate(book.rules) if is_local(rule.when))
        #: The rules that one sentence breaks for good (pipeline.missing).
        self.waiting = waiting_rules(book)
        self.asks_day = any(rule.since or rule.until for rule in book.rules)


def _plain(rules: Sequence[Rule], phrases: Sequence[PhraseRule]) -> tuple[Plain | None, ...]:
    by_label = {phrase.label: phrase for phrase in phrases}
    read: dict[str, int] = {}
    for rule in rules:
        for label in labels_of(rule.when):
            read[label] = read.get(label, 0) + 1
    found = (plain_of(at, rule, by_label) for at, rule in enumerate(rules))
    plain = {one.label: one for one in found if one and read[one.label] == 1}
    doubled = len(by_label) < len(phrases)
    return tuple(None if doubled else plain.get(phrase.label) for phrase in phrases)


def waiting_rules(book: Rulebook) -> frozenset[str]:
    """The rules that wait for a person where so much is missing that their sentence may be in it."""
    criteria = waiting_criteria(book.scorecard)
    return frozenset(charge.rule for charge in book.charges if charge.criterion in criteria)


@per_object
def fast_book(book: Rulebook) -> FastBook | None:
    """The book, if it can be judged so at all: it listens for phrases as they are written, and for nothing else.

    Not where a rule may hold though nothing was said, rests on silence, or asks a store or how much was said.
    """
    phrases = book.detectors[0] if book.detectors else Phrases()
    if len(book.detectors) > 1 or not isinstance(phrases, Phrases) or not phrases.index.is_written:
        return None
    index = indexed(book.rules)
    if index.sleepless or index.rests_on_silence or any(rule.asks or rule.measures for rule in book.rules):
        return None
    return FastBook(book, phrases)
