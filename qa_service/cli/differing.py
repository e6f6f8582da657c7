"""What differs between two rulebooks, as lines for people."""

from __future__ import annotations

import json
from collections.abc import Sequence

import typer

from qa_service import bootstrap
from qa_service.cli.complaints import plain
from qa_service.rulebook.compare import Change, Difference

#: Characters of a value that a difference shows, and of those before what differs.
_BRIEF, _BEFORE = 80, 20


def tell_differences(found: Sequence[Difference]) -> None:
    """A line for each, and how many there are of what kind."""
    texts = bootstrap.texts()
    for one in found:
        before, after = _apart(_line(one.before), _line(one.after))
        said = {"path": one.path, "before": before, "after": after}
        typer.echo(plain(texts.say(f"rulebook.diff_{one.change}", **said)))
    counts = {change.value: sum(one.change is change for one in found) for change in Change}
    typer.echo(texts.say("rulebook.differences" if found else "rulebook.same", **counts))


def _apart(before: str, after: str) -> tuple[str, str]:
    """Both as short as they can be read, from a little before where they begin to differ.

    >>> _apart("甲" * 200 + "，限值：20s", "甲" * 200 + "，限值：25s")
    ('……甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲，限值：20s', '……甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲，限值：25s')
    """
    pairs = enumerate(zip(before, after, strict=False))
    alike = next((at for at, (one, other) in pairs if one != other), min(len(before), len(after)))
    skipped = max(0, alike - _BEFORE) if max(len(before), len(after)) > _BRIEF else 0
    return _brief(before, skipped), _brief(after, skipped)


def _brief(said: str, skipped: int) -> str:
    shown = said[skipped : skipped + _BRIEF]
    return ("……" if skipped else "") + shown + ("……" if len(said) > skipped + _BRIEF else "")


def _line(value: object) -> str:
    """A value in a line; of a whole rule its title says enough."""
    if isinstance(value, dict) and isinstance(title := value.get("title") or value.get("text"), dict):
        return str(title.get("zh_CN") or next(iter(title.values()), ""))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
