"""mask: an assessment as those may read it who have no right to personal data; offsets stay where they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa_service.core.calls import Envelope
from qa_service.core.speech import Role, Utterance
from qa_service.core.stored import StoredCall
from qa_service.core.time import Span
from qa_service.privacy.find import find
from qa_service.privacy.kinds import COVER, PersonalSpan
from qa_service.privacy.labels import covered
from qa_service.privacy.masking import NEVER_KEPT, STRICT, Policy, mask, mask_call

#: Names of things, not words of people.
_NAMES = frozenset(
    {"id", "utterance", "digest", "revision", "finding", "moment", "tags", "findings", "schema"}
)
#: What somebody said, as sentences quote it.
_QUOTED = re.compile(r"(?<=「)[^「」]+(?=」)|(?<=“)[^“”]+(?=”)")
#: Where a quote was cut: its rest may be half a number.
_CUT = "…"
#: Shorter pieces of a number mean something only where they stand.
_LEAST_SURFACE = 3


def masked_texts(utterances: Sequence[Utterance], policy: Policy = STRICT) -> tuple[str, ...]:
    """What was said, masked: the only text that is indexed."""
    return tuple(said.text for said in mask_call(utterances, find(utterances), policy))


def masked_call(call: StoredCall) -> StoredCall:
    """The call with numbers of people covered in its names: its file's, its id elsewhere, its agents'."""
    return replace(call, file_name=covered(call.file_name), envelope=_masked_envelope(call.envelope))


def _masked_envelope(told: Envelope) -> Envelope:
    people = tuple(replace(one, agent_id=covered(one.agent_id)) for one in told.participants)
    return replace(
        told,
        call_id=covered(told.call_id),
        leg_id=covered(told.leg_id),
        line=covered(told.line, landlines=False),
        skill_group=covered(told.skill_group),
        business=covered(told.business),
        participants=people,
    )


def masked_document(document: Mapping[str, Any], policy: Policy = STRICT) -> dict[str, Any]:
    """A copy of an assessment's document (schema qa-service/assessment@1) with personal data covered.

    Covered are utterances, quotes by their offsets, every sentence that quotes them, and numbers in names.
    """
    document = _masked_names(document)
    utterances = tuple(map(_utterance, document["utterances"]))
    spans = [span for span in find(utterances) if policy.masks(span)]
    if not spans:
        return dict(document)
    return _Cover.of(utterances, spans, policy).document(document)


def document_without_codes(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a document for those who may read all; in older ones codes of cards are covered (`card_codes`)."""
    utterances = tuple(map(_utterance, document["utterances"]))
    spans = [span for span in find(utterances) if NEVER_KEPT.masks(span)]
    return _Cover.of(utterances, spans, NEVER_KEPT).document(document) if spans else dict(document)


def _masked_names(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same document; what the call and its agents are called holds no numbers of people."""
    made, call = dict(document), dict(document.get("call", {}))
    for name in ("id", "leg_id", "source", "line", "skill_group"):
        if call.get(name):
            call[name] = covered(call[name], landlines=name != "line")
    for holder, name in ((call, "legs"), (made, "findings"), (made, "evaluations")):
        if name in holder:
            holder[name] = list(map(_masked_agent, holder[name]))
    if made.get("evaluation"):
        made["evaluation"] = _masked_agent(made["evaluation"])
    return {**made, "call": call} if call else made


def _masked_agent(wire: Mapping[str, Any]) -> dict[str, Any]:
    """A leg, a finding or an evaluation, whose agent may be called by a number."""
    return {**wire, "agent_id": covered(wire["agent_id"])} if wire.get("agent_id") else dict(wire)


def _utterance(wire: Mapping[str, Any]) -> Utterance:
    span = Span(wire["start_ms"], wire["end_ms"])
    return Utterance(wire["id"], span, wire["speaker"], wire["text"], role=Role(wire["role"]))


@dataclass(frozen=True, slots=True)
class _Cover:
    """What is covered in one call."""

    texts: Mapping[str, str]
    spans: Mapping[str, tuple[PersonalSpan, ...]]
    policy: Policy
    #: Personal data as they are written, longest first.
    surfaces: tuple[str, ...]

    @classmethod
    def of(cls, utterances: Sequence[Utterance], found: Sequence[PersonalSpan], policy: Policy) -> _Cover:
        texts = {said.id: said.text for said in utterances}
        spans: dict[str, tuple[PersonalSpan, ...]] = {}
        for span in found:
            spans[span.utterance] = (*spans.get(span.utterance, ()), span)
        written = {texts[span.utterance][slice(*policy.covers(span))] for span in found}
        long = (surface for surface in written if len(surface) >= _LEAST_SURFACE)
        return cls(texts, spans, policy, tuple(sorted(long, key=len, reverse=True)))

    def document(self, document: Mapping[str, Any]) -> dict[str, Any]:
        covered = {name: self.value(name, value) for name, value in document.items()}
        covered["utterances"] = [
            {**wire, "text": self.part(wire["id"], 0, wire["text"])} for wire in document["utterances"]
        ]
        return covered

    def value(self, name: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            if {"utterance", "start", "text"} <= value.keys():
                return {**value, "text": self.part(value["utterance"], value["start"], value["text"])}
            return {inner: self.value(inner, held) for inner, held in value.items()}
        if isinstance(value, list):
            return [self.value(name, held) for held in value]
        # After lists: `tags` and `findings` are lists of names in one place and of what quotes people in another.
        return value if name in _NAMES or not isinstance(value, str) else self.sentence(value)

    def part(self, utterance: str, start: int, text: str) -> str:
        """A part of an utterance that begins at `start`."""
        return mask(text, self.spans.get(utterance, ()), self.policy, start=start).text

    def sentence(self, text: str) -> str:
        """A sentence of ours: what it quotes is covered where it stands, the rest by what is written."""
        text = _QUOTED.sub(lambda quoted: self.piece(quoted[0]), self.piece(text))
        for surface in self.surfaces:
            text = text.replace(surface, COVER * len(surface))
        return text

    def piece(self, text: str) -> str:
        """Words that somebody said, if they are that; marks of a cut around them are none of theirs."""
        said = text.strip(_CUT)
        first = text.find(said)
        for utterance, spans in self.spans.items():
            at = self.texts[utterance].find(said) if said else -1
            if at >= 0:
                said = mask(said, spans, self.policy, start=at).text
        return text[:first] + said + text[first + len(said) :]
