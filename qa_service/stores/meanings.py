"""The example sentences of rulebooks as vectors, by digest and encoder: embedded once, read by all."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import zstandard

from qa_service.core.meanings import SentenceVectors
from qa_service.stores.merge import add_missing
from qa_service.stores.patience import looking, writing
from qa_service.stores.tables import rulebook_meanings


@dataclass(frozen=True, slots=True)
class StoreMeanings:
    """Implements ports.storing.MeaningShelf."""

    engine: sa.Engine
    now: Callable[[], datetime]

    def find(self, digest: str, encoder: str = "") -> SentenceVectors | None:
        """What was kept; with no encoder named, what was kept last by any."""
        kept = rulebook_meanings.c
        query = sa.select(kept.encoder, kept.content).where(kept.digest == digest)
        if encoder:
            query = query.where(kept.encoder == encoder)
        query = query.order_by(kept.created_at.desc(), kept.encoder).limit(1)
        row = looking(self.engine, lambda connection: connection.execute(query).first())
        return None if row is None else _unpacked(row.encoder, row.content)

    def keep(self, digest: str, vectors: SentenceVectors) -> None:
        """Keeps them; what is there already is the same, and stays."""
        row = {
            "digest": digest,
            "encoder": vectors.encoder,
            "content": _packed(vectors),
            "created_at": self.now(),
        }
        writing(self.engine, lambda connection: add_missing(connection, rulebook_meanings, row))


def _packed(vectors: SentenceVectors) -> bytes:
    held = {
        said: base64.b64encode(vector).decode("ascii")
        for said, vector in zip(vectors.sentences, vectors.vectors, strict=True)
    }
    text = json.dumps(held, ensure_ascii=False)
    return zstandard.ZstdCompressor(level=9).compress(text.encode("utf-8", "surrogatepass"))


def _unpacked(encoder: str, content: bytes) -> SentenceVectors:
    held: dict[str, str] = json.loads(zstandard.ZstdDecompressor().decompress(content))
    return SentenceVectors(encoder, tuple(held), tuple(map(base64.b64decode, held.values())))
