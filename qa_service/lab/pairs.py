"""Recordings with their text: the error rate of recognition on them, which is what a line needs to know."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qa_service.core.errors import QaError, UsageError
from qa_service.lab.error_rate import ErrorRate, error_rate, join
from qa_service.lab.written import read_written

#: Names that the column of the recording, and that of its text, may have.
_AUDIO = ("audio", "file", "path", "wav")
_TEXT = ("text", "transcript", "sentence")
#: Figures rest on at least this many characters (decisions.md 35); fewer are shown with a warning.
ENOUGH_CHARACTERS = 6_000
#: What recognition makes of a recording: its utterances in order of time.
Write = Callable[[Path], list[str]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A recording and what is said in it; `condition` groups them in the table."""

    recording: Path
    text: str
    condition: str = ""


@dataclass(frozen=True, slots=True)
class PairResult:
    """One recording's errors, or the code of the error that kept it from being heard."""

    pair: Pair
    errors: ErrorRate = field(default_factory=ErrorRate)
    failed: str = ""


@dataclass(frozen=True, slots=True)
class PairsResult:
    """All recordings of a list."""

    pairs: tuple[PairResult, ...]
    heard_with: Mapping[str, str]

    @property
    def errors(self) -> ErrorRate:
        """All recordings together; each recording is one unit of the interval."""
        return join(result.errors for result in self.pairs)

    @property
    def failed(self) -> int:
        """Recordings that could not be heard."""
        return sum(bool(result.failed) for result in self.pairs)

    @property
    def is_enough(self) -> bool:
        """Whether there is enough to set a line's rate from."""
        return self.errors.pooled.characters >= ENOUGH_CHARACTERS

    def by_condition(self) -> Mapping[str, ErrorRate]:
        """Error rates per condition, where the list names any."""
        names = dict.fromkeys(result.pair.condition for result in self.pairs)
        return {
            name: join(r.errors for r in self.pairs if r.pair.condition == name) for name in names if name
        }


def evaluate_pairs(pairs: Iterable[Pair], write: Write, heard_with: Mapping[str, str]) -> PairsResult:
    """Recognises every recording. One that cannot be taken stands in the result; wrong use is raised."""
    return PairsResult(tuple(_evaluate(pair, write) for pair in pairs), heard_with)


def _evaluate(pair: Pair, write: Write) -> PairResult:
    try:
        heard = write(pair.recording)
    except UsageError:
        raise
    except QaError as error:
        return PairResult(pair, failed=error.code)
    return PairResult(pair, error_rate([pair.text], heard))


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """Reads a list of recordings: TSV with a header, or one JSON object per line; paths relative to it.

    Raises:
        UsageError: `list_too_large`; `pairs_unreadable`, naming the line.
    """
    rows = _json_rows(path) if path.suffix in (".jsonl", ".json") else _tab_rows(path)
    pairs = tuple(_pair(row, f"{path.name}: line {line}", path.parent) for line, row in rows)
    if not pairs:
        raise _wrong(path.name, "it holds no recordings")
    return pairs


def _tab_rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    rows = csv.DictReader(_lines(path), delimiter="\t", quoting=csv.QUOTE_NONE)
    for line, row in enumerate(rows, start=2):
        yield line, dict(row)


def _json_rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    for line, text in enumerate(_lines(path), start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except json.JSONDecodeError as error:
            raise _wrong(f"{path.name}: line {line}", f"is not JSON ({error.msg})") from error
        if not isinstance(row, dict):
            raise _wrong(f"{path.name}: line {line}", "is not a JSON object")
        yield line, row


def _lines(path: Path) -> list[str]:
    """As a file that is opened for reading gives them."""
    return io.StringIO(read_written(path), newline=None).readlines()


def _pair(row: Mapping[str, object], where: str, folder: Path) -> Pair:
    audio, text = _first(row, _AUDIO), _first(row, _TEXT)
    if not audio or text is None:
        raise _wrong(where, f"it needs a recording ({'/'.join(_AUDIO)}) and its text ({'/'.join(_TEXT)})")
    if not text.strip():
        raise _wrong(
            where,
            "its text is empty: whatever is heard would count as an error; write the text or leave it out",
        )
    return Pair(folder / audio, text, _first(row, ("condition",)) or "")


def _first(row: Mapping[str, object], names: Iterable[str]) -> str | None:
    return next((str(row[name]) for name in names if row.get(name) is not None), None)


def _wrong(where: str, problem: str) -> UsageError:
    return UsageError(
        "pairs_unreadable", where=where, problem=problem, fix="The format is in docs/evaluation.md"
    )
