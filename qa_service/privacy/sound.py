"""When personal data was said: spans of the recording that `audio.mask` covers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qa_service.core.speech import Utterance
from qa_service.core.time import Span, merge
from qa_service.privacy.kinds import PersonalSpan
from qa_service.privacy.masking import STRICT, Policy


def heard_at(
    utterances: Sequence[Utterance],
    found: Iterable[PersonalSpan],
    policy: Policy = STRICT,
    *,
    margin_ms: int = 0,
) -> tuple[Span, ...]:
    """When something that the policy masks can be heard, in order, disjoint, `margin_ms` wider on both sides.

    `audio.mask` adds its own 150 ms, so the default adds none. Where words have no times the whole utterance
    counts. Of a number whose last four digits stay readable all is covered here: sound has no exact borders.
    """
    return merge(
        Span(max(0, said.start_ms - margin_ms), said.end_ms + margin_ms)
        for said in _said(utterances, found, policy)
    )


def _said(utterances: Sequence[Utterance], found: Iterable[PersonalSpan], policy: Policy) -> Iterator[Span]:
    by_id = {heard.id: heard for heard in utterances}
    return (by_id[span.utterance].span_of(span.start, span.end) for span in found if policy.masks(span))
