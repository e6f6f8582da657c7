"""told part: an assessment as agents may read it. What rules at `observe` found is for QA alone and is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_service.core.findings import Stage
from qa_service.usecases.own_part import moments_with

Document = Mapping[str, Any]


def told_part(document: Document) -> dict[str, Any]:
    """A copy of an assessment's document without what is only observed: findings, their tags, notes, and moments.

    A tag on which another finding rests as well stays; scores are as they were, for observed findings cost nothing.
    """
    told = {one["id"]: one for one in document["findings"] if one["stage"] != Stage.OBSERVE}
    if len(told) == len(document["findings"]):
        return dict(document)
    observed = {tag for one in document["findings"] if one["id"] not in told for tag in one["tags"]}
    hidden = observed - {tag for one in told.values() for tag in one["tags"]}
    return {
        **document,
        "tags": [tag for tag in document["tags"] if tag["id"] not in hidden],
        "findings": list(told.values()),
        "moments": [*moments_with(document["moments"], told)],
        "coaching": [note for note in document["coaching"] if note["finding"] in told],
    }
