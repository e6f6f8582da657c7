"""The surroundings of a finding: what the customer had just said, what was said next, where in the call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.core.findings import Finding
from qa_service.core.speech import Role, Utterance, spoken_chars
from qa_service.core.tags import Quote
from qa_service.core.texts import Values
from qa_service.core.time import Span
from qa_service.text.answers import commits, is_definite
from qa_service.text.complaints import helps_complain
from qa_service.text.normalize import fold
from qa_service.text.questions import kinds_asked

#: A sentence this far back is still what was being answered, and beside what happened.
RECENT_MS = 30_000
#: Opening and closing: the first and last stretch of an agent's leg, where customers make up their minds.
OPENING_MS = 30_000
CLOSING_MS = 30_000
#: A sentence inside 「」 carries no comma or full stop at its edges; question marks stay.
_EDGES = "，。、；：,.;: "
_ENDS = "。！？!?"
#: Where a clause may begin or end.
_BORDERS = _ENDS + "，、；：,;: "
#: Longest piece quoted inside a note.
QUOTE_CHARS = 40
#: What the customer said is told whole up to here; of more, only the sentence that asks.
_WHOLE_CHARS = 24


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a note may speak of. `values` fill the gaps of its texts."""

    quote: Quote
    #: What the customer had said before, whole: variants fit its words.
    question: str
    touchpoint: str
    values: Values
    #: Whether the agent's next words name a step and a time, or grant the right to complain and say how: what a
    #: customer announces is met by that.
    is_met: bool = False


def surroundings(
    finding: Finding, utterances: Sequence[Utterance], leg: Span, *, in_order: bool = True
) -> Surroundings | None:
    """The context of a finding; nothing when no utterance can be quoted for it.

    Where the parties' times cannot be held against each other, nobody knows what was said to what.
    """
    quote = _quote(finding, utterances, leg)
    if quote is None:
        return None
    question = _asked(finding, utterances) or _last_said(
        utterances, Role.CUSTOMER, before_ms=finding.span.start_ms
    )
    reply = _next_said(utterances, Role.CUSTOMER, after_ms=finding.span.end_ms)
    answer = _next_said(utterances, Role.AGENT, after_ms=finding.span.end_ms)
    values: dict[str, str | int | float] = dict(finding.because.values)
    values |= {
        "quote": _quoted(quote, utterances),
        "time": clock(finding.span.start_ms),
        "count": len(finding.evidence),
    }
    if not in_order:
        question = reply = answer = None
        values.pop("question", None)
    told = {"question": question and asked_in(question.text), "reply": reply and reply.text}
    told["answer"] = answer and answer.text
    values |= {name: _short(text.strip(_EDGES)) for name, text in told.items() if text}
    return Surroundings(
        quote=quote,
        question=question.text if question else "",
        touchpoint=_touchpoint(finding.span, leg),
        values=tuple(sorted(values.items())),
        is_met=answer is not None and _meets(answer.text),
    )


def _meets(text: str) -> bool:
    """Whether an answer names a step and a time, or the right to complain and the way."""
    folded = fold(text)
    return (commits(folded) and is_definite(folded)) or helps_complain(folded)


def asked_in(text: str) -> str:
    """What somebody said; of a long story, its last sentence that asks.

    >>> asked_in("你好，我家冰箱坏了，师傅上个星期来看过一次，说要等零件。到底几天能修好？")
    '到底几天能修好？'
    """
    if len(text) <= _WHOLE_CHARS:
        return text
    asking = [part for part in re.findall(rf"[^{_ENDS}]+[{_ENDS}]*", text) if kinds_asked(fold(part))]
    return asking[-1].strip() if asking else text


def clock(at_ms: int) -> str:
    """A time for people: minutes and seconds.

    >>> clock(72_400)
    '01:12'
    """
    minutes, seconds = divmod(at_ms // 1000, 60)
    return f"{minutes:02d}:{seconds:02d}"


def _quote(finding: Finding, utterances: Sequence[Utterance], leg: Span) -> Quote | None:
    """The words of whoever the finding is about, where it became true, widened to their sentence.

    Never the customer's for a finding that is not about the customer: notes say "you said".
    """
    said = {u.id: u for u in utterances if spoken_chars(u.text)}
    here = [q for piece in finding.evidence if finding.span.contains(piece.span) for q in piece.quotes]
    known = [q for q in (*here, *finding.quotes) if q.utterance in said]
    # What the reason is about goes before what merely stands beside it (`near`).
    meant = dict(finding.because.values).get("quote")
    known.sort(key=lambda quote: quote.text != meant)
    own = [q for q in known if said[q.utterance].role in (finding.role, _speaker(finding))]
    for quote in own:
        return sentence_around(said[quote.utterance], quote)
    beside = _beside(finding, list(said.values()), leg)
    return sentence_around(beside, Quote.of(beside)) if beside else None


def _speaker(finding: Finding) -> Role:
    """Whose words the note speaks of; it addresses the agent where nobody in particular is meant."""
    return Role.CUSTOMER if finding.role is Role.CUSTOMER else Role.AGENT


def _beside(finding: Finding, utterances: Sequence[Utterance], leg: Span) -> Utterance | None:
    """The speaker's last line before the finding; the next one after it where nothing came before.

    A finding about nobody (a silence) has no line after it: its note says what came before.
    """
    speaker = _speaker(finding)
    near = (u for u in utterances if u.span.touches(finding.span, within_ms=RECENT_MS))
    own = [u for u in near if u.role is speaker and not u.unreliable and leg.contains(u.span)]
    before = [u for u in own if u.span.start_ms < finding.span.start_ms]
    if before:
        return before[-1]
    return own[0] if own and finding.role is not Role.UNKNOWN else None


def _quoted(quote: Quote, utterances: Sequence[Utterance]) -> str:
    """The quote as it stands inside a note: with a mark where its sentence goes on, or has begun before."""
    text = next(u.text for u in utterances if u.id == quote.utterance)
    goes_on = quote.end < len(text) and text[quote.end - 1] not in _ENDS
    is_cut = quote.start > 0 and text[quote.start - 1] not in _BORDERS
    return ("……" if is_cut else "") + quote.text.strip(_EDGES) + ("……" if goes_on else "")


def sentence_around(utterance: Utterance, quote: Quote) -> Quote:
    """The sentence that holds the quote, so that a reader understands it; at most QUOTE_CHARS of it.

    Of a longer one, whole clauses where they fit.
    """
    text = utterance.text
    start = max((text.rfind(mark, 0, quote.start) + 1 for mark in _ENDS), default=0)
    stops = [at for mark in _ENDS if (at := text.find(mark, max(quote.end - 1, 0))) >= 0]
    end = min(stops) + 1 if stops else len(text)
    if end - start > QUOTE_CHARS:
        start, end = _clauses(text, (start, end), quote)
    return Quote.of(utterance, start, end)


def _clauses(text: str, sentence: tuple[int, int], quote: Quote) -> tuple[int, int]:
    """As many characters around the quote as a note holds, from one comma to another where there are some."""
    room = max(0, QUOTE_CHARS - (quote.end - quote.start)) // 2
    earliest = max(sentence[0], quote.start - room)
    begins = (at + 1 for at in range(max(earliest - 1, 0), quote.start) if text[at] in _BORDERS)
    start = next(begins, earliest) if earliest > sentence[0] else earliest
    latest = min(sentence[1], start + QUOTE_CHARS)
    ends = (at for at in range(latest, quote.end - 1, -1) if at == len(text) or text[at] in _BORDERS)
    return start, next(ends, latest) if latest < sentence[1] else latest


def _short(text: str) -> str:
    return text if len(text) <= QUOTE_CHARS else text[:QUOTE_CHARS] + "……"


def _asked(finding: Finding, utterances: Sequence[Utterance]) -> Utterance | None:
    """The question itself, where a finding quotes what was asked before what was answered (`{topic}` names it)."""
    if finding.role is not Role.AGENT or "topic" not in dict(finding.because.values):
        return None
    first = finding.evidence[0].quotes[0].utterance
    return next((one for one in utterances if one.id == first and one.role is Role.CUSTOMER), None)


def _last_said(utterances: Sequence[Utterance], role: Role, *, before_ms: int) -> Utterance | None:
    recent = [
        u
        for u in utterances
        if u.role is role
        and u.span.start_ms < before_ms
        and u.span.end_ms >= before_ms - RECENT_MS
        and not u.unreliable
    ]
    # A back-channel is not what the agent was answering.
    worded = [u for u in recent if len(u.text) >= 4]
    return worded[-1] if worded else None


def _next_said(utterances: Sequence[Utterance], role: Role, *, after_ms: int) -> Utterance | None:
    later = (
        u
        for u in utterances
        if u.role is role and after_ms <= u.span.start_ms <= after_ms + RECENT_MS and not u.unreliable
    )
    return next(later, None)


def _touchpoint(span: Span, leg: Span) -> str:
    if span.start_ms < leg.start_ms + OPENING_MS:
        return "opening"
    if span.end_ms > leg.end_ms - CLOSING_MS:
        return "closing"
    return "middle"
