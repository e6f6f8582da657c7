"""What was brought along and what was not, as Markdown for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qa_service.i18n.catalogue import Catalogue
from qa_service.moving.notes import Moved, Note, Outcome

SCHEMA = "qa-service/migration-report@1"


def report_json(moved: Sequence[Moved], general: Sequence[Note], texts: Catalogue) -> Mapping[str, Any]:
    """Everything, with the sentences beside the codes."""
    return {
        "schema": SCHEMA,
        "counts": {outcome.value: sum(one.outcome is outcome for one in moved) for outcome in Outcome},
        "notes": [_note(note, texts) for note in general],
        "things": [
            {
                "kind": one.kind,
                "their_id": one.their_id,
                "title": one.title,
                "outcome": one.outcome.value,
                "our_id": one.our_id or None,
                "notes": [_note(note, texts) for note in one.notes],
            }
            for one in moved
        ],
    }


def report_markdown(moved: Sequence[Moved], general: Sequence[Note], texts: Catalogue) -> str:
    """A list for each outcome, those that need somebody first."""
    counts = {outcome.value: sum(one.outcome is outcome for one in moved) for outcome in Outcome}
    lines = [f"# {texts.say('moving.title')}", "", texts.say("moving.counts", **counts), ""]
    lines += [f"- {_sentence(note, texts)}" for note in general] + [""] * bool(general)
    for outcome in (Outcome.LEFT, Outcome.DIFFERS, Outcome.TRANSLATED):
        chosen = [one for one in moved if one.outcome is outcome]
        if chosen:
            lines += [f"## {texts.say(f'moving_outcome.{outcome}')}（{len(chosen)}）", ""]
            lines += _things(chosen, texts)
    return "\n".join(lines).rstrip() + "\n"


def _things(moved: Iterable[Moved], texts: Catalogue) -> list[str]:
    lines: list[str] = []
    for one in moved:
        ours = f" → `{one.our_id}`" if one.our_id else ""
        kind = texts.say(f"moving_kind.{one.kind}")
        lines.append(f"- {kind} {_plain(one.their_id)}「{_plain(one.title)}」{ours}")
        lines += [f"  - {_sentence(note, texts)}" for note in one.notes]
    return [*lines, ""]


def _note(note: Note, texts: Catalogue) -> Mapping[str, Any]:
    return {"code": note.code, "where": note.where, "values": dict(note.values), "text": note.told(texts)}


def _sentence(note: Note, texts: Catalogue) -> str:
    said = _plain(note.told(texts))
    where = " ".join(note.where.replace("`", "'").split())
    return f"{said}（`{where}`）" if where else said


def _plain(text: str) -> str:
    """On one line, and no Markdown of somebody else's."""
    flat = " ".join(text.split())
    return "".join(f"\\{char}" if char in "\\`*_[]<>|#" else char for char in flat)
