"""Sentences as numbers of pieces: a SentencePiece unigram model read from its file, run by `tokenizers`.

Of the file's format (a protocol buffer) only what is needed is read: the pieces with their scores, and the table
by which characters are made alike (nmt_nfkc).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from qa_service.core.errors import ModelError

_UNKNOWN, _BEGIN, _END = 0, 1, 2
#: Wire types of a protocol buffer: what follows a key.
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
#: Of the file: its pieces; of a piece: its text and score. The table lies in the third field's second.
_PIECES, _TEXT, _SCORE, _SPEC, _TABLE = 1, 1, 2, 3, 2
_TEXT_KEY, _SCORE_KEY = _TEXT << 3 | _BYTES, _SCORE << 3 | _FOUR


class Pieces:
    """Cuts sentences into the pieces of one model. May be used from several threads."""

    def __init__(self, file: Path) -> None:
        try:
            pieces, table = _read(file.read_bytes())
            self._tokenizer = Tokenizer(models.Unigram(pieces, unk_id=_UNKNOWN))
            # Before the table everything is as it was said; after it, spaces are what sentencepiece makes of them.
            self._tokenizer.normalizer = normalizers.Sequence(
                [
                    normalizers.Precompiled(table),
                    normalizers.Strip(),
                    normalizers.Replace(Regex(" {2,}"), " "),
                ]
            )
        except (OSError, ValueError, KeyError, IndexError, struct.error) as error:
            raise damaged(file) from error
        self._tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()

    def numbers(self, sentence: str) -> list[int]:
        """The pieces of a sentence between the marks of its ends; never empty."""
        inside: list[int] = self._tokenizer.encode(sentence, add_special_tokens=False).ids
        return [_BEGIN, *(inside or [_UNKNOWN]), _END]


def damaged(file: Path) -> ModelError:
    """What is there is not the model that this code was written for."""
    return ModelError(
        "model_damaged",
        where=str(file),
        problem="this is not a file of the sentence encoder",
        fix="Run: qa-service models pull use-multilingual",
        name="use-multilingual",
        files=file.name,
        folder=str(file.parent),
    )


def _read(data: bytes) -> tuple[list[tuple[str, float]], bytes]:
    pieces: list[tuple[str, float]] = []
    table = b""
    for field, held in _fields(data):
        if field == _PIECES:
            pieces.append(_piece(held))
        elif field == _SPEC:
            table = dict(_fields(held)).get(_TABLE, b"")
    if not pieces or not table:
        raise ValueError("no pieces, or no table")
    return pieces, table


def _piece(held: bytes) -> tuple[str, float]:
    """A piece's text and score; as nearly all are written, text first, it takes a third of the time."""
    end = 2 + held[1]
    if held[0] == _TEXT_KEY and held[1] < 0x80 and held[end] == _SCORE_KEY:
        return held[2:end].decode(), struct.unpack_from("<f", held, end + 1)[0]
    piece = dict(_fields(held))
    return piece[_TEXT].decode(), struct.unpack("<f", piece[_SCORE])[0] if _SCORE in piece else 0.0


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The numbers of a message's fields and what they hold, as bytes; numbers are passed over."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind, size = key & 7, 0
        if kind in (_VARINT, _BYTES):
            size, at = _varint(data, at)
        elif kind not in (_EIGHT, _FOUR):
            raise ValueError("not a protocol buffer")
        if kind == _VARINT:
            continue
        end = at + (size if kind == _BYTES else 8 if kind == _EIGHT else 4)
        yield key >> 3, data[at:end]
        at = end


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
