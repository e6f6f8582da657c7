"""Sends recordings to a server: in pieces, going on where a line broke, coming back when it is told to."""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import httpx

from qa_service.core.errors import UsageError

_API = "/api/v1"
_CHUNK = 1 << 18
#: Times that a line may break for one file; the last wait is the longest.
_WAITS_S = (1.0, 2.0, 5.0, 15.0, 30.0)
_LATER = frozenset({429, 503})
_PIECE = "application/offset+octet-stream"


@dataclass(frozen=True, slots=True)
class Sent:
    """The call that a recording is."""

    call_id: str
    #: It was there: nothing was made, and what was said about it now was not written down.
    is_known: bool


@dataclass(frozen=True, slots=True)
class Sender:
    """One server, for one program."""

    client: httpx.Client
    sleep: Callable[[float], None] = time.sleep

    def announce(self, content: bytes, *, is_json: bool, team: str, preview: bool) -> Mapping[str, Any]:
        """What the server makes of a side file or a pattern."""
        headers = {"Content-Type": "application/json" if is_json else "text/csv"}
        params = {"preview": str(preview).lower(), "team": team}
        return self._ask("POST", f"{_API}/batches", content=content, headers=headers, params=params).json()  # type: ignore[no-any-return]

    def send(self, file: Path, *, batch: str = "", team: str = "") -> Sent:
        """Sends a recording. Sent again, by whichever way, the same bytes are the same call.

        Raises:
            UsageError: `server_refused`, `server_away`.
        """
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
            said = {"filename": file.name, "sha256": digest, "batch": batch, "team": team}
            headers = {"Upload-Length": str(opened.tell()), "Upload-Metadata": _metadata(said)}
            if not batch:  # a row of a batch is taken once as it is
                name = hashlib.sha256(f"{file.name}\0{team}".encode("utf-8", "surrogateescape")).hexdigest()
                headers["Idempotency-Key"] = f"cli-{digest[:32]}-{name[:16]}"
            told = self._ask("POST", f"{_API}/uploads", headers=headers).json()
            at, was_done = f"{_API}/uploads/{told['id']}", told["state"] == "done"
            for wait_s in (*_WAITS_S, None):
                if told["state"] != "done":
                    self._piece(at, told["received"], opened, wait_s)
                    told = self._ask("GET", at).json()
        if told["state"] != "done":
            raise _away(file.name)
        return Sent(str(told["call_id"]), was_done or bool(told["is_duplicate"]))

    def _piece(self, at: str, start: int, opened: BinaryIO, wait_s: float | None) -> None:
        opened.seek(start)
        headers = {"Upload-Offset": str(start), "Content-Type": _PIECE}
        headers["Content-Length"] = str(os.fstat(opened.fileno()).st_size - start)
        try:
            answer = self.client.patch(at, headers=headers, content=_read(opened))
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.is_error and answer.status_code not in (408, 409, *_LATER):
            raise _refused(answer)
        if (answer is None or answer.is_error) and wait_s is not None:
            self.sleep(wait_s)

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Asks until somebody answers."""
        for wait_s in _WAITS_S:
            try:
                answer = self.client.request(method, path, **more)
            except httpx.TransportError:
                self.sleep(wait_s)
                continue
            if answer.status_code in _LATER:
                self.sleep(float(answer.headers.get("retry-after", wait_s)))
                continue
            if answer.is_error:
                raise _refused(answer)
            return answer
        raise _away(str(self.client.base_url))


def _read(opened: BinaryIO) -> Iterator[bytes]:
    while chunk := opened.read(_CHUNK):
        yield chunk


def _metadata(said: Mapping[str, str]) -> str:
    return ",".join(
        f"{key} {base64.b64encode(value.encode('utf-8', 'replace')).decode()}"
        for key, value in said.items()
        if value
    )


def _refused(answer: httpx.Response) -> UsageError:
    try:
        detail = str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"HTTP {answer.status_code}"
    return UsageError(
        "server_refused", problem=f"the server says: {detail}", fix="Mend it and send again", detail=detail
    )


def _away(where: str) -> UsageError:
    return UsageError(
        "server_away",
        where=where,
        problem="the server does not answer, or the line breaks again and again",
        fix="Check --server, and run the same command again: it goes on where it was",
    )
