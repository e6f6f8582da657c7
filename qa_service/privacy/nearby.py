"""What is said close to a card number: until when the card is good, and the code on its back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa_service.core.time import Span
from qa_service.privacy.announced import heard
from qa_service.privacy.call import Call
from qa_service.privacy.cues import Cue, CueHit
from qa_service.privacy.groups import Line
from qa_service.privacy.kinds import PersonalKind
from qa_service.privacy.runs import Found
from qa_service.privacy.sounds import Part
from qa_service.text.characters import MARKS

#: Codes and dates are personal this close to a card number (D2).
NEAR_MS = 15_000
#: Said with a word for it, and digits alone that may be either.
_NAMED, _ALONE = 0.9, 0.6
_CODE_LENGTHS = (3, 4)
_CARDS = frozenset({Cue.CARD, Cue.CARD_NEAR, Cue.CARD_CODE})
_MONTH, _YEAR = "(?:0?[1-9]|1[0-2]|十[12]?)", "(?:20)?[2-4][0-9]"
_TWO_DIGITS = "(?:0[1-9]|1[0-2])"
_SLASH = f"(?:[{MARKS}/]|斜?杠|斜线){{0,3}}"
# 12/28三位码: the three belongs to what follows.
_ENDS = "(?![0-9](?![位个张码]))"
#: As cards write it, the month first: 12/28, 1228, 12月28年, 十二杠二八.
_ON_CARDS = (
    f"{_MONTH}月(?:份)?(?:的)?[{MARKS}]?{_YEAR}年(?!前)|(?<![0-9]){_TWO_DIGITS}{_SLASH}{_YEAR}{_ENDS}"
    f"|(?<![0-9十])十[12]?{_SLASH}{_YEAR}{_ENDS}|(?<![0-9])[1-9](?:/|斜?杠|斜线){_YEAR}{_ENDS}"
)
_CARD_DATE = re.compile(_ON_CARDS)
_DATE = re.compile(
    f"{_ON_CARDS}|{_YEAR}年(?:的)?{_MONTH}月(?:份)?|{_MONTH}月(?:份)?[{MARKS}]?{_YEAR}年?"
    f"|(?<![0-9])(?:20)?[2-4][0-9]{_SLASH}{_TWO_DIGITS}{_ENDS}"
)
#: How far behind the word 有效期 the date may begin, and how long an answer to it may be.
_REACH = 16
#: 有效期12/28 is a card's, whether or not one is named; not where it says until when, or of what it is.
_LEAD = re.compile(f"(?:[{MARKS}]|是|为|呢|嗯)*")
_NO_DATE_BEHIND = re.compile(f"[{MARKS}]?(?:[日号天点前后]|之前|以前|为止|[0-9])")
_OF_OTHER_THINGS = re.compile(
    "券|卷|优惠|活动|合同|保单|套餐|积分|会员|身份证|护照|驾|通行证|签证|保质|质保|保修|商品|食品|药|产品|报价|授权|证书|链接|邀请|话费|流量|红包"
)
_LOOK_BACK = 12
#: Behind the date the code may stand alone: 12/28 123.
_CODE_BEHIND = re.compile(
    f"[{MARKS}]{{1,3}}(?:然后|还有|再)?(?P<code>[0-9]{{3}})(?![0-9位个张块元点月年号次天%])"
)
#: 后面三位是567 beside a card is the code on its back; not of a number that is named there.
_LAST_THREE = re.compile(
    f"(?:后|末|最后|尾)(?:面|边)?(?:的)?(?:这|那)?(?:3|三)位(?:数字?|号码)?(?:[{MARKS}]|是|为|呢|嗯)*(?P<code>[0-9]{{3}})"
    f"(?![0-9位个张块元点月年号次天%])"
)
_OF_OTHER_NUMBERS = re.compile("手机|电话|座机|订单|单号|身份证|证件|工号|户号|账号|车牌|运单|快递")


def near_cards(call: Call, cards: Sequence[Found]) -> Iterator[Found]:
    """Dates and codes that belong to the cards, or to a card that is named in the same breath."""
    times = [_time(call, card) for card in cards]
    yield from _dates(call, cards, times)
    for line in call.lines:
        if _is_near(call, line.which, times) and line.bare and _is_code(line):
            yield Found(PersonalKind.CARD_CODE, _ALONE, tuple(_parts(line)))
    yield from _last_three(call, times)


def _last_three(call: Call, times: Sequence[Span]) -> Iterator[Found]:
    """The three digits that are the last ones of something, where a card was said and nothing else is named."""
    for which in range(len(call.utterances)):
        if not _is_near(call, which, times) or _asks_for_another(call, which - 1):
            continue
        start, end = call.text.edges(which)
        for match in _LAST_THREE.finditer(call.text.plain, start, end):
            before = call.text.plain[max(start, match.start() - _LOOK_BACK) : match.start()]
            if not _OF_OTHER_NUMBERS.search(before) and not before.endswith(("卡号", "卡号的", "尾号")):
                part = Part(*match.span("code"), match["code"])
                yield Found(PersonalKind.CARD_CODE, _NAMED, (part,), match["code"])


def _asks_for_another(call: Call, which: int) -> bool:
    """Whether what was said there names a number that is no card's."""
    return which >= 0 and _OF_OTHER_NUMBERS.search(call.text.plain, *call.text.edges(which)) is not None


def _time(call: Call, card: Found) -> Span:
    first, last = (
        call.utterances[call.text.which(part.start)].span for part in (card.parts[0], card.parts[-1])
    )
    return Span(min(first.start_ms, last.start_ms), max(first.end_ms, last.end_ms))


def _is_near(call: Call, which: int, times: Sequence[Span]) -> bool:
    return any(time.touches(call.utterances[which].span, within_ms=NEAR_MS) for time in times)


def _is_code(line: Line) -> bool:
    return sum(len(group.digits) for group in line.groups) in _CODE_LENGTHS


def _parts(line: Line) -> Iterator[Part]:
    yield from heard(line.groups)


def _dates(call: Call, cards: Sequence[Found], times: Sequence[Span]) -> Iterator[Found]:
    """Dates behind 有效期, in an answer to it, and at once behind a card."""
    for hit in call.cues.of_numbers:
        if hit.cue is Cue.EXPIRY:
            yield from _named(call, hit, times)
    for line in call.lines:
        start, end = call.text.edges(line.which)
        asked = end - start <= _REACH and call.asked_before(line.which) is Cue.EXPIRY
        if asked and _is_near(call, line.which, times):
            yield from _date(call, start, end)
    for card in cards:
        at = card.parts[-1].end
        edge = call.text.edges(call.text.which(at - 1))[1]
        lead = _LEAD.match(call.text.plain, at, edge)
        start = lead.end() if lead else at
        if start > at and (match := _CARD_DATE.match(call.text.plain, start, edge)):
            yield from _dated(call, match, edge)


def _named(call: Call, hit: CueHit, times: Sequence[Span]) -> Iterator[Found]:
    """The date behind 有效期: any where a card is near; as cards write it where nothing else is named."""
    plain, which = call.text.plain, call.text.which(hit.start)
    start, edge = call.text.edges(which)
    beside = (call.cues.before(hit.start, _REACH), call.cues.after(hit.end, _REACH))
    if _is_near(call, which, times) or any(one and one.cue in _CARDS for one in beside):
        yield from _date(call, hit.end, edge)
        return
    lead = _LEAD.match(plain, hit.end, edge)
    match = _CARD_DATE.match(plain, lead.end() if lead else hit.end, edge)
    is_other = _OF_OTHER_THINGS.search(plain, max(start, hit.start - _LOOK_BACK), hit.start)
    if match and not is_other and not _NO_DATE_BEHIND.match(plain, match.end(), edge):
        yield from _dated(call, match, edge)


def _date(call: Call, start: int, end: int) -> Iterator[Found]:
    """The first date that begins within reach of `start`."""
    match = _DATE.search(call.text.plain, start, end)
    if match and match.start() < start + _REACH:
        yield from _dated(call, match, end)


def _dated(call: Call, match: re.Match[str], end: int) -> Iterator[Found]:
    """The date, and a code that stands alone behind it."""
    yield Found(PersonalKind.CARD_EXPIRY, _NAMED, (Part(match.start(), match.end(), ""),))
    if behind := _CODE_BEHIND.match(call.text.plain, match.end(), end):
        part = Part(*behind.span("code"), behind["code"])
        yield Found(PersonalKind.CARD_CODE, _NAMED, (part,), behind["code"])
