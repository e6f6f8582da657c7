"""Chinese text → the token ids Kokoro was trained on."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import opencc
from misaki.zh import ZHG2P

#: `[12315|幺二三一五]` is written 12315 and spoken 幺二三一五.
_READING = re.compile(r"\[([^|\]]+)\|([^\]]+)\]")
_SENTENCE = re.compile(r"[^。？！]+[。？！]?")


def written(text: str) -> str:
    """The line as a transcript shows it."""
    return _READING.sub(r"\1", text)


def spoken(text: str) -> str:
    """The line as the voice reads it, simplified, for which the phonemes were made."""
    return str(_simplifier().convert(_READING.sub(r"\2", text)))


def sentences(text: str) -> list[str]:
    """The line in pieces that are synthesised on their own; very short ones join the next."""
    pieces: list[str] = []
    for piece in _SENTENCE.findall(text):
        if pieces and len(pieces[-1]) < 5:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def token_ids(text: str, vocabulary: dict[str, int]) -> list[int]:
    """Token ids without the zero at either end; unknown symbols are an error, not a gap."""
    phonemes, _ = _g2p()(spoken(text))
    unknown = sorted(set(phonemes) - set(vocabulary))
    if unknown:
        raise ValueError(f"{text}: the voice has no symbol for {unknown}. Write the line without it.")
    return [vocabulary[symbol] for symbol in phonemes]


def read_vocabulary(path: Path) -> dict[str, int]:
    return dict(json.loads(path.read_text("utf-8"))["vocab"])


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _g2p() -> ZHG2P:
    return ZHG2P()
