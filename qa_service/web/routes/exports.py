"""Many calls in a file: tables for people and programs, and another system's shape."""

from __future__ import annotations

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from qa_service.core.lists import Export
from qa_service.core.people import Right
from qa_service.ports.serving import Leaving
from qa_service.web.answers import SIGNED_IN, answers
from qa_service.web.deps import AskedBy, Here, wants
from qa_service.web.filters import Wanted

router = APIRouter(prefix="/exports", tags=["exports"], responses=answers(*SIGNED_IN))
_MOST = 100_000
#: Where a form takes fewer: a report of each call is a minute's work for a thousand (exports/report_folder.py).
_MOST_OF = {"reports.zip": 1_000}


class Form(StrEnum):
    """What the file is (docs/exports.md)."""

    CALLS_CSV = "calls.csv"
    FINDINGS_CSV = "findings.csv"
    XLSX = "calls.xlsx"
    CALLS_PARQUET = "calls.parquet"
    FINDINGS_PARQUET = "findings.parquet"
    SCA = "sca.json"
    JSON = "assessments.jsonl"
    REPORTS = "reports.zip"


_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "zip": "application/zip",
}


#: Who reads the file later does not see these; the name of a file that was cut says it too.
_TOLD = {
    "Calls-Exported": {"description": "几通。How many calls.", "schema": {"type": "integer"}},
    "Export-Cut": {
        "description": "还有更多的通话，没有导出：true。There are more calls than these.",
        "schema": {"type": "boolean"},
    },
}


@router.get(
    "/{form}",
    summary="导出 Export",
    dependencies=[wants(Right.EXPORT)],
    response_class=FileResponse,
    responses={
        200: {
            "content": {kind: {} for kind in _TYPES.values()},
            "description": "文件。The file.",
            "headers": _TOLD,
        },
        **answers(422),
    },
)
def export(
    here: Here,
    by: AskedBy,
    form: Form,
    wanted: Wanted,
    most: Annotated[
        int, Query(ge=1, le=_MOST, description="最多几通；reports.zip 至多 1000。At most so many.")
    ] = 10_000,
) -> FileResponse:
    """The calls of a filter, newest first, with personal data masked; headers say how many, and whether it was cut."""
    folder = tempfile.TemporaryDirectory(dir=here.scratch)
    try:
        file = Path(folder.name) / form.value
        fitting = min(most, _MOST_OF.get(form.value, most))
        leaving = here.archive.assessed(by, Export(form.value, wanted, fitting))
        here.export(leaving.assessed, form.value, file)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        file,
        media_type=_TYPES[form.value.rpartition(".")[2]],
        filename=_name(form, leaving),
        headers={"Cache-Control": "no-store", **_told(leaving)},
        background=BackgroundTask(folder.cleanup),
    )


def _told(leaving: Leaving) -> dict[str, str]:
    return {"Calls-Exported": str(leaving.count), "Export-Cut": "true" if leaving.is_cut else "false"}


def _name(form: Form, leaving: Leaving) -> str:
    """`calls.csv`; of a file that was cut `calls-newest-10000.csv`."""
    name, _, ending = form.value.rpartition(".")
    return f"{name}-newest-{leaving.count}.{ending}" if leaving.is_cut else form.value
