"""Why a file is no YAML: the parser's words and what stands there → the slip of the pen and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import yaml

from qa_service.core.errors import RulebookError
from qa_service.rulebook.once import SlipError
from qa_service.rulebook.places import Place

#: Where Excel and Word begin.
_ZIP = b"PK\x03\x04"
_KEY = r"^\s*(?:-\s+|[－—]\s*)?[A-Za-z_][A-Za-z0-9_./-]*"
_WIDE_COLON = re.compile(rf"{_KEY}(?=：)")
_NO_SPACE = re.compile(rf"{_KEY}(?=:[^\s/])")
_WIDE_DASH = re.compile(r"^\s*(?=[－—]\s*[A-Za-z_])")
_WIDE_SPACE = re.compile(r"^ *(?=[\u3000\u00a0])")
_TAB = re.compile(r"^ *(?=\t)")
#: What shows a slip in a line that the parser cannot read, or in the one before; and its code.
_SHAPES = (
    (_TAB, "yaml_tab"),
    (_WIDE_SPACE, "yaml_wide_space"),
    (_WIDE_DASH, "yaml_wide_dash"),
    (_WIDE_COLON, "yaml_wide_colon"),
    (_NO_SPACE, "yaml_no_space"),
)
#: What the parser says → code.
_SAID = (
    ("cannot start any token", "yaml_quote"),
    ("expected alphabetic or numeric character", "yaml_quote"),
    ("expected URI", "yaml_quote"),
    ("found undefined alias", "yaml_alias"),
    ("found unexpected end of stream", "yaml_open_quote"),
    ("found unknown escape character", "yaml_escape"),
    ("expected ',' or", "yaml_bracket"),
    ("expected the node content", "yaml_content"),
    ("but found another document", "yaml_two"),
    ("mapping values are not allowed here", "yaml_colons"),
    ("expected <block end>", "yaml_indent"),
    ("could not find expected ':'", "yaml_key"),
    ("found unhashable key", "yaml_key_kind"),
    ("found unconstructable recursive node", "tangled"),
)
#: Codes of which the reason is more likely a slip that shows.
_VAGUE = frozenset({"yaml_colons", "yaml_indent", "yaml_key", "yaml_quote", "not_yaml"})
#: Code → problem and fix.
TELLS = {
    "yaml_tab": ("begins with a tab", "Indent with spaces"),
    "yaml_wide_space": ("begins with a full-width or no-break space", "Indent with ordinary spaces"),
    "yaml_wide_dash": ("begins with a full-width dash", "Write - and a space"),
    "yaml_wide_colon": ("has a full-width colon ：", "Write : and a space"),
    "yaml_no_space": ("has no space after the colon", "Write key: value"),
    "yaml_quote": ("a text cannot begin with {word} unless it is quoted", "Put the text in quotes"),
    "yaml_alias": (
        "{word} refers to nothing",
        "Put a text that begins with * in quotes, or write the value out",
    ),
    "yaml_open_quote": ("a quotation mark is opened and never closed", "Close it"),
    "yaml_escape": (
        "{word} means nothing between double quotes",
        "Use single quotes for regular expressions",
    ),
    "yaml_bracket": ("a bracket is not closed; it was opened in line {row}, column {column}", "Close it"),
    "yaml_content": ("something is missing here", "Write it, or close the bracket"),
    "yaml_two": ("a second rulebook begins", "Keep one to a file, without ---"),
    "yaml_colons": (
        "has a second colon, or stands deeper than the line above",
        "Put a text with a colon in quotes",
    ),
    "yaml_key": ("is no key with its value", "Write key: value, or put a text over several lines in quotes"),
    "yaml_key_kind": ("has a list or a mapping for a key", "Write a word before the colon"),
    "yaml_indent": ("does not stand below the lines that it belongs to", "Begin it where they begin"),
    "tangled": ("holds itself through its alias", "Write the values out"),
    "key_twice": ("{word!r} stands twice", "Keep one of them"),
    "yaml_tag": ("has the tag {word}", "Leave it out, or put a text that begins with ! in quotes"),
    "yaml_deep": ("is nested more than {word} deep", "Write it flatter, or in several rules"),
    "yaml_character": ("holds the invisible character {word}", "Delete it"),
    "not_yaml": ("{why}", "Mend the YAML there"),
}
_KINDS = {
    "twice": "key_twice",
    "tag": "yaml_tag",
    "deep": "yaml_deep",
    "character": "yaml_character",
}


class _Spot(NamedTuple):
    """A line and a column, from nought."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line + 1}, column {self.column + 1}"


def slip(error: yaml.MarkedYAMLError, text: str, place: Place) -> RulebookError:
    """The error about a file that the parser refused."""
    spot = _spot(error.problem_mark)
    why = str(error.problem or "is not YAML")
    if isinstance(error, SlipError):
        return _error(place, _KINDS[error.kind], spot, word=error.word)
    lines = text.split("\n")
    code = next((code for said, code in _SAID if said in why), "not_yaml")
    if code in _VAGUE:
        for shape, found in _shapes(lines, spot):
            return _error(place, shape, found)
    opened = _spot(error.context_mark) if error.context_mark else spot
    at = opened if code in {"yaml_open_quote", "yaml_key"} else spot
    word, row, column = _word(lines, code, spot), opened.line + 1, opened.column + 1
    return _error(place, code, at, word=word, row=row, column=column, why=why)


def unreadable(error: yaml.reader.ReaderError, text: str, place: Place) -> RulebookError:
    """The error about a character that YAML does not know."""
    before = text[: error.position]
    spot = _Spot(before.count("\n"), len(before) - before.rfind("\n") - 1)
    return _error(place, "yaml_character", spot, word=f"U+{ord(text[error.position]):04X}")


def not_utf8(error: UnicodeDecodeError, place: Place) -> RulebookError:
    """The error about a file in another encoding, or one that holds no text at all."""
    if error.object.startswith(_ZIP):
        problem = "is a workbook or an archive, not a text"
        return place.error("not_text_file", problem, "Save it as text, in UTF-8")
    before = error.object[: error.start]
    spot = _Spot(before.count(b"\n"), error.start - before.rfind(b"\n") - 1)
    problem = f"is not UTF-8 from {spot} on; GBK, Big5 or UTF-16, it seems"
    return place.at(str(spot)).error("not_utf8", problem, "Save it as UTF-8")


def no_mapping(text: str, place: Place) -> RulebookError | None:
    """The error about a text that reads as one long word, if the reason shows in its first line."""
    lines = [line for line in text.split("\n") if line.strip()][:1]
    for code, spot in _shapes(lines, _Spot(0, 0)):
        return _error(place, code, spot)
    return None


def _shapes(lines: list[str], spot: _Spot) -> Iterator[tuple[str, _Spot]]:
    """Slips that show in the line itself, then in the last one before it that is not empty."""
    for at in range(min(spot.line, len(lines) - 1), max(-1, spot.line - 4), -1):
        for shape, code in _SHAPES:
            if match := shape.match(lines[at]):
                yield code, _Spot(at, match.end())


def _word(lines: list[str], code: str, spot: _Spot) -> str:
    """What stands at the place, for the errors that name it."""
    line = lines[spot.line] if spot.line < len(lines) else ""
    if code == "yaml_alias":
        return re.split(r"[\s,\]}]", line[spot.column :])[0]
    if code == "yaml_escape":
        return line[max(0, spot.column - 1) : spot.column + 1]
    # A mark of its own (*, &, !) is read before what follows it is refused.
    before = line[spot.column - 1 : spot.column]
    return before if before in {"*", "&", "!"} else line[spot.column : spot.column + 1]


def _spot(mark: yaml.Mark | None) -> _Spot:
    return _Spot(mark.line, mark.column) if mark else _Spot(0, 0)


def _error(place: Place, code: str, spot: _Spot, **values: object) -> RulebookError:
    problem, fix = TELLS[code]
    return place.at(str(spot)).error(code, problem.format_map(values), fix, **values)
