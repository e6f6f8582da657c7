"""Reads how far, on which side and of which hit of something else: `after: {tag: …, within: 30s, which: first}`."""

from __future__ import annotations

from qa_service.rulebook.durations import parse_duration_ms, parse_steps, parse_turns
from qa_service.rulebook.modifiers import Node
from qa_service.rulebook.places import Place
from qa_service.rules.conditions import Condition, Distance, Lacking, Nearby, Side, Which

#: What each anchor asks, and on which side of the condition it stands beside.
ANCHORS: dict[str, tuple[type[Nearby] | type[Lacking], Side]] = {
    "after": (Nearby, Side.BEFORE),
    "before": (Nearby, Side.AFTER),
    "near": (Nearby, Side.AROUND),
    "not_after": (Lacking, Side.BEFORE),
    "not_before": (Lacking, Side.AFTER),
    "not_near": (Lacking, Side.AROUND),
}
#: What says where an anchor looks, beside the condition in it.
PLACING = frozenset({"within", "which"})
#: Which hits of the condition in an anchor count, by the word for it.
WHICH: dict[str, Which | int] = {"any": Which.ANY, "first": 1, "last": Which.LAST, "every": Which.EVERY}
#: Nobody means a later one.
LAST_NUMBERED = 1_000


def bare_anchor(node: object) -> str | None:
    """The anchor's name where a part of `all` is nothing but an anchor."""
    if not isinstance(node, dict) or len(node) != 1:
        return None
    key = next(iter(node))
    return key if key in ANCHORS else None


def inside(value: object, place: Place) -> Node:
    """The condition inside an anchor; words alone (`any: [词, 词]`) are phrases in whatever sense."""
    if not isinstance(value, dict):
        raise place.error("anchor", "is not a condition", "Write for example {tag: …, within: 30s}")
    rest = {key: held for key, held in value.items() if key not in PLACING}
    words = rest.get("any")
    if isinstance(words, list) and words and all(isinstance(word, str) for word in words):
        del rest["any"]
        return {"phrases": {"any": words, "unless": []}, **rest}
    return rest


def anchored(key: str, what: Condition, distance: Distance, which: Which | int) -> Nearby | Lacking:
    """The condition `what` as an anchor at its distance."""
    kind, _ = ANCHORS[key]
    return kind(what, distance, which)


def distance_of(key: str, value: object, place: Place) -> Distance:
    """How far from the anchor, and on which side of it; any distance where the author does not say."""
    _, side = ANCHORS[key]
    if not isinstance(value, dict) or "within" not in value:
        return Distance(side)
    within = value["within"]
    steps, span_ms = parse_steps(within), parse_duration_ms(within)
    if steps is None and span_ms is None and (turns := parse_turns(within)) is not None:
        problem, fix = (
            f"{within!r} counts turns",
            f"Write utterances or a time: {2 * turns} utterances, or 30s",
        )
        raise place.at("within").error("distance_turns", problem, fix, word=within, steps=2 * turns)
    if steps is None and span_ms is None:
        problem = f"{within!r} is not a distance"
        raise place.at("within").error("distance", problem, "Write 30s or 2 utterances", word=within)
    return Distance(side, within_ms=span_ms, within_utterances=steps)


def which_of(key: str, value: object, place: Place) -> Which | int:
    """Which hits of the condition in the anchor count; any where the author does not say.

    Raises:
        RulebookError: it is neither a word for some of them nor a number, or asks that something is not near every one.
    """
    if not isinstance(value, dict) or "which" not in value:
        return Which.ANY
    written, here = value["which"], place.at("which")
    if isinstance(written, int) and not isinstance(written, bool) and 1 <= written <= LAST_NUMBERED:
        return written
    if not isinstance(written, str) or written not in WHICH:
        problem, fix = f"{written!r} is not one of its times", "Write any, first, last, every, or 2, 3 …"
        raise here.error("which", problem, fix, word=written)
    kind, _ = ANCHORS[key]
    if kind is Lacking and written == "every":
        problem = f"every beside {key} may mean two things"
        raise here.error("which_every", problem, "Leave which out: then none of them may be there", word=key)
    return WHICH[written]
