"""What one rulebook changed in another, where it is plain: rules that listen for phrases and for nothing else.

All other rules find what they found before, for no rule finds more or less because of another one
(tests/pipeline/test_many_rules.py); the one way in which they do touch each other, too many places in one utterance,
is looked at (`_is_crowded`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from qa_service.core.measured import PartName
from qa_service.detectors.base import Detector
from qa_service.detectors.phrases import PhraseRule, Phrases
from qa_service.pipeline.fast.book import Plain, plain_of, waiting_rules
from qa_service.pipeline.fast.sieve import Sieve
from qa_service.rulebook.book import Rulebook
from qa_service.rules.about import labels_of
from qa_service.rules.rule import Rule
from qa_service.scoring.scorecard import Charge
from qa_service.scoring.tally import Tally


@dataclass(frozen=True, slots=True)
class Side:
    """The rules that changed, as one of both books has them."""

    phrases: Phrases
    #: One for each of the phrase rules.
    plain: tuple[Plain, ...]
    charges: tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The rules that are not the same in both books."""

    former: Rulebook
    book: Rulebook
    #: The ids of the rules that changed, came or went.
    rules: frozenset[str]
    before: Side
    after: Side
    #: Finds what rules of either side listen for.
    sieve: Sieve
    #: Finds what any rule of the new book listens for.
    whole: Sieve
    tally: Tally
    #: Those of the changed rules that one sentence breaks for good (pipeline.missing).
    waiting: frozenset[str]
    #: Whether a call in which nothing is said that the changed rules listen for stands as it stood.
    is_quiet: bool = field(default=False)


def change_between(former: Rulebook, book: Rulebook) -> Change | None:
    """What changed; None where more than plain rules did: then everything is asked anew.

    Nor where a rule asks what may be another answer today: what a store knows of other calls, or whether somebody has
    made vectors of the book's sentences by now.
    """
    if any(rule.asks for rule in book.rules) or book.needs(PartName.EMBEDDINGS):
        return None
    rules = _changed(former, book)
    before, after = (_side(one, rules) for one in (former, book))
    if before is None or after is None or former.scorecard != book.scorecard:
        return None
    if _kept(former, rules) != _kept(book, rules):
        return None
    phrases = Phrases((*before.phrases.rules, *after.phrases.rules))
    whole = _phrases_of(book)
    return Change(
        former=former,
        book=book,
        rules=rules,
        before=before,
        after=after,
        sieve=Sieve(phrases.index.written, phrases.rules),
        whole=Sieve(whole.index.written, whole.rules),
        tally=Tally(book.scorecard, book.charges),
        waiting=waiting_rules(book) & rules,
        is_quiet=_asked(before) == _asked(after) and before.charges == after.charges,
    )


def _changed(former: Rulebook, book: Rulebook) -> frozenset[str]:
    """The rules whose condition, or what it is asked of, or the phrases that it reads are not the same in both."""
    sides = []
    for one in (former, book):
        phrases = {phrase.label: phrase for phrase in _phrases_of(one).rules}
        sides.append(
            {
                rule.id: (
                    _judged_by(rule),
                    tuple(phrases.get(label) for label in sorted(labels_of(rule.when))),
                )
                for rule in one.rules
            }
        )
    before, after = sides
    return frozenset(name for name in {*before, *after} if before.get(name) != after.get(name)) | {
        charge.rule for charge in set(former.charges) ^ set(book.charges)
    }


def _judged_by(rule: Rule) -> tuple[object, ...]:
    """Everything of a rule that what comes of a call may hang on; not its title, severity or label."""
    return (
        *(rule.when, rule.criterion, rule.leg, rule.needs, rule.needs_two_channels, rule.clocks),
        *(
            rule.jurisdictions,
            rule.since,
            rule.until,
            rule.rests_on_order,
            rule.calls,
            rule.measures,
            rule.asks,
        ),
    )


def _side(book: Rulebook, changed: Collection[str]) -> Side | None:
    """The changed rules of a book, if all of them are plain, and written as they are looked for."""
    held = [rule for rule in book.rules if rule.id in changed]
    by_label = {phrase.label: phrase for phrase in _phrases_of(book).rules}
    plain = [one for at, rule in enumerate(held) if (one := plain_of(at, rule, by_label))]
    phrases = Phrases(tuple(by_label[one.label] for one in plain))
    if len(plain) < len(held) or not phrases.index.is_written:
        return None
    return Side(phrases, tuple(plain), tuple(one for one in book.charges if one.rule in changed))


def _kept(book: Rulebook, changed: Collection[str]) -> tuple[object, ...]:
    """What of a book the rules that did not change hang on."""
    labels = {label for rule in book.rules if rule.id in changed for label in labels_of(rule.when)}
    return (
        [detector for detector in book.detectors if not isinstance(detector, Phrases)],
        [phrase for phrase in _phrases_of(book).rules if phrase.label not in labels],
        [charge for charge in book.charges if charge.rule not in changed],
    )


def _phrases_of(book: Rulebook) -> Phrases:
    found: Sequence[Detector] = [one for one in book.detectors if isinstance(one, Phrases)]
    return found[0] if len(found) == 1 and isinstance(found[0], Phrases) else Phrases()


def _asked(side: Side) -> dict[str, tuple[object, ...]]:
    """Of which calls the rules are asked (rules.rule)."""
    return {
        one.rule.id: (
            *(one.rule.jurisdictions, one.rule.since, one.rule.until, one.rule.leg, one.rule.clocks),
            *(one.rule.needs, one.rule.needs_two_channels, one.rule.calls, one.rule.criterion),
            _role(side.phrases.rules, one.label),
        )
        for one in side.plain
    }


def _role(phrases: Sequence[PhraseRule], label: str) -> object:
    return next(phrase.role for phrase in phrases if phrase.label == label)
