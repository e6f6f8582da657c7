"""Benchmarks as tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from rich.console import Console
from rich.text import Text

from qa_service.lab.bench.child import PLAIN
from qa_service.lab.bench.figures import Spread
from qa_service.lab.bench.growth import STAGES, Growth
from qa_service.lab.bench.judging import Judging
from qa_service.lab.bench.pairs import WAYS, CallBench, WayResult, difference, pooled
from qa_service.lab.bench.targets import Target
from qa_service.lab.grid import figures_table
from qa_service.lab.words import Say, between, percent

_MARKS = {True: ("PASS", "green"), False: ("FAIL", "bold red"), None: ("–", "dim")}


def print_calls(calls: Sequence[CallBench], console: Console, say: Say) -> None:
    """A row per call and way, and the error rates over all calls."""
    columns = ("way", "minutes", "wall", "ratio", "cpu_ratio", "not_asr", "peak", "unheard")
    pairs = max((len(way.runs) for bench in calls for way in bench.ways), default=0)
    table = figures_table(say("bench", pairs=pairs), [say(name) for name in columns])
    for bench in calls:
        for way in bench.ways:
            table.add_row(*_way_row(bench, way))
    console.print(table)
    table = figures_table(
        say("cer"), [say(name) for name in ("way", "cer", "characters", "difference", "lost")]
    )
    for name in WAYS:
        errors = pooled(calls, name)
        beyond, interval = difference(calls, name)
        points = "–" if beyond is None or name == PLAIN else f"{100 * beyond:+.2f} {between(interval, 2)}"
        rate = f"{percent(errors.value, 2)} {between(errors.interval, 2)}"
        table.add_row(name, rate, str(errors.pooled.characters), points, str(errors.lost))
    console.print(table)


def _way_row(bench: CallBench, way: WayResult) -> list[str]:
    return [
        way.way,
        f"{bench.call.minutes:g}",
        f"{median(way.wall_s):.1f}",
        _spread(bench.wall_ratio(way.way), 2),
        _middle(bench.cpu_ratio(way.way)),
        percent(way.not_asr.median) if way.not_asr else "–",
        f"{way.peak_mb:.0f}",
        "–" if way.way == PLAIN else str(way.unheard),
    ]


def _spread(spread: Spread | None, digits: int) -> str:
    """Median and range: `0.47 (0.45–0.49)`."""
    if spread is None:
        return "–"
    low, high = f"{spread.low:.{digits}f}", f"{spread.high:.{digits}f}"
    return f"{spread.median:.{digits}f}" + (f" ({low}–{high})" if spread.n > 1 else "")


def _middle(spread: Spread | None) -> str:
    """The median alone, where there is no room for its range."""
    return "–" if spread is None else f"{spread.median:.2f}"


def print_growth(growth: Growth, console: Console, say: Say) -> None:
    """Milliseconds of each stage per length, and the exponents."""
    minutes = [f"{length.minutes:g} min" for length in growth.lengths]
    table = figures_table(say("growth"), [say("stage"), *minutes, say("exponent")])
    for stage in STAGES:
        times = [f"{length.timings_ms.get(stage, 0)} ms" for length in growth.lengths]
        table.add_row(stage, *times, _exponent(growth.exponent_of(stage)))
    totals = [f"{length.not_asr_ms} ms" for length in growth.lengths]
    table.add_row(say("all"), *totals, _exponent(growth.exponent))
    table.add_row(say("peak"), *(f"{length.peak_mb:.0f}" for length in growth.lengths), "")
    console.print(table)


def _exponent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def print_judging(judging: Judging, console: Console, say: Say) -> None:
    """The whole, cold and warm, and its parts, slowest first."""
    title = f"{say('judging')}  {judging.minutes:g} min, {judging.utterances} utterances, {judging.rulebook}"
    table = figures_table(title, [say("part"), say("median_ms"), say("share")])
    for name, spread in (("cold", judging.cold_ms), ("warm", judging.warm_ms)):
        table.add_row(say(name), _spread(spread, 2), "")
    table.add_section()
    for part in judging.parts:
        table.add_row(part.name, _spread(part.ms, 2), percent(part.ms.median / judging.warm_ms.median, 0))
    console.print(table)


def print_targets(targets: Sequence[Target], console: Console, say: Say) -> None:
    """PASS, FAIL, or a dash for what was not measured."""
    table = figures_table(say("targets"), [say(name) for name in ("target", "limit", "figure", "verdict")])
    for target in targets:
        word, style = _MARKS[target.reached]
        figure = "–" if target.figure is None else f"{target.figure:.4g}"
        table.add_row(target.name, f"≤ {target.limit:g}", figure, Text(word, style=style))
    console.print(table)
