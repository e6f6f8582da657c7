"""Tokens of a window become words of its stretches: character times, script, spaces, punctuation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from qa_service.asr.decoder import Token
from qa_service.asr.packing import Placed, Window
from qa_service.asr.script import PUNCTUATION, full_width, in_script, is_han
from qa_service.core.speech import HeardWord
from qa_service.ports import SAMPLES_PER_MS, Stretch

#: Nobody takes longer for one character; what is longer is the silence behind it.
_LONGEST_CHAR = 500 * SAMPLES_PER_MS


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    start: int
    end: int
    probability: float


def words_of(
    window: Window, tokens: Sequence[Token], stretches: Sequence[Stretch], script: str
) -> dict[int, tuple[HeardWord, ...]]:
    """Words by index into `window.placed`; every character that was said lands in exactly one of them."""
    owned = zip(_owners(window, tokens), tokens, strict=True)
    return {
        index: _words(window, index, [token for _, token in held], stretches, script)
        for index, held in groupby(owned, key=lambda pair: pair[0])
    }


def _chars(token: Token) -> Iterator[_Char]:
    """A token's characters share its time evenly; marks and spaces take none."""
    said = sum(1 for char in token.text if not _is_silent(char))
    length = min(token.end - token.start, _LONGEST_CHAR * max(1, said))
    done = 0
    for char in token.text:
        start = token.start + length * done // max(1, said)
        done += not _is_silent(char)
        yield _Char(char, start, token.start + length * done // max(1, said), token.probability)


def _clipped(token: Token, placed: Placed) -> Token:
    start = min(max(token.start, placed.at), placed.end)
    return replace(token, start=start, end=min(max(token.end, start), placed.end))


def _is_silent(char: str) -> bool:
    return char.isspace() or char in PUNCTUATION


def _owners(window: Window, tokens: Iterable[Token]) -> Iterator[int]:
    """Which piece each token belongs to: by time, never backwards; marks stay with what they follow."""
    owner = 0
    for token in tokens:
        if not all(map(_is_silent, token.text)):
            owner = max(owner, window.whose(token.start, token.end))
        yield owner


def _words(
    window: Window, index: int, tokens: Sequence[Token], stretches: Sequence[Stretch], script: str
) -> tuple[HeardWord, ...]:
    placed = window.placed[index]
    chars = [char for token in tokens for char in _chars(_clipped(token, placed))]
    text = in_script("".join(char.text for char in chars), script)
    tidied = _tidy([replace(char, text=new) for char, new in zip(chars, text, strict=True)])
    words: list[HeardWord] = []
    for group in _grouped(tidied):
        span = window.on_call_clock(index, group[0].start, group[-1].end, stretches)
        if words and span.start_ms < words[-1].span.start_ms:
            span = replace(words[-1].span, start_ms=words[-1].span.end_ms)
        confidence = min(1.0, max(0.0, sum(char.probability for char in group) / len(group)))
        words.append(HeardWord("".join(char.text for char in group), span, confidence))
    return tuple(words)


def _tidy(chars: Sequence[_Char]) -> list[_Char]:
    """Full-width marks in Chinese text; spaces only before Latin words that follow Latin words.

    A space between two Chinese characters is how Whisper writes a pause: it becomes a comma.
    """
    tidied: list[_Char] = []
    for at, char in enumerate(chars):
        before = tidied[-1].text if tidied else ""
        after = next((c.text for c in chars[at + 1 :] if not c.text.isspace()), "")
        text = _tidied(char.text, before, after)
        if text:
            tidied.append(replace(char, text=text))
    return tidied


def _tidied(char: str, before: str, after: str) -> str:
    if char.isspace():
        if not before or not after or before in PUNCTUATION or after in PUNCTUATION or before == " ":
            return ""
        if is_han(before) and is_han(after):
            return "，"
        return " " if not is_han(before) and not is_han(after) else ""
    if char in PUNCTUATION:
        if not before:
            return ""
        between_digits = before.isascii() and after.isascii() and after.isalnum()
        return char if between_digits else full_width(char)
    return char


def _grouped(chars: Sequence[_Char]) -> Iterator[list[_Char]]:
    """One group per Chinese character, per Latin word with its leading space, per number; marks join theirs."""
    group: list[_Char] = []
    for char in chars:
        if group and _begins(char.text, group):
            yield group
            group = []
        group.append(char)
    if group:
        yield group


def _begins(char: str, group: Sequence[_Char]) -> bool:
    if char.isspace():
        return True
    last = group[-1].text
    if char in PUNCTUATION:
        return False
    return is_han(char) or is_han(last) or (last in PUNCTUATION and not last.isascii())
