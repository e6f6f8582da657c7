"""Listens to those lines of a leg in which something may be said, with the detector that `judge` listens with.

What the detector finds becomes a finding's name, place and doubt at once: tags, hits and findings are made only where a
rule asks for more than its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qa_service.core.ids import anchor_of, digest, finding_id
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Tag
from qa_service.core.time import Span
from qa_service.detectors.phrases import Phrases, PhrasesRun, Said
from qa_service.pipeline.diff import Found
from qa_service.pipeline.fast.book import Plain
from qa_service.pipeline.fast.ready import ReadyCall, ReadyLeg
from qa_service.pipeline.fast.sieve import Sieved
from qa_service.rules.find import WORTH_ASKING, Certainty, model_doubt, quote_confidence
from qa_service.text.normalize import Folded

#: A rule with more places in one leg may cost more looking about than it may (rules.work); `judge` counts.
_MOST_PLACES = 500


@dataclass(slots=True)
class Heard:
    """What was heard in one leg."""

    found: list[Found] = field(default_factory=list)
    #: Of rules that are not plain, with the utterances that they quote.
    tags: list[Tag] = field(default_factory=list)
    quoted: list[Utterance] = field(default_factory=list)
    #: Whether a rule was given up, or is near it: then only `judge` knows.
    is_too_much: bool = False


class Ear(NamedTuple):
    """What is listened for, and how sure one has to be."""

    phrases: Phrases
    #: For each of the detector's rules: the plain rule that it is of, or nothing.
    plain: Sequence[Plain | None]
    certainty: Certainty
    #: Whether the recogniser may judge nobody alone.
    is_model_doubted: bool

    @classmethod
    def of(cls, phrases: Phrases, plain: Sequence[Plain | None], certainty: Certainty) -> Ear:
        """Listening so in one call."""
        return cls(phrases, plain, certainty, any(model_doubt(certainty)))

    def listen(
        self,
        call: ReadyCall,
        leg: ReadyLeg,
        lines: Iterable[int],
        unasked: frozenset[int],
        known: Sieved | None,
    ) -> Heard:
        """What is said in these lines of a leg, by rules that are asked.

        `known` holds the places of these very phrases; without it they are looked for again, line by line.
        """
        heard, places, at = Heard(), 0, leg.first
        run = PhrasesRun(self.phrases.index)
        for line in lines:
            said, folded = call.lines.said(line), call.lines.folded(line)
            run.allowance.hear_all(call.chars[at : line + 1])
            at = line + 1
            is_quoted = False
            for one in run.said(said, folded, known and known.hits(call, line)):
                places += len(one.spots)
                plain = self.plain[one.which]
                if plain is None:
                    heard.tags += one.tags(said, folded)
                    is_quoted = True
                elif plain.at not in unasked:
                    self._add(heard, plain, one, (said, folded))
            if is_quoted:
                heard.quoted.append(said)
        heard.is_too_much = bool(run.allowance.spent) or places > _MOST_PLACES
        return heard

    def _add(self, heard: Heard, plain: Plain, said: Said, where: tuple[Utterance, Folded]) -> None:
        """One finding of what a rule hits in one utterance: the surest place, with those as sure (rules.find)."""
        utterance, folded = where
        sure = (
            said.spots[0].confidence if len(said.spots) == 1 else max([one.confidence for one in said.spots])
        )
        if sure < WORTH_ASKING or sure < plain.min_confidence:
            return
        quotes = [folded.origin(spot.start, spot.end) for spot in said.spots if spot.confidence == sure]
        span, quote, least = utterance.span, quotes[0], utterance.confidence
        if utterance.words:
            span, quote = min([(utterance.span_of(*one), one) for one in quotes], key=_in_time)
            least = min([quote_confidence(utterance, *one) for one in quotes])
        needs_human = least < self.certainty.min_word_confidence or self._needs_human(plain, utterance, sure)
        tag = digest(plain.label, utterance.speaker, anchor_of(utterance.id, *quote))
        heard.found.append(Found(finding_id(plain.rule.id, tag), plain.rule.id, span, needs_human))

    def _needs_human(self, plain: Plain, said: Utterance, sure: float) -> bool:
        """Whether a person decides, whatever the words quoted (rules.find)."""
        certainty, rule = self.certainty, plain.rule
        return (
            sure < certainty.min_confidence
            or said.role_confidence < certainty.min_role_confidence
            or certainty.are_roles_doubted
            or (certainty.are_clocks_doubted and rule.rests_on_order)
            or (self.is_model_doubted and (said.role is not Role.CUSTOMER or bool(rule.criterion)))
        )


def _in_time(placed: tuple[Span, tuple[int, int]]) -> tuple[int, int, int]:
    """As scenes order tags (rules.scene)."""
    span, (start, _) = placed
    return (span.end_ms, span.start_ms, start)
