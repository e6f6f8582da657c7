"""Random calls of tests/make.py as measured calls."""

from __future__ import annotations

from dataclasses import replace

from qa_service.core.calls import CallFacts
from qa_service.core.measured import Layout, MeasuredCall, Part, PartName
from qa_service.core.speech import Sound
from tests.make import Call


def measured(call: Call) -> MeasuredCall:
    """A random call as measured: roles are not part of it."""
    return MeasuredCall(
        call_id="random",
        duration_ms=call.end_ms,
        layout=Layout.TWO_CHANNEL if call.about != CallFacts() else Layout.MONO,
        # Vectors are kept aside (core.meanings), never with the words.
        utterances=tuple(replace(said, meanings=()) for said in call.utterances.values()),
        voice=call.voices,
        parts=tuple(Part(name, "made up", "") for name in PartName),
        sounds=tuple(event for event in call.events if isinstance(event, Sound)),
    )
