"""Includes and overrides: several files → one flat book, every rule with its full name and origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from qa_service.core.errors import RulebookError
from qa_service.core.standard_answers import AnswerTable
from qa_service.rulebook.answer_files import read_tables, rows_of
from qa_service.rulebook.book import Included, Overridden
from qa_service.rulebook.found import Found
from qa_service.rulebook.mistakes import Mistakes, each, together
from qa_service.rulebook.own_limits import with_limits
from qa_service.rulebook.places import Place
from qa_service.rulebook.schema import (
    WrittenOverride,
    WrittenRule,
    WrittenRulebook,
    WrittenSection,
    WrittenStrength,
)
from qa_service.rulebook.source import canonical_json, digest_of
from qa_service.rulebook.tolerance import tolerance_of

_Held = TypeVar("_Held", WrittenRule, WrittenStrength)
#: Finds `name@version` for an include, or raises RulebookError.
Library = Callable[[str], Found]


@dataclass(frozen=True, slots=True)
class FlatRule:
    """A rule with its full id, the book it came from (`name@version`) and where it was written."""

    id: str
    origin: str
    place: Place
    written: WrittenRule
    #: The override that set other limits in its condition: what is wrong there is wrong here.
    limits_at: Place | None = None

    @property
    def is_set_by_another_book(self) -> bool:
        """Whether its limits are others than its author wrote; a book may override its own rules as well."""
        return self.limits_at is not None and self.limits_at.source != self.place.source


@dataclass(frozen=True, slots=True)
class FlatStrength:
    """A good moment with its full id and where it was written."""

    id: str
    place: Place
    written: WrittenStrength


@dataclass(slots=True)
class FlatBook:
    """A rulebook with everything it includes."""

    place: Place
    written: WrittenRulebook
    pass_score: float = 80.0
    rules: dict[str, FlatRule] = field(default_factory=dict)
    strengths: dict[str, FlatStrength] = field(default_factory=dict)
    sections: dict[str, WrittenSection] = field(default_factory=dict)
    detectors: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Where each detector was last set.
    settings_at: dict[str, Place] = field(default_factory=dict)
    disabled: dict[str, str] = field(default_factory=dict)
    #: The rules themselves that are switched off.
    off: dict[str, FlatRule] = field(default_factory=dict)
    #: Criteria that rules named which are switched off.
    let_go: set[str] = field(default_factory=set)
    #: What was changed in included rules, for whoever reads the book.
    overridden: dict[str, tuple[Overridden, ...]] = field(default_factory=dict)
    #: Tables of standard answers by their full names (`book/table`), and those that could not be read.
    tables: dict[str, AnswerTable] = field(default_factory=dict)
    spoiled_tables: set[str] = field(default_factory=set)
    #: What is wrong so far; reading goes on, so that an author hears of everything at once.
    mistakes: Mistakes = field(default_factory=Mistakes)
    #: Every file that went in, by its source, the book's own first.
    files: dict[str, Found] = field(default_factory=dict)
    #: What its own includes came to.
    includes: list[Included] = field(default_factory=list)
    #: Whether all names are known, so that a name which is not there can be called unknown.
    is_whole: bool = True

    def wrong(self) -> list[RulebookError]:
        """Every mistake that does not follow from another, once, in the order of the file; then included files'."""
        files = self.files
        later = (one for one in self.mistakes.found if not files[one.source].is_spoiled(one.steps))
        once = {str(one): one for one in (*files[self.place.source].mistakes, *later)}
        rank = {source: at for at, source in enumerate(files)}
        return sorted(once.values(), key=lambda e: (rank[e.source], files[e.source].position(e.steps)))

    def canonical(self) -> dict[str, object]:
        """What the digest is taken of: the resolved whole."""
        # Left out where there are none: books that never had tables keep their digests.
        tables = {"answers": {name: rows_of(table) for name, table in self.tables.items()}}
        return (tables if self.tables else {}) | {
            "name": self.written.name,
            "version": self.written.version,
            "title": self.written.title,
            "effective": self.written.effective,
            "pass": self.pass_score,
            "sections": list(self.sections.values()),
            "detectors": self.detectors,
            "rules": [{"id": r.id, "origin": r.origin, "rule": r.written} for r in self.rules.values()],
            "strengths": [{"id": s.id, "strength": s.written} for s in self.strengths.values()],
            "disabled": self.disabled,
        }


def resolve(book: Found, library: Library, *, outer: tuple[str, ...] = ()) -> FlatBook:
    """Flattens a book: included books first, then its own parts, then its overrides.

    What is wrong is noted in it: an include that is not there or goes in a circle, a name that stands twice,
    an override of nothing.
    """
    flat = FlatBook(Place(book.source), book.written, files={book.source: book}, is_whole=book.is_whole)
    chain = (*outer, book.written.name)
    for i, name in enumerate(book.written.include):
        place = flat.place.at("include", i)
        try:
            inner = _inner(name, place, library, chain)
            if not outer:
                flat.includes.append(_included(name, inner))
            _include(flat, inner, place)
        except RulebookError as error:
            flat.mistakes.note(error)
            flat.is_whole = False
    _add_own(flat)
    for rule_id, override in book.written.override.items():
        with flat.mistakes.noted():
            _override(flat, rule_id, override)
    return flat


def _inner(name: str, place: Place, library: Library, chain: tuple[str, ...]) -> FlatBook:
    """The book that an include names, flattened."""
    if name.partition("@")[0] in chain:
        circle = " → ".join((*chain, name))
        problem = f"books include each other in a circle: {circle}"
        raise place.error("circle", problem, "Take one of them out", word=circle)
    try:
        return resolve(library(name), library, outer=chain)
    except RulebookError as error:
        raise together([place.seen_from(one) for one in each(error)]) from error


def _included(name: str, inner: FlatBook) -> Included:
    digest = digest_of(canonical_json(inner.canonical()))
    return Included(name, inner.written.name, inner.written.version, digest)


def _include(flat: FlatBook, inner: FlatBook, place: Place) -> None:
    flat.mistakes.note(*(place.seen_from(error) for error in inner.wrong()))
    _refuse_two_versions(flat, inner, place)
    flat.files |= {source: file for source, file in inner.files.items() if source not in flat.files}
    flat.is_whole &= inner.is_whole
    for rule_id in sorted({*flat.rules, *flat.disabled} & {*inner.rules, *inner.disabled}):
        if flat.rules.get(rule_id) != inner.rules.get(rule_id):
            problem = f"{rule_id!r} comes by two ways, and not the same"
            fix = "Include its book once, directly"
            flat.mistakes.note(place.error("include_twice", problem, fix, word=rule_id))
    flat.rules |= inner.rules
    flat.strengths |= inner.strengths
    flat.disabled |= inner.disabled
    flat.off |= inner.off
    flat.let_go |= inner.let_go
    flat.overridden |= inner.overridden
    flat.tables |= inner.tables
    flat.spoiled_tables |= inner.spoiled_tables
    flat.pass_score = inner.pass_score
    _add_sections(flat, inner.sections.values())
    for label, settings in inner.detectors.items():
        _set_detector(flat, label, settings, inner.settings_at[label])


def _refuse_two_versions(flat: FlatBook, inner: FlatBook, place: Place) -> None:
    """A book holds one version of another, by whatever ways it comes."""
    for source, file in inner.files.items():
        if source in flat.files and flat.files[source].text != file.text:
            name = file.written.name
            problem = f"two versions of {name!r} come by two ways"
            flat.mistakes.note(place.error("include_two_versions", problem, "Include one of them", word=name))


def _add_own(flat: FlatBook) -> None:
    written, origin = flat.written, f"{flat.written.name}@{flat.written.version}"
    _add_tables(flat)
    usual: Any = None
    with flat.mistakes.noted():
        tolerance_of({} if written.sounds_like is None else {"sounds_like": written.sounds_like}, flat.place)
        usual = written.sounds_like
    for i, rule in enumerate(written.rules):
        place = flat.place.at("rules", i).about(rule.id, i)
        full_id = _own_name(flat, rule.id, place)
        flat.rules[full_id] = FlatRule(full_id, origin, place, _tolerant(rule, usual))
    for i, strength in enumerate(written.strengths):
        place = flat.place.at("strengths", i).about(strength.id, i)
        full_id = _own_name(flat, strength.id, place)
        flat.strengths[full_id] = FlatStrength(full_id, place, _tolerant(strength, usual))
    _refuse_second_criterion(flat)
    _add_sections(flat, written.scorecard.sections)
    if "pass_" in written.scorecard.model_fields_set:
        flat.pass_score = written.scorecard.pass_
    for label, settings in written.detectors.items():
        _set_detector(flat, label, settings, flat.place.at("detectors", label))


def _tolerant(held: _Held, usual: object) -> _Held:
    """With what the book says of what sounds alike, where it says nothing itself."""
    if usual is None or held.sounds_like is not None:
        return held
    return held.model_copy(update={"sounds_like": usual})


def _add_tables(flat: FlatBook) -> None:
    """The tables of standard answers that a book names."""
    for name, table in read_tables(flat.files[flat.place.source], flat.place, flat.mistakes).items():
        full_name = f"{flat.written.name}/{name}"
        if table is None:
            flat.spoiled_tables.add(full_name)
        else:
            flat.tables[full_name] = table


def _own_name(flat: FlatBook, own_id: str, place: Place) -> str:
    """The full id of a rule; one that stands twice gets another, so that the second is read as well."""
    full_id = f"{flat.written.name}/{own_id}"
    if full_id not in flat.rules and full_id not in flat.strengths:
        return full_id
    flat.mistakes.note(_twice(own_id, place))
    return f"{full_id} ({place.path})"


def _twice(name: str, place: Place) -> RulebookError:
    return place.at("id").error("id_twice", f"{name!r} stands twice", "Give one another id", word=name)


def _refuse_second_criterion(flat: FlatBook) -> None:
    seen: set[tuple[str, str]] = set()
    for i, section in enumerate(flat.written.scorecard.sections):
        here = flat.place.at("scorecard", "sections", i)
        names = [("section", section.id, here)]
        names += [("criterion", c.id, here.at("criteria", j)) for j, c in enumerate(section.criteria)]
        for kind, name, place in names:
            if (kind, name) in seen:
                flat.mistakes.note(_twice(name, place))
            seen.add((kind, name))


def _add_sections(flat: FlatBook, sections: Iterable[WrittenSection]) -> None:
    """Adds criteria; one that is there already moves to where it is written last, with what is said there."""
    for section in sections:
        own = {criterion.id for criterion in section.criteria}
        for name, known in flat.sections.items():
            left = [c for c in known.criteria if c.id not in own]
            flat.sections[name] = known.model_copy(update={"criteria": left})
        kept = flat.sections[section.id].criteria if section.id in flat.sections else []
        flat.sections[section.id] = section.model_copy(update={"criteria": [*kept, *section.criteria]})
    for name in [name for name, section in flat.sections.items() if not section.criteria]:
        del flat.sections[name]


def _set_detector(flat: FlatBook, label: str, settings: dict[str, Any], place: Place) -> None:
    flat.detectors[label] = {**flat.detectors.get(label, {}), **settings}
    flat.settings_at[label] = place


def _override(flat: FlatBook, rule_id: str, override: WrittenOverride) -> None:
    if rule_id not in flat.rules:
        if not flat.is_whole:
            return  # it may be what could not be read
        if override.disable and rule_id in flat.off:  # by the included book as well, perhaps only by now
            flat.disabled[rule_id] = override.reason
            return
        raise _no_such_rule(flat, rule_id)
    if override.disable:
        rule = flat.off[rule_id] = flat.rules.pop(rule_id)
        flat.let_go.add(rule.written.criterion)
        flat.disabled[rule_id] = override.reason
        return
    changes = {
        key: value
        for key in ("severity", "stage", "points", "effective")
        if (value := getattr(override, key)) is not None
    }
    rule, by = flat.rules[rule_id], f"{flat.written.name}@{flat.written.version}"
    told = [
        Overridden(by, key, getattr(rule.written, key), value, override.reason)
        for key, value in changes.items()
    ]
    if override.settings:
        place = flat.place.at("override", rule_id, "settings")
        limits = with_limits(rule.written.when, override.settings, place, flat.detectors)
        changes["when"] = limits.when
        told.append(Overridden(by, "settings", limits.before, limits.after, override.reason))
    flat.overridden[rule_id] = (*flat.overridden.get(rule_id, ()), *told)
    if "when" in changes:
        rule = replace(rule, limits_at=flat.place.at("override", rule_id, "settings"))
    flat.rules[rule_id] = replace(rule, written=rule.written.model_copy(update=changes))


def _no_such_rule(flat: FlatBook, rule_id: str) -> RulebookError:
    place = flat.place.at("override", rule_id)
    if (off := flat.off.get(rule_id)) is not None:
        reason, book = flat.disabled[rule_id], off.origin.partition("@")[0]
        show = f"qa-service rulebook show {book} {rule_id}"
        problem = f"the rule is there, but switched off because {reason}"
        fix = f"Copy it into your own book: {show}"
        return place.error("override_off", problem, fix, word=rule_id, reason=reason, show=show)
    if not flat.rules:
        fix = "Include the book whose rules are to change"
        return place.error("override_nothing", "the book has no rules to override", fix)
    return place.unknown("override_unknown", rule_id, flat.rules, "there is no such rule")
