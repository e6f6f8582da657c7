"""Our rules on their transcripts: per rule who hit which call, and how often people found each right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qa_service.core.intervals import Share
from qa_service.moving.sca_results import TheirCall, TheirHit
from qa_service.moving.sca_rules import slug
from qa_service.pipeline.assessment import Assessment
from qa_service.rulebook.book import Rulebook

#: How the ids of rules begin that were brought along (sca_rules.slug); the rest is theirs.
_MOVED = "sca-"


@dataclass(frozen=True, slots=True)
class Place:
    """A call in which a rule was hit, and the sentences on either side."""

    call: str
    theirs: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    #: Ours is not sure enough to decide alone.
    needs_human: bool = False
    verdict: bool | None = None


@dataclass(slots=True)
class RuleParity:
    """One rule, theirs and ours."""

    rid: str
    title: str
    #: Empty where no rule of ours stands for theirs.
    our_id: str = ""
    both: list[Place] = field(default_factory=list)
    only_theirs: list[Place] = field(default_factory=list)
    only_ours: list[Place] = field(default_factory=list)
    #: Calls of which ours could not be asked: what it needs is not in a transcript, or nobody knows who is who.
    not_asked: list[str] = field(default_factory=list)

    @property
    def theirs_right(self) -> Share:
        """Precision of theirs."""
        return _share([*self.both, *self.only_theirs])

    @property
    def ours_right(self) -> Share:
        """Precision of ours, by the same verdicts."""
        return _share([*self.both, *self.only_ours])


@dataclass(slots=True)
class Unused:
    """Rows of a table of verdicts that no figure holds."""

    calls: list[tuple[str, str]] = field(default_factory=list)
    rules: list[tuple[str, str]] = field(default_factory=list)
    not_hit: list[tuple[str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.calls or self.rules or self.not_hit)


@dataclass(slots=True)
class Parity:
    """Every rule of theirs that was hit, and every rule of ours."""

    calls: int
    rules: list[RuleParity] = field(default_factory=list)
    #: Calls that ours does not judge, with why (a code).
    unscored: dict[str, str] = field(default_factory=dict)
    #: Verdicts (call, rule as written) that count for nothing: no such call, no such rule, or nobody hit it there.
    unused: Unused = field(default_factory=Unused)


def compare(
    book: Rulebook,
    calls: Sequence[TheirCall],
    judged: Callable[[TheirCall], Assessment],
    verdicts: Mapping[tuple[str, str], bool],
) -> Parity:
    """Judges every call and sets both sides beside each other."""
    found = Parity(len(calls))
    table = {rule.id: RuleParity("", rule.title.zh_CN, rule.id) for rule in book.rules}
    names = _Names({_short(rule.id): rule.id for rule in book.rules}, _titles(book))
    strangers: dict[str, RuleParity] = {}
    for call in calls:
        assessment = judged(call)
        if not assessment.legs:
            found.unscored[call.id] = assessment.scorable.status.value
        theirs = {hit.rid: hit for hit in call.hits}
        for hit in call.hits:
            row = table.get(names.ours(hit)) or strangers.setdefault(hit.rid, RuleParity(hit.rid, hit.title))
            row.rid, row.title = hit.rid, row.title or hit.title
        hits = {names.ours(hit) or hit.rid: hit for hit in theirs.values()}
        ours, blocked = _ours(assessment), _blocked(assessment)
        for key, row in [*table.items(), *((row.rid, row) for row in strangers.values())]:
            _put(row, call.id, hits.get(key), ours.get(key), is_blocked=key in blocked)
        _judge(list(table.values()) + list(strangers.values()), call, verdicts)
    found.rules = [*table.values(), *strangers.values()]
    found.unused = _unused(found.rules, {call.id for call in calls}, verdicts)
    return found


@dataclass(frozen=True, slots=True)
class _Names:
    by_id: Mapping[str, str]
    by_title: Mapping[str, str]

    def ours(self, hit: TheirHit) -> str:
        """Our rule for theirs: migrated ones by their id, others by an equal title; empty where there is none."""
        for name in (slug(hit.rid), hit.rid):
            if name in self.by_id:
                return self.by_id[name]
        return self.by_title.get(hit.title, "")


def _titles(book: Rulebook) -> dict[str, str]:
    titles: dict[str, list[str]] = {}
    for rule in book.rules:
        titles.setdefault(rule.title.zh_CN, []).append(rule.id)
    return {title: ids[0] for title, ids in titles.items() if len(ids) == 1}


def _short(rule_id: str) -> str:
    return rule_id.rpartition("/")[2]


@dataclass(slots=True)
class _Ours:
    lines: dict[str, None] = field(default_factory=dict)
    needs_human: bool = True


def _ours(assessment: Assessment) -> dict[str, _Ours]:
    found: dict[str, _Ours] = {}
    for leg in assessment.legs:
        for finding in leg.findings:
            one = found.setdefault(finding.rule, _Ours())
            one.lines.update(dict.fromkeys(quote.utterance for quote in finding.quotes))
            # One that the machine may decide is enough.
            one.needs_human = one.needs_human and finding.needs_human
    return found


def _blocked(assessment: Assessment) -> set[str]:
    """Rules that could not be asked of any agent's part."""
    parts = [set(leg.basis.blocked) for leg in assessment.legs]
    return set.intersection(*parts) if parts else set()


def _put(
    row: RuleParity, call: str, theirs: TheirHit | None, ours: _Ours | None, *, is_blocked: bool
) -> None:
    if is_blocked and ours is None:
        row.not_asked.append(call)
    if theirs is None and ours is None:
        return
    place = Place(
        call,
        theirs.lines if theirs else (),
        tuple(ours.lines) if ours else (),
        needs_human=bool(ours and ours.needs_human),
        verdict=theirs.is_right if theirs else None,
    )
    (row.both if theirs and ours else row.only_theirs if theirs else row.only_ours).append(place)


def _judge(rows: Sequence[RuleParity], call: TheirCall, verdicts: Mapping[tuple[str, str], bool]) -> None:
    """A table of verdicts stands above what their results hold, and also speaks of what only ours hit."""
    for row in rows:
        names = _called(row)
        said = next((verdicts[call.id, name] for name in names if (call.id, name) in verdicts), None)
        if said is None:
            continue
        for places in (row.both, row.only_theirs, row.only_ours):
            if places and places[-1].call == call.id:
                last = places[-1]
                places[-1] = Place(last.call, last.theirs, last.ours, last.needs_human, said)


def _called(row: RuleParity) -> list[str]:
    """By what a table of verdicts may call a rule; theirs by its number also where they never hit it."""
    short = _short(row.our_id)
    names = (row.rid, row.our_id, short, short.removeprefix(_MOVED), row.title)
    return list(dict.fromkeys(name for name in names if name))


def _unused(
    rows: Sequence[RuleParity], calls: Collection[str], verdicts: Mapping[tuple[str, str], bool]
) -> Unused:
    known = {name for row in rows for name in _called(row)}
    hit = {
        (place.call, name)
        for row in rows
        for place in (*row.both, *row.only_theirs, *row.only_ours)
        for name in _called(row)
    }
    unused = Unused()
    for call, rule in verdicts:
        if call not in calls:
            unused.calls.append((call, rule))
        elif rule not in known:
            unused.rules.append((call, rule))
        elif (call, rule) not in hit:
            unused.not_hit.append((call, rule))
    return unused


def _share(places: Sequence[Place]) -> Share:
    said = [place.verdict for place in places if place.verdict is not None]
    return Share(sum(said), len(said))


def rows_with_hits(parity: Parity) -> Iterator[RuleParity]:
    """Rules that anybody hit, those that differ most first."""
    hit = [row for row in parity.rules if row.both or row.only_theirs or row.only_ours]
    yield from sorted(hit, key=lambda row: -(len(row.only_theirs) + len(row.only_ours)))
