"""The cells of a table of standard answers: columns by their headers, and what a cell holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qa_service.core.standard_answers import Point
from qa_service.rulebook.later import object_to
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.places import Place
from qa_service.text.normalize import fold, is_heard
from qa_service.text.resemblance import features
from qa_service.text.same_number import named
from qa_service.text.table import plain_word

#: Our column → the words that may stand over it, the usual one first.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("编号", "序号", "题号", "ID"),
    "question": ("标准问题", "标准问", "问题", "question"),
    "similar": ("相似问法", "相似问题", "相似问", "扩展问", "其他问法", "similar"),
    "about": ("必须提到", "问题关键词", "关键词", "about"),
    "must": ("必须说到", "必须说", "必说", "必答要点", "要点", "must"),
    "must_not": ("不得说", "不能说", "禁止说", "禁说", "must not"),
    "answer": ("标准答案", "标准话术", "参考答案", "答案", "answer"),
    "since": ("生效日期", "开始日期", "from"),
    "until": ("失效日期", "截止日期", "结束日期", "有效期至", "to"),
    "note": ("说明", "备注", "note"),
}
NEEDED = ("id", "question")
#: Of these there may be several, 相似问法1 and 相似问法2.
SEVERAL = frozenset({"similar", "about", "must", "must_not"})
#: The most of each: what is more is several rows, or no wording but a text.
MOST_QUESTIONS, MOST_POINTS, MOST_WAYS, LONGEST, LONGEST_NOTE = 50, 20, 20, 200, 1_000
_LEAST_GRAMS, _LEAST_CHARS = 5, 2
_ENTRIES = re.compile(r"[\r\n;；]+")
_WAYS = re.compile(r"[|｜]")
#: 1. 2、 (3) ④ before a point.
_COUNTED = re.compile(r"^\s*(?:[0-9]{1,2}(?:[、)）]|\.(?![0-9]))|[(（][0-9]{1,2}[)）]|[①-⑳])\s*")
_DAY = re.compile(
    r"([0-9]{4})(?:[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))(?: 00:00:00)?"
)


#: 民國114年7月1日, 114/7/1: years of the Republic (of China; the first was 1912). Unnamed, only those of three figures.
_MINGUO = re.compile(
    r"(?:民[国國]([0-9]{1,3})|(1[0-9]{2}))(?:[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?)(?: 00:00:00)?"
)
_BEFORE_REPUBLIC = 1_911


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands under one header, or several of them, in one row."""

    place: Place
    text: str = ""


def columns_of(heads: Sequence[str], place: Place) -> dict[int, str]:
    """Which column of the file is which of ours; others are nobody's.

    Raises:
        RulebookError: one that must be there is not, or stands twice.
    """
    words = {_plain(word): name for name, said in COLUMNS.items() for word in said}
    found: dict[int, str] = {}
    with Mistakes() as mistakes:
        for at, head in enumerate(heads):
            name = words.get(_plain(head)) or words.get(_plain(head.rstrip("0123456789０１２３４５６７８９")))
            if name is None:
                continue
            if name in found.values() and name not in SEVERAL:
                here = place.at(cell_name(1, at, head))
                mistakes.note(
                    here.error("answers_column_twice", "stands twice", "Keep one of them", word=head)
                )
            found[at] = name
        for name in NEEDED:
            if name not in found.values():
                wanted = COLUMNS[name][0]
                problem, fix = f"has no column {wanted}", "Write it into the first line"
                mistakes.note(place.error("answers_column_missing", problem, fix, word=wanted))
        if not {"must", "must_not"} & {*found.values()}:
            problem, fix = "has neither a column 必须说到 nor 不得说", "Write one of them into the first line"
            mistakes.note(place.error("answers_column_points", problem, fix))
    return found


def _plain(head: str) -> str:
    return fold(plain_word(head)).text


def cell_name(row: int, column: int, head: str) -> str:
    """A cell as spreadsheets name it, with its header: D5「必须说到」.

    >>> cell_name(5, 27, "说明")
    'AB5「说明」'
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}「{head.strip()}」" if head.strip() else f"{letters}{row}"


def entries(cell: Cell, most: int) -> tuple[str, ...]:
    """What stands in a cell one below the other, or between semicolons."""
    said = tuple(
        dict.fromkeys(one for part in _ENTRIES.split(cell.text) if (one := _COUNTED.sub("", part).strip()))
    )
    if len(said) > most:
        problem, fix = f"has more than {most} entries", "Split it into several rows"
        object_to(cell.place.error("answers_many", problem, fix, most=most))
    return said


def sentences(cell: Cell) -> tuple[str, ...]:
    """Questions: each has to be one that something can be like."""
    said = tuple(
        one.strip() for part in entries(cell, MOST_QUESTIONS) for one in _WAYS.split(part) if one.strip()
    )
    with Mistakes() as mistakes:
        for one in said:
            with mistakes.noted():
                _check_length(one, cell.place)
                if len(features(fold(one).text).grams) < _LEAST_GRAMS:
                    problem, fix = f"{one!r} is too short to be like anything", "Write the whole question"
                    object_to(cell.place.error("answers_short", problem, fix, word=one))
    return said


def words(cell: Cell) -> tuple[str, ...]:
    """Words of which one must be in the question."""
    said = tuple(one for part in entries(cell, MOST_WAYS) for one in _ways(part, cell.place))
    return tuple(dict.fromkeys(said))


def points(cell: Cell) -> tuple[Point, ...]:
    """Points, each with the ways to say it."""
    found: list[Point] = []
    with Mistakes() as mistakes:
        for part in entries(cell, MOST_POINTS):
            with mistakes.noted():
                found.append(Point(_ways(part, cell.place)))
    return tuple(found)


def _ways(part: str, place: Place) -> tuple[str, ...]:
    said = tuple(dict.fromkeys(one.strip() for one in _WAYS.split(part) if one.strip()))
    if not said:
        raise place.error("answers_nothing", "says nothing between two |", "Write it, or drop one |")
    if len(said) > MOST_WAYS:
        problem, fix = f"has more than {MOST_WAYS} ways to say one point", "Keep the usual ones"
        object_to(place.error("answers_ways", problem, fix, most=MOST_WAYS))
    for one in said:
        _check_length(one, place)
        folded = fold(one)
        if len(folded.text) < _LEAST_CHARS and not named(folded):
            problem, fix = f"{one!r} is everywhere", "Write at least two characters"
            object_to(place.error("answers_word_short", problem, fix, word=one))
    return said


def _check_length(said: str, place: Place) -> None:
    if not is_heard(said):
        problem = f"nobody can hear {said!r}"
        raise place.error("answers_unheard", problem, "Write what is said", word=said)
    if len(said) > LONGEST:
        problem, fix = f"is longer than {LONGEST} characters", "Write what is said, one below the other"
        object_to(place.error("answers_long", problem, fix, most=LONGEST))


def text(cell: Cell) -> str:
    """A text for people."""
    if len(cell.text) > LONGEST_NOTE:
        problem = f"is longer than {LONGEST_NOTE} characters"
        object_to(cell.place.error("answers_long", problem, "Shorten it", most=LONGEST_NOTE))
    return cell.text.strip()


def day(cell: Cell) -> date | None:
    """A day of the calendar, however a spreadsheet writes it; nothing for an empty cell.

    >>> day(Cell(Place("t.csv"), "2026年3月1日")), day(Cell(Place("t.csv"), ""))
    (datetime.date(2026, 3, 1), None)
    >>> day(Cell(Place("t.csv"), "民國114年7月1日")), day(Cell(Place("t.csv"), "114/7/1"))
    (datetime.date(2025, 7, 1), datetime.date(2025, 7, 1))
    """
    said = unicodedata.normalize("NFKC", cell.text).strip()
    if not said:
        return None
    match = _DAY.fullmatch(said) or _MINGUO.fullmatch(said.replace(" ", ""))
    try:
        year, *rest = (int(part) for part in match.groups() if part) if match else (0,)
        return date(year + (_BEFORE_REPUBLIC if match and match.re is _MINGUO else 0), *rest)
    except (TypeError, ValueError) as error:
        problem, fix = f"{said!r} is no day", "Write it as 2026-01-31, or format the cell as a date"
        raise cell.place.error("answers_day", problem, fix, word=said) from error
