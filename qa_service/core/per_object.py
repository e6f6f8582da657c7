"""Work that is done once for an immutable object and kept beside it, found again by which object it is.

`functools.lru_cache` finds things again by their hash, and hashing ten thousand rules takes longer than judging a call.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

#: As many rulebooks' parts are kept as lru_cache kept of them.
MOST = 64

_Held = TypeVar("_Held")
_Made = TypeVar("_Made")


def per_object(make: Callable[[_Held], _Made]) -> Callable[[_Held], _Made]:
    """`make`, called once per object; what was made is dropped when it has not been asked for in a long time.

    The object is kept with what was made of it, so that no other can come to have its identity. It must not change.

    >>> made = per_object(lambda rules: len(rules))
    >>> made((1, 2, 3))
    3
    """
    kept: OrderedDict[int, tuple[_Held, _Made]] = OrderedDict()
    lock = Lock()

    def made(held: _Held) -> _Made:
        with lock:
            if id(held) in kept:
                kept.move_to_end(id(held))
                return kept[id(held)][1]
        fresh = make(held)
        with lock:
            kept[id(held)] = (held, fresh)
            while len(kept) > MOST:
                kept.popitem(last=False)
        return fresh

    return made
