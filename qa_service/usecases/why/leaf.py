"""Why one condition on tags has no hit: what came near to it, and what kept that from counting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from qa_service.core.tags import Tag
from qa_service.detectors.groups import ANYWHERE
from qa_service.detectors.means import Means, MeansRule
from qa_service.detectors.patterns import PatternRule
from qa_service.detectors.phrases import PhraseRule
from qa_service.detectors.similar import Similar, SimilarRule
from qa_service.rules.conditions import Tagged
from qa_service.usecases.why.bench import Bench
from qa_service.usecases.why.clues import MOST, Clue, at_s, quote_of
from qa_service.usecases.why.loosened import Rejected, found_with, rejected, said_of
from qa_service.usecases.why.other import nothing_heard

#: Less alike than this nothing is called near.
_NEAR = 0.3
#: Where an author asked for likeness, whatever there is is told.
_ANY = 0.05
#: A sentence is compared with so many phrases.
_MOST_COMPARED = 100


def unmet(bench: Bench, wanted: Tagged) -> list[Clue]:
    """What there is instead of a hit, at most a few places; never nothing."""
    tags = bench.scene.labelled(wanted.labels)
    if tags:
        return [_unfit(bench, tag, wanted) for tag in tags[:MOST]]
    clues = [clue for label in wanted.labels[:MOST] for clue in _unheard(bench, label, wanted)]
    return clues or [Clue.of("nothing", about=wanted)]


def _unfit(bench: Bench, tag: Tag, wanted: Tagged) -> Clue:
    """Why a tag with the right label does not count."""
    said = quote_of(tag)
    if wanted.role is not None and tag.role is not wanted.role:
        return Clue.of("other_role", about=wanted, quote=said, role=tag.role.value, wanted=wanted.role.value)
    if tag.confidence < wanted.min_confidence:
        percent, least = round(100 * tag.confidence, 1), round(100 * wanted.min_confidence, 1)
        return Clue.of("unsure", because=tag.because, quote=said, percent=percent, least=least)
    where = bench.scene.window(wanted.scope, wanted.role)
    return Clue.of(
        "outside",
        about=wanted,
        quote=said,
        seconds=at_s(tag),
        start=round(where.start_ms / 1_000, 1),
        end=round(where.end_ms / 1_000, 1),
    )


def _unheard(bench: Bench, label: str, wanted: Tagged) -> Iterable[Clue]:
    operator: Any = bench.operators.get(label)
    read: Mapping[type[Any], Callable[[], Iterable[Clue]]] = {
        PhraseRule: lambda: _phrases(bench, operator, wanted),
        PatternRule: lambda: _pattern(bench, operator, wanted),
        SimilarRule: lambda: _similar(bench, operator, wanted),
        MeansRule: lambda: _means(bench, operator, wanted),
    }
    known = read.get(type(operator))
    return known() if known else nothing_heard(bench, label, operator, wanted)


def _phrases(bench: Bench, rule: PhraseRule, wanted: Tagged) -> Iterator[Clue]:
    places = rejected(bench, rule)
    thrown = [place for place in places if place.because]
    if places and len(thrown) < len(places):
        yield from _group(bench, rule, wanted)
    yield from (_thrown(place, rule, wanted) for place in thrown[:MOST])
    if not places:
        yield (
            _by_machine(bench, rule) or _nearest(bench, rule.any, wanted) or Clue.of("not_said", about=wanted)
        )


def _group(bench: Bench, rule: PhraseRule, wanted: Tagged) -> Iterator[Clue]:
    """Why phrases that are said do not stand together."""
    said = said_of(bench, rule)
    if len(said) < rule.at_least:
        unsaid = [word for word in dict.fromkeys(rule.any) if word not in said]
        yield Clue.of(
            "some_of",
            count=len(said),
            least=rule.at_least,
            quote=" ".join(said[:MOST]),
            missing=" ".join(unsaid[:MOST]),
        )
    elif found_with(bench, replace(rule, none=())):
        yield Clue.of("barred", about=wanted, quote=" ".join(said[:MOST]))
    elif rule.window != ANYWHERE and found_with(bench, replace(rule, none=(), window=ANYWHERE)):
        yield Clue.of("too_wide", about=wanted, quote=" ".join(said[:MOST]))
    else:
        yield Clue.of("other_sentences", quote=" ".join(said[:MOST]))


def _pattern(bench: Bench, rule: PatternRule, wanted: Tagged) -> Iterator[Clue]:
    places = rejected(bench, rule)
    yield from (_thrown(place, rule, wanted) for place in places[:MOST])
    if not places:
        yield _by_machine(bench, rule) or Clue.of("no_match", about=wanted)


def _thrown(place: Rejected, rule: PhraseRule | PatternRule, wanted: Tagged) -> Clue:
    """What threw a place out; the first of several, for mending it shows the next."""
    said, first = quote_of(place.tag), next(iter(place.because), "nothing")
    if first == "other_role" and rule.role is not None:
        return Clue.of(
            "other_role", about=wanted, quote=said, role=place.tag.role.value, wanted=rule.role.value
        )
    if first in rule.unless:
        senses = ", ".join(why for why in place.because if why in rule.unless)
        return Clue.of(
            "sense", quote=said, sense=senses, unless=f"unless: [{', '.join(sorted(rule.unless))}]"
        )
    if first == "by_sound":
        return Clue.of("by_sound", about=wanted, quote=said)
    if first == "part_of_word":
        return Clue.of("part_of_word", quote=said)
    return Clue.of("barred" if first == "barred" else "nothing", about=wanted, quote=said)


def _by_machine(bench: Bench, rule: PhraseRule | PatternRule) -> Clue | None:
    """What an announcement says, to which no rule listens."""
    said = rejected(bench.with_machines(), rule)
    return Clue.of("by_machine", quote=quote_of(said[0].tag)) if said else None


def _nearest(bench: Bench, words: Iterable[str], wanted: Tagged) -> Clue | None:
    """What resembles one of the words most, where anything does."""
    examples = tuple(words)[:_MOST_COMPARED]
    best = _best(bench.tags(Similar((SimilarRule("nearest", examples, _NEAR),))))
    if best is None:
        return None
    values = dict(best.because.values)
    return Clue.of(
        "nearest",
        about=wanted,
        quote=quote_of(best),
        example=values.get("example", ""),
        percent=values.get("percent", 0),
    )


def _similar(bench: Bench, rule: SimilarRule, wanted: Tagged) -> Iterator[Clue]:
    loose = replace(rule, at_least=_ANY, unlike=(), role=None)
    yield _alike(bench.tags(Similar((loose,))), rule, wanted)


def _means(bench: Bench, rule: MeansRule, wanted: Tagged) -> Iterator[Clue]:
    detector = next((one for one in bench.detectors if isinstance(one, Means)), Means())
    loose = replace(rule, at_least=_ANY, unlike=(), role=None, unless=frozenset())
    yield _alike(bench.tags(replace(detector, rules=(loose,))), rule, wanted)


def _alike(tags: Iterable[Tag], rule: SimilarRule | MeansRule, wanted: Tagged) -> Clue:
    """The likest there is: whose it was, how alike, or that it is more like what is not meant."""
    found = tuple(tags)
    own = tuple(tag for tag in found if rule.role in (None, tag.role))
    best = _best(own)
    likest = _best(found)
    if best is None or (likest is not None and _percent(best) < 100 * rule.at_least <= _percent(likest)):
        if likest is None or rule.role is None or likest.role is rule.role:
            return Clue.of("nothing_alike", about=wanted, least=round(100 * rule.at_least, 1))
        return Clue.of(
            "other_role",
            about=wanted,
            quote=quote_of(likest),
            role=likest.role.value,
            wanted=rule.role.value,
        )
    said, percent = quote_of(best), _percent(best)
    example = dict(best.because.values).get("example", "")
    if percent < 100 * rule.at_least:
        least = round(100 * rule.at_least, 1)
        return Clue.of("less_alike", quote=said, example=example, percent=percent, least=least)
    return Clue.of(
        "more_unlike" if rule.unlike else "sense_of_example", quote=said, example=example, percent=percent
    )


def _best(tags: Iterable[Tag]) -> Tag | None:
    return max(tags, key=lambda tag: (_percent(tag), -tag.span.start_ms), default=None)


def _percent(tag: Tag) -> float:
    value = dict(tag.because.values).get("percent", 0)
    return float(value) if isinstance(value, int | float) else 0.0
