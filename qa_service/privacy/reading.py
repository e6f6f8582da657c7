"""Where digits are said, however they are said: groups of them, and how each group follows the one before.

一三八, 138, 一3八, 双八, 三个六, 一百三十八, and characters that a recogniser writes for a digit that sounds alike
(要 for 幺, 酒 for 九): those are digits only where a number needs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple

from qa_service.privacy.kinds import COVER, HIDDEN
from qa_service.privacy.plain import TIMES, TWICE, CallText
from qa_service.text.characters import COLON, DASH, DOT, MARKS

#: What recognisers write for a digit that sounds like it, and words for digits that are words as well.
ALIKE = {
    char: digit
    for digit, chars in {
        "0": "灵铃玲凌令洞o",
        "1": "要腰妖摇夭邀衣医依",
        "2": "而儿耳",
        "3": "山散",
        "4": "是事思寺",
        "5": "武午舞伍",
        "6": "溜流刘留陆",
        "7": "起期其妻奇拐",
        "8": "吧把巴霸",
        "9": "酒久就救勾钩",
    }.items()
    for char in chars
}
_X = r"(?<![a-z])x(?![a-z])|[艾埃爱]克斯|叉(?![车子烧腰开路])"
_HUNDREDS = "[0-9]百(?:0[0-9]|[0-9]?十[0-9]?|[0-9])?"
_ATOM = f"{TWICE}[0-9]|[2-9]{TIMES}[0-9]|{_HUNDREDS}|[0-9]?十[0-9]?|[0-9]|{_X}"
_ALIKE = "[" + "".join(ALIKE) + "]"
_GROUP = re.compile(f"(?:{_ATOM})(?:{_ALIKE}{{0,3}}(?:{_ATOM}))*")
_TOKEN = re.compile(f"(?P<atom>{_ATOM})|{_ALIKE}")
#: Characters of one number that sounds alike may hang on at either end of a group, no more of them than this.
_MOST_ALIKE = 3

_SPOKEN_MARKS = "杠|横杠|中杠|减|空格|转"
_FILLERS = (
    "嗯|啊|呃|额|哦|噢|唉|哎|诶|唔|哈|嗨|那个|这个|然后呢?|后面|接着|再|还有|就是|就|是|对|好的?|的|吧|呢|啦|等[1]?下|稍等|我看看|我看[1]下"
    "|我想想|我想[1]下|我找[1]下|我找找|看[1]下|完了|完了是|下面|前面|开始|您记[1]下|你记[1]下|您听好|您再听|这样|最后|中间|[1]共"
    "|(?:最后|后面|后|末|前面|前|中间)的?[0-9][位个组段](?:数字|数|号|字母)?(?:是|为)?个?(?:大写的?|字母)?"
)
_CORRECTION = "不对|不是|错了|说错了?|我说错了?|记错了?|报错了?|更正[1]?下?|应该是|重新说|重新报|重来|再来|哦不|改成|改为|打错了?"
_GAP = re.compile(f"(?:[{MARKS}]|{_CORRECTION}|{_FILLERS}|{_SPOKEN_MARKS})*+")
_MASKED = re.compile(f"[{COVER}{HIDDEN}]")
_CORRECTS = re.compile(_CORRECTION)
_SKIPPED = re.compile("[后面末前间尾头]的?$")
#: Other words of up to this many characters may stand in a number that proves itself by its check digit.
_LOOSE = 8

# What makes a few digits a quantity rather than part of a number.
_UNITS = frozenset(
    "块元角毛钱万千亿百个位名天日号月年点时分秒周岁度兆次条台件张套层楼室栋米斤折倍%级届种样款户口瓶箱包袋页集首寸吨公平期升克卡g"
)
_WORD_UNITS = ("小时", "工作", "自然", "礼拜", "星期", "mb", "gb", "kb", "cm", "mm", "km", "kg", "多")
_MONEY = frozenset("块元万亿")
_BEFORE_QUANTITY = frozenset("第千万亿初")
_WEEKDAY = frozenset("周期拜")
# 13800138000一会儿: the 一 belongs to what follows.
_AFTER_ONE = frozenset("下会个样直定起些点种般共边遍次旦切位家方")
#: From this length on, a unit behind the digits says nothing; from the other on, only money does.
_ALWAYS_NUMBER = 11
_MOSTLY_NUMBER = 7
_LETTERS = re.compile("[a-z]+$")
_HARMLESS_LETTERS = frozenset(
    "tel phone mobile mob call no num number cvv cvc cvn pin vx wx v qq id ok g p t".split()
)
_MONEY_SIGNS = "¥￥$＄"


class Link(IntEnum):
    """How a group follows the one before it in its utterance."""

    NONE = 0  # nothing before, or something else in between
    LOOSE = 1  # a few words that are no filler
    TIGHT = 2  # nothing, marks, or fillers: 嗯, 那个
    CORRECTED = 3  # 不对, 说错了


class Part(NamedTuple):
    """One sound for one digit or more: the characters [start, end) of the plain text."""

    start: int
    end: int
    digits: str
    #: A digit by itself; otherwise only if the number needs it.
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Digits with nothing between them."""

    parts: tuple[Part, ...]
    link: Link = Link.NONE
    #: An amount, date, time, count: no part of a number.
    quantity: bool = False
    #: Hangs on letters (SF1234): a model or a waybill.
    lettered: bool = False

    @property
    def start(self) -> int:
        """Where the first sure digit is."""
        return next(part.start for part in self.parts if part.sure)

    @property
    def end(self) -> int:
        """Where the last sure digit ends."""
        return next(part.end for part in reversed(self.parts) if part.sure)

    @property
    def digits(self) -> str:
        """The sure digits."""
        return "".join(part.digits for part in self.parts if part.sure)

    @property
    def plainly(self) -> bool:
        """Whether digit after digit was said, rather than hundreds and tens."""
        return all(len(part.digits) == 1 for part in self.parts)


@dataclass(frozen=True, slots=True)
class Line:
    """The groups of one utterance, in order."""

    which: int
    groups: tuple[Group, ...]
    #: Nothing but fillers before the first group, and after the last.
    begins: bool
    ends: bool
    #: Characters that are neither digits nor letters, fillers or marks.
    other_chars: int

    @property
    def bare(self) -> bool:
        """Whether the utterance says digits and nothing else."""
        return self.begins and self.ends and self.other_chars == 0


#: Utterances with fewer digits than this are looked at only if they hold little else.
_LEAST_DIGITS = 3
_LITTLE_ELSE = 8


def read(call: CallText) -> tuple[Line, ...]:
    """Every utterance in which enough digits are said to be part of a number."""
    lines: list[Line] = []
    spans: list[tuple[int, int]] = []
    which = -1
    for match in _GROUP.finditer(call.plain):
        held = match.span()
        if which < 0 or held[0] >= call.starts[which + 1]:
            lines += _line(call, which, spans)
            which, spans = call.which(held[0]), []
        spans.append(held)
    lines += _line(call, which, spans)
    return tuple(lines)


def _line(call: CallText, which: int, spans: list[tuple[int, int]]) -> Iterator[Line]:
    chars = sum(end - start for start, end in spans)
    if chars == 0:
        return
    start, end = call.edges(which)
    if chars < _LEAST_DIGITS and end - start > chars + _LITTLE_ELSE:
        return
    groups = _linked(call, list(_groups(call, spans, (start, end))))
    if groups:
        first, last = groups[0].parts[0].start, groups[-1].parts[-1].end
        begins = is_filler(call.plain[start:first])
        ends = is_filler(call.plain[last:end])
        yield Line(which, groups, begins, ends, others(call.plain[start:end]))


def is_filler(text: str) -> bool:
    """Whether plain text says nothing: marks, 嗯, 那个, 不对."""
    return _GAP.fullmatch(text) is not None


_SAID = re.compile(
    f"(?:{_ATOM}|{_ALIKE}|[{COVER}{HIDDEN}a-z]|[{MARKS}]|{_CORRECTION}|{_FILLERS}|{_SPOKEN_MARKS}|吗|了|我|您|没错)++"
)


def others(text: str) -> int:
    """How many characters of plain text are neither digits nor letters, fillers or marks."""
    return len(_SAID.sub("", text))


def corrects(text: str) -> bool:
    """Whether the speaker takes something back: 不对, 说错了."""
    return _CORRECTS.search(text) is not None


def _groups(call: CallText, spans: list[tuple[int, int]], edges: tuple[int, int]) -> Iterator[Group]:
    """Each stretch with its parts, what hangs on to it, and what it counts."""
    plain, done = call.plain, edges[0]
    for at, (start, end) in enumerate(spans):
        if _is_ordinal(plain, start, end):
            continue
        following = spans[at + 1][0] if at + 1 < len(spans) else edges[1]
        left = _hanging(plain, start - 1, max(done, start - _MOST_ALIKE) - 1, -1)
        right = _hanging(plain, end, min(following, end + _MOST_ALIKE), 1)
        parts = tuple(_parts(call, start - left, end + right))
        done = end + right
        if any(part.sure for part in parts):
            yield _counted(plain, Group(_unglued(call, parts)))


def _is_ordinal(plain: str, start: int, end: int) -> bool:
    """后四位, 最后一位: says which digits, is none."""
    return end - start == 1 and plain[end : end + 1] in set("位组段") and bool(_SKIPPED.search(plain[:start]))


def _hanging(plain: str, start: int, stop: int, step: int) -> int:
    """How many characters in a row sound like digits, going from `start` towards `stop`."""
    count = 0
    for at in range(start, stop, step):
        if plain[at] not in ALIKE:
            break
        count += 1
    return count


def _parts(call: CallText, start: int, end: int) -> Iterator[Part]:
    for token in _TOKEN.finditer(call.plain, start, end):
        text = token[0]
        if token["atom"] is None:
            yield Part(token.start(), token.end(), ALIKE[text], sure=False)
        else:
            yield Part(token.start(), token.end(), _digits_of(text))


def _digits_of(atom: str) -> str:
    """The digits that one spoken piece stands for.

    >>> _digits_of("3百8十"), _digits_of("十8"), _digits_of("1百08")
    ('380', '18', '108')
    """
    if len(atom) == 1 and atom.isdecimal():
        return atom
    if atom[0] == TWICE:
        return atom[1] * 2
    if TIMES in atom:
        return atom[2] * int(atom[0])
    if "百" in atom:
        hundreds, _, rest = atom.partition("百")
        return hundreds + (rest if rest[:1] == "0" else rest + "0" if len(rest) == 1 else _tens(rest))
    return _tens(atom) if "十" in atom else "X"


def _tens(said: str) -> str:
    if not said:
        return "00"
    tens, _, ones = said.partition("十")
    return (tens or "1") + (ones or "0")


def _unglued(call: CallText, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """With the first or last digit doubtful where it belongs to a word: 周一, 一会儿."""
    plain, first, last = call.plain, parts[0], parts[-1]
    if plain[first.start - 1 : first.start] in _WEEKDAY and len(first.digits) == 1:
        parts = (first._replace(sure=False), *parts[1:])
    if plain[last.end : last.end + 1] in _AFTER_ONE and last.digits == "1" and call.is_spoken(last.start):
        parts = (*parts[:-1], last._replace(sure=False))
    return parts if any(part.sure for part in parts) else (first, *parts[1:])


def _counted(plain: str, group: Group) -> Group:
    """The group, marked where it is a quantity or hangs on letters."""
    start, end, count = group.start, group.end, len(group.digits)
    before, after = plain[start - 1 : start], plain[end : end + 2]
    is_unit = after[:1] in (_UNITS if count < _MOSTLY_NUMBER else _MONEY) or after.startswith(_WORD_UNITS)
    is_weekday = before in _WEEKDAY and count == 1
    is_counted = is_weekday or before in _BEFORE_QUANTITY or plain.endswith("百分之", 0, start)
    is_decimal = before == "点" and count < _LEAST_DIGITS
    letters = _LETTERS.search(plain[max(0, start - 8) : start])
    return replace(
        group,
        quantity=count < _ALWAYS_NUMBER and bool(after and is_unit or before and is_counted or is_decimal),
        lettered=bool(letters and letters[0] not in _HARMLESS_LETTERS and group.digits != "X"),
    )


def _linked(call: CallText, groups: list[Group]) -> tuple[Group, ...]:
    """The groups with how each follows the one before; dates, times, decimals and sums of money apart."""
    linked: list[Group] = []
    for group in groups:
        if linked:
            left = linked[-1].parts[-1].end
            gap = call.plain[left : group.parts[0].start]
            group = replace(group, link=_link(gap))
            if _is_quantity_pair(linked[-1], group, gap):
                linked[-1] = replace(linked[-1], quantity=True)
                group = replace(group, quantity=True)
        if call.raw[group.start - 1 : group.start] in tuple(_MONEY_SIGNS):
            group = replace(group, quantity=True)
        linked.append(group)
    return tuple(linked)


def _link(gap: str) -> Link:
    if is_filler(gap):
        return Link.CORRECTED if corrects(gap) else Link.TIGHT
    return Link.LOOSE if len(gap) <= _LOOSE and not _MASKED.search(gap) else Link.NONE


def _is_quantity_pair(left: Group, right: Group, gap: str) -> bool:
    """39.9, 10:30, 2026-11, 1-3."""
    ours, theirs = len(left.digits), len(right.digits)
    if gap == DOT:
        return ours <= _MOSTLY_NUMBER and theirs < _LEAST_DIGITS
    if gap == COLON:
        return ours < _LEAST_DIGITS and theirs < _LEAST_DIGITS
    if gap == DASH:
        is_year = left.digits[:2] in ("19", "20") and ours == 4 and theirs < _LEAST_DIGITS
        return is_year or (left.quantity and ours < _LEAST_DIGITS and theirs < _LEAST_DIGITS)
    return False
