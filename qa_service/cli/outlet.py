"""Where results of `analyze` go: the terminal, files, HTML reports. One failed input stops no other."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from qa_service import bootstrap
from qa_service.cli.complaints import complain
from qa_service.cli.inputs import Input, printable
from qa_service.cli.writing import writing
from qa_service.core.errors import QaError
from qa_service.exports import wire
from qa_service.exports.closing import Closed, print_closing
from qa_service.exports.document import assessment_model, failure_document, to_json, wire_assessment
from qa_service.exports.files import whole_file
from qa_service.exports.report import write_report
from qa_service.exports.terminal import print_assessment, print_document
from qa_service.usecases.analyze import Analyzed

#: Width of text reports in files, where no terminal says how wide it is.
_FILE_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """One input and what came of it: an analysis or the reason why there is none."""

    given: Input
    result: Analyzed | QaError


@dataclass(frozen=True, slots=True)
class Outlet:
    """Writes each outcome as soon as it is known; JSON of several inputs on stdout is one array at the end."""

    form: str
    out: Path | None
    reports: Path | None
    many: bool
    #: What is read is never written over, although a transcript and its result may both be `call.json`.
    inputs: Sequence[Path] = ()
    #: What several inputs came to, for the table at the end.
    closed: list[Closed] = field(default_factory=list)

    def write(self, outcome: Outcome) -> dict[str, Any] | None:
        """Writes one outcome; the document of it where it has to wait for the others."""
        if isinstance(outcome.result, QaError):
            self._complain(outcome.given, outcome.result)
        elif self.reports is not None:
            _write_html(outcome.result, self.reports / f"{_file_stem(outcome.given)}.html", outcome.given)
        if self.form == "json":
            return self._json(outcome)
        document = None
        if not isinstance(outcome.result, QaError):
            document = assessment_model(outcome.result, bootstrap.texts(), source=outcome.given.name)
            self._show(outcome.given, outcome.result, document)
        if self.many:
            self.closed.append(
                Closed(outcome.given.name, document, self._report(outcome) if document else "")
            )
        return None

    def finish(self, documents: list[dict[str, Any]]) -> None:
        """The JSON that waited, and where the reports are."""
        if documents:
            sys.stdout.write(to_json(documents if self.many else documents[0]) + "\n")
            sys.stdout.flush()
        if self.closed:
            print_closing(self.closed, bootstrap.texts(), Console())
        for folder in (self.reports, self.out if self.form == "html" else None):
            if folder is not None:
                said = bootstrap.texts().say("cli.reports_at", path=str(folder.resolve()))
                Console(stderr=True, soft_wrap=True).print(said, markup=False, highlight=False)

    def _complain(self, given: Input, error: QaError) -> None:
        if self.form == "json" and self.out is None:
            return  # it stands in the document, in its place
        complain(error, bootstrap.texts(), about=given.name)

    def _json(self, outcome: Outcome) -> dict[str, Any] | None:
        texts, given = bootstrap.texts(), outcome.given
        if isinstance(outcome.result, QaError):
            document = failure_document(outcome.result, printable(str(given.paths[0])), texts)
        else:
            document = wire_assessment(outcome.result, texts, source=given.name)
        if self.out is None:
            return document
        file = self._file(given, ".json", self.out)
        with writing(file), whole_file(file) as part:
            part.write_text(to_json(document) + "\n", "utf-8")
        return None

    def _report(self, outcome: Outcome) -> str:
        """The name of its HTML report in the folder of reports; empty where none is written."""
        has_one = self.reports is not None or (self.form == "html" and self.out is not None)
        return f"{_file_stem(outcome.given)}.html" if has_one else ""

    def _show(self, given: Input, analyzed: Analyzed, document: wire.WireAssessment) -> None:
        if self.form == "html" and self.out is not None:
            _write_html(analyzed, self._file(given, ".html", self.out), given)
        elif self.out is None:
            print_document(document, bootstrap.texts(), Console(), with_notes=not self.many)
        else:
            file = self._file(given, ".txt", self.out)
            with writing(file), whole_file(file) as part:
                _write_text(analyzed, part, given)

    def _file(self, given: Input, suffix: str, out: Path) -> Path:
        """The file of one result: `--out` itself, or a file in it where it is a folder or there are several."""
        file = out / f"{_file_stem(given)}{suffix}" if self.many or out.is_dir() else out
        with writing(file):
            if any(file.exists() and path.exists() and file.samefile(path) for path in self.inputs):
                raise OSError(errno.EEXIST, "it is one of the inputs")
            file.parent.mkdir(parents=True, exist_ok=True)
        return file


def _write_text(analyzed: Analyzed, file: Path, given: Input) -> None:
    with file.open("w", encoding="utf-8", errors="replace") as opened:
        console = Console(file=opened, width=_FILE_WIDTH)
        print_assessment(analyzed, bootstrap.texts(), console, source=given.name)


def _write_html(analyzed: Analyzed, file: Path, given: Input) -> None:
    clip = bootstrap.clip(analyzed.recording)
    with writing(file):
        write_report(analyzed, bootstrap.texts(), file, source=given.name, clip=clip)


def _file_stem(given: Input) -> str:
    """The input's own name for its results; a folder or a drive has none."""
    return given.stem or "result"
