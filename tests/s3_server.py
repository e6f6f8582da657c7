"""A store that speaks S3 over HTTP, as far as we ask of one: for tests of what goes over the wire.

It keeps objects in memory, checks who signs (AWS Signature Version 4), pages its listings, puts parts together, and can
be told to answer 500, to say nothing at all, or to be gone. It is no S3: the real ones are slower, larger and stricter.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import socket
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, unquote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

KEY_ID, SECRET, REGION, BUCKET = "qa-tests", "a-secret-of-tests", "us-east-1", "qa-sound"
#: Fewer than the real thousand, so that a test has several pages.
_PAGE = 3
_SMALLEST_PART = 5 << 20
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@dataclass(frozen=True)
class Kept:
    """One object."""

    content: bytes
    written: datetime

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.content, usedforsecurity=False).hexdigest()}"'


@dataclass
class S3Server:
    """The store, and what it was asked; `mood` is "" or how it fails."""

    objects: dict[str, Kept] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    #: "500", "silent" or "".
    mood: str = ""
    asked: list[str] = field(default_factory=list)
    port: int = 0
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def variables(self) -> dict[str, str]:
        """As an operator sets them."""
        return {
            "AWS_ENDPOINT": self.endpoint,
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": REGION,
            "AWS_ALLOW_HTTP": "true",
        }

    def start(self) -> None:
        """Answers on its port, the same after every start."""
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        config = uvicorn.Config(self, port=self.port, log_config=None, access_log=False, lifespan="off")
        config.timeout_graceful_shutdown = 1
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the port was taken meanwhile"
            time.sleep(0.01)

    def stop(self) -> None:
        """Nobody listens any more."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(10)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        self.asked.append(f"{request.method} {request.url.query.partition('=')[0]}".strip())
        while self.mood == "silent":
            await asyncio.sleep(0.05)
            if await request.is_disconnected():
                return  # nobody waits for it any more, and it is not done
        answer = Response(status_code=500) if self.mood == "500" else self._answer(request, body)
        await answer(scope, receive, send)

    def _answer(self, request: Request, body: bytes) -> Response:
        if not _is_signed(request, body):
            return _error(403, "SignatureDoesNotMatch")
        bucket, _, key = unquote(request.scope["raw_path"].decode()).lstrip("/").partition("/")
        if bucket != BUCKET:
            return _error(404, "NoSuchBucket")
        query = dict(request.query_params)
        if not key:
            return self._listed(query) if request.method == "GET" else self._deleted(body)
        if request.method in {"GET", "HEAD"}:
            return self._read(key, request)
        if request.method == "POST":
            return self._begun(key) if "uploads" in query else self._joined(key, query["uploadId"], body)
        if request.method == "DELETE":
            return self._dropped(key, query)
        return self._written(key, query, body)

    def _read(self, key: str, request: Request) -> Response:
        found = self.objects.get(key)
        if found is None:
            return _error(404, "NoSuchKey")
        wanted = request.headers.get("if-match")
        if wanted and wanted != found.etag:
            return _error(412, "PreconditionFailed")
        written = found.written.strftime("%a, %d %b %Y %H:%M:%S GMT")
        headers = {"ETag": found.etag, "Last-Modified": written, "Accept-Ranges": "bytes"}
        content, size = found.content, len(found.content)
        ranged = _RANGE.fullmatch(request.headers.get("range", ""))
        if not ranged:
            return Response(content, headers=headers)
        start, end = int(ranged[1]), min(size, int(ranged[2] or size) + 1)
        if start >= size:
            return _error(416, "InvalidRange")
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        return Response(content[start:end], 206, headers)

    def _written(self, key: str, query: Mapping[str, str], body: bytes) -> Response:
        if "partNumber" in query:
            parts = self.uploads.get(query["uploadId"])
            if parts is None:
                return _error(404, "NoSuchUpload")
            parts[int(query["partNumber"])] = body
            return Response(headers={"ETag": Kept(body, datetime.now(UTC)).etag})
        kept = self.objects[key] = Kept(body, datetime.now(UTC))
        return Response(headers={"ETag": kept.etag})

    def _begun(self, key: str) -> Response:
        upload = uuid.uuid4().hex
        self.uploads[upload] = {}
        inside = f"<Bucket>{BUCKET}</Bucket><Key>{escape(key)}</Key><UploadId>{upload}</UploadId>"
        return _xml("InitiateMultipartUploadResult", inside)

    def _joined(self, key: str, upload: str, body: bytes) -> Response:
        parts = self.uploads.get(upload)
        if parts is None:
            return _error(404, "NoSuchUpload")
        named = [int(found.text or 0) for found in _found(body, "PartNumber")]
        if any(len(parts[number]) < _SMALLEST_PART for number in named[:-1]):
            return _error(400, "EntityTooSmall")
        kept = self.objects[key] = Kept(b"".join(parts[number] for number in named), datetime.now(UTC))
        del self.uploads[upload]
        inside = f"<Key>{escape(key)}</Key><ETag>{escape(kept.etag)}</ETag>"
        return _xml("CompleteMultipartUploadResult", inside)

    def _dropped(self, key: str, query: Mapping[str, str]) -> Response:
        if "uploadId" in query:
            self.uploads.pop(query["uploadId"], None)
        else:
            self.objects.pop(key, None)
        return Response(status_code=204)

    def _deleted(self, body: bytes) -> Response:
        keys = [found.text or "" for found in _found(body, "Key")]
        for key in keys:
            self.objects.pop(key, None)
        return _xml("DeleteResult", "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys))

    def _listed(self, query: Mapping[str, str]) -> Response:
        prefix, after = query.get("prefix", ""), query.get("continuation-token", "")
        keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        page, more = keys[:_PAGE], len(keys) > _PAGE
        inside = "".join(_row(key, self.objects[key]) for key in page)
        inside += f"<KeyCount>{len(page)}</KeyCount><IsTruncated>{str(more).lower()}</IsTruncated>"
        if more:
            inside += f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>"
        return _xml("ListBucketResult", f"<Name>{BUCKET}</Name><Prefix>{escape(prefix)}</Prefix>{inside}")


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """An empty store that answers."""
    made = S3Server()
    made.start()
    try:
        yield made
    finally:
        made.mood = "500"
        made.stop()


def _row(key: str, kept: Kept) -> str:
    written = kept.written.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = f"<Key>{escape(key)}</Key><LastModified>{written}</LastModified><ETag>{escape(kept.etag)}</ETag>"
    return f"<Contents>{told}<Size>{len(kept.content)}</Size></Contents>"


def _xml(name: str, inside: str) -> Response:
    return Response(f'<?xml version="1.0"?><{name}>{inside}</{name}>', media_type="application/xml")


def _error(status: int, code: str) -> Response:
    told = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>"
    return Response(told, status, media_type="application/xml")


def _found(body: bytes, name: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(body)  # noqa: S314 - our own client wrote it
    return [found for found in root.iter() if found.tag.rpartition("}")[2] == name]


def _is_signed(request: Request, body: bytes) -> bool:
    """Whether it is signed with our secret, as AWS describes it, and the body is the one that was signed."""
    told = dict(
        re.findall(
            r"(Credential|SignedHeaders|Signature)=([^,\s]+)", request.headers.get("authorization", "")
        )
    )
    if len(told) != len(("Credential", "SignedHeaders", "Signature")):
        return False
    key_id, _, scope = told["Credential"].partition("/")
    digest = request.headers.get("x-amz-content-sha256", "")
    if key_id != KEY_ID or digest not in {"UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()}:
        return False
    signed = told["SignedHeaders"].split(";")
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signed)
    path = request.scope["raw_path"].decode()
    asked = "\n".join((request.method, path, _query(request), headers, told["SignedHeaders"], digest))
    moment, hashed = request.headers.get("x-amz-date", ""), hashlib.sha256(asked.encode()).hexdigest()
    expected = _hmac(_key(scope), "\n".join(("AWS4-HMAC-SHA256", moment, scope, hashed))).hex()
    return hmac.compare_digest(expected, told["Signature"])


def _query(request: Request) -> str:
    pairs = sorted(request.query_params.multi_items())
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)


def _key(scope: str) -> bytes:
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
