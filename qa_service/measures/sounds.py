"""Sound on the line that is nobody's speech: ringback, busy tone, keys, a mailbox's beep, music, noise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from qa_service.core.speech import Sound, SoundKind
from qa_service.core.time import Span, gaps, merge
from qa_service.measures.frames import FRAME_MS, Floats, Samples, length_ms, levels_dbfs, smooth, spans_of
from qa_service.measures.music import music, notes_in
from qa_service.measures.pieces import pieces
from qa_service.measures.tones import Tone, lines_in, tones

#: 450 Hz in China and Taiwan's mobile networks, 425 in Europe, 440 + 480 and 350 + 440 in North America.
_LINE_HZ = (340.0, 500.0)
#: On for one or two seconds is ringback (China 1 s on / 4 off, US 2 / 4); busy is 0.35 / 0.35 or 0.5 / 0.5;
#: longer than any ring is a dial or number-unobtainable tone: nobody is there either way.
_RING_MS = (650, 2_400)
_RING_PAUSE_MS = 4_700
_BUSY_MS = (180, 640)
_BUSY_PAUSE_MS = (150, 800)
_BUSY_WITHIN_MS = 60
#: A mailbox's beep.
_BEEP_HZ = (390.0, 2_050.0)
_BEEP_MS = (240, 1_600)
#: Machines hold their level, voices do not.
_STEADY_DB = 3.0
_STEADY_HZ = 6.0
#: Keys: ITU-T Q.23, pressed for at least 60 ms; real sets are within 1.8 %.
_KEY_ROWS = (697.0, 770.0, 852.0, 941.0)
_KEY_COLUMNS = (1_209.0, 1_336.0, 1_477.0, 1_633.0)
_KEY_WITHIN = 0.025
#: A pause between rings is quieter than the ring by this much, or somebody has answered.
_PAUSE_DB = 15.0
#: Noise: louder than this, for at least this long, its level within this of its mean.
_NOISE_DBFS = -50.0
_NOISE_MS = 3_000
_NOISE_DB = 1.5
#: Frames over which the level must not move; what lies within half of that around them is as steady.
_SECOND = 100


def sounds(samples: Samples, *, channel: int = 0) -> tuple[Sound, ...]:
    """All non-speech found on one channel, in order; spans of different kinds do not overlap."""
    levels = levels_dbfs(samples)
    read = [(lines_in(piece), notes_in(piece)) for piece in pieces(samples)]
    heard = tones([lines for lines, _ in read])
    call = Span(0, length_ms(samples))
    # A tune may hold a note of 450 Hz like a busy tone, and 480 + 620 Hz stand still like a tune's note;
    # but a signal is one pitch throughout.
    played = tuple(span for span in music([notes for _, notes in read], call) if not _is_signal(heard, span))
    alone = [tone for tone in heard if not any(tone.span.overlap_ms(span) for span in played)]
    found = _tonal(alone, levels)
    found[SoundKind.MUSIC] = played
    taken = merge(span for spans in found.values() for span in spans)
    found[SoundKind.NOISE] = _outside(_noise(levels), taken, _NOISE_MS)
    return tuple(sorted(Sound(span, kind, channel) for kind, spans in found.items() for span in spans))


def not_speech(found: Iterable[Sound]) -> tuple[Span, ...]:
    """What recognition leaves out: everything but noise, over which people do speak."""
    return merge(sound.span for sound in found if sound.kind is not SoundKind.NOISE)


def _tonal(heard: Sequence[Tone], levels: Floats) -> dict[SoundKind, tuple[Span, ...]]:
    steady = [tone for tone in heard if _is_machine(tone)]
    busy = _busy([tone for tone in steady if _is_line(tone)])
    left = [tone for tone in steady if tone not in busy]
    ring = [tone for tone in left if _is_line(tone) and _within(tone, _RING_MS)]
    endless = [tone for tone in left if _is_line(tone) and tone.span.duration_ms > _RING_MS[1]]
    beep = [t for t in left if t not in ring and t.high_hz == 0 and _is_beep(t)]
    return {
        SoundKind.RINGBACK: _joined(ring, levels, _RING_PAUSE_MS),
        SoundKind.BUSY: _joined([*busy, *endless], levels, _BUSY_PAUSE_MS[1]),
        SoundKind.DTMF: merge(t.span for t in heard if _is_key(t)),
        SoundKind.BEEP: merge(t.span for t in beep),
    }


def _is_signal(heard: Sequence[Tone], span: Span) -> bool:
    inside = [tone for tone in heard if tone.span.overlap_ms(span)]
    pitches = [tone.low_hz for tone in inside]
    covered_ms = sum(tone.span.overlap_ms(span) for tone in inside)
    return covered_ms >= 0.4 * span.duration_ms and max(pitches) - min(pitches) <= 2 * _STEADY_HZ


def _is_machine(tone: Tone) -> bool:
    """Whether level and pitch stand still; 440 + 480 Hz beat too fast to be seen as two, and may."""
    beats = _is_line(tone) and tone.span.duration_ms >= _RING_MS[0]
    return tone.drift_hz <= _STEADY_HZ and (tone.wobble_db <= _STEADY_DB or beats)


def _is_line(tone: Tone) -> bool:
    low, high = _LINE_HZ
    return low <= tone.low_hz <= high and tone.high_hz <= 640


def _is_beep(tone: Tone) -> bool:
    return _BEEP_HZ[0] <= tone.low_hz <= _BEEP_HZ[1] and _within(tone, _BEEP_MS)


def _is_key(tone: Tone) -> bool:
    rows = any(abs(tone.low_hz / row - 1) <= _KEY_WITHIN for row in _KEY_ROWS)
    return rows and any(abs(tone.high_hz / column - 1) <= _KEY_WITHIN for column in _KEY_COLUMNS)


def _within(tone: Tone, limits_ms: tuple[int, int]) -> bool:
    return limits_ms[0] <= tone.span.duration_ms <= limits_ms[1]


def _busy(line: Sequence[Tone]) -> list[Tone]:
    """Short line tones with a neighbour at the distance of a busy signal; one alone is not busy."""
    short = [tone for tone in line if _within(tone, _BUSY_MS)]
    return [tone for tone in short if any(_is_next(tone, other) for other in short)]


def _is_next(tone: Tone, other: Tone) -> bool:
    pause_ms = max(tone.span.start_ms, other.span.start_ms) - min(tone.span.end_ms, other.span.end_ms)
    same = abs(tone.low_hz - other.low_hz) <= _STEADY_HZ
    same &= abs(tone.span.duration_ms - other.span.duration_ms) <= _BUSY_WITHIN_MS
    return same and _BUSY_PAUSE_MS[0] <= pause_ms <= _BUSY_PAUSE_MS[1]


def _joined(line: Sequence[Tone], levels: Floats, pause_ms: int) -> tuple[Span, ...]:
    """The signal with its pauses, as long as nobody speaks in them."""
    joined: list[Span] = []
    for tone in sorted(line, key=lambda tone: tone.span):
        if joined and _is_pause(levels, Span(joined[-1].end_ms, tone.span.start_ms), tone, pause_ms):
            joined[-1] = Span(joined[-1].start_ms, tone.span.end_ms)
        else:
            joined.append(tone.span)
    return tuple(joined)


def _is_pause(levels: Floats, gap: Span, tone: Tone, longest_ms: int) -> bool:
    between = levels[gap.start_ms // FRAME_MS + 3 : gap.end_ms // FRAME_MS - 3]
    quiet = between.size == 0 or float(between.max()) <= tone.level_dbfs - _PAUSE_DB
    return gap.duration_ms <= longest_ms and quiet


def _outside(spans: Iterable[Span], taken: Sequence[Span], shortest_ms: int) -> tuple[Span, ...]:
    left: Iterator[Span] = (rest for span in spans for rest in gaps(taken, span))
    return tuple(span for span in left if span.duration_ms >= shortest_ms)


def _noise(levels: Floats) -> tuple[Span, ...]:
    """Level that hardly moves, over seconds: a fan, a running engine, an open radio."""
    mean = smooth(levels, _SECOND)
    spread = np.sqrt(np.maximum(smooth(levels**2, _SECOND) - mean**2, 0))
    steady = smooth(((mean > _NOISE_DBFS) & (spread < _NOISE_DB)).astype(np.float32), _SECOND) > 0
    return tuple(span for span in spans_of(steady) if span.duration_ms >= _NOISE_MS)
