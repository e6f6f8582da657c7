"""Accuracy as tables for the terminal. Figures never stand without their n and their interval."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from qa_service.lab.calls import CallResult, CallsResult
from qa_service.lab.error_rate import ErrorRate, line_setting
from qa_service.lab.grid import figures_table
from qa_service.lab.labels import LabelScore, LabelsResult
from qa_service.lab.matching import Matched
from qa_service.lab.pairs import ENOUGH_CHARACTERS, PairsResult
from qa_service.lab.words import Say, between, percent, share


def print_calls(result: CallsResult, console: Console, say: Say) -> None:
    """One row per call, what was missed or given too much, then a table per label."""
    columns = ("call", "cer", "characters", "status", "moments", "extra", "verdict")
    table = figures_table(say("calls"), [say(name) for name in columns])
    for call in result.calls:
        table.add_row(*_call_row(call))
    recall, every = result.matched.recall, result.errors
    table.add_section()
    table.add_row(
        say("all"),
        _rate(every),
        str(every.pooled.characters),
        "",
        f"{recall.hits}/{recall.n}",
        str(len(result.matched.extra)),
        _verdict(result.passed),
    )
    console.print(table)
    for call in result.calls:
        _print_slips(call, console, say)
    _print_labels(result.matched, console, say)
    console.print(f"{say('roles')}: {share(result.roles)}", markup=False, highlight=False)
    _with(result.heard_with, console, say)
    console.print(say("calls_note"), style="dim", markup=False)


def _call_row(call: CallResult) -> list[Text | str]:
    recall = call.matched.recall
    return [
        call.truth.call,
        _rate(call.errors),
        str(call.errors.pooled.characters),
        call.status or call.failed or "–",
        f"{recall.hits}/{recall.n}" if recall.n else "–",
        str(len(call.matched.extra)),
        _verdict(not call.faults),
    ]


def _rate(errors: ErrorRate) -> str:
    return f"{percent(errors.value)} {between(errors.interval)}".rstrip()


def _verdict(passed: bool) -> Text:
    return Text("✓", style="green") if passed else Text("✗", style="bold red")


def _print_slips(call: CallResult, console: Console, say: Say) -> None:
    """What a reader needs to listen to: labels and times, no words of the call."""
    if call.failed:
        console.print(f"  {call.truth.call}: {say('failed')} {call.failed}", style="red", markup=False)
    elif not call.status_right:
        given = " ".join([call.status, *call.reasons])
        wanted = f"{call.truth.status} {call.truth.reason}".strip()
        line = say("wrong_status", wanted=wanted, given=given)
        console.print(f"  {call.truth.call}: {line}", style="red", markup=False)
    if call.unheard:
        console.print(f"  {call.truth.call}: {say('unheard')} {call.unheard}", style="yellow", markup=False)
    for place in call.matched.missed:
        line = f"{say('missed')} {place.label} {_clock(place.span.start_ms)}"
        console.print(f"  {call.truth.call}: {line}", style="red", markup=False)
    for found in call.matched.extra:
        word = "forbidden" if found in call.matched.forbidden else "extra"
        line = f"{say(word)} {found.label} {_clock(found.spans[0].start_ms)}"
        console.print(f"  {call.truth.call}: {line}", style="yellow", markup=False)


def _clock(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1_000 % 60:02d}.{ms // 100 % 10}"


def _print_labels(matched: Matched, console: Console, say: Say) -> None:
    table = figures_table(say("labels"), [say(name) for name in ("label", "recall", "precision")])
    for label in sorted(matched.labels):
        only = matched.only(label)
        table.add_row(label, share(only.recall), share(only.precision))
    table.add_section()
    table.add_row(say("all"), share(matched.recall), share(matched.precision))
    console.print(table)


def print_pairs(result: PairsResult, console: Console, say: Say, *, line: str) -> None:
    """The pooled rate with its parts, per condition where there are any, and the line for the settings."""
    columns = ("condition", "recordings", "characters", "cer", "substitutions", "deletions", "insertions")
    table = figures_table(say("pairs"), [say(name) for name in columns])
    for condition, errors in result.by_condition().items():
        table.add_row(*_errors_row(condition, errors))
    table.add_section()
    table.add_row(*_errors_row(say("all"), result.errors))
    console.print(table)
    if result.failed:
        console.print(say("not_heard", n=result.failed), style="red", markup=False)
    _with(result.heard_with, console, say)
    _print_setting(result, console, say, line)


def _errors_row(name: str, errors: ErrorRate) -> list[str]:
    pooled = errors.pooled
    counts = (pooled.substitutions, pooled.deletions, pooled.insertions)
    shares = (percent(count / pooled.characters if pooled.characters else None) for count in counts)
    return [name, str(len(errors.utterances)), str(pooled.characters), _rate(errors), *shares]


def _print_setting(result: PairsResult, console: Console, say: Say, line: str) -> None:
    characters = result.errors.pooled.characters
    if not result.is_enough:
        console.print(say("too_few", n=characters, wanted=ENOUGH_CHARACTERS), style="yellow", markup=False)
        return
    console.print(say("put_into_settings", n=characters), markup=False)
    console.print(line_setting(result.errors, line), markup=False, highlight=False)


def print_labels(result: LabelsResult, console: Console, say: Say) -> None:
    """A row per label, and the places where the machine and the annotators differ."""
    count = say("of_transcripts", calls=result.calls, utterances=result.utterances)
    columns = ("label", "recall", "precision", "f1")
    table = figures_table(f"{say('transcripts')}  {count}", [say(name) for name in columns])
    for score in result.scores:
        table.add_row(*_score_row(score.label, score))
    table.add_section()
    table.add_row(*_score_row(say("all"), result.overall))
    console.print(table)
    if result.slips:
        console.print(say("slips"), style="bold", markup=False)
    for slip in result.slips:
        word = say("missed" if slip.missed else "false")
        console.print(f"  {word} {slip.label}  {slip.call} {slip.utterance}".rstrip(), markup=False)
    _with(result.judged_with, console, say)


def _score_row(name: str, score: LabelScore) -> list[str]:
    return [name, share(score.recall), share(score.precision), "–" if score.f1 is None else f"{score.f1:.2f}"]


def _with(described: Mapping[str, str], console: Console, say: Say) -> None:
    shown = "  ".join(
        described[name] for name in ("model", "revision", "effort", "rulebook") if described.get(name)
    )
    console.print(f"{say('heard_with')}: {shown}", style="dim", markup=False, highlight=False)
