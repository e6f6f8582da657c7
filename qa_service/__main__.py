"""`qa-service` and `python -m qa_service`: where the program begins, before anything is loaded."""

import gc
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

#: What shells say of a program that Ctrl-C stopped.
_STOPPED = 130


def main() -> None:
    """Runs the command. Ctrl-C while the parts are loaded ends it at once, without a word: nothing is open yet."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:  # whoever starts us may want it ignored
        signal.signal(signal.SIGINT, _leave)
    run = _loaded()
    signal.signal(signal.SIGINT, before)
    try:
        run()
    except KeyboardInterrupt:  # while it says what went wrong
        sys.exit(_STOPPED)


def _loaded() -> Callable[[], None]:
    """The parts. Hundreds of thousands of objects come that stay: nobody looks for garbage among them, now or later."""
    gc.disable()
    from qa_service.cli.main import main as run

    gc.freeze()
    gc.enable()
    return run


def _leave(_number: int, _frame: FrameType | None) -> None:
    os._exit(_STOPPED)


if __name__ == "__main__":
    main()
