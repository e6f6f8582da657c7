"""The waveform of a report as SVG geometry: one lane per party, moments as regions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from qa_service.core.speech import Role
from qa_service.exports import wire, wire_of_call
from qa_service.measures.peaks import peaks

#: Lowest and highest points: shape (channels, n, 2).
Peaks: TypeAlias = npt.NDArray[np.int8] | npt.NDArray[np.int16]
#: Width of a lane's outline in its own units; the page stretches it. Everything else lies at percents.
WIDTH = 1200
LANE = 56
#: Two flags closer than this (percent of the call) stand in two rows.
_FLAG_PERCENT = 2.8
#: Closer than this to the one before in its row, a flag could not be read.
_COVERED_PERCENT = 1.4
#: The narrowest region that can still be seen and clicked.
_LEAST_PERCENT = 0.3
#: The lane of a mono recording.
BOTH = "both"
#: The loudest 2 ‰ may clip, so that one click does not flatten the speech of a whole call.
_HEADROOM_PERCENTILE = 99.8


@dataclass(frozen=True, slots=True)
class Lane:
    """One channel: whose it is (a role, or BOTH), and its outline as an SVG path."""

    role: str
    path: str
    top: int
    #: Of the recording; none for a transcript.
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A moment as it lies on the drawing; `x` and `width` are percents of the call."""

    number: int
    title: str
    severity: str
    x: float
    width: float
    row: int
    #: Whether there is room for its flag: of hundreds of moments only those far enough apart have one.
    has_flag: bool = True

    @property
    def ends(self) -> bool:
        """Whether a flag that began here would leave the drawing; it ends here then."""
        return self.x > 100 - _FLAG_PERCENT


#: Problems that leave silence where there was sound.
_LOST = frozenset({"damaged", "gap"})


@dataclass(frozen=True, slots=True)
class Stripe:
    """A stretch of sound that is nobody's speech."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Shade:
    """What a machine said, on the lane whose party did not say it."""

    x: float
    width: float
    top: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything the page needs to draw; without sound the lanes show who spoke when."""

    lanes: tuple[Lane, ...]
    regions: tuple[Region, ...]
    stripes: tuple[Stripe, ...]
    shades: tuple[Shade, ...]
    #: Where an agent hands over to the next, in percent.
    borders: tuple[float, ...]
    height: int
    duration_ms: int
    #: How many rows of flags there are.
    flag_rows: int = 1
    width: int = WIDTH


def outline_of(samples: npt.NDArray[np.int16]) -> Peaks:
    """As much of the sound as a drawing shows; `samples` has shape (channels, n)."""
    return peaks(samples, WIDTH // 2)


def draw(outline: Peaks | None, document: wire.WireAssessment) -> Drawing:
    """The drawing of one call.

    `outline` holds the lowest and highest point per channel and bucket, in any unit: shape (channels, n, 2). It is
    missing for a transcript, and for who may not hear.
    """
    duration_ms = max(1, document.call.duration_ms)
    lanes = _sound_lanes(outline, document) if outline is not None else _spoken_lanes(document)
    regions = tuple(_regions(document.moments, duration_ms))
    return Drawing(
        lanes=lanes,
        regions=regions,
        stripes=(*_stripes(document.call.sounds, duration_ms), *_losses(document.problems, duration_ms)),
        shades=tuple(_shades(document.utterances, lanes, duration_ms)),
        borders=tuple(_percent(leg.start_ms, duration_ms) for leg in document.call.legs[1:]),
        height=LANE * max(1, len(lanes)),
        duration_ms=duration_ms,
        flag_rows=max((region.row for region in regions), default=0) + 1,
    )


def _stripes(sounds: Sequence[wire_of_call.WireSound], duration_ms: int) -> Iterator[Stripe]:
    """One stripe per stretch: music that was found to be hold is hold."""
    kinds: dict[tuple[int, int], str] = {}
    for sound in sounds:
        span = (sound.start_ms, sound.end_ms)
        kinds[span] = "hold" if "hold" in (sound.kind, kinds.get(span)) else sound.kind
    for (start_ms, end_ms), kind in kinds.items():
        yield Stripe(kind, *_place(start_ms, end_ms, duration_ms))


def _losses(problems: Sequence[wire_of_call.WireProblem], duration_ms: int) -> Iterator[Stripe]:
    """What of the recording is not there, or cannot be read; at the end there is nothing to draw on."""
    for problem in problems:
        if problem.code in _LOST and problem.start_ms < problem.end_ms:
            yield Stripe("lost", *_place(problem.start_ms, problem.end_ms, duration_ms))


def _shades(
    utterances: Sequence[wire_of_call.WireUtterance], lanes: Sequence[Lane], duration_ms: int
) -> Iterator[Shade]:
    tops = {lane.channel: lane.top for lane in lanes if lane.channel is not None}
    for said in utterances:
        if said.role == Role.SYSTEM.value and said.channel in tops:
            yield Shade(*_place(said.start_ms, said.end_ms, duration_ms), tops[said.channel])


def _regions(moments: Sequence[wire.WireMoment], duration_ms: int) -> Iterator[Region]:
    """One region per moment; a flag that would cover the one before goes to the other row, or is left out."""
    last = [-100.0, -100.0]
    for number, moment in enumerate(moments, start=1):
        x, width = _place(moment.start_ms, moment.end_ms, duration_ms)
        row = 0 if x - last[0] >= _FLAG_PERCENT or last[0] <= last[1] else 1
        has_flag = x - last[row] >= _COVERED_PERCENT
        if has_flag:
            last[row] = x
        yield Region(number, moment.title, moment.severity, x, width, row, has_flag)


def _place(start_ms: int, end_ms: int, duration_ms: int) -> tuple[float, float]:
    x = min(_percent(start_ms, duration_ms), 100 - _LEAST_PERCENT)
    return x, max(_LEAST_PERCENT, round(_percent(end_ms, duration_ms) - x, 2))


def _percent(at_ms: int, duration_ms: int) -> float:
    return round(100 * min(at_ms, duration_ms) / duration_ms, 2)


def _sound_lanes(outline: Peaks, document: wire.WireAssessment) -> tuple[Lane, ...]:
    points = outline.astype(np.float64)
    loud = max(1.0, float(np.percentile(np.abs(points), _HEADROOM_PERCENTILE))) if points.size else 1.0
    points = np.clip(points / loud, -1.0, 1.0)
    channels = range(len(points))
    roles = [_role_of_channel(document, channel) for channel in channels]
    order = sorted(channels, key=lambda c: (roles[c] != Role.CUSTOMER.value, c))
    return tuple(
        Lane(roles[channel], _outline(points[channel], place * LANE), place * LANE, channel)
        for place, channel in enumerate(order)
    )


def _role_of_channel(document: wire.WireAssessment, channel: int) -> str:
    """Whose voice is on a channel: the party who said most there, or both parties."""
    said: dict[str, int] = {}
    for utterance in document.utterances:
        if utterance.channel == channel and utterance.role != Role.SYSTEM.value:
            said[utterance.role] = said.get(utterance.role, 0) + len(utterance.text)
    speakers = {u.speaker for u in document.utterances if u.channel == channel}
    if len(said) > 1 and len(speakers) > 1:
        return BOTH
    if not said:
        return Role.UNKNOWN.value
    return max(said, key=lambda role: said[role])


def _outline(lane: npt.NDArray[np.float64], top: int) -> str:
    """Highest points forth, lowest points back, as one closed path."""
    middle, reach = top + LANE / 2, LANE / 2 - 3
    step = WIDTH / max(1, len(lane))
    forth = [f"{i * step:.0f},{middle - high * reach:.1f}" for i, (_, high) in enumerate(lane)]
    back = [f"{i * step:.0f},{middle - low * reach:.1f}" for i, (low, _) in reversed(list(enumerate(lane)))]
    return "M" + "L".join(forth + back) + "Z"


def _spoken_lanes(document: wire.WireAssessment) -> tuple[Lane, ...]:
    """Bars where each party spoke, for a call that came without sound."""
    scale = WIDTH / max(1, document.call.duration_ms)
    lanes = []
    for place, role in enumerate(("customer", "agent")):
        top = place * LANE
        bars = [
            _bar(u.start_ms * scale, (u.end_ms - u.start_ms) * scale, top)
            for u in document.utterances
            if u.role == role
        ]
        lanes.append(Lane(role, "".join(bars), top))
    return tuple(lanes)


def _bar(x: float, width: float, top: int) -> str:
    return f"M{x:.1f},{top + 18}h{max(1.0, width):.1f}v20H{x:.1f}Z"
