"""A difference in words, for the terminal and for the page: what it warns of, what flips, what there is to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from qa_service.core.intervals import Share
from qa_service.core.rescores import Volume
from qa_service.i18n.catalogue import Catalogue
from qa_service.pipeline.rescored import EDGES, Diff, Expected, RuleChange

_NONE = "–"


def flips(texts: Catalogue, diff: Diff) -> Iterator[str]:
    """Calls that passed and do not any more, and the other way round; the most first."""
    for flip in diff.flips:
        sides = {"before": passed(flip.before, texts), "after": passed(flip.after, texts)}
        yield texts.say("rescore.flip", **sides, calls=flip.calls)


def left_out(texts: Catalogue, diff: Diff) -> str:
    """Why calls were not judged again, and how many; empty where all were."""
    why = (f"{texts.say(f'rescore.left_out_{code}')} {calls}" for code, calls in diff.left_out.items())
    return texts.say("tune.comma").join(why)


def shifts() -> Sequence[str]:
    """The steps in which score shifts are counted."""
    between = (f"{low:g} … {high:g}" for low, high in pairwise(EDGES))
    return (f"≤ {EDGES[0]:g}", *between, f"> {EDGES[-1]:g}")


def warnings(texts: Catalogue, diff: Diff, volume: Volume) -> Iterator[str]:
    """Budgets that are exceeded."""
    over = diff.over(volume)
    if "review" in over:
        most = f"{100 * volume.most_reviewed:g}"
        yield texts.say("rescore.over_review", share=f"{100 * over['review']:.1f}", most=most)
    if "alerts" in over:
        yield texts.say("rescore.over_alerts", alerts=f"{over['alerts']:.1f}", most=f"{volume.most_alerts:g}")


def passed(passed: bool | None, texts: Catalogue) -> str:
    """Passed, failed, or open."""
    return texts.say({True: "rescore.passed", False: "rescore.failed", None: "rescore.open"}[passed])


def load_rows(texts: Catalogue, diff: Diff, volume: Volume) -> Iterator[Sequence[str]]:
    """What there is to do before and after, and on a day of the centre."""
    before, after, day = diff.before, diff.after, diff.expected(volume)
    yield texts.say("rescore.findings"), str(before.findings), str(after.findings), _day(day.findings)
    yield texts.say("rescore.review"), _share(before.review), _share(after.review), _day(day.review)
    yield texts.say("rescore.alerts"), _count(before.alerts), _count(after.alerts), _alerts(texts, day)
    sides = diff.agreement
    for name, shares in (
        ("confirmed", [side.confirmed for side in sides]),
        ("dismissed", [side.dismissed for side in sides]),
    ):
        if shares[0].n:
            yield texts.say(f"rescore.{name}"), *(f"{one.hits}/{one.n}" for one in shares), _NONE


def is_touched(one: RuleChange) -> bool:
    """Whether anything of the rule is different."""
    return bool(one.appeared or one.disappeared or one.moved)


def _alerts(texts: Catalogue, day: Expected) -> str:
    if day.alerts_an_hour is None:
        return _day(day.alerts)
    return f"{_day(day.alerts)}\n{texts.say('rescore.an_hour', alerts=f'{day.alerts_an_hour:.1f}')}"


def _share(share: Share) -> str:
    return _NONE if share.value is None else f"{share.hits} ({100 * share.value:.1f} %)"


def _count(value: int | None) -> str:
    return _NONE if value is None else str(value)


def _day(value: float | None) -> str:
    return _NONE if value is None else f"{value:,.0f}"
