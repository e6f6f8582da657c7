"""From their files to ours: rulebooks, a routing table and the report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.core.errors import UsageError
from qa_service.moving.notes import Moved, Note
from qa_service.moving.sca_books import Book, make_shelf
from qa_service.moving.sca_ids import SlugMaker
from qa_service.moving.sca_repeats import without_repeats
from qa_service.moving.sca_routing import Movers, make_routing
from qa_service.moving.sca_rules import move_rule
from qa_service.moving.sca_scorecard import base_notes
from qa_service.moving.sca_sheet import sheet_of
from qa_service.rulebook.load import bundle_text

NAME = "sca"
#: Names of schemes and skill groups come behind it.
_LONGEST_NAME = 30
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


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
        UsageError: `moving_no_rules`: there is nothing like a rule in the first; `moving_name`: no book can be
            called so.
        RulebookError: the rules are more than one book may hold.
    """
    raw_rules = sheet_of(rules)
    if not raw_rules:
        raise UsageError(
            "moving_no_rules",
            problem="no rules are in it",
            fix="Hand in what GetRule, GetRuleDetail or UploadRule hold: conditions and rules",
        )
    _named(name)
    slugs = SlugMaker()
    moved_rules, told = without_repeats([move_rule(raw, slugs, stage=stage) for raw in raw_rules])
    shelf = make_shelf(name, moved_rules, schemes, slugs)
    _tried(shelf.books[0])
    routing, routed = "", list[Moved]()
    if skill_groups is not None:
        routing, routed = make_routing(skill_groups, Movers(shelf, moved_rules, slugs, name))
    moved = [*(rule.moved for rule in moved_rules), *shelf.moved, *routed]
    return Migration(shelf.books, routing, moved, [*told, *base_notes(moved_rules)])


def _named(name: str) -> None:
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        problem, fix = (
            f"{name!r} is no name of a rulebook",
            "Use small letters, digits and dashes, 30 at most",
        )
        raise UsageError("moving_name", problem=problem, fix=fix, name=name, most=_LONGEST_NAME)


def _tried(book: Book) -> None:
    """What would not load is not written: together the rules may be more than a rulebook holds."""
    bundle_text(book.text, f"{book.name}.yaml", lambda _: None)
