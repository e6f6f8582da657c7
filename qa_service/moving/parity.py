"""Our rules on their transcripts: per rule who hit which call, and how often people found each right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qa_service.core.texts import Reason
from qa_service.moving.parity_rows import Parity, Place, RuleParity, Unused
from qa_service.moving.sca_ids import slug
from qa_service.moving.sca_results import TheirCall, TheirHit
from qa_service.pipeline.agents import basis_of
from qa_service.pipeline.assessment import Assessment
from qa_service.rulebook.book import Rulebook

#: How the ids of rules begin that were brought along (sca_ids.slug); the rest is theirs.
_MOVED = "sca-"


def compare(
    book: Rulebook,
    calls: Sequence[TheirCall],
    judged: Callable[[TheirCall], Assessment],
    verdicts: Mapping[tuple[str, str], bool],
) -> Parity:
    """Judges every call and sets both sides beside each other."""
    found = Parity(len(calls))
    rows = {rule.id: RuleParity("", rule.title.zh_CN, rule.id) for rule in book.rules}
    names = _Names({_short(rule.id): rule.id for rule in book.rules}, _titles(book))
    for call in calls:
        theirs: dict[str, TheirHit] = {}
        for hit in call.hits:
            key = names.ours(hit) or hit.rid
            row = rows.setdefault(key, RuleParity(hit.rid, hit.title))
            row.rid, row.title = hit.rid, row.title or hit.title
            theirs[key] = hit
        ours = _ours(judged(call))
        if ours.unscored:
            found.unscored[call.id] = ours.unscored
        for key in {**theirs, **ours.hits, **ours.blocked}:
            _put(rows[key], call.id, theirs.get(key), ours)
    _judge(rows.values(), verdicts)
    found.rules = list(rows.values())
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
class _Hit:
    lines: dict[str, None] = field(default_factory=dict)
    needs_human: bool = True


@dataclass(frozen=True, slots=True)
class _Ours:
    """What ours made of one call, by rule."""

    hits: Mapping[str, _Hit]
    #: Rules that gave no answer: not asked of this call, or left to a person.
    blocked: Mapping[str, Reason]
    #: Why no rule gave one; None where the call was judged.
    unscored: Reason | None = None

    def silent_because(self, key: str) -> Reason | None:
        """Why there is no answer of this rule; None where there is one. A hit is one, whatever else is unsure."""
        return self.unscored or (None if key in self.hits else self.blocked.get(key))


def _ours(assessment: Assessment) -> _Ours:
    if not assessment.scorable.may_judge:
        return _Ours({}, {}, assessment.scorable.reasons[0])
    hits: dict[str, _Hit] = {}
    for finding in assessment.findings:
        one = hits.setdefault(finding.rule, _Hit())
        one.lines.update(dict.fromkeys(quote.utterance for quote in finding.quotes))
        # One that the machine may decide is enough.
        one.needs_human = one.needs_human and finding.needs_human
    blocked = basis_of(assessment.legs).blocked
    return _Ours(hits, {rule: one.because for rule, one in blocked.items() if rule not in hits})


def _put(row: RuleParity, call: str, theirs: TheirHit | None, ours: _Ours) -> None:
    hit, because = ours.hits.get(row.our_id), ours.silent_because(row.our_id)
    if because and not ours.unscored:
        row.not_asked.append(call)
    if theirs is None and hit is None:
        return
    place = Place(
        call,
        theirs.lines if theirs else (),
        tuple(hit.lines) if hit else (),
        needs_human=bool(hit and hit.needs_human),
        verdict=theirs.is_right if theirs else None,
        because=because,
    )
    side = row.not_judged if because else row.both if theirs and hit else None
    (side if side is not None else row.only_theirs if theirs else row.only_ours).append(place)


def _judge(rows: Collection[RuleParity], verdicts: Mapping[tuple[str, str], bool]) -> None:
    """A table of verdicts stands above what their results hold, and also speaks of what only ours hit."""
    for row in rows if verdicts else ():
        names = _called(row)
        for places in (row.both, row.only_theirs, row.only_ours, row.not_judged):
            for i, place in enumerate(places):
                said = [verdicts[place.call, name] for name in names if (place.call, name) in verdicts]
                if said:
                    places[i] = replace(place, verdict=said[0])


def _called(row: RuleParity) -> list[str]:
    """By what a table of verdicts may call a rule; theirs by its number also where they never hit it."""
    short = _short(row.our_id)
    names = (row.rid, row.our_id, short, short.removeprefix(_MOVED), row.title)
    return list(dict.fromkeys(name for name in names if name))


def _unused(
    rows: Sequence[RuleParity], calls: Collection[str], verdicts: Mapping[tuple[str, str], bool]
) -> Unused:
    known = {name for row in rows for name in _called(row)}
    hit = {(place.call, name) for row in rows for place in row.hit for name in _called(row)}
    unused = Unused()
    for call, rule in verdicts:
        if call not in calls:
            unused.calls.append((call, rule))
        elif rule not in known:
            unused.rules.append((call, rule))
        elif (call, rule) not in hit:
            unused.not_hit.append((call, rule))
    return unused
