"""How well two voices on one channel are told apart, and roles found, on calls put together here.

    python models/train/measure_speakers.py --data DIR [--samples sample_audio]

- synthetic: the channels of the sample calls (six or more Kokoro voices), every pair of voices, their
  utterances in turn; one voice alone must stay one;
- real: pairs of short clips of DIR/voice_tone and DIR/speech_clips, each clip taken for one person and cut
  into turns of 1 to 2 s; one clip alone must stay one. Which clips share a speaker is not published, so
  pairs are of different sexes or different sets, and pairs of one sex are reported apart.

Both at 16 kHz and through 8 kHz µ-law. Frame accuracy: share of the 10 ms frames in which exactly one person
speaks by the truth and anybody by voice activity that are given to the right one (the better naming).
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import yaml
from faster_whisper.vad import VadOptions, get_speech_timestamps

from qa_service.core.speech import HeardWord
from qa_service.core.time import Span
from qa_service.inference.speakers import Ge2eEncoder
from qa_service.measures.speakers import Speakers, tell_apart, windows
from qa_service.turns.assemble import assemble, number
from qa_service.turns.roles import RoleHints, assign

Samples = npt.NDArray[np.int16]
RATE = 16_000
MODEL = Path(__file__).parents[1] / "weights" / "ge2e-speaker.onnx"


def load(path: Path, rate: int = RATE) -> Samples:
    """All channels of a file at `rate`, [channels, samples]."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler("s16p", stream.layout, rate)
        frames = [f for frame in container.decode(stream) for f in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)


def through_telephone(sound: Samples) -> Samples:
    """Down to 8 kHz, µ-law and back, up to 16 kHz."""
    narrow = _resampled(sound, RATE, 8_000).astype(np.float64) / 32_768
    coded = np.round(127 * np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256)) / 127
    plain = np.sign(coded) * (256 ** np.abs(coded) - 1) / 255
    return _resampled((plain * 32_767).astype(np.int16), 8_000, RATE)


def _resampled(sound: Samples, rate: int, to: int) -> Samples:
    frame = av.AudioFrame.from_ndarray(sound[None], format="s16p", layout="mono")
    frame.rate = rate
    resampler = av.AudioResampler("s16p", "mono", to)
    return np.concatenate(
        [f.to_ndarray()[0] for f in (*resampler.resample(frame), *resampler.resample(None))]
    )


@dataclass(frozen=True)
class Call:
    """A mono call and who speaks when (0 or 1)."""

    kind: str
    sound: Samples
    turns: tuple[tuple[Span, int], ...]


def joined(kind: str, pieces: list[tuple[Samples, int]], chance: random.Random) -> Call:
    """The pieces in turn, with 100 to 700 ms of faint noise between."""
    noise = np.random.default_rng(chance.randrange(1 << 30))
    parts: list[Samples] = []
    turns: list[tuple[Span, int]] = []
    at = 0
    for sound, who in pieces:
        quiet = noise.normal(0, 8, chance.randint(100, 700) * 16).astype(np.int16)
        parts += [quiet, sound]
        at += len(quiet)
        turns.append((Span(at // 16, (at + len(sound)) // 16), who))
        at += len(sound)
    return Call(kind, np.concatenate(parts), tuple(turns))


def sample_voices(folder: Path) -> dict[str, list[Samples]]:
    """Utterances by voice, from the two-channel sample calls."""
    voices: dict[str, list[Samples]] = defaultdict(list)
    for path in sorted(folder.glob("*.truth.yaml")):
        truth = yaml.safe_load(path.read_text(encoding="utf-8"))
        names = {s["id"]: (s["voice"], s["channel"]) for s in truth["speakers"] if s.get("voice")}
        if truth["layout"] != "stereo":
            continue
        sound = load(folder / truth["audio"])
        for said in truth["utterances"]:
            if said["speaker"] in names:
                voice, channel = names[said["speaker"]]
                voices[voice].append(sound[channel, said["start_ms"] * 16 : said["end_ms"] * 16])
    return voices


def synthetic(folder: Path, chance: random.Random) -> Iterator[Call]:
    """Every pair of voices twice, and each voice alone."""
    voices = {name: said for name, said in sample_voices(folder).items() if len(said) >= 4}
    names = sorted(voices)
    for one in names:
        yield joined("synthetic, one voice", [(sound, 0) for sound in voices[one][:8]], chance)
        for other in names[names.index(one) + 1 :]:
            kind = "same sex" if one[1] == other[1] else "other sex"
            for turns in (3, 6):
                pieces = [
                    (voices[who][at % len(voices[who])], side)
                    for at in range(turns)
                    for side, who in enumerate((one, other))
                ]
                yield joined(f"synthetic, {kind}", pieces, chance)


def turns_of(clip: Samples, side: int, chance: random.Random) -> list[tuple[Samples, int]]:
    """A clip in pieces of 1 to 2 s."""
    pieces, at = [], 0
    while len(clip) - at >= RATE:
        length = chance.randint(RATE, 2 * RATE)
        length = len(clip) - at if len(clip) - at - length < RATE else length
        pieces.append((clip[at : at + length], side))
        at += length
    return pieces


def real(data: Path, chance: random.Random, pairs: int = 60) -> Iterator[Call]:
    """Pairs of real clips, and clips alone."""
    clips = [
        ("f" if "emale" in p.name else "m", load(p)[0]) for p in sorted((data / "voice_tone").glob("*.flac"))
    ]
    clips += [("?", load(p)[0]) for p in sorted((data / "speech_clips").glob("*.wav"))]
    clips = [(sex, clip) for sex, clip in clips if 3 * RATE <= len(clip) <= 15 * RATE]
    for _, clip in chance.sample(clips, min(40, len(clips))):
        yield joined("real, one voice", turns_of(clip, 0, chance), chance)
    for _ in range(pairs):
        (sex, one), (other_sex, other) = chance.sample(clips, 2)
        kind = "other sex or set" if sex != other_sex else "same sex"
        first, second = turns_of(one, 0, chance), turns_of(other, 1, chance)
        pieces = [p for pair in zip(first, second, strict=False) for p in pair]
        yield joined(f"real, {kind}", pieces, chance)


def voiced_spans(sound: Samples) -> tuple[Span, ...]:
    """What the pipeline's voice detector gives."""
    options = VadOptions(min_silence_duration_ms=200, speech_pad_ms=0, min_speech_duration_ms=100)
    found = get_speech_timestamps(sound.astype(np.float32) / 32_768, options)
    return tuple(Span(piece["start"] // 16, piece["end"] // 16) for piece in found)


def heard(encoder: Ge2eEncoder, sound: Samples) -> Speakers:
    """The speakers of a mono call."""
    voiced = voiced_spans(sound)
    pieces = windows(voiced, Span(0, len(sound) // 16))
    vectors = encoder.embed([sound[p.start_ms * 16 : p.end_ms * 16] for p in pieces])
    return tell_apart(voiced, pieces, vectors)


def accuracy(call: Call, found: Speakers) -> float:
    """Share of the frames that belong to the right speaker."""
    length = len(call.sound) // 160 + 1
    truth, guess = np.full(length, -1), np.full(length, -1)
    for span, who in call.turns:
        truth[span.start_ms // 10 : span.end_ms // 10] = who
    for voice in found.voices:
        guess[voice.span.start_ms // 10 : voice.span.end_ms // 10] = int(voice.speaker[1:])
    both = (truth >= 0) & (guess >= 0)
    right = float(np.mean(truth[both] == guess[both])) if both.any() else 0.0
    return max(right, 1 - right)


def roles_right(folder: Path, encoder: Ge2eEncoder) -> Iterator[tuple[str, str, float, float]]:
    """Per sample call mixed down to mono: share of people's characters under the right role, and wrong."""
    for path in sorted(folder.glob("*.truth.yaml")):
        truth = yaml.safe_load(path.read_text(encoding="utf-8"))
        people = [said for said in truth["utterances"] if said["role"] in {"agent", "customer"}]
        sides = {said["role"] for said in people}
        if len(sides) < 2:
            continue
        mono = (
            load(folder / truth["audio"]).astype(np.int32).sum(axis=0).clip(-32_768, 32_767).astype(np.int16)
        )
        for line, sound in (("16 kHz", mono), ("8 kHz µ-law", through_telephone(mono))):
            yield path.name.split(".")[0], line, *_characters(truth["utterances"], heard(encoder, sound))


def _characters(said: list[dict[str, object]], found: Speakers) -> tuple[float, float]:
    """The truth's characters, evenly in time, each given to whose voice it falls on."""
    words = [(word, str(line["role"])) for line in said for word in _spread(line)]
    by_speaker: dict[str, list[tuple[HeardWord, str]]] = defaultdict(list)
    for word, role in sorted(words, key=lambda pair: pair[0].span):
        by_speaker[found.speaker_of(word.span)].append((word, role))
    spans = {name: [v.span for v in found.voices if v.speaker == name] for name in by_speaker}
    utterances = number(
        made
        for name, heard in by_speaker.items()
        for made in assemble(name, 0, [w for w, _ in heard], spans[name])
    )
    roles = assign(utterances, RoleHints(separation=found.separation))
    counts: Counter[str] = Counter()
    for name, heard in by_speaker.items():
        given = str(roles.of(name).role)
        for _, role in heard:
            if role in {"agent", "customer"}:
                counts["right" if given == role else "unknown" if given == "unknown" else "wrong"] += 1
    total = max(1, sum(counts.values()))
    return counts["right"] / total, counts["wrong"] / total


def _spread(line: dict[str, object]) -> list[HeardWord]:
    """One word per character."""
    text, start, end = str(line["text"]), int(str(line["start_ms"])), int(str(line["end_ms"]))
    at = [start + (end - start) * place // len(text) for place in range(len(text) + 1)]
    return [HeardWord(char, Span(*pair), 0.9) for char, pair in zip(text, pairwise(at), strict=True)]


def main() -> None:
    """Prints a row per kind of call and line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--samples", type=Path, default=Path(__file__).parents[2] / "sample_audio")
    asked = parser.parse_args()
    chance, encoder = random.Random(7), Ge2eEncoder(MODEL)
    rows: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for call in (*synthetic(asked.samples, chance), *real(asked.data, chance)):
        for line, sound in (("16 kHz", call.sound), ("8 kHz µ-law", through_telephone(call.sound))):
            found = heard(encoder, sound)
            rows[call.kind, line].append((accuracy(call, found), found.count))
    for (kind, line), results in sorted(rows.items()):
        people = 1 if "one voice" in kind else 2
        counted = sum(count == people for _, count in results)
        told = [right for right, count in results if count == 2] or [float("nan")]
        print(
            f"{kind:32s} {line:12s} n={len(results):3d}  count right {counted:3d}"
            f"  frames right where told apart: mean {np.mean(told):.3f}  worst {np.min(told):.3f}"
        )
    for name, line, right, wrong in roles_right(asked.samples, encoder):
        print(f"roles, {name:28s} {line:12s} characters right {right:.3f}  wrong {wrong:.3f}")


if __name__ == "__main__":
    main()
