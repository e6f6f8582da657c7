"""What `bench rescore` found, as tables, targets and JSON."""

from __future__ import annotations

from dataclasses import asdict

from rich.console import Console

from qa_service.lab.bench.rescoring.run import Rescored
from qa_service.lab.bench.rescoring.wanted import COMMON, RARE
from qa_service.lab.bench.targets import Target
from qa_service.lab.documents import Document
from qa_service.lab.grid import figures_table
from qa_service.lab.words import Say, percent

#: What issue 5 asks for: 2,000 and 800 calls a second on one core, a share of a full run, linear, flat.
RATE_LEAST = {1_000: 2_000, 10_000: 800}
RATIO_MOST, EXPONENT_MOST, GREW_MB_MOST = 0.10, 1.02, 8.0


def rescore_targets(done: Rescored) -> tuple[Target, ...]:
    """Rates as milliseconds per call; a way that comes to something else than `judge`, and what must not be asked."""
    rates = [
        Target(f"quick.{rules}_ms", 1_000 / least, 1_000 / done.way(f"quick.{rules}").rate)
        for rules, least in RATE_LEAST.items()
        if any(one.name == f"quick.{rules}" for one in done.ways)
    ]
    return (
        *rates,
        Target("changed_rule", RATIO_MOST, done.ratio[f"changed.{RARE}"]),
        Target("changed_rule_said_often", RATIO_MOST, done.ratio[f"changed.{COMMON}"]),
        Target("growth_exponent", EXPONENT_MOST, done.exponent),
        Target("grew_mb", GREW_MB_MOST, done.grew_mb),
        Target("different", 0, sum(one.different for one in done.ways)),
        *(Target(f"{name}_asked", 0, count) for name, count in done.asked.items()),
    )


def rescore_document(done: Rescored) -> Document:
    """Every figure."""
    return asdict(done) | {"exponent": done.exponent, "grew_mb": done.grew_mb}


def print_rescore(done: Rescored, console: Console, say: Say) -> None:
    """Four tables: the ways, a changed rule, growth, parts."""
    title = say("rescoring", calls=f"{done.calls:,}", characters=round(done.characters))
    columns = ("way", "rules", "median_ms", "per_second", "to_judge", "findings_per_call")
    table = figures_table(title, [say(name) for name in columns])
    judged = {one.name.removeprefix("judge."): one for one in done.ways if one.name.startswith("judge.")}
    first = next(iter(judged.values()))
    for one in done.ways:
        faster = one.rate / judged.get(one.name.partition(".")[2], first).rate
        figures = (
            f"{one.ms.median:.3f}",
            f"{one.rate:,.0f}",
            f"{faster:.1f}×",
            f"{one.findings_per_call:.1f}",
        )
        rules = f"{one.rules:,}{'*' if one.name.endswith('.long') else ''}"
        table.add_row(say(one.name.partition(".")[0] + _kind(one.name)), rules, *figures)
    console.print(table)
    console.print(say("long_phrases"))
    table = figures_table(say("one_after_another"), [say("calls_alone"), say("seconds"), say("resident")])
    for grown in done.growth:
        table.add_row(f"{grown.calls:,}", f"{grown.seconds:.2f}", f"{grown.resident_mb:.1f}")
    console.print(table)
    table = figures_table(say("quick_parts"), [say("part"), "µs", say("share")])
    for name, us in done.parts.items():
        table.add_row(say(f"quick_{name}"), f"{us:.0f}", percent(us / done.parts["whole"], 0))
    console.print(table)
    console.print(say("machine_pace", seconds=f"{done.additions_s:.2f}"))


def _kind(name: str) -> str:
    kinds = {f"changed.{RARE}": "_rarely", f"changed.{COMMON}": "_often"}
    return kinds.get(name, "_pack" if name.endswith(".pack") else "_way")
