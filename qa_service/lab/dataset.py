"""What a data set is: a folder of sample calls, a list of recordings with text, or labelled transcripts."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

from qa_service.core.errors import UsageError
from qa_service.lab.truth import SUFFIX
from qa_service.lab.written import read_written


class Kind(StrEnum):
    """The three things that `qa-service eval` can measure against."""

    CALLS = "calls"
    PAIRS = "pairs"
    TRANSCRIPTS = "transcripts"


def kind_of(path: Path) -> Kind:
    """Recognises a data set by its name and its first line.

    Raises:
        UsageError: `no_dataset` or `unknown_dataset`.
    """
    if not path.exists():
        raise UsageError("no_dataset", where=str(path), problem="is not there", fix="Check the path")
    if path.is_dir():
        if any(path.glob(f"*{SUFFIX}")):
            return Kind.CALLS
    elif path.suffix == ".tsv":
        return Kind.PAIRS
    elif path.suffix in (".yaml", ".yml"):
        return Kind.TRANSCRIPTS
    elif path.suffix == ".jsonl":
        return Kind.TRANSCRIPTS if "utterances" in _first_keys(path) else Kind.PAIRS
    raise UsageError(
        "unknown_dataset",
        where=str(path),
        problem="is neither a folder with *.truth.yaml, nor a TSV, JSONL or YAML file",
        fix="Name one, or say which it is with --kind; the formats are in docs/evaluation.md",
    )


def _first_keys(path: Path) -> set[str]:
    line = next((line for line in read_written(path).split("\n") if line.strip()), "{}")
    try:
        first = json.loads(line)
    except json.JSONDecodeError:
        return set()
    return set(first) if isinstance(first, dict) else set()
