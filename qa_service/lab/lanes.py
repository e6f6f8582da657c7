"""What was said against what was heard, lane by lane: recognition alone, whoever the speakers were taken for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa_service.core.measured import Layout
from qa_service.core.speech import Role, Utterance
from qa_service.lab.error_rate import ErrorRate, error_rate, join
from qa_service.lab.truth import Said
from qa_service.pipeline.assessment import Assessment


def recognition(said: Sequence[Said], assessment: Assessment) -> ErrorRate:
    """Errors per channel where each speaker has one, else over everything in order of time.

    Who is the agent does not matter here; a wrong role is counted by `roles_right`.
    """
    if assessment.measured.layout is not Layout.TWO_CHANNEL:
        return error_rate([u.text for u in said], _in_order(assessment.utterances))
    channels = {u.channel for u in said} | {u.channel for u in assessment.utterances}
    return join(
        error_rate(
            [u.text for u in said if u.channel == channel],
            _in_order(u for u in assessment.utterances if u.channel == channel),
        )
        for channel in sorted(channels)
    )


def _in_order(utterances: Iterable[Utterance]) -> list[str]:
    return [u.text for u in sorted(utterances, key=lambda u: (u.span.start_ms, u.span.end_ms, u.id))]


def roles_right(said: Sequence[Said], assessment: Assessment) -> tuple[int, int]:
    """Of the utterances that were heard where somebody really spoke: how many bear that speaker's role.

    Each heard utterance is compared with the one that was said during most of it on its channel (on
    any channel for a mono call); one that overlaps none is not compared.
    """
    right = compared = 0
    two = assessment.measured.layout is Layout.TWO_CHANNEL
    for heard in assessment.utterances:
        near = [u for u in said if (not two or u.channel == heard.channel) and u.span.overlap_ms(heard.span)]
        if near:
            compared += 1
            real = max(near, key=lambda u: u.span.overlap_ms(heard.span)).role
            right += Role(real) is heard.role
    return right, compared
