"""How much is worked on at once: what is taken on keeps its time, and what is too much is asked to come back."""

from __future__ import annotations

from dataclasses import dataclass

#: Threads do the work, 40 of them (starlette's own number); as many more may wait for one. Whoever came after them
#: would wait longer than people do.
MOST_AT_WORK = 80
COME_BACK_S = 1


@dataclass(slots=True)
class Room:
    """The requests that are worked on by this process. Used from the event loop alone."""

    most: int = MOST_AT_WORK
    taken: int = 0

    @property
    def is_full(self) -> bool:
        """Whether one more would wait too long."""
        return self.taken >= self.most


@dataclass(slots=True)
class Place:
    """One request's place: put down while its body is waited for, and for good when its answer begins.

    A request that was let in takes its place again, also where the room has filled meanwhile.
    """

    room: Room
    is_taken: bool = False
    is_over: bool = False

    def take(self) -> None:
        """Work begins, or goes on."""
        if not self.is_taken and not self.is_over:
            self.is_taken = True
            self.room.taken += 1

    def leave(self) -> None:
        """Work waits for the sender."""
        if self.is_taken:
            self.is_taken = False
            self.room.taken -= 1

    def close(self) -> None:
        """There is nothing more to do: who listens to a long answer holds no place."""
        self.leave()
        self.is_over = True
