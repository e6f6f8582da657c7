"""Who said which words: by channel where each party has one, by voice where both share one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from qa_service.core.measured import Problem
from qa_service.core.speech import HeardWord, Utterance, Voice
from qa_service.core.time import Span, total_ms
from qa_service.measures.speakers import Speakers, tell_apart, windows
from qa_service.ports import Heard, SpeakerEncoder, Stretch
from qa_service.turns.assemble import assemble
from qa_service.usecases.lanes import Lanes


@dataclass(frozen=True, slots=True)
class Spoken:
    """Utterances (not numbered yet), each speaker's voice, and how surely speakers were told apart."""

    utterances: tuple[Utterance, ...]
    voice: tuple[Voice, ...]
    separation: float = 1.0
    problems: tuple[Problem, ...] = ()


Words = Sequence[Sequence[HeardWord]]


def by_channel(lanes: Lanes, words: Words, aside: Words) -> Spoken:
    """Each channel is one speaker: `s0` on channel 0, `s1` on channel 1.

    `aside` is what was heard in too faint a voice: it stands among the channel's words, to be doubted, but that
    voice is `x0` or `x1`, so that nobody is held to talk, or to be silent, because of it.
    """
    utterances = tuple(
        said
        for channel in range(len(lanes.own))
        for heard, voiced in ((words, lanes.own), (aside, lanes.faint))
        for said in assemble(f"s{channel}", channel, heard[channel], voiced[channel])
    )
    voice = (
        Voice(span, f"{who}{channel}")
        for who, by_channels in (("s", lanes.own), ("x", lanes.faint))
        for channel, spans in enumerate(by_channels)
        for span in spans
    )
    return Spoken(utterances, tuple(sorted(voice)))


def by_voice(
    lanes: Lanes, words: Sequence[Sequence[HeardWord]], encoder: Callable[[], SpeakerEncoder]
) -> Spoken:
    """One channel, several voices: windows of it are compared and fall into one or two speakers."""
    channel = max(range(len(lanes.own)), key=lambda c: len(lanes.own[c]))
    voiced = lanes.own[channel]
    speakers = _told_apart(lanes, channel, voiced, encoder)
    said: dict[str, list[HeardWord]] = {}
    for word in words[channel]:
        said.setdefault(speakers.speaker_of(word.span), []).append(word)
    utterances = tuple(
        utterance
        for speaker, own in sorted(said.items())
        for utterance in assemble(speaker, channel, own, _voice_of(speakers, speaker))
    )
    return Spoken(utterances, tuple(sorted(speakers.voices)), speakers.separation, tuple(_third(speakers)))


def _third(speakers: Speakers) -> Iterator[Problem]:
    """Two voices do not explain what is heard."""
    if speakers.third:
        where = Span(speakers.third[0].start_ms, speakers.third[-1].end_ms)
        yield Problem("more_voices", where, detail=f"third_s={round(total_ms(speakers.third) / 1_000)}")


def _told_apart(
    lanes: Lanes, channel: int, voiced: Sequence[Span], encoder: Callable[[], SpeakerEncoder]
) -> Speakers:
    pieces = windows(voiced, lanes.call)
    if not pieces:
        return Speakers()
    vectors = encoder().embed([lanes.cut(channel, piece) for piece in pieces])
    return tell_apart(voiced, pieces, vectors)


def _voice_of(speakers: Speakers, speaker: str) -> tuple[Span, ...]:
    return tuple(voice.span for voice in speakers.voices if voice.speaker == speaker)


def words_by_channel(
    channels: int, asked: Sequence[Stretch], heard: Sequence[Heard], *, is_aside: bool = False
) -> tuple[tuple[HeardWord, ...], ...]:
    """The words of each channel in the order they were said: its own, or those heard aside."""
    lanes: list[list[HeardWord]] = [[] for _ in range(channels)]
    for stretch, result in zip(asked, heard, strict=True):
        if stretch.is_aside is is_aside:
            lanes[stretch.channel] += result.words
    return tuple(tuple(lane) for lane in lanes)
