"""A client that uploads in pieces, as tus says, and a look at what lies in the store."""

from __future__ import annotations

import base64
import random

import httpx
import sqlalchemy as sa

from qa_service.stores.upload_desk import StoreUploads
from tests.web.service import Service

META = "Upload-Metadata"
UPLOADS = "/api/v1/uploads"
PIECE = {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0"}
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + random.Random(7).randbytes(200_000)


def metadata(**said: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())


def begin(client: httpx.Client, length: int = len(SOUND), key: str = "", **said: str) -> httpx.Response:
    given = metadata(**{"allow_duplicate": "true", **said})
    headers = {"Upload-Length": str(length), META: given, "Tus-Resumable": "1.0.0"}
    return client.post(UPLOADS, headers={**headers, **({"Idempotency-Key": key} if key else {})})


def piece(client: httpx.Client, at: str, start: int, content: bytes, **more: str) -> httpx.Response:
    return client.patch(at, headers={**PIECE, "Upload-Offset": str(start), **more}, content=content)


def desk(service: Service) -> StoreUploads:
    assert isinstance(service.parts.uploads, StoreUploads)
    return service.parts.uploads


def lying_in_store(service: Service) -> list[str]:
    folder = service.folder / "data" / "sound" / "uploads"
    return [file.name for file in folder.rglob("*") if file.is_file()]


def how_many(service: Service, table: sa.Table) -> int:
    with service.shelves.engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
