"""Names to addresses, looked up once, and not waited for longer than a deadline."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable

from qa_service.alerts.address import refused
from qa_service.alerts.pinned import Deadline

#: Every address of a name; raises OSError where it has none.
Resolver = Callable[[str], tuple[str, ...]]


def ask_system(host: str) -> tuple[str, ...]:
    """What the machine's resolver says, IPv4 and IPv6, in its order."""
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(answer[4][0]) for answer in answers))


def addresses_of(host: str, resolver: Resolver, deadline: Deadline) -> tuple[str, ...]:
    """Every address of a host.

    The machine's resolver knows no deadline: it is asked in a thread of its own, which ends when it answers.

    Raises:
        AddressError: `address_refused` (`unknown`): the host has no address.
        httpcore.ReadTimeout: nobody says in time.
    """
    said: queue.SimpleQueue[tuple[str, ...]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            said.put(resolver(host))
        except (OSError, UnicodeError):
            said.put(())

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        found = said.get(timeout=deadline.left())
    except queue.Empty:
        found = ()
    deadline.left()
    if not found:
        raise refused("unknown")
    return found
