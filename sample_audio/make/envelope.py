"""Fills a written envelope with the times of the finished timeline."""

from __future__ import annotations

from typing import Any

import yaml

from .stage import Stage


def envelope_of(stage: Stage) -> str:
    """The script's envelope as YAML; `hold.start` becomes the start of the line or sound with id `hold`."""
    times = {"start": 0, "end": stage.end_ms}
    for placed in stage.lines:
        times |= {f"{placed.line.id}.start": placed.start_ms, f"{placed.line.id}.end": placed.end_ms}
    for heard in stage.sounds:
        times |= {f"{heard.sound.id}.start": heard.start_ms, f"{heard.sound.id}.end": heard.end_ms}
    filled = _filled(stage.script.envelope or {}, times)
    return yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, default_flow_style=None, width=1_000)


def _filled(value: Any, times: dict[str, int]) -> Any:
    if isinstance(value, list):
        return [_filled(item, times) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: times[inner] if key.endswith("_ms") and isinstance(inner, str) else _filled(inner, times)
        for key, inner in value.items()
    }
