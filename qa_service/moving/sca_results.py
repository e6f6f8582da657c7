"""Their results (GetResult, or our own export in their shape): what was said, what was hit, what people said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qa_service.core.errors import QaError, UsageError
from qa_service.moving.bad_rows import BadRow
from qa_service.moving.fields import Fields, listed
from qa_service.moving.notes import Note
from qa_service.moving.sca_about import About, read_about

_ROLES = {"客服": "agent", "坐席": "agent", "客户": "customer", "系统": "system", "其他": "other"}
#: Theirs: a person has looked at the call; only then does a rule's 0 mean that it was hit wrongly.
_REVIEWED = 1
_LONGEST_TEXT = 5_000
_NOTHING = About()


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a call of theirs."""

    id: str
    role: str
    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class TheirHit:
    """A rule of theirs that was hit in a call."""

    rid: str
    title: str
    #: Ids of the sentences; empty where they name none that is in the transcript.
    lines: tuple[str, ...] = ()
    #: What a person said: it was really there, or not; None where nobody did.
    is_right: bool | None = None


@dataclass(frozen=True, slots=True)
class TheirCall:
    """A call with its transcript and what they made of it."""

    id: str
    lines: tuple[Line, ...]
    hits: tuple[TheirHit, ...]
    score: float | None = None
    about: About = _NOTHING
    #: Which result of the file it was first, from 1.
    row: int = 0

    @property
    def transcript(self) -> Mapping[str, object]:
        """As `analyze --transcript` reads it."""
        said = [
            {"id": u.id, "role": u.role, "start_ms": u.start_ms, "end_ms": u.end_ms, "text": u.text}
            for u in self.lines
        ]
        return {"envelope": {"call_id": self.id, **self.about.envelope}, "utterances": said}


class _RowError(Exception):
    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.why = Note(code, values=tuple(sorted(values.items())))


@dataclass(slots=True)
class TheirResults:
    """Everything usable in a file, and what is not."""

    calls: list[TheirCall] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    #: Calls without a name of their own: called by their task, which may hold several recordings.
    named_otherwise: list[str] = field(default_factory=list)


def read_results(document: object) -> TheirResults:
    """The results in a file; what cannot be used is listed, never left out silently.

    Raises:
        UsageError: `moving_no_results`: nothing like a result is in it.
    """
    found, rows = TheirResults(), list(_results(document))
    if not rows:
        raise UsageError(
            "moving_no_results",
            problem="no results are in it",
            fix="Hand in what GetResult answers, with asrResult and hitResult",
        )
    calls: dict[str, TheirCall] = {}
    tasks: set[str] = set()
    for row, result in enumerate(rows, 1):
        name = ""
        try:
            name, is_of_task = _name(result)
            tasks |= {name} if is_of_task else set()
            call = _call(name, result)
            calls[name] = _merged(calls[name], call) if name in calls else replace(call, row=row)
            if call.about.unread_time:
                found.bad.append(BadRow(row, name, Note.of("row_started", time=call.about.unread_time)))
        except _RowError as error:
            found.bad.append(BadRow(row, name, error.why))
        except QaError:
            found.bad.append(BadRow(row, name, Note.of("row_not_object")))
    found.calls = list(calls.values())
    found.named_otherwise = [name for name in calls if name in tasks]
    return found


def _results(document: object) -> Iterator[Fields]:
    """Every result, however the answer wraps them."""
    for one in listed(document):
        try:
            fields = Fields.of(one, "results")
        except UsageError:
            yield Fields("results", {})  # a row that has no name, and is told as one
            continue
        inner = fields.take("data", "resultInfo", "results")
        if inner is not None:
            yield from _results(inner)
        elif {"asrresult", "hitresult", "taskid"} & set(fields.held):
            yield fields


def _name(result: Fields) -> tuple[str, bool]:
    """What the call is called, and whether that is only the name of its task."""
    recording = result.child("recording")
    names = [result.text("tid")]
    if recording:
        names += [recording.text("tid"), recording.text("id")]
    names += [result.text("vid"), recording.text("name") if recording else ""]
    task, own = result.text("taskId"), next((name for name in names if name), "")
    if not own and not task:
        raise _RowError("row_unnamed")
    return (own or task)[:100], not own


def _call(name: str, result: Fields) -> TheirCall:
    lines = tuple(_line(i, one) for i, one in enumerate(result.children("asrResult"), 1))
    if not lines:
        raise _RowError("row_wordless")
    is_reviewed = result.number("reviewStatus") == _REVIEWED
    hits = tuple(_hit(one, lines, is_reviewed=is_reviewed) for one in result.children("hitResult"))
    return TheirCall(
        name,
        lines,
        hits,
        result.number("score"),
        read_about(result),
    )


def _line(number: int, said: Fields) -> Line:
    begin, end = said.number("begin"), said.number("end")
    if begin is None or end is None or not 0 <= begin <= end:
        raise _RowError("row_times", sentence=number)
    text = said.text("words")
    if len(text) > _LONGEST_TEXT:
        raise _RowError("row_long", sentence=number, limit=_LONGEST_TEXT)
    role = _ROLES.get(said.text("role"), "") or _ROLES.get(said.text("identity"), "unknown")
    return Line(f"u{number:04d}", role, int(begin), int(end), text)


def _hit(rule: Fields, lines: Sequence[Line], *, is_reviewed: bool) -> TheirHit:
    rid = rule.text("rid")
    if not rid:
        raise _RowError("row_rid")
    verdict = rule.number("reviewResult")
    is_right = True if verdict == 1 else False if verdict == 0 and is_reviewed else None
    places = [_place(hit.child("phrase"), lines) for hit in rule.children("hits")]
    known = tuple(dict.fromkeys(place for place in places if place))
    return TheirHit(rid, rule.text("ruleName", "name"), known, is_right)


def _place(phrase: Fields | None, lines: Sequence[Line]) -> str:
    """The sentence that a hit quotes: by its times, else by its words."""
    if phrase is None:
        return ""
    begin, end, words = phrase.number("begin"), phrase.number("end"), phrase.text("words")
    by_time = [line for line in lines if line.start_ms == begin and line.end_ms == end]
    exact = [line for line in by_time if line.text == words] or by_time
    found = exact or [line for line in lines if words and line.text == words]
    return found[0].id if found else ""


def _merged(one: TheirCall, other: TheirCall) -> TheirCall:
    """Two results of one call, as a transferred one has."""
    if [(u.start_ms, u.text) for u in one.lines] != [(u.start_ms, u.text) for u in other.lines]:
        raise _RowError("row_twice")
    hits: dict[str, TheirHit] = {hit.rid: hit for hit in one.hits}
    for hit in other.hits:
        before = hits.get(hit.rid)
        lines = tuple(dict.fromkeys((*(before.lines if before else ()), *hit.lines)))
        hits[hit.rid] = replace(hit, lines=lines)
    return replace(one, hits=tuple(hits.values()))
