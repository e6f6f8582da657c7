"""Rules that ask for an alert and raise none: at `observe` nobody but QA is told.

It is no mistake: who writes a rule to be raised later leaves its `alert` in, and so does who lowers an included rule.
"""

from __future__ import annotations

from qa_service.core.errors import RulebookError
from qa_service.rulebook.resolve import FlatBook


def silent_alerts(flat: FlatBook) -> tuple[RulebookError, ...]:
    """What to tell the author of the book of his own rules, in its order, although it holds."""
    return tuple(
        rule.place.at("alert").error(
            "alert_silent",
            "raises no alert: the rule is at observe, and only QA sees what it finds",
            "Take `alert` out, or raise the rule to coach",
        )
        for rule in flat.rules.values()
        if rule.place.source == flat.place.source
        and rule.written.alert is not False
        and rule.written.stage == "observe"
    )
