"""Connections to PostgreSQL that do not wait for ever.

A server whose machine is frozen, or whose disk hangs, keeps its connections open and says nothing: the system's own
limits notice nothing, for the network answers. So we count the seconds of its silence ourselves.
"""

from __future__ import annotations

from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg.abc import PQGen
from psycopg.errors import OperationalError

T = TypeVar("T")
#: A connection that was idle is asked whether it is still good; outside of transactions nothing else is said.
_GREETING_S = 2.0
#: One statement of a request; with what goes before it, an answer comes within some ten seconds, whatever it is.
STATEMENT_S = 8.0
#: One statement of a node that says that it lives, or asks what there is to do.
BEAT_S = STATEMENT_S
#: One statement of work that nobody waits for: writing down what was heard may wait for others' locks.
WORK_S = 60.0
#: The engine's option that holds it.
_LIMIT = "statement_s"


class Impatient(psycopg.Connection[Any]):
    """Gives up, and breaks off, where the server is silent for too long."""

    #: For one statement; None waits for ever, as long work and migrations must.
    statement_s: float | None = None

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """As psycopg's.

        Raises:
            OperationalError: the server is silent; the connection is closed, for nobody knows what it still does.
        """
        if timeout is not None or self.statement_s is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, _GREETING_S if self.autocommit else self.statement_s)
        except psycopg.errors._WaitTimeout as error:
            self.close()
            raise OperationalError("the server is silent") from error


def connect_by(engine: sa.Engine) -> None:
    """Makes the engine's connections of this kind."""

    def connected(_: Any, __: Any, arguments: list[Any], named: dict[str, Any]) -> Impatient:
        statement_s = engine.get_execution_options().get(_LIMIT)
        if statement_s is not None:
            # What nobody waits for any more, the server need not go on with.
            limit = f"-c statement_timeout={round(1_000 * statement_s)}"
            named["options"] = f"{named.get('options', '')} {limit}".strip()
        made = Impatient.connect(*arguments, **named)
        made.statement_s = statement_s
        return made

    sa.event.listen(engine, "do_connect", connected)


def hurry(engine: sa.Engine, statement_s: float = STATEMENT_S) -> None:
    """From now on no statement of the engine takes longer; by default as where somebody waits for each of them."""
    engine.dispose()
    engine.update_execution_options(**{_LIMIT: statement_s})
