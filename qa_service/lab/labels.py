"""Precision, recall and F1 per label on labelled transcripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qa_service.core.findings import Finding
from qa_service.core.intervals import Share
from qa_service.core.tags import Tag
from qa_service.lab.labelled import LabelledCall, LabelledSet, as_transcript, utterance_id
from qa_service.pipeline.assessment import Assessment

#: Judges a transcript in the contract of `analyze --transcript`.
Judge = Callable[[str], Assessment]


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How one label fared: expected places that got it, and given labels that somebody expected."""

    label: str
    recall: Share
    precision: Share

    @property
    def f1(self) -> float | None:
        """Harmonic mean; unknown unless both are known."""
        found, right = self.recall.value, self.precision.value
        if found is None or right is None:
            return None
        return 2 * found * right / (found + right) if found + right else 0.0


@dataclass(frozen=True, slots=True, order=True)
class Slip:
    """A label that was missed, or given where nobody expected it; by ids, never by text."""

    label: str
    call: str
    #: Empty for a label of the call as a whole.
    utterance: str
    missed: bool


@dataclass(frozen=True, slots=True)
class LabelsResult:
    """All labelled calls."""

    scores: tuple[LabelScore, ...]
    slips: tuple[Slip, ...]
    calls: int
    utterances: int
    judged_with: Mapping[str, str]

    @property
    def overall(self) -> LabelScore:
        """All labels together."""
        return LabelScore(
            "",
            Share(sum(s.recall.hits for s in self.scores), sum(s.recall.n for s in self.scores)),
            Share(sum(s.precision.hits for s in self.scores), sum(s.precision.n for s in self.scores)),
        )


@dataclass(frozen=True, slots=True)
class _Given:
    """A tag or finding: its label and the utterances that it quotes (none for what was not said)."""

    label: str
    quoted: frozenset[str]


@dataclass(slots=True)
class _Tally:
    """Counts of one label while calls are being judged: hits and cases, of expected and of given."""

    expected: list[bool] = field(default_factory=list)
    given: list[bool] = field(default_factory=list)

    def score(self, label: str) -> LabelScore:
        return LabelScore(
            label,
            Share(sum(self.expected), len(self.expected)),
            Share(sum(self.given), len(self.given)),
        )


def evaluate_labels(labelled: LabelledSet, judge: Judge, judged_with: Mapping[str, str]) -> LabelsResult:
    """Judges every call. What quotes several utterances is right when one of them should get its label."""
    tallies = {label: _Tally() for label in sorted(labelled.labels)}
    slips: list[Slip] = []
    for index, call in enumerate(labelled.calls, start=1):
        given = _given(judge(as_transcript(call, index)), labelled.labels)
        wanted = tuple(_wanted(call, labelled.labels))
        slips += _compare(call.call_id or f"call-{index}", wanted, given, tallies)
    utterances = sum(len(call.utterances) for call in labelled.calls)
    scores = tuple(tally.score(label) for label, tally in tallies.items())
    return LabelsResult(scores, tuple(sorted(slips)), len(labelled.calls), utterances, judged_with)


def _compare(
    call: str, wanted: Sequence[tuple[str, str]], given: Sequence[_Given], tallies: Mapping[str, _Tally]
) -> Iterator[Slip]:
    """Counts one call and names what went wrong in it."""
    for label, utterance in wanted:
        hit = any(_meets(one, label, utterance) for one in given)
        tallies[label].expected.append(hit)
        if not hit:
            yield Slip(label, call, utterance, missed=True)
    for one in given:
        right = any(_meets(one, label, utterance) for label, utterance in wanted)
        tallies[one.label].given.append(right)
        if not right:
            yield Slip(one.label, call, min(one.quoted, default=""), missed=False)


def _meets(one: _Given, label: str, utterance: str) -> bool:
    """An empty utterance stands for the call as a whole."""
    return one.label == label and (not utterance or utterance in one.quoted)


def _wanted(call: LabelledCall, labels: frozenset[str]) -> Iterator[tuple[str, str]]:
    yield from ((label, "") for label in call.labels if label in labels)
    for number, said in enumerate(call.utterances, start=1):
        yield from ((label, utterance_id(said, number)) for label in said.labels if label in labels)


def _given(assessment: Assessment, labels: frozenset[str]) -> tuple[_Given, ...]:
    """Tags and findings alike: a label may come from a detector or from a rule."""
    marks: list[Tag | Finding] = [*assessment.tags, *assessment.findings]
    given = {
        _Given(mark.label, frozenset(quote.utterance for quote in mark.quotes))
        for mark in marks
        if mark.label in labels
    }
    return tuple(sorted(given, key=lambda one: (one.label, sorted(one.quoted))))
