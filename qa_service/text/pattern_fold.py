"""A regular expression as folded text needs it: its own words are folded as what people say is folded.

What stands in a row (`簡訊驗證碼`, `一二三一五`, `加 我 微信`) is folded as one text. A character by itself, in a
class, or before `?`, `*` or `{2}` is folded alone: what it belongs to is not known before it is said.
"""

from __future__ import annotations

import re

from qa_service.text.characters import DROP, MARKS, TABLE
from qa_service.text.normalize import fold

_PART = re.compile(
    r"(?P<escape>\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|[0-9a-fA-F]{2})|[0-7]{1,3}|.))"
    r"|(?P<several>\[\^?\]?(?:\\.|\[:[^\]]*:\]|[^\]\\])*\])"
    r"|(?P<opening>\(\?(?:P?<[^>]*>|[a-zA-Z-]*[:)]))"
    r"|(?P<times>[*+?]\??|\{[0-9]+(?:,[0-9]*)?\}\??)"
    r"|(?P<special>[()|^$.])"
    r"|(?P<literal>.)",
    re.DOTALL,
)
#: Never touched in a class: what a range begins and ends with.
_RANGE = re.compile(r"[^\x00-\x7f]-[^\x00-\x7f]")


def fold_pattern(pattern: str) -> str:
    """The pattern with its own words folded; Chinese punctuation and spaces in it match nothing, as none is left.

    >>> fold_pattern("保證[^，。]{0,3}收益"), fold_pattern("簡訊(?:驗證碼|密碼)"), fold_pattern("打 一二三一五")
    ('保证.{0,3}收益', '短信(?:验证码|密码)', '打12315')
    """
    folded: list[str] = []
    row = ""
    parts = list(_PART.finditer(pattern))
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        if part["literal"]:
            if after is None or not after["times"]:
                row += part[0]
                continue
            folded += (_row(row), _alone(part[0]))
        else:
            folded += (_row(row), _class(part[0]) if part["several"] else part[0])
        row = ""
    return "".join((*folded, _row(row)))


def _row(literals: str) -> str:
    """What stands in a row, folded as one text. Marks of ASCII at its ends stay: what they touch is not known."""
    if not literals:
        return ""
    first, last = 0, len(literals)
    while first < last and _stays(literals[first]):
        first += 1
    while last > first and _stays(literals[last - 1]):
        last -= 1
    inner = literals[first:last]
    said = fold(inner).text if inner else ""
    plain = literals[:first] + said.replace(".", r"\.") + literals[last:]
    return plain or "(?:)"


def _stays(char: str) -> bool:
    return char.isascii() and not char.isspace() and _folded(char) == DROP


def _alone(char: str) -> str:
    """One character that may be there several times or not at all."""
    return "(?:)" if char.isspace() or (not char.isascii() and _folded(char) == DROP) else _letter(char)


def _class(written: str) -> str:
    """One of several characters, each folded alone; punctuation is none of them."""
    negated = written.startswith("[^")
    held = written[2 if negated else 1 : -1]
    kept = {at for match in _RANGE.finditer(held) for at in range(*match.span())}
    plain = "".join(char if at in kept or char.isascii() else _letter(char) for at, char in enumerate(held))
    plain = plain.replace(DROP, "")
    if not plain:
        return "." if negated else "(?:)"
    return f"[{'^' if negated else ''}{plain}]"


def _letter(char: str) -> str:
    return char if char.isascii() else _folded(char)


def _folded(char: str) -> str:
    """One character as the folded text has it; all punctuation is the same nothing."""
    plain = char.translate(TABLE)
    return DROP if plain in MARKS else plain
