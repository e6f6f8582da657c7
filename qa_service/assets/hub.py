"""The model hub: files of a repository at a revision, over HTTP."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from qa_service.assets.fetch import NOBODY_THERE, Fetched, OnBytes, Request, fetch, forget
from qa_service.assets.sources import HubSource, SourceError

if TYPE_CHECKING:
    from types import TracebackType

#: Decision 27: a machine without a way out must not wait for it.
CONNECT_S = 3.0
#: Silence in the middle of a file before the connection counts as broken (it is then taken up again).
READ_S = 30.0
_SHA256 = re.compile(r'"?([0-9a-f]{64})"?')


class Hub:
    """Fetches files from the hub at `address`; once nobody answered there, it is not asked again.

    An empty `address` means that no hub was set; `offline` that none may be asked.
    """

    def __init__(self, address: str, *, offline: bool) -> None:
        self._address = address.rstrip("/")
        self._offline = offline
        self._gone = ""
        self._client: httpx.Client | None = None

    def fetch(self, source: HubSource, path: str, part: Path, *, bytes_: int, on_bytes: OnBytes) -> Fetched:
        """Fetches `path` of `source` into `part`.

        Where the hub tells the sha256 of a large file, the file must have it, known to the manifest or not.

        Raises:
            SourceError: `offline`, `no_address`, `unreachable` and those of `fetch`.
        """
        self._refuse_if_gone()
        url = f"{self._address}/{source.repo}/resolve/{source.revision}/{path}"
        try:
            fetched = fetch(self._open(), Request(url, part, bytes_), on_bytes)
        except (*NOBODY_THERE, httpx.InvalidURL) as error:
            self._gone = str(error) or type(error).__name__
            raise SourceError("unreachable", self._gone) from error
        except httpx.TooManyRedirects as error:
            raise SourceError("not_what_was_asked", "too many redirects") from error
        told = _SHA256.fullmatch(fetched.headers.get("x-linked-etag", ""))
        if told and told[1] != fetched.sha256:
            forget(part)
            raise SourceError("not_what_was_asked", "not the sha256 that the hub itself tells")
        return fetched

    def _refuse_if_gone(self) -> None:
        if self._offline:
            raise SourceError("offline")
        if not self._address:
            raise SourceError("no_address")
        if self._gone:
            raise SourceError("unreachable", self._gone)

    def _open(self) -> httpx.Client:
        if self._client is None:
            limits = httpx.Timeout(READ_S, connect=CONNECT_S)
            self._client = httpx.Client(timeout=limits, follow_redirects=True)
        return self._client

    def close(self) -> None:
        """Lets go of open connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def __enter__(self) -> Hub:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
