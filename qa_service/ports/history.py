"""What is known of a customer's other calls. The suite of this port is tests/stores/test_history.py."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from qa_service.core.history import History, Talks
from qa_service.core.stored import StoredCall


class CallHistory(Protocol):
    """Looks up, before a call is judged, what its rules ask about its customer."""

    def of(self, call: StoredCall, reach: timedelta) -> History:
        """The customer's other calls that began less than `reach` before this one and not after it.

        Of every team: a count is no content. What was deleted is not there. Nothing is found of a call without a
        customer or a start.
        """

    def talks(self, call: StoredCall, reach: timedelta) -> Talks:
        """What was said in the customer's other calls of the same team, as `of` finds them; of the newest few alone.

        Unread are those of the window that nobody has judged, whose words were deleted, or that are too many.
        """
