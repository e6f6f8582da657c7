"""The port `Tries`: how often somebody tries to come in, counted by all processes together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from qa_service.stores.engine import answering, time_of
from qa_service.stores.keys import MasterKey
from qa_service.stores.merge import add_missing
from qa_service.stores.tables import sign_in_tries

#: Tries are counted by such stretches of time; together they are the minute that counts, and the one that runs.
STRETCH_S, _STRETCHES = 10, 6


@dataclass(frozen=True, slots=True)
class StoreTries:
    """Names and addresses stand here as aliases: a name that nobody has may be a password in the wrong field."""

    engine: sa.Engine
    key: MasterKey
    #: The time of this machine; where there is a server, its time counts.
    now: Callable[[], datetime]

    def hit(self, kind: str, who: str, most: int) -> bool:
        """Counts a try of the last minute; one too many is answered with False, and not counted."""
        named = f"{kind}:{self.key.alias(f'{kind} {who}')}"
        with answering(), self.engine.begin() as connection:
            stretch = stretch_of(time_of(connection, self.now))
            mine = sign_in_tries.c.who == named
            row = sa.and_(mine, sign_in_tries.c.stretch == stretch)
            # The row first: whoever tries at the same moment waits for it, and then sees this try.
            add_missing(connection, sign_in_tries, {"who": named, "stretch": stretch, "tries": 0})
            one_more = sign_in_tries.update().where(row)
            connection.execute(one_more.values(tries=sign_in_tries.c.tries + 1))
            connection.execute(sign_in_tries.delete().where(mine, _is_over(stretch)))
            count = sa.select(sa.func.sum(sign_in_tries.c.tries)).where(mine)
            is_fine = int(connection.execute(count).scalar_one()) <= most
            if not is_fine:
                connection.execute(one_more.values(tries=sign_in_tries.c.tries - 1))
        return is_fine


def forget(connection: sa.Connection, *, now: datetime) -> int:
    """Throws away what does not count any more; answers how much that was."""
    return connection.execute(sign_in_tries.delete().where(_is_over(stretch_of(now)))).rowcount


def stretch_of(moment: datetime) -> int:
    """The stretch in which a moment lies, from 1970 on."""
    return int(moment.timestamp()) // STRETCH_S


def _is_over(stretch: int) -> sa.ColumnElement[bool]:
    return sign_in_tries.c.stretch < stretch - _STRETCHES
