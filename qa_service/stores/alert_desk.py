"""The port `Alerts`: what somebody does about an alert is one transaction, written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.core.alerts import Alert, AlertFilter, AlertState, AlertStep
from qa_service.core.errors import UsageError
from qa_service.core.people import Asked
from qa_service.stores import alerts, audit
from qa_service.stores.engine import reading
from qa_service.stores.workbench import Shelves

#: From which states one comes into a state: what was dismissed is over.
_FROM = {
    AlertState.ACKNOWLEDGED: frozenset({AlertState.OPEN}),
    AlertState.DISMISSED: frozenset({AlertState.OPEN, AlertState.ACKNOWLEDGED}),
}
_ACTIONS = {AlertState.ACKNOWLEDGED: "acknowledge_alert", AlertState.DISMISSED: "dismiss_alert"}


@dataclass(frozen=True, slots=True)
class StoreAlerts:
    """Alerts as people see and handle them."""

    shelves: Shelves

    def page(self, asked: Asked, wanted: AlertFilter, *, limit: int, before: str) -> Sequence[Alert]:
        """The newest alerts of calls that may be seen."""
        with reading(self.shelves.engine) as connection:
            return alerts.page(connection, asked.caller.sight, wanted, limit=limit, before=before)

    def handle(self, asked: Asked, alert_id: str, state: AlertState, note: str) -> Alert | None:
        """Acknowledges or dismisses an alert."""
        now = self.shelves.now()
        with self.shelves.engine.begin() as connection:
            alert = alerts.hold(connection, alert_id, asked.caller.sight)
            if alert is None:
                return None
            if alert.state not in _FROM[state]:
                raise UsageError(
                    "alert_handled",
                    where=alert_id,
                    problem="somebody has handled this alert before",
                    fix="Read it again",
                )
            step = AlertStep(state, asked.caller.id, now, note.strip())
            handled = alerts.handle(connection, alert, step)
            detail = {"call": alert.call_id, "rule": alert.rule}
            entry = audit.Entry(
                asked.caller.id, _ACTIONS[state], f"alert:{alert_id}", detail, asked.request_id
            )
            audit.write(connection, entry, now=now)
        return handled
