"""From their files to ours: rulebooks, a routing table and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.core.errors import UsageError
from qa_service.moving.notes import Moved, Note
from qa_service.moving.sca_books import Book, make_shelf
from qa_service.moving.sca_ids import SlugMaker
from qa_service.moving.sca_routing import Movers, make_routing
from qa_service.moving.sca_rules import move_rule
from qa_service.moving.sca_scorecard import base_notes
from qa_service.moving.sca_sheet import sheet_of

NAME = "sca"


@dataclass(frozen=True, slots=True)
class Migration:
    """Everything that came of their files."""

    books: Sequence[Book]
    #: Empty where no skill groups were given.
    routing: str
    moved: Sequence[Moved]
    notes: Sequence[Note]


def migrate(
    rules: object,
    *,
    schemes: object | None = None,
    skill_groups: object | None = None,
    name: str = NAME,
    stage: str = "observe",
) -> Migration:
    """What their rules, schemes and skill groups become.

    Raises:
        UsageError: `moving_no_rules`: there is nothing like a rule in the first.
    """
    raw_rules = sheet_of(rules)
    if not raw_rules:
        raise UsageError(
            "moving_no_rules",
            problem="no rules are in it",
            fix="Hand in what GetRule, GetRuleDetail or UploadRule hold: conditions and rules",
        )
    slugs = SlugMaker()
    moved_rules = [move_rule(raw, slugs, stage=stage) for raw in raw_rules]
    shelf = make_shelf(name, moved_rules, schemes, slugs)
    routing, routed = "", list[Moved]()
    if skill_groups is not None:
        routing, routed = make_routing(skill_groups, Movers(shelf, moved_rules, slugs, name))
    moved = [*(rule.moved for rule in moved_rules), *shelf.moved, *routed]
    return Migration(shelf.books, routing, moved, base_notes(moved_rules))
