"""Rules of theirs together: one book that holds every rule, and for each scheme a book that includes it.

A rule stands once: what people say of its findings counts once, whichever scheme judged the call, and who raises or
mends it does so for all schemes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from qa_service.moving.fields import Fields, listed
from qa_service.moving.notes import Moved, Note, Outcome
from qa_service.moving.sca_ids import SlugMaker
from qa_service.moving.sca_rules import MovedRule
from qa_service.moving.sca_scorecard import charged, item_ids, sections
from qa_service.moving.sca_sheet import sheet_of
from qa_service.moving.written import written

_SCHEMA, _VERSION = "qa-service/rulebook@1", 1
_REMOVED = "0"
_ABOUT = (
    *("description", "createUserName", "createTime", "updateUserName", "updateTime", "version", "status"),
    *("schemeTemplateId", "dataType", "type", "templateType", "ruleList", "userGroup"),
)


@dataclass(frozen=True, slots=True)
class Book:
    """A rulebook of ours, as its file will hold it."""

    name: str
    text: str
    rids: frozenset[str]


@dataclass(slots=True)
class Shelf:
    """The books that came of a file, and what is told of the schemes."""

    books: list[Book] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)

    def book_of(self, rids: frozenset[str]) -> Book | None:
        """The book that holds exactly these rules of theirs."""
        return next((book for book in self.books if book.rids == rids), None)


def make_book(name: str, title: str, rules: Sequence[MovedRule]) -> Book:
    """The book of all rules; those that were left behind are not in it."""
    kept = [rule for rule in rules if rule.node]
    book = _head(name, title)
    if items := sections(kept, kept):
        book["scorecard"] = {"sections": items}
    ids = item_ids(kept)
    book["rules"] = [charged(rule, ids) for rule in kept]
    return Book(name, written(book), frozenset(rule.rid for rule in rules))


def make_selection(
    shared: str, name: str, title: str, rids: frozenset[str], rules: Sequence[MovedRule]
) -> Book:
    """A book of some of the rules: it includes the shared one, switches the others off, and weighs the items."""
    kept = [rule for rule in rules if rule.node]
    book = _head(name, title) | {"include": [f"{shared}@{_VERSION}"]}
    reason = f"不在「{title[:100] or name}」里"
    others = [rule.node["id"] for rule in kept if rule.node and rule.rid not in rids]
    if others:
        off = {"disable": True, "reason": reason}
        book["override"] = {f"{shared}/{other}": off for other in others}
    if items := sections([rule for rule in kept if rule.rid in rids], kept):
        book["scorecard"] = {"sections": items}
    return Book(name, written(book), rids)


def _head(name: str, title: str) -> dict[str, Any]:
    return {"schema": _SCHEMA, "name": name, "version": _VERSION, "title": title[:500] or name}


def make_shelf(name: str, rules: Sequence[MovedRule], schemes: object | None, slugs: SlugMaker) -> Shelf:
    """The book of all rules, and one for each scheme."""
    shelf = Shelf([make_book(name, "阿里云智能对话分析 全部规则", rules)])
    for scheme in _schemes(schemes) if schemes is not None else ():
        _add_scheme(shelf, scheme, rules, slugs, name)
    return shelf


def add_group(shelf: Shelf, name: str, title: str, rids: frozenset[str], rules: Sequence[MovedRule]) -> Book:
    """The book for these rules of theirs: one that is there, or a new one."""
    found = shelf.book_of(rids)
    if found is None:
        found = make_selection(shelf.books[0].name, name, title, rids, rules)
        shelf.books.append(found)
    return found


def missing(rids: frozenset[str], rules: Sequence[MovedRule], where: str) -> list[Note]:
    """Rules that somebody names and that are not there, or were left behind."""
    left = sorted(rids & {rule.rid for rule in rules if not rule.node})
    lost = sorted(rids - {rule.rid for rule in rules})
    notes = [Note.of("rules_left", where, rules="、".join(left))] if left else []
    return [*notes, *([Note.of("rules_missing", where, rules="、".join(lost))] if lost else [])]


def _schemes(document: object) -> list[Fields]:
    """Every scheme in a file, one or a list, with or without the answer around it."""
    fields = [Fields.of(one, f"schemes[{i}]") for i, one in enumerate(listed(document))]
    found: list[Fields] = []
    for one in fields:
        inner = one.take("data", "schemes", "schemeList")
        found += _schemes(inner) if inner is not None else [one]
    return found


def _add_scheme(
    shelf: Shelf, scheme: Fields, rules: Sequence[MovedRule], slugs: SlugMaker, name: str
) -> None:
    their_id, title = scheme.text("schemeId", "id"), scheme.text("name", "schemeName")
    scheme.where = f"schemes.{their_id}"
    our_id = slugs.of(their_id, f"{name}-scheme")
    named = {str(one) for one in listed(scheme.take("ruleIds"))}
    for one in listed(scheme.held.get("rulelist", ("", None))[1]):
        named |= {Fields.of(rule.raw, scheme.where).text("rid", "id") for rule in sheet_of([one])}
    rids = frozenset(named)
    if scheme.text("status") == _REMOVED and scheme.held.get("status", ("", None))[1] is not None:
        note = Note.of("deleted", scheme.where)
        shelf.moved.append(Moved("scheme", their_id, title, Outcome.LEFT, "", (note,)))
        return
    kinds = [Fields.of(one, scheme.where) for one in listed(scheme.take("schemeCheckTypeList"))]
    dimensions = [one.text("checkName", "name") for one in kinds if one.text("checkName", "name")]
    scheme.ignore(*_ABOUT)
    notes = missing(rids, rules, scheme.where)
    if dimensions:
        notes.append(Note.of("dimensions", scheme.where, names="、".join(dimensions)))
    notes += [Note.of("field", scheme.where, field=key, value=value) for key, value in scheme.left()]
    if not rids & {rule.rid for rule in rules if rule.node}:
        shelf.moved.append(Moved("scheme", their_id, title, Outcome.LEFT, "", (*notes, Note.of("no_rules"))))
        return
    # The same set under another name stays one book.
    book = shelf.book_of(rids)
    if book is None and any(one.name == our_id for one in shelf.books):
        note = Note.of("taken", scheme.where, id=their_id)
        shelf.moved.append(Moved("scheme", their_id, title, Outcome.LEFT, "", (note,)))
        return
    if book is None:
        book = make_selection(name, our_id, title, rids, rules)
        shelf.books.append(book)
    outcome = Outcome.DIFFERS if notes else Outcome.TRANSLATED
    shelf.moved.append(Moved("scheme", their_id, title, outcome, book.name, tuple(notes)))
