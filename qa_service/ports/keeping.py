"""What the API asks about how long calls are kept. Every change stands in the audit log with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from qa_service.core.keeping import Chosen, Held, Hold, Kept, Preview, RetentionClass
from qa_service.core.people import Asked


class Keeping(Protocol):
    """Retention classes, legal holds, and deletion at a person's request."""

    def classes(self, asked: Asked) -> Sequence[RetentionClass]:
        """All classes, by name."""

    def keep_class(self, asked: Asked, wanted: RetentionClass) -> RetentionClass:
        """Makes or changes a class. What was changed is not in force until somebody puts it there again.

        Raises:
            UsageError: `retention_order`.
        """

    def switch_class(self, asked: Asked, name: str, *, on: bool) -> bool:
        """Puts a class in force, or out of it; answers whether there is such a class."""

    def set_default(self, asked: Asked, name: str) -> None:
        """The class of calls that have none of their own; an empty name takes it away.

        Raises:
            UsageError: `no_such_class`.
        """

    def assign(self, asked: Asked, name: str, chosen: Chosen) -> int:
        """Gives calls a class of their own; an empty name takes it away. Answers how many calls there were.

        Raises:
            UsageError: `no_such_class`.
        """

    def preview(self, asked: Asked, until: datetime, *, name: str, as_default: bool) -> Sequence[Preview]:
        """What would be deleted until then: by the classes in force, and by the one that is named.

        Raises:
            UsageError: `no_such_class`.
        """

    def delete(self, asked: Asked, call_id: str, because: str) -> bool:
        """Deletes all of one call, whatever its class says; answers whether it is to be seen.

        Raises:
            UsageError: `on_hold`.
        """

    def kept(self, asked: Asked, call_id: str) -> Kept | None:
        """What is left of one call, and until when."""

    def hold(self, asked: Asked, because: str, chosen: Chosen) -> Held:
        """Stops the deletion of calls until the hold is lifted.

        Raises:
            NotAllThere: `calls_missing`: some that were named are not there, or not to be seen; nothing is done.
        """

    def holds(self, asked: Asked) -> Sequence[Hold]:
        """Holds on calls that one sees, newest first."""

    def lift(self, asked: Asked, hold_id: str, because: str) -> bool:
        """Lifts a hold; answers whether there is one that stands, of which one may know.

        Raises:
            UsageError: `centre_only`: it is the centre's or stands on calls of others too, and one is bound to teams.
        """
