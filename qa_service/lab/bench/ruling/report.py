"""What `bench rules` found, as tables, targets and JSON."""

from __future__ import annotations

from dataclasses import asdict

from rich.console import Console

from qa_service.lab.bench.figures import Spread
from qa_service.lab.bench.ruling.run import Costly, Ruled
from qa_service.lab.bench.targets import Target
from qa_service.lab.documents import Document
from qa_service.lab.grid import figures_table
from qa_service.lab.words import Say

#: What issue 4 asks for: so many times the cost of ten rules, seconds, milliseconds of a ten-minute call.
GROWTH_MOST, COMPILE_S_MOST, RULE_MS_MOST = 3.0, 1.0, 50.0


def rules_targets(ruled: Ruled) -> tuple[Target, ...]:
    """The growth from the fewest rules to the most, compiling without reading, and each costly rule that was taken."""
    few, many = ruled.sizes[0], ruled.sizes[-1]
    return (
        Target(f"judge.{many.rules}_over_{few.rules}", GROWTH_MOST, many.ratio.median),
        Target("compile_s", COMPILE_S_MOST, ruled.compiling.compile_s.median),
        *(Target(held.name, RULE_MS_MOST, held.worst_ms) for held in ruled.costly if not held.refused),
    )


def rules_document(ruled: Ruled) -> Document:
    """Every figure."""
    return {
        "sizes": [asdict(size) for size in ruled.sizes],
        "compiling": asdict(ruled.compiling),
        "costly": [asdict(held) | {"worst_ms": held.worst_ms} for held in ruled.costly],
    }


def print_rules(ruled: Ruled, console: Console, say: Say) -> None:
    """Three tables: by number of rules, the largest book, the costly rules."""
    table = figures_table(
        say("by_rules"), [say(name) for name in ("rules", "median_ms", "to_fewest", "findings_per_call")]
    )
    for size in ruled.sizes:
        table.add_row(
            f"{size.rules:,}", _ms(size.judge_ms), f"{size.ratio.median:.2f}", f"{size.findings_per_call:.1f}"
        )
    console.print(table)
    held = ruled.compiling
    table = figures_table(
        say("largest_book", rules=f"{held.rules:,}", mb=f"{held.text_mb:.1f}"), [say("part"), say("seconds")]
    )
    table.add_row(say("read_yaml"), f"{held.read_s:.2f}")
    table.add_row(
        say("compile"), f"{held.compile_s.median:.2f} ({held.compile_s.low:.2f}–{held.compile_s.high:.2f})"
    )
    console.print(table)
    table = figures_table(say("costly"), [say(name) for name in ("rule", "in_turns", "in_blocks", "outcome")])
    for costly in ruled.costly:
        table.add_row(costly.name, _ms(costly.turns_ms), _ms(costly.blocks_ms), _outcome(costly, say))
    console.print(table)


def _outcome(costly: Costly, say: Say) -> str:
    if costly.refused:
        return say("refused_when_read", code=costly.refused)
    return say("given_up") if costly.is_given_up else say("judged")


def _ms(spread: Spread | None) -> str:
    return "–" if spread is None else f"{spread.median:.1f} ({spread.low:.1f}–{spread.high:.1f})"
