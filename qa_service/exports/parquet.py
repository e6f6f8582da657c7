"""A table as Parquet, for whoever counts with it: keys for names, codes, typed columns, null for unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from qa_service.exports.assessed import Assessed
from qa_service.exports.files import whole_file
from qa_service.exports.table import Cell, Form, Kind, Table, rows_of

#: One row group, and all that is held in memory at a time.
BATCH_ROWS = 8_192
_TYPES = {Kind.TEXT: pa.string(), Kind.WHOLE: pa.int64(), Kind.NUMBER: pa.float64(), Kind.FLAG: pa.bool_()}


def write_parquet(assessed: Iterable[Assessed], file: Path, table: Table, form: Form) -> None:
    """The file, whole or not at all. The headers of people stand as `title` in each column's metadata.

    Raises:
        OSError: from the operating system.
    """
    schema = _schema(table, form)
    rows = rows_of(table, assessed, replace(form, keys=True))
    with whole_file(file) as beside, pq.ParquetWriter(beside, schema, compression="zstd") as writer:
        while batch := list(islice(rows, BATCH_ROWS)):
            writer.write_table(_columns(batch, schema))


def _schema(table: Table, form: Form) -> pa.Schema:
    titles = replace(form, keys=False).headers(table)
    return pa.schema(
        [
            pa.field(column.key, _TYPES[column.kind], metadata={"title": title})
            for column, title in zip(table.columns, titles, strict=True)
        ]
    )


def _columns(batch: Sequence[Sequence[Cell]], schema: pa.Schema) -> pa.Table:
    columns = zip(*batch, strict=True)
    arrays = [pa.array(cells, field.type) for cells, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
