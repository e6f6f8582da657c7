"""What detectors of the line share: who talked when and with which words, in stretches that are over.

Voice says when somebody talked, utterances say what. Both arrive when they end, a voice before its
words, so a detector may judge only what is over: a *stretch*, which ends when its speaker has kept
silent for a breath. Batch and live cut a call into the same stretches, and give them in the same order.

This is not a detector; like base.py it may be imported by all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush

from qa_service.core.speech import Role, Utterance, Voice, spoken_chars
from qa_service.core.time import Span, merge

#: A pause up to this long belongs to the talking around it. Stop closures and breaths inside a phrase
#: are shorter; it is above the 300 ms at which recordings are cut (docs/detectors-sound.md#breath).
BREATH_MS = 500

#: Longer than any back-channel; also bounds the work of the expression below.
_LONGEST_BACK_CHANNEL = 12
_BACK_CHANNEL = re.compile(
    "(?:[嗯恩唔呃额啊呀哦噢喔哎唉诶欸好是对對行哈]|好的|好吧|好嘞|好啊|是的|是啊|对的|對的|对啊|對啊|可以"
    "|没错|沒錯|明白了?|了解|瞭解|知道了?|清楚了?|收到|没问题|沒問題|ok|okay|okey|mm|mhm|uh)+",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[^\w]+")


def is_back_channel(text: str) -> bool:
    """Whether `text` only says "I am listening": 嗯, 对对对, 好的好的, 是的明白; in either script.

    An empty text is none: nothing is known about it.

    >>> [is_back_channel(text) for text in ("嗯嗯，好的。", "對，沒錯", "对不起", "好像不是", "")]
    [True, True, False, False, False]
    """
    clauses = _clauses(text)
    return bool(clauses) and all(map(_is_back_channel_clause, clauses))


def own_chars(text: str, *, heard: str = "") -> int:
    """Spoken characters of the clauses that say more than "I am listening", and do not echo `heard`.

    >>> own_chars("嗯嗯，好的，您先听我说")
    5
    >>> own_chars("尾号三三幺八", heard="卡号的尾号三三幺八")
    0
    """
    return sum(
        spoken_chars(clause)
        for clause in _clauses(text)
        if clause not in heard and not _is_back_channel_clause(clause)
    )


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(text) if clause]


def _is_back_channel_clause(clause: str) -> bool:
    return len(clause) <= _LONGEST_BACK_CHANNEL and _BACK_CHANNEL.fullmatch(clause) is not None


def said_within(utterance: Utterance, span: Span) -> str:
    """The words of `utterance` that were said during `span`; all of them where words have no times."""
    if not utterance.words or span.contains(utterance.span):
        return utterance.text
    inside = [word for word in utterance.words if word.span.overlap_ms(span)]
    if not inside:
        return ""
    return utterance.text[min(word.start for word in inside) : max(word.end for word in inside)]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One speaker talking with no pause longer than a breath."""

    span: Span
    speaker: str
    role: Role
    #: Where the voice really was, disjoint and in order.
    voiced: tuple[Span, ...]
    #: What the speaker said in this time, in order; empty when nobody understood it.
    utterances: tuple[Utterance, ...]

    @property
    def is_judgeable(self) -> bool:
        """Whether the words are known well enough to rest a finding on."""
        return bool(self.text) and not any(utterance.unreliable for utterance in self.utterances)

    @property
    def text(self) -> str:
        """What was said during the stretch, clause by clause."""
        return "，".join(filter(None, (said_within(utterance, self.span) for utterance in self.utterances)))


@dataclass(slots=True)
class _Open:
    """A stretch whose speaker may still go on."""

    role: Role
    start_ms: int
    end_ms: int
    voiced: list[Span]


@dataclass(slots=True)
class _Said:
    """One speaker's utterances that have not been left behind."""

    later: list[tuple[int, int, str, Utterance]] = field(default_factory=list)
    near: list[Utterance] = field(default_factory=list)

    def during(self, span: Span) -> tuple[Utterance, ...]:
        """What was said in `span`; the spans asked for never go back."""
        while self.later and self.later[0][0] < span.end_ms:
            self.near.append(heappop(self.later)[3])
        self.near = [utterance for utterance in self.near if utterance.span.end_ms > span.start_ms]
        return tuple(self.near)


@dataclass(slots=True)
class Talk:
    """Collects the talk of people (never of the system) and gives it back as stretches that are over."""

    _voices: list[tuple[int, int, str, Role]] = field(default_factory=list)
    _open: dict[str, _Open] = field(default_factory=dict)
    _said: dict[str, _Said] = field(default_factory=dict)
    #: Over, but behind a stretch that began earlier and is not.
    _over: list[tuple[int, int, str, Stretch]] = field(default_factory=list)

    def hear(self, event: Utterance | Voice) -> None:
        """Keeps a voice or an utterance for the stretch it belongs to."""
        span, speaker = event.span, event.speaker
        if event.role is Role.SYSTEM or not span.duration_ms:
            return
        if isinstance(event, Voice):
            heappush(self._voices, (span.start_ms, span.end_ms, speaker, event.role))
        else:
            said = self._said.setdefault(speaker, _Said())
            heappush(said.later, (span.start_ms, span.end_ms, event.id, event))

    def over(self, now_ms: int) -> Iterator[Stretch]:
        """Stretches, by start, that nothing which starts at `now_ms` or later can change."""
        while self._voices and self._voices[0][0] < now_ms:
            self._add(*heappop(self._voices))
        for speaker, talking in list(self._open.items()):
            if talking.end_ms + BREATH_MS < now_ms:
                self._close(speaker)
        behind_ms = min((talking.start_ms for talking in self._open.values()), default=now_ms)
        while self._over and self._over[0][0] < behind_ms:
            yield heappop(self._over)[3]

    def rest(self, end_ms: int) -> Iterator[Stretch]:
        """All stretches that are left when the call ends at `end_ms`."""
        return self.over(end_ms + BREATH_MS + 1)

    def _add(self, start_ms: int, end_ms: int, speaker: str, role: Role) -> None:
        talking = self._open.get(speaker)
        if talking and start_ms > talking.end_ms + BREATH_MS:
            self._close(speaker)
            talking = None
        if talking is None:
            talking = self._open[speaker] = _Open(role, start_ms, end_ms, [])
        talking.end_ms = max(talking.end_ms, end_ms)
        talking.voiced.append(Span(start_ms, end_ms))

    def _close(self, speaker: str) -> None:
        talking = self._open.pop(speaker)
        span = Span(talking.start_ms, talking.end_ms)
        said = self._said.setdefault(speaker, _Said()).during(span)
        stretch = Stretch(span, speaker, talking.role, merge(talking.voiced), said)
        heappush(self._over, (span.start_ms, span.end_ms, speaker, stretch))
