"""own part: an assessment as one agent may read it. What belongs to a colleague's part of the call is not there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa_service.privacy.kinds import COVER

Document = Mapping[str, Any]
_QUOTED = re.compile(r"「([^「」]+)」")
#: Shorter values of a reason are counts and codes, and stand in what anybody says.
_LEAST_WORDS = 4
_WORST_FIRST = ("critical", "major", "minor", "info")


def own_part(shown: Document, agent_id: str, original: Document | None = None) -> dict[str, Any]:
    """A copy of an assessment's document without the other agents' parts; a call without a transfer as it is.

    Left out are their legs, what was said in them, and what was found, scored, praised and advised there. Figures of
    the whole call are null. `original` tells whose parts they are where `shown` was masked.
    """
    told = original or shown
    own = tuple(at for at, leg in enumerate(told["call"]["legs"]) if leg["agent_id"] == agent_id)
    if len(own) == len(told["call"]["legs"]):
        return dict(shown)
    return _Part.of(told, own, agent_id).document(shown)


def said_in_own_part(told: Document, agent_id: str) -> tuple[str, ...]:
    """What was said in one agent's part, in order; in a call without a transfer everything."""
    legs = told["call"]["legs"]
    spans = tuple((leg["start_ms"], leg["end_ms"]) for leg in legs if leg["agent_id"] == agent_id)
    is_whole = len(spans) == len(legs)
    return tuple(said["text"] for said in told["utterances"] if is_whole or _is_in(spans, said))


def moments_with(moments: Iterable[Document], found: Mapping[str, Document]) -> Iterator[dict[str, Any]]:
    """Moments cut to these findings, by their ids; those of which none is left are not there."""
    for moment in moments:
        ids = [one for one in moment["findings"] if one in found]
        if len(ids) == len(moment["findings"]):
            yield dict(moment)
        elif ids:
            worst = min((found[one] for one in ids), key=lambda one: _WORST_FIRST.index(one["severity"]))
            yield {
                **moment,
                "start_ms": min(found[one]["start_ms"] for one in ids),
                "end_ms": max(found[one]["end_ms"] for one in ids),
                "title": worst["title"],
                "severity": worst["severity"],
                "findings": ids,
            }


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a call is one agent's: by the places of legs and evaluations in the document, and by findings' ids."""

    legs: tuple[int, ...]
    evaluations: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    findings: frozenset[str]
    utterances: frozenset[str]

    @classmethod
    def of(cls, told: Document, legs: tuple[int, ...], agent_id: str) -> _Part:
        spans = tuple((leg["start_ms"], leg["end_ms"]) for leg in (told["call"]["legs"][at] for at in legs))
        return cls(
            legs,
            tuple(at for at, one in enumerate(told["evaluations"]) if one["agent_id"] == agent_id),
            spans,
            frozenset(one["id"] for one in told["findings"] if one["agent_id"] == agent_id),
            frozenset(said["id"] for said in told["utterances"] if _is_in(spans, said)),
        )

    def document(self, shown: Document) -> dict[str, Any]:
        """The document with this part alone."""
        said = [one for one in shown["utterances"] if one["id"] in self.utterances]
        unsaid = [one["text"] for one in shown["utterances"] if one["id"] not in self.utterances]
        words = _Words(tuple(one["text"] for one in said), tuple(unsaid))
        findings = [words.clean(self._told(one)) for one in shown["findings"] if one["id"] in self.findings]
        evaluations = [words.clean(shown["evaluations"][at]) for at in self.evaluations]
        return {
            **shown,
            "call": self._call(shown["call"], {one["speaker"] for one in said}),
            "utterances": said,
            "measurements": self._measurements(shown["measurements"]),
            "tags": [words.clean(self._told(tag)) for tag in shown["tags"] if self._is_tag(tag, findings)],
            "findings": findings,
            "moments": [*moments_with(shown["moments"], {one["id"]: one for one in findings})],
            "evaluation": evaluations[-1] if evaluations else None,
            "evaluations": evaluations,
            "coaching": [words.clean(one) for one in shown["coaching"] if one["finding"] in self.findings],
            "strengths": [words.clean(one) for one in shown["strengths"] if _is_in(self.spans, one)],
        }

    def _call(self, call: Document, speakers: set[str]) -> dict[str, Any]:
        return {
            **call,
            "legs": [call["legs"][at] for at in self.legs],
            "speakers": [one for one in call["speakers"] if one["speaker"] in speakers],
            "sounds": [one for one in call["sounds"] if _is_in(self.spans, one)],
        }

    def _measurements(self, whole: Document) -> dict[str, Any]:
        """Stretches of this part; what was counted over all parts is unknown here."""
        return {
            name: [one for one in value if _is_in(self.spans, one)] if isinstance(value, list) else None
            for name, value in whole.items()
        }

    def _told(self, one: Document) -> dict[str, Any]:
        """A finding or tag with the evidence of this part; its quotes from elsewhere go."""
        pieces = [
            {**piece, "quotes": quotes}
            for piece in one["evidence"]
            if (quotes := self._quotes(piece)) or _is_in(self.spans, piece)
        ]
        return {**one, "evidence": pieces}

    def _quotes(self, piece: Document) -> list[Any]:
        return [quote for quote in piece["quotes"] if quote["utterance"] in self.utterances]

    def _is_tag(self, tag: Document, findings: Sequence[Document]) -> bool:
        begins_here = any(_is_in(self.spans, piece) for piece in tag["evidence"])
        return begins_here or any(tag["id"] in one["tags"] for one in findings)


@dataclass(frozen=True, slots=True)
class _Words:
    """What was said in this part, and what was said elsewhere and must not be quoted by a sentence of ours."""

    said: tuple[str, ...]
    unsaid: tuple[str, ...]

    def clean(self, value: Any) -> Any:
        """The same value with quotes from elsewhere covered."""
        if isinstance(value, Mapping):
            return {name: self.clean(held) for name, held in value.items()}
        if isinstance(value, list):
            return [self.clean(held) for held in value]
        if not isinstance(value, str):
            return value
        if len(value) >= _LEAST_WORDS and self._is_elsewhere(value):
            return COVER * len(value)
        return _QUOTED.sub(lambda quoted: f"「{self._covered(quoted[1])}」", value)

    def _covered(self, words: str) -> str:
        return COVER * len(words) if self._is_elsewhere(words) else words

    def _is_elsewhere(self, words: str) -> bool:
        return any(words in text for text in self.unsaid) and not any(words in text for text in self.said)


def _is_in(spans: Iterable[tuple[int, int]], one: Document) -> bool:
    """Whether it begins there, as a finding belongs to the leg in which it begins."""
    return any(start_ms <= one["start_ms"] < end_ms for start_ms, end_ms in spans)
