"""What stands over the columns of a table: each meaning once, and who writes a name beside a number is understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from qa_service.text.table import plain_word


class TwoOfOneError(Exception):
    """Two headers mean one column, and nobody can tell which of them counts."""

    def __init__(self, column: str, one: str, other: str) -> None:
        super().__init__(column)
        self.column, self.one, self.other = column, one.strip()[:100], other.strip()[:100]


def columns_of(
    headers: Sequence[str], mean: Callable[[str], str | None], beside: Mapping[str, str | None]
) -> list[str | None]:
    """The column that each header means; None where nobody reads it.

    `beside`: headers, as `plain_word` has them, that mean something else where a plainer header stands beside them:
    one exports 工号 and 坐席 together, the number and the name. They then mean what is given here, where nothing else
    means that, or nothing.

    >>> known = {"工号": "agent_id", "坐席": "agent_id", "姓名": "shown_as"}
    >>> columns_of(["坐席"], known.get, {"坐席": "shown_as"})
    ['agent_id']
    >>> columns_of(["坐席", "工号"], known.get, {"坐席": "shown_as"})
    ['shown_as', 'agent_id']
    >>> columns_of(["坐席", "工号", "姓名"], known.get, {"坐席": "shown_as"})
    [None, 'agent_id', 'shown_as']

    Raises:
        TwoOfOneError: two of them mean one column.
    """
    columns = [mean(header) for header in headers]
    plainer = {
        column
        for header, column in zip(headers, columns, strict=True)
        if column and plain_word(header) not in beside
    }
    for at, header in enumerate(headers):
        word = plain_word(header)
        if word in beside and columns[at] in plainer:
            columns[at] = None if beside[word] in columns else beside[word]
    _check_once(headers, columns)
    return columns


def _check_once(headers: Sequence[str], columns: Sequence[str | None]) -> None:
    first: dict[str, str] = {}
    for header, column in zip(headers, columns, strict=True):
        if column and column in first:
            raise TwoOfOneError(column, first[column], header)
        if column:
            first[column] = header
