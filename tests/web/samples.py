"""What is sent to the API: half a second of sound, and a few words of an agent and a customer."""

from __future__ import annotations

import io
import wave
from typing import Any


def _tone() -> bytes:
    """Half a second that every decoder takes."""
    made = io.BytesIO()
    with wave.open(made, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(8_000)
        opened.writeframes(bytes(range(200)) * 40)
    return made.getvalue()


SOUND = _tone()
SAID = ("您好，这款产品保本的，没有任何风险。", "好的，我再想想，谢谢。")


def envelope(agent: str) -> dict[str, Any]:
    return {"participants": [{"id": "p", "kind": "agent", "agent_id": agent}]}


def transcript(agent: str = "", said: tuple[str, ...] = SAID, **more: object) -> dict[str, Any]:
    lines = [
        {"id": f"u{n}", "role": role, "start_ms": 4_000 * n, "end_ms": 4_000 * n + 3_000, "text": text}
        for n, (role, text) in enumerate(zip(("agent", "customer") * 20, said, strict=False))
    ]
    return {"utterances": lines, "envelope": {**(envelope(agent) if agent else {}), **more}}
