"""Many calls into one file, by the name of its form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from qa_service.exports.alibaba_sca import write_sca
from qa_service.exports.assessed import Assessed
from qa_service.exports.call_table import CALLS
from qa_service.exports.csv_table import write_csv
from qa_service.exports.files import whole_file
from qa_service.exports.finding_table import FINDINGS
from qa_service.exports.parquet import write_parquet
from qa_service.exports.report_folder import write_report_folder
from qa_service.exports.table import Form
from qa_service.exports.xlsx import write_xlsx
from qa_service.i18n.catalogue import Catalogue

_Writer = Callable[[Iterable[Assessed], Path, Form], None]


def write_many(assessed: Iterable[Assessed], form: str, file: Path, texts: Catalogue) -> None:
    """Writes the file; `form` is one of the names in docs/exports.md."""
    _WRITERS[form](assessed, file, Form(texts))


def _documents(assessed: Iterable[Assessed], file: Path, _: Form) -> None:
    with whole_file(file) as part, part.open("w", encoding="utf-8") as opened:
        for _call, document in assessed:
            if document is not None:
                opened.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")


_WRITERS: Mapping[str, _Writer] = {
    "calls.csv": lambda assessed, file, form: write_csv(assessed, file, CALLS, form),
    "findings.csv": lambda assessed, file, form: write_csv(assessed, file, FINDINGS, form),
    "calls.xlsx": write_xlsx,
    "calls.parquet": lambda assessed, file, form: write_parquet(assessed, file, CALLS, form),
    "findings.parquet": lambda assessed, file, form: write_parquet(assessed, file, FINDINGS, form),
    "sca.json": lambda assessed, file, _: write_sca(assessed, file),
    "assessments.jsonl": _documents,
    "reports.zip": lambda assessed, file, form: write_report_folder(assessed, file, form.texts),
}
