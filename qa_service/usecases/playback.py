"""The port `Playback`: made once when first asked for, few at a time, kept sealed."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from qa_service.core.errors import UsageError
from qa_service.core.people import Asked
from qa_service.core.stored import StoredCall
from qa_service.ports import AudioReader, SourceProfile
from qa_service.ports.playing import Form, Outline, Renderer, Renditions

#: A decoder takes a core: so many calls are worked on at once, so many requests may wait for one of them.
AT_ONCE, MAY_WAIT = 2, 8
#: Who looks at a call mostly listens to it too: one decoding for both.
_TOGETHER = (Form.OPUS, Form.PEAKS)
_RETRY_S = 5


@dataclass(slots=True)
class Turns:
    """Whose call is worked on; the same call is never worked on twice at once in one process."""

    at_once: int = AT_ONCE
    may_wait: int = MAY_WAIT
    _waiting: int = 0
    _at_work: set[str] = field(default_factory=set)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def of(self, call_id: str) -> Iterator[None]:
        """A turn for this call.

        Raises:
            UsageError: `player_busy`: too many wait already. They hold threads that others need.
        """
        with self._changed:
            if self._waiting >= self.may_wait:
                raise UsageError(
                    "player_busy",
                    problem="too many recordings are being made playable",
                    fix="Ask again soon",
                    retry_after=_RETRY_S,
                )
            self._waiting += 1
            try:
                self._changed.wait_for(
                    lambda: call_id not in self._at_work and len(self._at_work) < self.at_once
                )
            finally:
                self._waiting -= 1
            self._at_work.add(call_id)
        try:
            yield
        finally:
            with self._changed:
                self._at_work.discard(call_id)
                self._changed.notify_all()


@dataclass(frozen=True, slots=True)
class Player:
    """Makes what is asked for, and reads what was made."""

    renditions: Renditions
    reader: AudioReader
    render: Renderer
    source: SourceProfile
    #: Where made files lie until they are sealed.
    scratch: Path
    turns: Turns = field(default_factory=Turns)

    def size(self, call: StoredCall, form: Form) -> int:
        """How many bytes a form has; it is made now where it never was."""
        size = self.renditions.size(call, form)
        if size is None:
            with self.turns.of(call.id):
                size = self.renditions.size(call, form)  # while we waited
                if size is None:
                    self._make(call, form)
                    size = self.renditions.size(call, form)
        return size or 0

    def tag(self, call: StoredCall, form: Form) -> str:
        """A name for exactly the bytes of a form that was made."""
        return self.renditions.tag(call, form)

    def read(self, asked: Asked, call: StoredCall, form: Form, start: int, end: int) -> Iterator[bytes]:
        """The bytes [start, end) of a form that was made."""
        self.renditions.note(asked, call)
        return self.renditions.read(call, form, start, end)

    def outline(self, call: StoredCall, buckets: int) -> Outline:
        """The outline with at most so many buckets."""
        size = self.size(call, Form.PEAKS)
        kept = json.loads(b"".join(self.renditions.read(call, Form.PEAKS, 0, size)))
        rows = np.asarray(kept["channels"], np.int8).reshape(len(kept["channels"]), -1, 2)
        there = rows.shape[1]
        wanted = min(buckets, there)
        edges = np.arange(wanted, dtype=np.int64) * there // max(1, wanted)
        low = np.minimum.reduceat(rows[:, :, 0], edges, axis=1)
        high = np.maximum.reduceat(rows[:, :, 1], edges, axis=1)
        drawn = np.stack((low, high), axis=2).reshape(len(rows), -1)
        return Outline(kept["duration_ms"], wanted, tuple(tuple(map(int, row)) for row in drawn))

    def _make(self, call: StoredCall, form: Form) -> None:
        wanted = _TOGETHER if form in _TOGETHER else (form,)
        missing = [one for one in wanted if self.renditions.size(call, one) is None]
        with (
            self.renditions.original(call) as file,
            tempfile.TemporaryDirectory(dir=self.scratch) as folder,
        ):
            made = self.render(self.reader.read([file], self.source), missing, Path(folder))
            for one, path in made.items():
                self.renditions.keep(call, one, path)
