"""Which limits of a rulebook can be read off a centre's own calls, and within which bounds one is proposed.

The bounds of proposals are narrower than those of settings (rulebook/bounds.py): outside of them a limit finds what
nobody would call a fault, or lets everything pass. Where each comes from stands in docs/rulebook.md#tune.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qa_service.detectors.base import Detector
from qa_service.detectors.crosstalk import Interruption, Overlap
from qa_service.detectors.late_response import LateResponse
from qa_service.detectors.own import Own
from qa_service.detectors.pace import PaceFast, PaceJump, PaceSlow
from qa_service.detectors.silence import LongSilence
from qa_service.detectors.tone import RaisedVoice
from qa_service.rulebook.book import Rulebook
from qa_service.rules.about import labels_of


@dataclass(frozen=True, slots=True)
class Gauge:
    """One limit: what it is called, how people write it, and between which values one is proposed."""

    field: str
    #: People write multiples of this.
    step: float
    #: Values are kept no finer than this; `step` is a multiple of it.
    grain: float
    strictest: float
    mildest: float
    #: What lies below the limit is the fault.
    is_below: bool = False
    #: A value at the limit is one, too.
    at_limit: bool = False
    #: Smaller values are no such thing at all, and are not counted.
    least: float = 0.0
    #: Where there is none at all in a call, nothing is wrong with it; else nobody could judge it.
    is_event: bool = False

    def is_fault(self, value: float, limit: float) -> bool:
        """What the detector says of a value that decides."""
        if self.is_below:
            return value < limit
        return value >= limit if self.at_limit else value > limit

    def worst(self, values: list[float]) -> float | None:
        """The one that the call's being found depends on."""
        return (min if self.is_below else max)(values, default=None)

    def grains(self, value: float) -> int:
        """The value in grains, so rounded that for every limit on a grain `is_fault` says the same of it."""
        exact = round(value / self.grain, 6)
        return math.floor(exact) if self.is_below or self.at_limit else math.ceil(exact)

    def limits(self) -> list[float]:
        """Every limit that may be proposed, the strictest first."""
        first, last = (round(end / self.step) for end in (self.strictest, self.mildest))
        way = -1 if last < first else 1
        return [round(at * self.step, 6) for at in range(first, last + way, way)]


#: Half a second of silence and more is a pause of a talk (detectors/talk.py); below it is the talking itself.
_PAUSE_MS = 500
GAUGES: Mapping[type[Any], Gauge] = {
    PaceFast: Gauge("limit_cpm", 10, 1, 260, 450),
    PaceSlow: Gauge("limit_cpm", 10, 1, 180, 80, is_below=True),
    PaceJump: Gauge("ratio", 0.05, 0.01, 1.15, 1.6),
    LongSilence: Gauge("limit_ms", 500, 100, 3_000, 20_000, at_limit=True, least=_PAUSE_MS, is_event=True),
    LateResponse: Gauge("limit_ms", 500, 100, 2_000, 15_000, is_event=True),
    RaisedVoice: Gauge("rise_db", 1, 0.1, 4, 12, at_limit=True),
    Interruption: Gauge("overlap_ms", 100, 50, 500, 2_000, at_limit=True, is_event=True),
    Overlap: Gauge("overlap_ms", 100, 50, 500, 3_000, at_limit=True, is_event=True),
}
#: Shown whether a rule of the book asks for them or not.
_ALWAYS = (PaceFast, PaceSlow, PaceJump, LongSilence, LateResponse, RaisedVoice, Interruption)


@dataclass(frozen=True, slots=True)
class Gauged:
    """A detector of a rulebook whose limit can be read off calls, and the rules that ask for it."""

    detector: Detector
    rules: tuple[str, ...]
    #: Set by one rule for itself, and not by the book.
    is_own: bool = False

    @property
    def gauge(self) -> Gauge:
        """Of its kind."""
        return GAUGES[type(self.detector)]

    @property
    def label(self) -> str:
        """The shipped detector's."""
        return self.detector.labels[0]

    @property
    def limit(self) -> float:
        """The limit in force."""
        return float(getattr(self.detector, self.gauge.field))

    @property
    def is_elsewhere(self) -> bool:
        """Whether a rule has a limit of its own beyond all that are proposed: it is about something else."""
        beyond = self.limit < self.gauge.mildest if self.gauge.is_below else self.limit > self.gauge.mildest
        return self.is_own and beyond


def gauged(book: Rulebook) -> tuple[Gauged, ...]:
    """The limits of a book: its detectors first, then those that rules have for themselves."""
    asking = {rule.id: labels_of(rule.when) for rule in (*book.rules, *book.good)}
    mine = {type(one): one for one in book.detectors if type(one) in GAUGES}
    shared = [mine.get(kind) or kind() for kind in GAUGES if kind in mine or kind in _ALWAYS]
    own = [one for one in book.detectors if isinstance(one, Own) and type(one.heard) in GAUGES]

    def rules(label: str) -> tuple[str, ...]:
        return tuple(name for name, labels in asking.items() if label in labels)

    return (
        *(Gauged(one, rules(one.labels[0])) for one in shared),
        *(Gauged(one.heard, rules(one.label), is_own=True) for one in own),
    )


def written(gauge: Gauge, limit: float) -> str:
    """The setting as an author writes it.

    >>> written(GAUGES[LongSilence], 8_500), written(GAUGES[PaceJump], 1.35), written(GAUGES[Overlap], 800)
    ('limit: 8.5s', 'ratio: 1.35', 'overlap: 0.8s')
    """
    if gauge.field.endswith("_ms"):
        return f"{gauge.field.removesuffix('_ms')}: {limit / 1_000:g}s"
    return f"{gauge.field}: {limit:g}"
