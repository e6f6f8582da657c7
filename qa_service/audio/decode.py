"""Packets of a stranger's file become samples; a bad packet costs itself, never what follows. In the child."""

from __future__ import annotations

from collections.abc import Callable

import av
from av.audio.stream import AudioStream
from av.packet import Packet

from qa_service.audio.formats import COUNTING
from qa_service.audio.job import Loss
from qa_service.audio.timeline import TOLERANCE_MS, Timeline
from qa_service.audio.track import Track

#: Opus in WebM leaves out silence on purpose, one packet every 400 ms: such holes are not a loss.
DTX_MS = 450
#: Decoders swallow their first frame or two (WMA 64 ms): the call begins where sound does.
LEAD_IN_S = 0.3
#: A file's clock may run this far past what it claims before its time stamps are disbelieved.
CLAIM_SLACK_S = 2.0


class Decoder:
    """Feeds a track's frames to a timeline and keeps its clock true."""

    def __init__(self, track: Track, timeline: Timeline) -> None:
        self.track = track
        self.timeline = timeline
        self.broken_packets = 0
        self._suspect = False
        self._shift_s = 0.0
        self._origin_s = track.origin_s
        self._counting = track.container in COUNTING
        self._good_bytes = self._seen_bytes = 0
        self._good_s = 0.0

    def run(self, progress: Callable[[int], None]) -> None:
        """Decodes everything.

        Raises:
            TooLong: there is more sound than allowed.
        """
        for packet in self.track.packets:
            self._seen_bytes += packet.size
            try:
                frames = self.track.decode(packet)
            except (av.error.FFmpegError, ValueError):
                self._lose(packet)
                continue
            self._suspect = self._suspect or packet.is_corrupt
            for frame in frames:
                self._take(frame)
            self._good_bytes += packet.size if frames else 0
            progress(self.timeline.now_ms)
        self.timeline.flush()
        self._own_up()

    def _own_up(self) -> None:
        """Bytes that the demuxer threw away without a packet: how many is known now, where is not."""
        unseen = self.track.bytes - self._seen_bytes
        if self.track.container == "aac" and self.broken_packets and unseen > 0:
            now_ms = self.timeline.now_ms
            lost_ms = round(unseen * self._ms_per_byte)
            self.timeline.losses.append(Loss(0, now_ms, "damaged", lost_ms))

    @property
    def _ms_per_byte(self) -> float:
        return 1_000 * self._good_s / self._good_bytes if self._good_bytes else 0.0

    def _lose(self, packet: Packet[AudioStream]) -> None:
        self.broken_packets += 1
        self._suspect = True
        if self._counting and self._good_bytes and packet.size:
            self.timeline.skip(packet.size * self._ms_per_byte / 1_000, "damaged")

    def _take(self, frame: av.AudioFrame) -> None:
        if not frame.samples or not frame.sample_rate:
            return
        if not self._counting and frame.pts is not None and frame.time_base is not None:
            self._place(float(frame.pts * frame.time_base))
        seconds = frame.samples / frame.sample_rate
        self._suspect = not self.timeline.add(frame)
        self._good_s += 0.0 if self._suspect else seconds
        self.broken_packets += self._suspect

    def _place(self, at_s: float) -> None:
        """Leaves silence where the file's clock ran ahead of the sound; ignores a clock that is absurd."""
        if self._origin_s is None or (not self._good_s and self._is_lead_in(at_s - self._origin_s)):
            self._origin_s = at_s
        at_s -= self._origin_s + self._shift_s
        ahead_s = at_s - self.timeline.now_s
        if abs(ahead_s) * 1_000 <= TOLERANCE_MS:
            return
        if ahead_s < 0 or not self._is_plausible(at_s):
            self._shift_s += ahead_s
            return
        self.timeline.skip(ahead_s, self._kind(ahead_s))

    def _is_lead_in(self, after_s: float) -> bool:
        return not self._suspect and 0 <= after_s <= LEAD_IN_S

    def _is_plausible(self, at_s: float) -> bool:
        claimed_ms = self.track.claimed_ms
        return claimed_ms is None or at_s <= claimed_ms / 1_000 + CLAIM_SLACK_S

    def _kind(self, ahead_s: float) -> str:
        # Ogg drops a page whose checksum is wrong without a word: a hole is damage.
        if self._suspect or self.track.container == "ogg":
            return "damaged"
        if self.track.container == "matroska" and ahead_s * 1_000 <= DTX_MS:
            return ""
        return "gap"
