"""The one door to addresses that somebody gave: webhooks, recordings by URL.

A host is looked up once. Every address it has must be public, or named by an administrator; the connection
goes to an address that was checked, whatever the name leads to a moment later. Redirects are not followed,
proxies of the environment not used.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from socket import create_connection
from typing import BinaryIO

import httpcore
import httpx

from qa_service.alerts.address import Named, Url, is_public, read_url, refused
from qa_service.alerts.exchange import Answer, Sending, as_ours, called, headers_of, start_of
from qa_service.alerts.pinned import Deadline, Dial, PinnedBackend
from qa_service.alerts.resolve import Resolver, addresses_of, ask_system
from qa_service.core.errors import AddressError

PORTS = frozenset({80, 443})


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be called, and the addresses that were checked."""

    url: Url
    addresses: tuple[str, ...]


@cache
def _tls() -> ssl.SSLContext:
    """Certificates of the public authorities, or those that SSL_CERT_FILE names."""
    return httpx.create_ssl_context()


@dataclass(frozen=True, slots=True)
class Guard:
    """Refuses what is not public, and calls the rest."""

    named: tuple[Named, ...] = ()
    ports: frozenset[int] = PORTS
    resolver: Resolver = ask_system
    dial: Dial = create_connection
    tls: Callable[[], ssl.SSLContext] = field(default=_tls)

    def check(self, url: str, *, seconds: float = 5.0) -> Target:
        """The URL, with addresses that may be called.

        Raises:
            AddressError: `address_refused`, `address_slow`.
        """
        with as_ours(""):
            return self._checked(url, Deadline.in_seconds(seconds))

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float) -> Answer:
        """Sends a body; all together, from the look-up to the answer, takes no longer than `seconds`.

        Raises:
            AddressError: `address_refused`, `address_away`, `address_slow`.
        """
        deadline = Deadline.in_seconds(seconds)
        with self._called(url, Sending("POST", body, headers), deadline) as answer:
            return Answer(answer.status, headers_of(answer), start_of(answer))

    def fetch(self, url: str, limit_bytes: int, into: BinaryIO, *, seconds: float = 600.0) -> int:
        """Writes what lies at `url` into a file; answers how many bytes it has.

        What was written before an error is of no use.

        Raises:
            AddressError: `address_refused`, `address_away`, `address_slow`, `answer_unfit`, `answer_too_large`.
        """
        asking = Sending("GET", b"", {"accept-encoding": "identity"})
        with self._called(url, asking, Deadline.in_seconds(seconds)) as answer:
            headers = headers_of(answer)
            if answer.status != httpx.codes.OK or headers.get("content-encoding", "identity") != "identity":
                raise _unfit(answer.status)
            claimed = headers.get("content-length", "")
            if claimed.isdecimal() and int(claimed) > limit_bytes:
                raise _too_large(limit_bytes)
            return _copy(answer, limit_bytes, into)

    def _checked(self, text: str, deadline: Deadline) -> Target:
        url = read_url(text)
        if url.port not in self.ports and not any(named.port == url.port for named in self.named):
            raise refused("port")
        found = (url.host,) if url.literal else addresses_of(url.host, self.resolver, deadline)
        for address in found:
            self._require(url, address)
        return Target(url, found)

    def _require(self, url: Url, text: str) -> None:
        """One address that may not be called is enough: it is not left to chance which of them answers."""
        address = ip_address(text)
        if any(named.covers(url, address) for named in self.named):
            return
        if url.port not in self.ports:
            raise refused("port")
        if not is_public(address):
            raise refused("private")

    @contextmanager
    def _called(self, text: str, sending: Sending, deadline: Deadline) -> Iterator[httpcore.Response]:
        with as_ours(_host(text)):
            target = self._checked(text, deadline)
            backend = PinnedBackend(target.addresses, deadline, self.dial)
            with called(target.url, sending, backend, self.tls) as answer:
                yield answer


def _host(text: str) -> str:
    return read_url(text).shown_host


def _copy(answer: httpcore.Response, limit_bytes: int, into: BinaryIO) -> int:
    done = 0
    for block in answer.iter_stream():
        done += len(block)
        if done > limit_bytes:
            raise _too_large(limit_bytes)
        into.write(block)
    return done


def _unfit(status: int) -> AddressError:
    return AddressError(
        "answer_unfit",
        problem=f"answered {status} instead of the file",
        fix="Give the address of the file itself: redirects are not followed",
        status=status,
    )


def _too_large(limit_bytes: int) -> AddressError:
    megabytes = limit_bytes // 1_000_000
    return AddressError(
        "answer_too_large",
        problem=f"holds more than {megabytes} MB",
        fix="Give a smaller file",
        limit_megabytes=megabytes,
    )
