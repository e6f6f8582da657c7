"""What a rule listens for, as a fingerprint: people's verdicts count for the condition that they judged, and no other.

Two rules have one fingerprint where they can find the same things: condition, tolerance, leg, jurisdiction, limits of
the detectors and tables of standard answers that it names. Title, stage, points, coaching and notes do not matter.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from qa_service.detectors.registry import BY_LABEL
from qa_service.rulebook.book import Bundle
from qa_service.rulebook.source import canonical_json, digest_of
from qa_service.rules.about import labels_of

#: What is said of a rule's findings, not what is found; any other key changes the fingerprint.
_UNHEARD = frozenset(
    (
        *("id", "title", "stage", "severity", "label", "criterion", "points"),
        *("citation", "alert", "examples", "coaching", "effective"),
    )
)


def fingerprints(bundle: Bundle, rules: Collection[str]) -> Mapping[str, str]:
    """The fingerprints of those of these rules that the book holds, by their full names: 64 hexadecimal digits.

    It is taken of the resolved text, so that another way to write the same condition has another fingerprint.
    """
    held = json.loads(bundle.canonical) if rules else {"rules": ()}
    labels = {rule.id: labels_of(rule.when) for rule in bundle.book.rules if rule.id in rules}
    return {
        one["id"]: digest_of(canonical_json(_listened(held, one["rule"], labels.get(one["id"], ()))))
        for one in held["rules"]
        if one["id"] in rules
    }


def _listened(book: Mapping[str, Any], rule: Mapping[str, Any], labels: Collection[str]) -> dict[str, object]:
    words = {*_words(rule["when"]), *labels}
    kinds = {BY_LABEL[word] for word in words if word in BY_LABEL}
    return {
        "rule": {key: value for key, value in rule.items() if key not in _UNHEARD},
        "detectors": {
            label: settings
            for label, settings in book["detectors"].items()
            if BY_LABEL[label] in kinds or label.partition(".")[0] in words
        },
        "answers": _tables(book.get("answers", {}), words),
    }


def _tables(tables: Mapping[str, Any], words: Collection[str]) -> dict[str, Any]:
    """Those that a condition names, in short or in full."""
    return {name: rows for name, rows in tables.items() if {name, name.rpartition("/")[2]} & {*words}}


def _words(node: object) -> Iterator[str]:
    """Every key and every text in a condition."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield str(key)
            yield from _words(value)
    elif isinstance(node, list):
        for value in node:
            yield from _words(value)
    elif isinstance(node, str):
        yield node
