"""One exchange over HTTP with addresses that were checked: no redirects, no proxies, over at a deadline."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpcore

from qa_service.alerts.address import Url
from qa_service.alerts.pinned import PinnedBackend
from qa_service.core.errors import AddressError

#: So much of an answer is read; the rest tells nothing about whether it was a good one.
_ANSWER_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: names of headers in lower case, and the start of the body."""

    status: int
    headers: Mapping[str, str]
    start: bytes


@dataclass(frozen=True, slots=True)
class Sending:
    """What is sent."""

    method: str
    body: bytes
    headers: Mapping[str, str]

    def to(self, url: Url) -> httpcore.Request:
        """As bytes for this URL; one exchange, then the connection closes."""
        headers = {
            "host": url.shown_host,
            "user-agent": "qa-service",
            "accept": "*/*",
            "connection": "close",
            **self.headers,
        }
        if self.method == "POST":
            headers["content-length"] = str(len(self.body))
        return httpcore.Request(
            self.method,
            httpcore.URL(
                scheme=url.scheme.encode(),
                host=url.host.encode(),
                port=url.port,
                target=url.target.encode("ascii"),
            ),
            headers=[(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()],
            content=self.body,
        )


@contextmanager
def called(
    url: Url, sending: Sending, backend: PinnedBackend, tls: Callable[[], ssl.SSLContext]
) -> Iterator[httpcore.Response]:
    """Sends, and gives what is answered while its body is still to come; the connection closes afterwards.

    Certificates are checked against the name in the URL, not against the address.
    """
    with httpcore.HTTPConnection(
        origin=httpcore.Origin(url.scheme.encode(), url.host.encode(), url.port),
        ssl_context=tls() if url.scheme == "https" else None,
        network_backend=backend,
    ) as connection:
        answer = connection.handle_request(sending.to(url))
        try:
            yield answer
        finally:
            answer.close()


@contextmanager
def as_ours(host: str) -> Iterator[None]:
    """What a connection can end in, as our errors. They name the host only: paths and queries hold secrets."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise AddressError(
            "address_slow",
            where=host,
            problem="did not answer in time",
            fix="Check that the other side runs and answers at once",
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise AddressError(
            "address_away",
            where=host,
            problem=f"could not be reached, or broke off ({type(error).__name__})",
            fix="Check the address, its certificate, and that the other side runs",
        ) from error


def headers_of(answer: httpcore.Response) -> dict[str, str]:
    """Names in lower case."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}


def start_of(answer: httpcore.Response) -> bytes:
    """What came of a body until it was enough, or stopped coming: its status had arrived before."""
    got = bytearray()
    try:
        for block in answer.iter_stream():
            got += block
            if len(got) >= _ANSWER_BYTES:
                break
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
        return bytes(got)
    return bytes(got[:_ANSWER_BYTES])
