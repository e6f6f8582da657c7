"""What `rulebook tune` shows people: per line a table that fits 80 columns, what was left out, and the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from qa_service.cli.complaints import plain
from qa_service.core.intervals import Share
from qa_service.exports.flow import Flow
from qa_service.exports.tuned import settings_yaml
from qa_service.i18n.catalogue import Catalogue
from qa_service.lab.grid import figures_table
from qa_service.usecases.tune import ELSEWHERE, FEW, LEAST_CALLS, MEDIAN, P90, P95, P99, LineRows, Row

_PARTS = (MEDIAN, P90, P95, P99)


def show_tuned(console: Console, texts: Catalogue, told: str, lines: Sequence[LineRows]) -> None:
    """All lines together, then each by itself where there are several."""
    console.print(Flow(Text(told)))
    together, *each = lines
    only = _line_name(each[0], texts) if len(each) == 1 else texts.say("tune.all_lines")
    _show_line(console, texts, only, together)
    for line in each if len(each) > 1 else ():
        if line.calls >= LEAST_CALLS:
            console.print()
            _show_line(console, texts, _line_name(line, texts), line)
    if small := [line for line in each if len(each) > 1 and line.calls < LEAST_CALLS]:
        named = (f"{_line_name(line, texts)} {line.calls}" for line in small)
        console.print()
        console.print(Flow(Text(texts.say("tune.small_lines", lines=texts.say("tune.comma").join(named)))))
    console.print()
    console.print(Flow(Text(texts.say("tune.how"))))


def _line_name(line: LineRows, texts: Catalogue) -> str:
    return plain(line.line) or texts.say("tune.no_line")


def _show_line(console: Console, texts: Catalogue, name: str, line: LineRows) -> None:
    title = texts.say("tune.title", line=name, calls=line.calls)
    table = figures_table(title, texts.say("tune.columns").split("|"))
    for row in line.rows:
        table.add_row(*_cells(row, texts, _mark(row, line)))
    console.print()
    console.print(table)
    for told in (*_left_out(line, texts), *_notes(line, texts)):
        console.print(Flow(Text(told)))
    if settings := settings_yaml(line):
        console.print()
        console.print(Flow(Text(texts.say("tune.paste", line=name))))
        # Nothing wraps what is to be copied.
        console.print(Text(settings.rstrip()), soft_wrap=True)


def _mark(row: Row, line: LineRows) -> str:
    """Limits that rules have for themselves bear a number, by which a note names the rule."""
    own = [one for one in line.rows if one.gauged.is_own]
    return f" [{own.index(row) + 1}]" if row in own else ""


def _cells(row: Row, texts: Catalogue, mark: str) -> Sequence[str | Text]:
    unit = texts.say(f"tune.unit_{row.gauged.gauge.field}")
    name = Text(f"{texts.label(row.gauged.label)}{mark}\n{unit}")
    now = f"{_value(row, row.gauged.limit)}\n{_share(row.now)}"
    then = f"{_value(row, row.proposed)}\n{_share(row.then)}" if row.then else "–"
    return (
        name,
        f"{row.calls:,}\n{row.values:,}",
        *(_value(row, row.at.get(part)) for part in _PARTS),
        now,
        then,
    )


def _value(row: Row, value: float | None) -> str:
    """In seconds where the setting is in milliseconds."""
    if value is None:
        return "–"
    grain = row.gauged.gauge.grain
    if row.gauged.gauge.field.endswith("_ms"):
        return f"{value / 1_000:.{2 if grain < 100 else 1}f}"
    return f"{value:.{0 if grain >= 1 else 2 if grain < 0.1 else 1}f}"


def _share(share: Share) -> str:
    if share.value is None or share.interval is None:
        return "–"
    low, high = 100 * share.interval.low, 100 * share.interval.high
    return f"{100 * share.value:.1f}%\n({low:.1f}–{high:.1f})"


def _left_out(line: LineRows, texts: Catalogue) -> Sequence[str]:
    """How much was not counted, and why: of calls, of limits, of what the agents said."""
    told = []
    if line.left_out:
        told.append(texts.say("tune.left_out", reasons=_reasons(line.left_out, texts)))
    reasons = sorted({reason for row in line.rows for reason in row.left_out})
    for reason in reasons:
        which: dict[int, list[str]] = {}
        for row in line.rows:
            if (count := row.left_out.get(reason)) and not row.gauged.is_own:
                which.setdefault(count, []).append(texts.label(row.gauged.label))
        for count, labels in which.items():
            reason_said = texts.say(f"tune.why_{reason}")
            said = {"reason": reason_said, "count": count, "labels": texts.say("tune.comma").join(labels)}
            told.append(texts.say("tune.left_out_of", **said))
    if line.unreliable:
        told.append(texts.say("tune.unreliable", count=line.unreliable, total=line.said))
    return told


def _reasons(counts: Mapping[str, int], texts: Catalogue) -> str:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    said = (f"{texts.say('tune.why_' + _key(code))} {count:,}" for code, count in ordered)
    return texts.say("tune.comma").join(said)


def _key(code: str) -> str:
    return code.removeprefix("scorable.")


def _notes(line: LineRows, texts: Catalogue) -> Sequence[str]:
    """Why something is not proposed, and what is no rule's."""
    few = [row for row in line.rows if row.why_not == FEW]
    told = [texts.say("tune.few", labels=_named(few, texts))] if few else []
    if bound := [row for row in line.rows if row.is_bound]:
        told.append(texts.say("tune.bound", labels=_named(bound, texts)))
    for row in line.rows:
        if row.gauged.is_own:
            key = "own_limit" if row.why_not == ELSEWHERE else "own"
            rules = plain(texts.say("tune.comma").join(row.gauged.rules))
            told.append(f"{_mark(row, line).strip()} {texts.say(f'tune.{key}', rules=rules)}")
    if unused := [row for row in line.rows if not row.gauged.rules]:
        told.append(texts.say("tune.unused", labels=_named(unused, texts)))
    return told


def _named(rows: Sequence[Row], texts: Catalogue) -> str:
    return texts.say("tune.comma").join(dict.fromkeys(texts.label(row.gauged.label) for row in rows))
