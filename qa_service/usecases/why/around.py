"""Why something does not count as beside a hit, or stands in its way: on which side, how far, which of its times."""

from __future__ import annotations

from collections.abc import Sequence

from qa_service.rules.conditions import Distance, Lacking, Nearby, Side, Which
from qa_service.rules.hit import Hit
from qa_service.rules.match import chosen
from qa_service.rules.neighbours import Neighbours
from qa_service.usecases.why.bench import Bench
from qa_service.usecases.why.clues import MOST, Clue, at_s, quote_of


def apart(bench: Bench, found: Sequence[Hit], part: Nearby, around: list[Hit]) -> list[Clue]:
    """Why none of `found` has one of `around` beside it."""
    counted = chosen(around, part.which)
    if not counted:
        return [Clue.of("fewer_times", about=part, count=len(around), wanted=str(part.which))]
    if part.which is Which.EVERY:
        alone = [
            one
            for one in counted
            if not Neighbours(found, bench.scene).having_near(one.anchor, part.distance)
        ]
        return [Clue.of("left_alone", about=part, quote=quote_of(one.anchor)) for one in alone[:MOST]]
    pairs = sorted(
        ((_gap_ms(hit, one), hit, one) for hit in found for one in counted if one.anchor != hit.anchor),
        key=lambda pair: pair[0],
    )
    if not pairs:
        return [Clue.of("only_itself", about=part)]
    on_side = [pair for pair in pairs if _is_on_side(pair[1], pair[2], part.distance)]
    return [_far(bench, part, *on_side[0][1:]) if on_side else _wrong_side(part, *pairs[0][1:])]


def _far(bench: Bench, part: Nearby, hit: Hit, one: Hit) -> Clue:
    """The nearest on the right side is too far."""
    distance, said = part.distance, quote_of(one.anchor)
    if distance.within_ms is not None and _gap_ms(hit, one) > distance.within_ms:
        seconds, within = round(_gap_ms(hit, one) / 1_000, 1), round(distance.within_ms / 1_000, 1)
        return Clue.of("too_far", about=part, quote=said, seconds=seconds, within=within)
    steps = abs(bench.scene.position(hit.anchor) - bench.scene.position(one.anchor))
    return Clue.of(
        "too_far_utterances", about=part, quote=said, count=steps, within=distance.within_utterances or 0
    )


def _wrong_side(part: Nearby, hit: Hit, one: Hit) -> Clue:
    here, there = at_s(hit.anchor), at_s(one.anchor)
    return Clue.of("wrong_side", about=part, quote=quote_of(one.anchor), seconds=there, at=here)


def in_the_way(bench: Bench, found: Sequence[Hit], part: Lacking, around: list[Hit]) -> list[Clue]:
    """What stands where nothing of its kind should."""
    near = Neighbours(chosen(around, part.which), bench.scene)
    told = []
    for hit in found[:MOST]:
        other = near.best(near.near(hit.anchor, part.distance), hit.anchor)
        if other is not None:
            told.append(
                Clue.of("in_the_way", about=part, quote=quote_of(other.anchor), seconds=at_s(other.anchor))
            )
    return told


def _gap_ms(one: Hit, other: Hit) -> int:
    """The silence between two, none where they overlap."""
    first, second = one.anchor.span, other.anchor.span
    return max(0, second.start_ms - first.end_ms, first.start_ms - second.end_ms)


def _is_on_side(hit: Hit, one: Hit, distance: Distance) -> bool:
    """As rules.neighbours has it."""
    here, there = hit.anchor.span, one.anchor.span
    match distance.side:
        case Side.BEFORE:
            return there.start_ms <= here.start_ms
        case Side.AFTER:
            return there.end_ms >= here.end_ms
        case _:
            return True
