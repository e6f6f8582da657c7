"""What a rulebook changes, as a page that opens offline and prints; nothing that was said in a call is on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from qa_service.core.rescores import Volume
from qa_service.exports.report import block_hash, environment, style_of
from qa_service.exports.rescored_words import (
    flips,
    is_touched,
    left_out,
    load_rows,
    passed,
    shifts,
    warnings,
)
from qa_service.i18n.catalogue import Catalogue
from qa_service.pipeline.diff import Again, Found, Outcome
from qa_service.pipeline.rescored import EDGES, Diff
from qa_service.ports.reporting import Page

#: Rules on the page; JSON has them all.
_MOST_RULES = 40


def rescored_page(
    told: Mapping[str, Any],
    diff: Diff,
    volume: Volume,
    texts: Catalogue,
    link: Callable[[str], str] = lambda call_id: f"/calls/{call_id}",
) -> Page:
    """The page. `told` says which calls and which rulebook, and of a run its id, state and note."""
    book = f"{told['rulebook']['name']}@{told['rulebook']['version']}"
    state, run = str(told.get("state", "")), str(told.get("run", ""))
    touched = [one for one in diff.rules if is_touched(one)]
    values: dict[str, Any] = {
        "told": {"run": "", "state": "", **told},
        "book": book,
        "diff": diff,
        "t": texts.say,
        "lang": texts.lang.replace("_", "-"),
        "state": texts.say(f"rescore.state_{state}") if state else "",
        "note": told.get("note", ""),
        "left_out": left_out(texts, diff),
        "flips": sum(flip.calls for flip in diff.flips),
        "flip_rows": list(flips(texts, diff)),
        "warnings": list(warnings(texts, diff, volume)),
        "load": [[cell.replace("\n", " ") for cell in row] for row in load_rows(texts, diff, volume)],
        "shifts": list(_bars(diff)),
        "rules": touched[:_MOST_RULES],
        "more_rules": max(0, len(touched) - _MOST_RULES),
        "surprising": [_call(again, texts, link) for again in diff.surprising],
        "columns": lambda name: texts.say(f"rescore.{name}_columns").split("|"),
        "share": lambda part, whole: f"{100 * part / whole:.1f} %",
        "decide": texts.say("rescore.decide", run=run) if state == "compared" else "",
        "style": style_of("rescore"),
        "policy": policy(),
    }
    return Page(environment().get_template("rescore.html.j2").render(values), policy())


@cache
def policy() -> str:
    """Nothing runs, and nothing styles or loads but our own block."""
    own = block_hash(style_of("rescore"))
    return f"default-src 'none'; style-src '{own}'; base-uri 'none'; form-action 'none'"


def _bars(diff: Diff) -> Iterator[Mapping[str, Any]]:
    most = max(diff.shifts, default=0)
    lows = (float("-inf"), *EDGES)
    for name, low, calls in zip(shifts(), lows, diff.shifts, strict=True):
        if calls:
            way = "up" if low >= 0 else "down"
            yield {"name": name, "calls": calls, "percent": round(100 * calls / most, 1), "way": way}


def _call(again: Again, texts: Catalogue, link: Callable[[str], str]) -> Mapping[str, Any]:
    change = again.change
    return {
        "call": again.call_id,
        "link": link(again.call_id),
        "before": _side(change.before, texts),
        "after": _side(change.after, texts),
        "appeared": _rules(change.appeared),
        "disappeared": _rules(change.disappeared),
    }


def _side(side: Outcome, texts: Catalogue) -> Mapping[str, str]:
    score = "–" if side.score is None else f"{side.score:.1f}"
    way = {True: "good", False: "bad", None: ""}[side.passed]
    return {"text": f"{score} {passed(side.passed, texts)}", "way": way}


def _rules(found: tuple[Found, ...]) -> str:
    return "、".join(dict.fromkeys(one.rule for one in found))
