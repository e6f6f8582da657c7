"""Addresses down to a street, village or building, in context or by their own form; a first version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_service.privacy.call import Call
from qa_service.privacy.cues import Cue
from qa_service.privacy.kinds import COVER, PersonalKind
from qa_service.privacy.plain import EDGE
from qa_service.privacy.runs import Found
from qa_service.privacy.sounds import Part
from qa_service.text.characters import COMMA, MARKS, SOFT

_FAR = "省|市|自治区|特别行政区|地区|新区|开发区|区|县|旗"
_NEAR = (
    "街道|大道|大街|胡同|小区|花园|家园|公寓|大厦|广场|新村|嘉园|路|街|道|巷|弄|(?<!公|哪|这|那)里"
    "|村|镇|乡|苑"
)
# Never part of a longer row: what is left of one would be read as another number.
_NUMBER = "(?:(?<![0-9十百])[0-9十百]{1,6}(?![0-9十百]))"
# What is a place only with a number before it: 订单号 is none.
_NUMBERED = f"{_NUMBER}(?:号楼|号院|单元|号|弄|组|栋|幢|座|楼|层|室|户)"
_PIECE = f"[^{MARKS}{COVER}{EDGE}的了吗呢吧啊我您你他她哪]{{1,10}}?"
_ADDRESS = re.compile(f"(?:[{COMMA}{SOFT}]?(?:{_PIECE}(?:{_FAR}|{_NEAR})|(?:{_PIECE})?{_NUMBERED}))+")
# 3号502: the room, said without a word for it.
_ROOM = f"(?:[{COMMA}{SOFT}]?[0-9]{{3,4}}(?![0-9十百千万块元毛角分年月天号日个点时小次倍%]))?"
_ROOM_BEHIND = re.compile(f"(?<=[号弄栋幢座元楼]){_ROOM}")
_ENDS_NEAR = re.compile(f"{_NEAR}|{_NUMBERED}")
_LEAD = re.compile(f"(?:[{MARKS}]|是|在|到|于|为|呢|嗯|我|您|家|就|的){{0,6}}")
_NAME = f"[^{MARKS}{COVER}{EDGE}0-9在到是去住就往从的了]"
_BEFORE = f"(?:{_NAME}{{2,6}}(?:省|市|区|县|镇|乡)){{0,4}}"
# By itself: a street with a number, or a building with a unit or room.
_STREET = re.compile(
    f"{_BEFORE}{_NAME}{{2,8}}(?:路|街|大道|巷|弄|胡同){_NUMBER}(?:弄{_NUMBER})?号(?:院|楼)?(?!线|车|公交){_ROOM}"
)
_BUILDING = re.compile(
    f"(?:{_BEFORE}{_NAME}{{1,8}}(?:小区|花园|家园|公寓|苑|村))?{_NUMBER}(?:号楼|栋|幢|座)"
    f"{_NUMBER}?(?:单元)?{_NUMBER}?(?:室|号|房)?"
)
_HOUSE = re.compile("[0-9十百](?:号|栋|幢|座)")
# 5号楼 alone is a place for everybody; with a unit or a name before it, it is somebody's.
_HOUSE_ALONE = re.compile(f"{_NUMBER}(?:号楼|栋|幢|座)")
_NOT_HOME = re.compile("(?:营业厅|网点|门店|公司|仓库|自提点|驿站|邮箱|网|ip|链接|网页|邮件|下载)的?$")
_LONGEST, _LOOK_BACK = 60, 8
_NAMED, _FORM = 0.7, 0.6
_WEAK = "住"
_LEAST_WEAK = 4


def addresses(call: Call) -> Iterator[Found]:
    """Addresses behind a word for them, then streets and buildings with numbers anywhere."""
    plain = call.text.plain
    for hit in call.cues.others:
        if hit.cue is Cue.ADDRESS and not _NOT_HOME.search(plain, max(0, hit.start - _LOOK_BACK), hit.start):
            yield from _behind(call, hit.end)
    for which in dict.fromkeys(call.text.which(match.start()) for match in _HOUSE.finditer(plain)):
        yield from _by_form(call, which)


def _by_form(call: Call, which: int) -> Iterator[Found]:
    for pattern in (_STREET, _BUILDING):
        for match in pattern.finditer(call.text.plain, *call.text.edges(which)):
            if not _HOUSE_ALONE.fullmatch(match[0]):
                yield _found(_FORM, match.start(), match.end())


def _found(confidence: float, start: int, end: int) -> Found:
    return Found(PersonalKind.ADDRESS, confidence, (Part(start, end, ""),))


def _behind(call: Call, at: int) -> Iterator[Found]:
    """The address that begins behind a cue, if it says more than a town."""
    plain = call.text.plain
    edge = call.text.edges(call.text.which(at - 1))[1]
    lead = _LEAD.match(plain, at, edge)
    start = lead.end() if lead else at
    match = _ADDRESS.match(plain, start, min(edge, start + _LONGEST))
    if match and _ENDS_NEAR.search(match[0]) and len(match[0]) >= _LEAST_WEAK:
        room = _ROOM_BEHIND.match(plain, match.end(), edge)
        yield _found(_NAMED, match.start(), room.end() if room else match.end())
