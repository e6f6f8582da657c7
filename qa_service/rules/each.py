"""Every sentence: which utterances of a role have a hit, and which have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_service.core.speech import Utterance, spoken_chars
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.rules.conditions import Absent, Every
from qa_service.rules.hit import Hit, absence_confidence
from qa_service.rules.scene import Scene


def asked_of(wanted: Every, scene: Scene) -> list[Utterance]:
    """The utterances that have to match: long enough, in the scope, in the order in which they began."""
    said = scene.said_in(wanted.scope, wanted.role)
    return [one for one in said if spoken_chars(one.text) >= wanted.min_chars]


def every(wanted: Every, found: Sequence[Hit], scene: Scene) -> list[Hit]:
    """One hit, at the last of them, where each utterance has one; it is as sure as the least sure."""
    asked, best = asked_of(wanted, scene), _surest(found)
    if not asked or any(one.id not in best for one in asked):
        return []
    *before, last = (best[one.id] for one in asked)
    rest = tuple(tag for hit in before for tag in hit.tags)
    return [replace(last, support=last.support + rest, most=min(last.most, *(h.most for h in before), 1.0))]


def lacking(wanted: Every, found: Sequence[Hit], scene: Scene) -> list[Utterance]:
    """The utterances that have none, heard well or not."""
    best = _surest(found)
    return [one for one in asked_of(wanted, scene) if one.id not in best]


def lacking_hits(absent: Absent, wanted: Every, found: Sequence[Hit], scene: Scene) -> list[Hit]:
    """A hit for each utterance that has none, and was heard well enough to say so."""
    return [Hit(_tag(absent, one)) for one in lacking(wanted, found, scene) if not one.unreliable]


def _surest(found: Sequence[Hit]) -> dict[str, Hit]:
    """The surest hit in each utterance."""
    best: dict[str, Hit] = {}
    for hit in found:
        for quote in hit.anchor.quotes[:1]:
            known = best.setdefault(quote.utterance, hit)
            if hit.confidence > known.confidence:
                best[quote.utterance] = hit
    return best


def _tag(absent: Absent, said: Utterance) -> Tag:
    return Tag(
        evidence=(Evidence.said(said),),
        label=absent.label,
        detector="rules@1",
        confidence=absence_confidence(said.confidence),
        because=Reason("absent.sentence"),
        speaker=said.speaker,
        role=said.role,
    )
