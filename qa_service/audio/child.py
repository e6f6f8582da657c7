"""The decoding child: seals itself, decodes standard input into the sound file, answers on standard output.

Answers are JSON lines: `probe {ms}` once, `at {ms}` while it works, then `done` or `unfit {code}`.
Imports PyAV and the standard library only; numpy would double the start.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import sys

import av

# PyAV imports these when it first meets such a track; the child can open no file by then.
import av.subtitles.codeccontext
import av.subtitles.stream
import av.video.codeccontext
import av.video.stream

from qa_service.audio.decode import Decoder
from qa_service.audio.job import BYTES_PER_SAMPLE, SOUND_FILE, Decoded, Job
from qa_service.audio.seal import seal
from qa_service.audio.timeline import Timeline, TooLong
from qa_service.audio.track import Source, Track, Unfit, open_track

#: The parent hears at least this often; when it is gone, the next word kills the child.
SAY_EVERY_MS = 60_000


def main(line: str) -> None:
    """Does one job; never raises for what a stranger's file may do."""
    job = Job.from_json(line)
    av.logging.set_level(None)
    sound = os.open(SOUND_FILE, os.O_RDWR)
    seal(cpu_s=job.cpu_s, file_bytes=job.capacity * job.rows * BYTES_PER_SAMPLE)
    try:
        done = _decode(job, sound)
    except Unfit as unfit:
        _say("unfit", code=unfit.code, **unfit.values)
    except TooLong:
        _say("unfit", code="too_long")
    except MemoryError:
        _say("unfit", code="unreadable")
    except OSError as error:
        _say("unfit", code="no_space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "unreadable")
    else:
        _say("done", decoded=done.to_json())


def _decode(job: Job, sound: int) -> Decoded:
    source = Source(job.name)
    track = open_track(job, source)
    if track.longest_ms > job.max_ms:
        raise Unfit("too_long", claimed_ms=track.longest_ms)
    _say("probe", ms=track.longest_ms)
    channels = 1 if job.mono else track.channels
    timeline = Timeline(sound, job.row, job.capacity, job.max_ms, channels)
    decoder = Decoder(track, timeline)
    decoder.run(_Reporter().at)
    return _answer(track, decoder)


class _Reporter:
    """Says now and then how far decoding is."""

    def __init__(self) -> None:
        self._next_ms = SAY_EVERY_MS

    def at(self, now_ms: int) -> None:
        if now_ms >= self._next_ms:
            self._next_ms = now_ms + SAY_EVERY_MS
            _say("at", ms=now_ms)


def _answer(track: Track, decoder: Decoder) -> Decoded:
    timeline = decoder.timeline
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Decoded(
        codec=track.codec,
        container=track.container,
        rate=track.rate,
        source_channels=track.channels,
        channels=timeline.channels,
        samples=timeline.written,
        claimed_ms=track.claimed_ms,
        losses=tuple(timeline.losses),
        open_ended=track.open_ended,
        broken_packets=decoder.broken_packets,
        other_tracks=track.other_tracks,
        peak_kb=used.ru_maxrss,
        cpu_ms=round((used.ru_utime + used.ru_stime) * 1_000),
    )


def _say(event: str, **facts: object) -> None:
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()
