"""A table as Parquet, for whoever counts with it: keys for names, codes, typed columns, null for unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from qa_service.exports.assessed import Assessed
from qa_service.exports.files import whole_file
from qa_service.exports.table import Cell, Form, Kind, Table, rows_of, shown

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


def write_partition(assessed: Iterable[Assessed], files: Mapping[Table, Path], form: Form) -> int:
    """Several tables of the same calls, read once; answers how many calls. Each file is whole or as it was.

    Where there is no call there is no file: what was there before is removed.

    Raises:
        OSError: from the operating system.
    """
    left, counted, by_key = iter(assessed), 0, replace(form, keys=True)
    if (first := next(left, None)) is None:
        for file in files.values():
            file.unlink(missing_ok=True)
        return 0
    with ExitStack() as stack:
        open_ = {table: stack.enter_context(_growing(table, file, form)) for table, file in files.items()}
        for call, document in chain((first,), left):
            counted += 1
            for table, add in open_.items():
                add(shown(table, call, document, by_key))
    return counted


@contextmanager
def _growing(table: Table, file: Path, form: Form) -> Iterator[Callable[[Iterable[Sequence[Cell]]], None]]:
    """A file to which rows are added; what waits for its row group is written at the end."""
    schema, waiting = _schema(table, form), list[Sequence[Cell]]()
    with whole_file(file) as beside, pq.ParquetWriter(beside, schema, compression="zstd") as writer:

        def add(rows: Iterable[Sequence[Cell]]) -> None:
            waiting.extend(rows)
            if len(waiting) >= BATCH_ROWS:
                writer.write_table(_columns(waiting, schema))
                waiting.clear()

        yield add
        if waiting:
            writer.write_table(_columns(waiting, schema))


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
