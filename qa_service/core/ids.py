"""Identities that stay the same when the same thing is judged again."""

from __future__ import annotations

import hashlib

from qa_service.core.tags import Tag


def digest(*parts: str, length: int = 16) -> str:
    """A short stable hash of `parts`, as hex digits; parts cannot run into each other."""
    # Ids handed in as JSON may hold half characters; they are hashed as they are.
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:length]


def tag_id(tag: Tag) -> str:
    """Same label, speaker and first quote (or span) give the same id, whatever the thresholds were."""
    quotes = tag.quotes
    if quotes:
        anchor = anchor_of(quotes[0].utterance, quotes[0].start, quotes[0].end)
    else:
        anchor = f"{tag.span.start_ms}-{tag.span.end_ms}"
    return digest(tag.label, tag.speaker, anchor)


def anchor_of(utterance: str, start: int, end: int) -> str:
    """What names the place of a tag that quotes the characters [start, end) of an utterance."""
    return f"{utterance}:{start}:{end}"


def finding_id(rule: str, anchor: str) -> str:
    """Hash of the rule's id and its anchor tag; the rulebook's digest is left out on purpose."""
    return digest(rule, anchor)


def moment_id(first_finding: str) -> str:
    """A moment is named after its earliest finding."""
    return digest("moment", first_finding)
