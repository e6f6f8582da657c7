"""Connections that go to addresses checked before, and are over at a deadline whatever the other side does."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpcore

#: Opens a connection: (address, port), seconds. `socket.create_connection`, or a test's own.
Dial = Callable[[tuple[str, int], float], socket.socket]
#: No single address is waited for longer: there may be others.
_CONNECT_S = 5.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock after which nothing more is waited for."""

    at: float

    @staticmethod
    def in_seconds(seconds: float) -> Deadline:
        """So many seconds from now."""
        return Deadline(time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds until then, never 0.

        Raises:
            httpcore.ReadTimeout: it is past.
        """
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("deadline")
        return left


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to `addresses` in turn, whatever name is asked for: nothing is looked up a second time."""

    def __init__(self, addresses: Iterable[str], deadline: Deadline, dial: Dial) -> None:
        self._addresses = tuple(addresses)
        self._deadline = deadline
        self._dial = dial

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the name; where it leads was checked before
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline is for everything together
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """The first address that answers.

        Raises:
            httpcore.ConnectError: none does.
        """
        failed: OSError | None = None
        for address in self._addresses:
            try:
                dialled = self._dial((address, port), min(_CONNECT_S, self._deadline.left()))
            except OSError as error:
                failed = error
                continue
            dialled.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _Stream(dialled, self._deadline)
        raise httpcore.ConnectError("no address answers") from failed

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        """Never.

        Raises:
            httpcore.UnsupportedProtocol: always.
        """
        raise httpcore.UnsupportedProtocol("sockets of this machine are not called")


class _Stream(httpcore.NetworkStream):
    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        self._socket.settimeout(self._deadline.left())
        try:
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout("deadline") from error
        except OSError as error:
            raise httpcore.ReadError(type(error).__name__) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        rest = memoryview(buffer)
        try:
            while rest:
                self._socket.settimeout(self._deadline.left())
                rest = rest[self._socket.send(rest) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout("deadline") from error
        except OSError as error:
            raise httpcore.WriteError(type(error).__name__) from error

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        self._socket.settimeout(self._deadline.left())
        try:
            sealed = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except OSError as error:
            self.close()
            raise httpcore.ConnectError(type(error).__name__) from error
        return _Stream(sealed, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ARG002
        return None
