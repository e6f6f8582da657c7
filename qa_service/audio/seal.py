"""The decoding child locks itself in before it looks at a stranger's bytes. Standard library only."""

from __future__ import annotations

import os
import resource
import sys

#: Address space of the child: Python with PyAV takes 0.12 GB; the rest is for decoders.
MAX_ADDRESS_BYTES = 768 * 1024 * 1024
#: Standard input (the recording), output (answers), error (nowhere) and the sound file: no number is left.
OPEN_FILES = 4

_REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "ctypes.",
)


class Refused(PermissionError):  # noqa: N818 - the name is what the person reading a log needs
    """The decoding child tried to leave its place."""


def seal(*, cpu_s: int, file_bytes: int) -> None:
    """Gives up for good what decoding does not need: other files, sockets, programs, memory, time.

    The limit on open files binds the C libraries as well; the audit hook binds Python code only and is
    there to fail with a name.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESS_BYTES, MAX_ADDRESS_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.closerange(OPEN_FILES, 256)
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    sys.addaudithook(_refuse)


def _refuse(event: str, _args: tuple[object, ...]) -> None:
    if event == "open" or event.startswith(_REFUSED):
        raise Refused(event)
