"""Jurisdictions that the packs do not know: most are slips (`ZZ`, `cn`), and such a rule is asked of no routed call."""

from __future__ import annotations

from qa_service.core.errors import RulebookError
from qa_service.rulebook.resolve import FlatBook

#: Those of the packs. A centre may route calls to others, so that they are told of and not refused.
KNOWN = ("CN", "TW")


def strange_jurisdictions(flat: FlatBook) -> tuple[RulebookError, ...]:
    """What to tell the author of the book of his own rules, in its order, although it holds."""
    known = ", ".join(KNOWN)
    return tuple(
        rule.place.at("jurisdiction", i).error(
            "jurisdiction_strange",
            f"no pack knows the jurisdiction {name!r}: of calls that were routed to another, the rule is not asked",
            f"Write {known}, or what your routing table writes",
            word=name,
            known=known,
        )
        for rule in flat.rules.values()
        if rule.place.source == flat.place.source
        for i, name in enumerate(rule.written.jurisdiction)
        if name not in KNOWN
    )
