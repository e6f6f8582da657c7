"""A mobile number counted out as three amounts: 一百三十九 一千二百三十四 五千六百七十八."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_service.privacy.call import Call
from qa_service.privacy.cues import Cue
from qa_service.privacy.kinds import COVER, PersonalKind
from qa_service.privacy.runs import Found
from qa_service.privacy.sounds import Part
from qa_service.text.characters import COMMA, DROP, MARKS, SOFT

_FOUR = "[1-9]千(?:[1-9]百|0)?(?:[1-9]十|0)?[0-9]?"
# Read together, or with a breath between; behind a comma they are rather three amounts.
_MOBILE = re.compile(
    f"(?<![0-9十百千万亿第{COVER}])(?P<a>1百[3-9]十?[0-9]?)(?P<one>[{DROP}{COMMA}{SOFT}]{{0,2}})"
    f"(?P<b>{_FOUR})(?P<two>[{DROP}{COMMA}{SOFT}]{{0,2}})(?P<c>{_FOUR})"
    f"(?![{MARKS}]?(?:[{COVER}0-9十百千万亿块元角分个位名人次条件台户家分年月天日号多余米斤]|左右|公里|小时|积分))"
)
# 138 0013 八千: the last four are one round amount.
_ROUND = re.compile(
    f"(?<![0-9十百千万亿第{COVER}])(?P<a>1(?:[3-9][0-9]|百[3-9]十?[0-9]?))[{DROP}{COMMA}{SOFT}]{{0,2}}"
    f"(?P<b>(?:[0-9][{DROP}]?){{4}}|0{{1,2}}[1-9]?十[0-9]?)[{DROP}{COMMA}{SOFT}]{{0,2}}(?P<c>[1-9]千)"
    f"(?![{MARKS}]?(?:[{COVER}0-9十百千万亿块元角分个位名人次条件台户家年月天日号多余米斤]|左右|公里|小时|积分))"
)
_PHONE = frozenset({Cue.PHONE, Cue.PHONE_NEAR})
#: Money, orders: whatever is counted near such a word is no telephone.
_REACH = 12
_ALONE, _NAMED = 0.7, 0.85


def counted_out(call: Call) -> Iterator[Found]:
    """Every mobile that is said in hundreds and thousands within one utterance."""
    for match in _MOBILE.finditer(call.text.plain):
        hit = call.cues.before(match.start(), _REACH)
        is_named = hit is not None and call.text.which(hit.start) == call.text.which(match.start())
        cue = hit.cue if hit and is_named else None
        is_flowing = not match["one"].strip(DROP) and not match["two"].strip(DROP)
        if cue in _PHONE or (cue is None and is_flowing):
            yield _found(match, _NAMED if cue else _ALONE)
    for match in _ROUND.finditer(call.text.plain):
        hit, which = call.cues.before(match.start(), _REACH), call.text.which(match.start())
        here = hit.cue if hit and call.text.which(hit.start) == which else None
        if (here or call.asked_before(which)) in _PHONE:
            yield _rounded(match)


def _found(match: re.Match[str], confidence: float) -> Found:
    pieces = (("a", _hundred(match["a"])), ("b", _thousand(match["b"])), ("c", _thousand(match["c"])))
    parts = tuple(Part(*match.span(name), digits, tens=True) for name, digits in pieces)
    return Found(PersonalKind.MOBILE, confidence, parts, "".join(digits for _, digits in pieces), exact=True)


def _rounded(match: re.Match[str]) -> Found:
    """A number of which only the end is an amount."""
    said = {name: match[name] for name in "abc"}
    first = _hundred(said["a"]) if "百" in said["a"] else said["a"]
    digits = f"{first}{_middle(said['b'])}{said['c'][0]}000"
    part = Part(*match.span(), digits, tens=True)
    return Found(PersonalKind.MOBILE, _NAMED, (part,), digits, exact=True)


def _middle(said: str) -> str:
    """The four digits of 0013, and of 00十3."""
    zeros, ten, ones = said.partition("十")
    if not ten:
        return "".join(filter(str.isdecimal, said))
    bare = zeros.lstrip("0")
    return f"{'0' * (len(zeros) - len(bare))}{bare or 1}{ones or 0}".zfill(4)[-4:]


def _hundred(said: str) -> str:
    """1百3十9 → 139, and 1百3 → 130, as people say it."""
    _, _, rest = said.partition("百")
    tens, _, ones = rest.partition("十")
    return f"1{tens[:1]}{tens[1:] or ones or '0'}"


def _thousand(said: str) -> str:
    """The four digits of 5千6百7十8, of 5千0 8 and of 5千6.

    >>> _thousand("5千6百7十8"), _thousand("5千08"), _thousand("5千6"), _thousand("5千6百8")
    ('5678', '5008', '5600', '5680')
    """
    thousands, _, rest = said.partition("千")
    value, last = int(thousands) * 1_000, 1_000
    for unit, name in ((100, "百"), (10, "十")):
        if name in rest:
            count, _, rest = rest.partition(name)
            value, last = value + int(count.lstrip("0") or 1) * unit, unit
    ones = rest.lstrip("0")
    if ones:
        value += int(ones) * (1 if rest != ones else last // 10)
    return str(value)
