"""What is true of a call: who said what when, and what a fair listener would flag."""

from __future__ import annotations

from typing import Any

import yaml

from .labels import FURTHER, SCORED
from .phonemes import written
from .script import Fault, Script, Stretch
from .stage import Placed, Stage

Moment = dict[str, Any]


def truth_of(stage: Stage) -> dict[str, Any]:
    script = stage.script
    moments = sorted(_moments(stage), key=lambda moment: (moment["start_ms"], moment["label"]))
    allowed = [
        {"label": label, "start_ms": placed.start_ms, "end_ms": placed.end_ms}
        for placed in stage.lines
        for label in placed.line.may
    ]
    return {
        "schema": "qa-service/truth@1",
        "call": script.call,
        "audio": script.format.file,
        "language": script.language,
        "layout": script.format.layout,
        "agent_channel": script.agent_channel,
        "envelope": f"{script.call}.envelope.yaml" if script.envelope else None,
        "provenance": {
            "text": "written for this project",
            "voices": sorted({speaker.voice for speaker in script.speakers.values()}),
            "synthesis": "Kokoro-82M int8 (Apache-2.0)",
            "seed": script.seed,
        },
        "status": script.status,
        **({"reason": script.reason} if script.reason else {}),
        "speakers": [
            {"id": speaker.id, "role": speaker.role, "voice": speaker.voice, "channel": speaker.channel}
            for speaker in script.speakers.values()
        ],
        "utterances": [_utterance(stage, placed) for placed in _in_order(stage)],
        "moments": moments,
        "allowed": allowed,
        "forbidden": _forbidden(script, moments, allowed),
    }


def as_yaml(truth: dict[str, Any]) -> str:
    return yaml.safe_dump(truth, allow_unicode=True, sort_keys=False, width=1_000, default_flow_style=None)


def _in_order(stage: Stage) -> list[Placed]:
    return sorted(stage.lines, key=lambda placed: (placed.start_ms, placed.end_ms))


def _id(stage: Stage, placed: Placed) -> str:
    return f"u{1 + next(i for i, other in enumerate(_in_order(stage)) if other is placed)}"


def _utterance(stage: Stage, placed: Placed) -> dict[str, Any]:
    speaker = stage.script.speakers[placed.line.speaker]
    return {
        "id": _id(stage, placed),
        "speaker": speaker.id,
        "role": speaker.role,
        "start_ms": placed.start_ms,
        "end_ms": placed.end_ms,
        "text": written(placed.line.text),
    }


def _moments(stage: Stage) -> list[Moment]:
    moments = [_fault(stage, placed, fault) for placed in stage.lines for fault in placed.line.faults]
    moments += [_interruption(stage, placed) for placed in stage.lines if placed.line.interrupts]
    moments += [_stretch(stage, stretch) for stretch in stage.script.stretches]
    for placed in stage.sounds:
        if placed.sound.fault:
            moments.append(_moment(placed.sound.fault, "agent", placed.start_ms, placed.end_ms, "", []))
    return moments


def _moment(label: str, role: str, start_ms: int, end_ms: int, quote: str, utterances: list[str]) -> Moment:
    return {
        "label": label,
        "role": role,
        "start_ms": start_ms,
        "end_ms": end_ms,
        "quote": quote,
        "utterances": utterances,
    }


def _fault(stage: Stage, placed: Placed, fault: Fault) -> Moment:
    quote = fault.quote or written(placed.line.text)
    start_ms, end_ms = _time_of(placed, quote)
    role = stage.script.speakers[placed.line.speaker].role
    return _moment(fault.label, role, start_ms, end_ms, quote, [_id(stage, placed)])


def _time_of(placed: Placed, quote: str) -> tuple[int, int]:
    """When the quote was said; inside a sentence, characters are taken to be equally long."""
    first = written(placed.line.text).index(quote)
    last, times, offset = first + len(quote), [], 0
    for piece in placed.pieces:
        begin, end = max(first - offset, 0), min(last - offset, len(piece.text))
        if begin < end:
            a_character_ms = (piece.end_ms - piece.start_ms) / len(piece.text)
            times += [piece.start_ms + begin * a_character_ms, piece.start_ms + end * a_character_ms]
        offset += len(piece.text)
    return round(min(times)), round(max(times))


def _interruption(stage: Stage, placed: Placed) -> Moment:
    """The overlap with the line before it, which it cut short."""
    cut = stage.lines[stage.lines.index(placed) - 1]
    ids = [_id(stage, cut), _id(stage, placed)]
    quote = written(placed.line.text)
    return _moment("crosstalk.interruption", "agent", placed.start_ms, cut.end_ms, quote, ids)


def _stretch(stage: Stage, stretch: Stretch) -> Moment:
    ends = {placed.line.id: placed for placed in stage.lines if placed.line.id}
    start_ms = 0 if stretch.first == "start" else ends[stretch.first].start_ms
    end_ms = stage.end_ms if stretch.last == "end" else ends[stretch.last].end_ms
    inside = [p for p in _in_order(stage) if start_ms <= p.start_ms < p.end_ms <= end_ms]
    ids = [_id(stage, placed) for placed in inside]
    return _moment(stretch.label, stretch.role, start_ms, end_ms, stretch.quote, ids)


def _forbidden(script: Script, moments: list[Moment], allowed: list[dict[str, Any]]) -> list[str]:
    """`all` fault labels, or the `rest` of the scored ones: those that the call has nothing of."""
    present = {entry["label"] for entry in [*moments, *allowed]}
    return [
        label for label in SCORED + (FURTHER if script.forbidden == "all" else ()) if label not in present
    ]
