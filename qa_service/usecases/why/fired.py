"""What a rule found in an example, by which of its conditions, how surely, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa_service.core.tags import Tag
from qa_service.rules.conditions import Absent, Condition, Step, Steps, Tagged, inside, steps_of
from qa_service.rules.find import WORTH_ASKING, one_per_utterance
from qa_service.rules.hit import Hit
from qa_service.rules.match import hits
from qa_service.usecases.why.bench import Bench
from qa_service.usecases.why.clues import MOST, Clue, quote_of, under


def fired(bench: Bench, condition: Condition) -> list[Clue]:
    """Every finding, the first few."""
    bench.scene.work.begin()
    found = [hit for hit in one_per_utterance(hits(condition, bench.scene)) if hit.confidence >= WORTH_ASKING]
    return [clue for hit in found[:MOST] for clue in _of(hit, condition)]


def too_doubtful(bench: Bench, condition: Condition) -> list[Clue]:
    """What the condition hits and nobody is asked about, for it is too unsure."""
    bench.scene.work.begin()
    least = round(100 * WORTH_ASKING)
    return [
        Clue.of(
            "beneath_asking",
            quote=quote_of(hit.anchor),
            percent=round(100 * hit.confidence, 1),
            least=least,
            because=hit.anchor.because,
        )
        for hit in hits(condition, bench.scene)[:MOST]
    ]


def _of(hit: Hit, condition: Condition) -> list[Clue]:
    said, percent = quote_of(hit.anchor), round(100 * hit.confidence, 1)
    head = Clue.of(
        "fired" if said else "fired_unquoted",
        about=_leaf(condition, hit.anchor),
        because=hit.anchor.because,
        quote=said,
        percent=percent,
    )
    others = [tag for tag in hit.tags if tag is not hit.anchor]
    return under(head, _resting(others, condition))


def _resting(others: Sequence[Tag], condition: Condition) -> Iterator[Clue]:
    for tag in others[:MOST]:
        said = quote_of(tag)
        yield Clue.of(
            "rests_on" if said else "rests_on_unquoted",
            about=_leaf(condition, tag),
            because=tag.because,
            quote=said,
        )


def _leaf(condition: Condition, tag: Tag) -> Condition | None:
    """The part of a condition that a tag comes from."""
    match condition:
        case Tagged():
            return condition if tag.label in condition.labels else None
        case Absent() if condition.label == tag.label:
            return condition
        case Steps():
            named = [part for part in steps_of(condition.parts) if isinstance(part, Step)]
            if any(part.label == tag.label for part in named):
                return condition
    return next((leaf for part in inside(condition) if (leaf := _leaf(part, tag))), None)
