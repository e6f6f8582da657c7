"""The labels that the sample calls know."""

from __future__ import annotations

#: The labels that sample calls are scored on.
SCORED = (
    "hedging.noncommittal",
    "hedging.evasion",
    "hedging.unanswered_repeat",
    "pace.fast",
    "tone.raised_voice",
    "crosstalk.interruption",
    "silence.long",
    "risk.guaranteed_return",
    "risk.absolute_promise",
    "risk.abuse",
    "risk.shift_blame",
    "risk.discourage_complaint",
    "customer.threat_escalation",
    "customer.wants_supervisor",
    "service.apology_only",
    "service.no_greeting",
    "service.no_closing",
)

#: Further faults, none of which may be flagged in a call that is fine.
FURTHER = (
    "pace.slow",
    "pace.jump",
    "silence.late_response",
    "tone.impatient",
    "tone.flat",
    "emotion.anger",
    "emotion.worsened",
    "risk.threat",
    "risk.credential_request",
    "risk.private_contact",
    "risk.superlative",
    "risk.urgency",
    "risk.misleading_product",
    "risk.outside_hours",
    "customer.legal",
    "customer.churn",
    "complaint.attitude",
    "complaint.extreme",
    "service.ignored_emotion",
    "service.wrong_answer",
    "service.script_reading",
    "service.info_dump",
    "service.inconsistent_answer",
)
