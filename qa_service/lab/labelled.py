"""Labelled transcripts: calls in writing, with the labels that their utterances should get."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa_service.core.errors import UsageError
from qa_service.core.speech import spoken_chars
from qa_service.lab.written import read_written

#: Utterances without times are spoken at this pace, with this much silence between them.
_MS_PER_CHARACTER = 250
_GAP_MS = 500


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LabelledUtterance(_Strict):
    """One sentence with the labels that it should get; times are optional."""

    role: Literal["agent", "customer", "system", "other", "unknown"]
    text: str = Field(max_length=5_000)
    id: str = ""
    start_ms: int | None = Field(default=None, ge=0)
    end_ms: int | None = Field(default=None, ge=0)
    labels: list[str] = []


class LabelledCall(_Strict):
    """One call; `labels` are those that concern the call as a whole (`service.no_closing`)."""

    call_id: str = ""
    note: str = ""
    envelope: dict[str, Any] = {}
    labels: list[str] = []
    utterances: list[LabelledUtterance] = Field(min_length=1)


class _LabelledSet(_Strict):
    """A YAML file of labelled calls."""

    version: Literal["qa-service/labelled@1"] = Field(alias="schema")
    note: str = ""
    labels: list[str] = []
    calls: list[LabelledCall] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Labelled calls, and the labels that their annotators looked for: only those are scored."""

    labels: frozenset[str]
    calls: tuple[LabelledCall, ...]


def read_labelled(path: Path) -> LabelledSet:
    """Reads a YAML file, or one JSON object (a call) per line.

    Raises:
        UsageError: `list_too_large`; `labelled_unreadable`, naming the first field that will not do.
    """
    try:
        if path.suffix == ".jsonl":
            calls, looked_for = list(_calls(path)), []
        else:
            written = _LabelledSet.model_validate(yaml.safe_load(read_written(path)))
            calls, looked_for = written.calls, written.labels
    except ValidationError as error:
        first = error.errors()[0]
        raise _wrong(path.name, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (UnicodeDecodeError, yaml.YAMLError, json.JSONDecodeError) as error:
        raise _wrong(path.name, str(error).splitlines()[0]) from error
    if not calls:
        raise _wrong(path.name, "it holds no calls")
    return LabelledSet(frozenset(looked_for) or _all_labels(calls), tuple(calls))


def _calls(path: Path) -> Iterator[LabelledCall]:
    for line in read_written(path).split("\n"):
        if line.strip():
            yield LabelledCall.model_validate(json.loads(line))


def _all_labels(calls: list[LabelledCall]) -> frozenset[str]:
    """Without a list of what was looked for, only labels that stand somewhere can be scored."""
    named = {label for call in calls for label in call.labels}
    return frozenset(named | {label for call in calls for u in call.utterances for label in u.labels})


def _wrong(where: str, problem: str) -> UsageError:
    return UsageError(
        "labelled_unreadable", where=where, problem=problem, fix="The format is in docs/evaluation.md"
    )


def as_transcript(call: LabelledCall, index: int) -> str:
    """The call in the contract of `analyze --transcript`, with times made up where none are given."""
    at_ms, utterances = 0, []
    for number, said in enumerate(call.utterances, start=1):
        start_ms = at_ms if said.start_ms is None else said.start_ms
        length_ms = _MS_PER_CHARACTER * max(1, spoken_chars(said.text))
        end_ms = start_ms + length_ms if said.end_ms is None else said.end_ms
        at_ms = max(at_ms, end_ms + _GAP_MS)
        utterances.append(
            {
                "id": utterance_id(said, number),
                "role": said.role,
                "start_ms": start_ms,
                "end_ms": end_ms,
                "text": said.text,
            }
        )
    name = call.call_id or f"call-{index}"
    return json.dumps({"call_id": name, "envelope": call.envelope, "utterances": utterances})


def utterance_id(said: LabelledUtterance, number: int) -> str:
    """The author's id, else its number in the call."""
    return said.id or f"u{number}"
