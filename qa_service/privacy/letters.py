"""Personal data with letters in it: e-mail, WeChat names, plates, passports, numbers of Hong Kong and Taiwan."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_service.privacy.call import Call
from qa_service.privacy.cues import Cue
from qa_service.privacy.identity import is_hong_kong, is_taiwan
from qa_service.privacy.kinds import PersonalKind
from qa_service.privacy.plain import TIMES
from qa_service.privacy.runs import Found
from qa_service.privacy.sounds import Part
from qa_service.text.characters import MARKS

_LETTER = re.compile("[a-z]")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
# Five characters behind the letter, six for new-energy cars; no i and no o. 全新A12345款 is a model.
_PLATE = re.compile(
    f"(?<![最全更崭重])[{_PROVINCES}][{MARKS}]?[a-hj-np-z](?:[{MARKS}]{{0,2}}[0-9a-hj-np-z]){{5,6}}[挂学警港澳]?(?![款型])"
)
_PLATE_SHORT = re.compile(
    f"(?<![最全更崭重])[{_PROVINCES}][{MARKS}]?[a-hj-np-z](?:[{MARKS}]{{0,2}}[0-9a-hj-np-z]){{4}}[挂学警港澳]"
)
_LEAST_PLATE_DIGITS = 2
_CHAR = "A-Za-zＡ-Ｚａ-ｚ0-9０-９零〇一幺二三四五六七八九"
_AT = "(?:@|＠|艾特|爱特|圈[aA]|(?<=[A-Za-z0-9零〇一幺二三四五六七八九 ])at(?=[ A-Za-z0-9零〇一幺二三四五六七八九]))"
_DOT = "(?:[.．]|点|點|dot)"
_EMAIL = re.compile(
    rf"(?:[{_CHAR}] ?(?:[._%+\-]|下划线|点|點)? ?){{1,40}}{_AT} ?(?:[{_CHAR}\-] ?){{1,24}}"
    rf"(?:{_DOT} ?[A-Za-z0-9]{{2,12}} ?){{1,3}}",
    re.IGNORECASE,
)
# Before what is plain in it: 邮箱是张三点李四艾特…, or a piece with its dot.
_MAIL_NAME = re.compile(
    r"(?:邮箱|郵箱|邮件|郵件|e-?mail)(?:地址|号)?(?:是|为|叫|[：:，,\s])*([^，。？！,?!]{1,30})$",
    re.IGNORECASE,
)
_HAN_NAME = re.compile("(?:[一-鿿]{1,3}(?:点|點|下划线))+[一-鿿]{0,3}$|(?:点|點|下划线)[一-鿿]{1,3}$")
_EMAIL_HINTS = ("@", "＠", "艾特", "爱特", "圈a", "at")
_WECHAT = re.compile(f"[a-z](?:[{MARKS}]?[a-z0-9]){{5,19}}")
_BEFORE_WECHAT = re.compile(f"(?:[{MARKS}]|号|是|叫|为|名|我的?|您的?|也|就|的|加)*")
# One letter or two and seven to nine digits; the letter may stand apart.
_DOCUMENT = re.compile(
    f"(?<![a-z])[a-z](?:[{MARKS}]?[a-z])?(?:[{MARKS}]{{0,2}}[0-9]){{6,9}}(?:[{MARKS}]{{0,2}}[0-9a])?(?![0-9x{TIMES}个])"
)
_DOCUMENT_CUES = frozenset({Cue.DOCUMENT, Cue.ID})
_REACH = 14
_TAIWAN_LENGTH = 10
_NAMED, _CHECKED, _FORM = 0.8, 0.7, 0.9


def with_letters(call: Call) -> Iterator[Found]:
    """E-mail, plates and WeChat names, wherever the text has Latin letters."""
    if not (_LETTER.search(call.text.plain) or "艾特" in call.text.raw):
        return
    yield from _emails(call)
    yield from _plates(call)
    yield from _wechats(call)


def _found(kind: PersonalKind, confidence: float, start: int, end: int) -> Found:
    return Found(kind, confidence, (Part(start, end, ""),))


def _emails(call: Call) -> Iterator[Found]:
    raw = call.text.raw
    lower = raw.lower()
    if not any(hint in lower for hint in _EMAIL_HINTS):
        return
    for match in _EMAIL.finditer(raw):
        said = match[0]
        start = match.start() + len(said) - len(said.lstrip())
        which = call.text.edges(call.text.which(start))[0]
        named = _MAIL_NAME.search(raw, which, start)
        spelled = _HAN_NAME.search(raw, which, start)
        start = named.start(1) if named else spelled.start() if spelled else start
        yield _found(PersonalKind.EMAIL, _FORM, start, match.start() + len(said.rstrip()))


def _plates(call: Call) -> Iterator[Found]:
    for pattern in (_PLATE, _PLATE_SHORT):
        for match in pattern.finditer(call.text.plain):
            if sum(map(str.isdecimal, match[0])) >= _LEAST_PLATE_DIGITS:
                yield _found(PersonalKind.PLATE, _FORM, match.start(), match.end())


def _wechats(call: Call) -> Iterator[Found]:
    for hit in call.cues.of_numbers:
        if hit.cue is Cue.WECHAT and (between := _BEFORE_WECHAT.match(call.text.plain, hit.end)):
            match = _WECHAT.match(call.text.plain, between.end())
            if match and (between.end() > hit.end or "号" in call.text.plain[hit.start : hit.end]):
                yield _found(PersonalKind.WECHAT, _NAMED, match.start(), match.end())


def documents(call: Call) -> Iterator[Found]:
    """Passports and other papers where a word names them or asked for them; numbers that check by themselves."""
    for match in _DOCUMENT.finditer(call.text.plain):
        number = "".join(filter(str.isalnum, match[0]))
        which = call.text.which(match.start())
        hit = call.cues.before(match.start(), _REACH)
        named = hit.cue if hit and call.text.which(hit.start) == which else None
        if (named or call.asked_before(which)) in _DOCUMENT_CUES:
            yield _found(PersonalKind.DOCUMENT, _NAMED, match.start(), match.end())
        elif named is None and (is_hong_kong(number) or is_taiwan(number)) and _is_plain_without_word(match):
            yield _found(PersonalKind.ID_CARD, _CHECKED, match.start(), match.end())


def _is_plain_without_word(match: re.Match[str]) -> bool:
    """A number of Taiwan by its length; one of Hong Kong by its brackets, A123456(3)."""
    return any(mark in MARKS for mark in match[0][-2:]) or len(match[0]) == _TAIWAN_LENGTH
