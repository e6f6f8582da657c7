"""How near a detector came to its limit, told to whoever wants to choose that limit (usecases/tune.py).

A run that compares one measured value with one limit has a `probe`, nothing by default. It is told every value that
is compared, whatever the limit is, so that one pass over a call says what every other limit would have done.

This is not a detector; like base.py it may be imported by all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias, runtime_checkable

#: Takes the value that was measured, and the one that decides about a tag, both in the unit of the limit. They differ
#: where one measurement is not enough; None where nothing could be tagged here whatever the limit. Of both parties'
#: values it is told the agent's.
Probe: TypeAlias = Callable[[float, float | None], None]


@runtime_checkable
class Probed(Protocol):
    """A run that can be asked how near it came."""

    probe: Probe | None
