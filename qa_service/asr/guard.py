"""Doubt, as pure judgement: is this text what was said in this stretch?

Recognisers that guess from sound fail in known ways: they go round in circles, they drop half of a window,
they write subtitles' credits over noise. Each has a sign here. What shows one is decoded once more, alone;
`settle` then decides what may stand. Real speech is never deleted for looking odd: only text that could not
have been said in the time, or that the model itself doubts over something that is hardly speech, is dropped.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

import numpy as np

from qa_service.core.speech import HeardWord, spoken_chars
from qa_service.ports import SAMPLE_RATE, Heard, Samples

#: Nobody says more characters in a voiced second (speed-and-safety.md, Q3); very fast Mandarin is 8.
MOST_PER_SECOND = 12.0
#: Normal windows carry 3–5 characters a second; far fewer is dropped speech.
LEAST_PER_SECOND = 0.8
#: Shorter stretches may well be a breath or a click; longer ones owe us text.
OWES_TEXT_MS = 800
#: A phrase of up to `_PHRASE` characters said this often in a row is a loop, and a single Han character that
#: nobody says in rows (感感感感感). What people do repeat (对对对对对, 喂喂喂喂喂喂) and the digits of numbers may
#: be said more often, as may Latin letters.
_TIMES, _TIMES_SINGLE, _PHRASE = 5, 9, 12
_REPEATED = (
    "对好嗯喂是啊哈呵行不谢等快别哦诶哎唉呃额噢喔嘿嘻呀哟呦唔嗨没有要能可懂在来走停听说看慢拜您你我他她它的那这就"
    "哼呜嘟滴零幺一二两三四五六七八九十百千万〇"
)
#: Text that compresses further than this repeats itself (the limit that Whisper's authors chose).
_COMPRESSES = 2.4
#: Longer phrases are a loop earlier, also begun in the middle and broken off: said so often, the last time perhaps
#: not to its end, and hardly anything beside. Whoever is upset says 我要投诉 three times; these are longer.
_LONG_TIMES, _LONG_SHARE = 3.5, 0.75
#: The model's mean probability below which it is guessing, and its sign that nobody spoke.
_UNSURE, _NO_SPEECH, _SURELY_NOBODY = 0.35, 0.6, 0.75
_QUIET_DBFS, _BELOW_LOUDEST_DB = -60.0, 30.0
_BLOCK = SAMPLE_RATE // 50

_LOOP = re.compile(
    rf"(.{{2,{_PHRASE}}}?)\1{{{_TIMES - 1},}}|(.)\2{{{_TIMES_SINGLE - 1},}}"
    rf"|((?![{_REPEATED}])[\u3400-\u9fff])\3{{{_TIMES - 1},}}"
)
_LONG_LOOP = re.compile(r"(.{5,24}?)\1{2,}")
_UNSPOKEN = re.compile(r"\W+")
#: What Whisper learned to write under music and silence; a hint, never enough by itself.
_CREDITS = re.compile(
    r"字幕(由|志愿者|提供|制作|by)|请不吝|点赞.{0,4}(订阅|转发)|订阅.{0,4}(转发|打赏)|打赏支持|明镜|"
    r"优优独播剧场|中文字幕|谢谢(观看|收看)|感谢(观看|收看)|Amara|MING PAO",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Take:
    """One try at one stretch."""

    words: tuple[HeardWord, ...] = ()
    #: Whisper's probability that nobody spoke, of the window that the stretch was in.
    no_speech: float = 0.0
    #: The window's text was stopped by the limit, and this stretch was its last with text.
    cut_off: bool = False
    language: str = ""
    language_confidence: float = 0.0
    #: The window's text went round in circles, and this stretch holds a part of it.
    loops: bool = False

    @property
    def text(self) -> str:
        """All words joined."""
        return "".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """Mean over the words; 0 without any."""
        return sum(word.confidence for word in self.words) / len(self.words) if self.words else 0.0


def doubt(take: Take, voiced_ms: int) -> str:
    """Why the text may not be what was said: a reason code, or nothing.

    `nothing` voiced but no text · `too_few`, `too_many` characters for the voiced time · `loop` ·
    `cut_off` · `invented` a known credit line that the model is not sure of · `unsure`.
    """
    said, seconds = spoken_chars(take.text), max(voiced_ms, 1) / 1_000
    if not said:
        return "nothing" if voiced_ms >= OWES_TEXT_MS else ""
    if take.loops or is_loop(take.text):
        return "loop"
    if said > 3 and said / seconds > MOST_PER_SECOND:
        return "too_many"
    if take.cut_off:
        return "cut_off"
    if _CREDITS.search(take.text) and _guessed(take):
        return "invented"
    if voiced_ms >= 2 * OWES_TEXT_MS and said / seconds < LEAST_PER_SECOND:
        return "too_few"
    return "unsure" if take.confidence < _UNSURE or take.no_speech > _NO_SPEECH else ""


def is_loop(text: str) -> bool:
    """Whether the text goes round in circles.

    >>> is_loop("对对对对对，您说"), is_loop("我们我们我们我们我们我们"), is_loop("A4,A4,A4,A4,A4,")
    (False, True, True)
    >>> is_loop("喂喂喂喂喂喂"), is_loop("感感感感感感")
    (False, True)
    >>> is_loop("文，不认识英文，不认识英文，不认识英文，不认识英"), is_loop("我要投诉，我要投诉，我要投诉")
    (True, False)
    """
    packed = text.encode()
    circles = bool(_LOOP.search(text)) or _goes_round(_UNSPOKEN.sub("", text))
    return circles or len(packed) > _COMPRESSES * len(zlib.compress(packed))


def _goes_round(text: str) -> bool:
    """Whether nearly all of it is one longer phrase, over and over, the last time perhaps only begun."""
    return any(end - start >= _LONG_SHARE * len(text) for start, end in _long_loops(text))


def _long_loops(text: str) -> Iterator[tuple[int, int]]:
    for found in _LONG_LOOP.finditer(text):
        phrase, rest = found[1], text[found.end() :]
        begun = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(phrase, rest, strict=False)))
        start, end = found.start(), found.end() + begun
        if end - start >= _LONG_TIMES * len(phrase):
            yield start, end


def looped(texts: Sequence[str]) -> frozenset[int]:
    """Which of the texts of one window lie mostly in a loop that runs on from one to the next.

    >>> sorted(looped(["您好。", "不认识英文，不认识英文，", "不认识英文，不认识英文", "没有了"]))
    [1, 2]
    """
    spoken = [_UNSPOKEN.sub("", text) for text in texts]
    ends = list(accumulate(map(len, spoken)))
    loops = list(_long_loops("".join(spoken)))
    return frozenset(
        index
        for index, (text, end) in enumerate(zip(spoken, ends, strict=True))
        for first, last in loops
        if text and 2 * (min(end, last) - max(end - len(text), first)) > len(text)
    )


def _guessed(take: Take) -> bool:
    return take.no_speech > _NO_SPEECH or _guessed_words(take)


def settle(first: Take, again: Take | None, voiced_ms: int) -> Heard:
    """What stands of a stretch after at most two tries, with the reason why it is doubtful or unheard.

    A second try without doubt wins. Impossible or guessed text is dropped; odd but possible text stays
    and is `doubtful`.
    """
    if again is None:
        return _heard(first, unheard="" if first.words else "not_speech")
    if _nobody_spoke(first, again):
        return _heard(Take(language=again.language), unheard="not_speech")
    reason = doubt(again, voiced_ms)
    if not reason or (reason == "unsure" and again.confidence >= _UNSURE):
        return _heard(again, unheard="" if again.words else "not_speech")
    best, reason = _better((first, doubt(first, voiced_ms)), (again, reason))
    if reason in {"nothing", "invented"}:
        return _heard(Take(language=best.language), unheard="no_text")
    if reason == "too_many" or (reason == "loop" and _too_many(best, voiced_ms)):
        return _heard(Take(language=best.language), unheard="loop")
    return _heard(best, doubtful=reason)


def _nobody_spoke(first: Take, again: Take) -> bool:
    """The model says so when it hears the stretch alone, and what it wrote down is a guess.

    A guess is unsure, or went in circles, or has nothing in common with the other guess. Over tones,
    music and noise the sign lies at 0.76 and more, and what is written down there is 0.67 sure at most, also
    when hot words tempt; over sample speech the sign lies at 0.45 and less.
    """
    if again.no_speech <= _NO_SPEECH:
        return False
    if again.no_speech > _SURELY_NOBODY and _guessed_words(again):
        return True
    return again.confidence < _UNSURE or is_loop(first.text) or not set(first.text) & set(again.text)


def _guessed_words(take: Take) -> bool:
    return take.confidence < 2 * _UNSURE


#: From least to most harm.
_HARM = ("unsure", "too_few", "cut_off", "loop", "too_many", "invented", "nothing")


def _better(first: tuple[Take, str], again: tuple[Take, str]) -> tuple[Take, str]:
    """The try that does less harm; the second where they are equal."""
    return first if _HARM.index(first[1]) < _HARM.index(again[1]) else again


def _too_many(take: Take, voiced_ms: int) -> bool:
    return spoken_chars(take.text) > MOST_PER_SECOND * max(voiced_ms, 1) / 1_000


def _heard(take: Take, *, unheard: str = "", doubtful: str = "") -> Heard:
    return Heard(take.words, unheard, doubtful, take.language, take.language_confidence)


def voiced_ms(samples: Samples) -> int:
    """Milliseconds that are neither as quiet as an idle line nor 30 dB below the loudest 20 ms."""
    whole = len(samples) // _BLOCK
    if not whole:
        return 0
    blocks = samples[: whole * _BLOCK].astype(np.float32).reshape(whole, _BLOCK) / np.float32(32_768)
    loudness = 10 * np.log10(np.square(blocks).mean(axis=1) + np.float32(1e-12))
    floor = max(_QUIET_DBFS, float(loudness.max()) - _BELOW_LOUDEST_DB)
    return int((loudness > floor).sum()) * 20
