"""measure: decoded sound → MeasuredCall. Slow and model-made; judging never comes back here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from qa_service.core.ids import digest
from qa_service.core.measured import Layout, MeasuredCall, Part, PartName, Problem, Unheard
from qa_service.core.speech import Voice
from qa_service.core.time import Span, intersect, merge, total_ms
from qa_service.measures.activity import stretches
from qa_service.measures.foreign import without
from qa_service.measures.quality import WORTH_MENTIONING
from qa_service.ports import (
    Heard,
    HearingProfile,
    Progress,
    Recogniser,
    Recording,
    SpeakerEncoder,
    Stretch,
    VoiceDetector,
    never_cancelled,
    silent_progress,
)
from qa_service.privacy.card_codes import without_codes
from qa_service.turns.assemble import number
from qa_service.usecases.enrich import enrich
from qa_service.usecases.lanes import Doubt, Lanes, find_lanes
from qa_service.usecases.language import is_foreign
from qa_service.usecases.speakers import Spoken, by_channel, by_voice, words_by_channel
from qa_service.usecases.timing import Stopwatch

#: Whisper loses fewer first and last syllables with so much of their surroundings (docs/speech.md#efforts).
PAD_MS = 250
#: Voice this long that gave no text stands in the report as unheard (decisions.md 17).
LEAST_UNHEARD_MS = 1_000
#: Raised when the way a part is made changes its values.
VERSION = 1


@dataclass(frozen=True, slots=True)
class Ears:
    """The ports that hear. The speaker encoder is only made for mono calls."""

    voice: VoiceDetector
    recogniser: Recogniser
    speakers: Callable[[], SpeakerEncoder]
    tokens: Callable[[str], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Manners:
    """How one call is to be heard: progress, cancelling and the clock that is kept on the stages."""

    watch: Stopwatch
    progress: Progress = silent_progress
    cancelled: Callable[[], bool] = never_cancelled


def measure(recording: Recording, ears: Ears, hearing: HearingProfile, manners: Manners) -> MeasuredCall:
    """Everything that judging needs of one recording. See `hear` for the sound that its times refer to."""
    return hear(recording, ears, hearing, manners)[0]


def hear(
    recording: Recording, ears: Ears, hearing: HearingProfile, manners: Manners
) -> tuple[MeasuredCall, Recording]:
    """The measured call, and the recording on the call's own clock: shifted legs have been aligned in it.

    Raises:
        Cancelled: soon after `manners.cancelled()` turned true.
    """
    with manners.watch.stage("vad"):
        audio_s = recording.duration_ms / 1_000
        manners.progress("vad", 0, audio_s)
        lanes = find_lanes(recording, ears.voice, ears.speakers)
        manners.progress("vad", audio_s, audio_s)
    with manners.watch.stage("asr"):
        asked = _stretches(lanes)
        heard = ears.recogniser.recognise(
            asked, hearing, progress=manners.progress, cancelled=manners.cancelled
        )
    with manners.watch.stage("measure"):
        manners.progress("measure", 0, 1)
        spoken = _spoken(lanes, asked, heard, ears)
        misheard = tuple(_doubts(asked, heard))
        doubts = (*lanes.doubts, *misheard)
        said = without_codes(number(spoken.utterances))
        utterances = enrich(said, lanes, doubts, tokens=ears.tokens)
        manners.progress("measure", 1, 1)
    call = MeasuredCall(
        call_id=recording.sha256[:16],
        duration_ms=lanes.call.duration_ms,
        layout=lanes.layout,
        utterances=utterances,
        voice=spoken.voice,
        sounds=lanes.sounds,
        unheard=tuple(_unheard(lanes, asked, heard, spoken.voice)),
        problems=(*recording.problems, *lanes.problems, *spoken.problems, *_misheard(lanes, misheard)),
        parts=_parts(ears, hearing),
        hearing=ears.recogniser.model,
        separation=spoken.separation,
    )
    return call, replace(recording, samples=lanes.samples)


def _stretches(lanes: Lanes) -> tuple[Stretch, ...]:
    """What the recogniser is asked: the padded voice of each channel's own party, and apart what may be theirs."""
    return tuple(
        Stretch(channel, span, lanes.cut(channel, span), is_aside)
        for channel in range(len(lanes.own))
        for is_aside, mine, others in (
            (False, lanes.own[channel], lanes.faint[channel]),
            (True, lanes.faint[channel], lanes.own[channel]),
        )
        for padded in stretches(mine, samples=lanes.samples[channel], pad_ms=PAD_MS)
        for span in without([padded], others)
    )


def _spoken(lanes: Lanes, asked: Sequence[Stretch], heard: Sequence[Heard], ears: Ears) -> Spoken:
    if lanes.layout is Layout.MONO:
        return by_voice(lanes, words_by_channel(len(lanes.own), asked, heard), ears.speakers)
    sure, aside = (
        words_by_channel(len(lanes.own), asked, heard, is_aside=is_aside) for is_aside in (False, True)
    )
    return by_channel(lanes, sure, aside)


def _doubts(asked: Sequence[Stretch], heard: Sequence[Heard]) -> Iterator[Doubt]:
    """Stretches that the recogniser itself does not trust, or that are in another language."""
    for stretch, result in zip(asked, heard, strict=True):
        if result.doubtful:
            yield Doubt(stretch.channel, stretch.span, f"unreliable.{result.doubtful}")
        elif is_foreign(_text(result), result.language, result.language_confidence):
            yield Doubt(stretch.channel, stretch.span, "unreliable.language")


def _text(heard: Heard) -> str:
    return "".join(word.text for word in heard.words)


def _misheard(lanes: Lanes, doubts: Sequence[Doubt]) -> Iterator[Problem]:
    """One line per channel of whose own speech more than a twentieth was not recognised well enough."""
    for channel, own in enumerate(lanes.own):
        hit = intersect(own, merge(doubt.span for doubt in doubts if doubt.channel == channel))
        if hit and total_ms(hit) > WORTH_MENTIONING * total_ms(own):
            where = Span(hit[0].start_ms, hit[-1].end_ms)
            yield Problem("words_doubted", where, total_ms(hit), f"channel={channel}")


def _unheard(
    lanes: Lanes, asked: Sequence[Stretch], heard: Sequence[Heard], voice: Sequence[Voice]
) -> Iterator[Unheard]:
    """Voiced stretches of a second and more without text, with the recogniser's reason (decisions.md 17)."""
    for stretch, result in zip(asked, heard, strict=True):
        voiced_ms = total_ms(intersect(lanes.own[stretch.channel], [stretch.span]))
        if result.unheard and voiced_ms >= LEAST_UNHEARD_MS:
            yield Unheard(stretch.span, _speaker(stretch, lanes.layout, voice), result.unheard)


def _speaker(stretch: Stretch, layout: Layout, voice: Sequence[Voice]) -> str:
    """Whose channel it is; where both share one, whose voice it mostly is."""
    if layout is not Layout.MONO:
        return f"s{stretch.channel}"
    spoken_ms = Counter[str]()
    for each in voice:
        spoken_ms[each.speaker] += each.span.overlap_ms(stretch.span)
    return max(sorted(spoken_ms), key=lambda speaker: spoken_ms[speaker], default="s0")


def _parts(ears: Ears, hearing: HearingProfile) -> tuple[Part, ...]:
    """Where each part came from, so that a changed model or setting makes a new one."""
    model = ears.recogniser.model
    settings = digest(hearing.effort, hearing.language, hearing.script, *hearing.vocabulary)
    producers = {
        PartName.WORDS: (f"{model.name}@{model.digest[:12] or model.revision}", settings),
        PartName.ACTIVITY: ("silero-vad", ""),
        PartName.PROSODY: ("measures", ""),
        PartName.TOKENS: ("jieba", digest(*hearing.vocabulary)),
        PartName.QUALITY: ("measures", ""),
    }
    return tuple(Part(name, producer, set_as, VERSION) for name, (producer, set_as) in producers.items())
