"""Names in context: 我叫…, 姓名…, …先生, and the same name wherever else it is said; a first version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qa_service.privacy.call import Call
from qa_service.privacy.cues import Cue
from qa_service.privacy.kinds import COVER, PersonalKind
from qa_service.privacy.plain import EDGE
from qa_service.privacy.runs import Found
from qa_service.privacy.sounds import Part
from qa_service.text.characters import MARKS

_SINGLE = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项"
    "曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强丘华车冉房边阎吉滕晏池娄裘鞠"
)
_DOUBLE = "欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|司徒|令狐|东方|南宫|长孙|宇文|端木|独孤|轩辕"
# Where a name stops: words that follow it, and characters that are hardly in names.
_NO_NAME = (
    "的了吗呢吧啊呀嘛哦我你您他她它是在有想要不也就和跟与这那去来说问打给把被让到都还没很帮用从对为能会可请号第谢"
    f"0-9a-z{MARKS}{COVER}{EDGE}"
)
_GIVEN = f"(?!先生|女士|小姐|太太)(?:[^{_NO_NAME}]|[0-9](?![0-9]))"
_FULL_NAME = f"(?:(?:{_DOUBLE})|[{_SINGLE}]){_GIVEN}{{1,2}}"
_AFTER = re.compile(f"(?:[{MARKS}]|是|叫做?|为|我|您|的|名字|姓名|呢|啊|嗯|就){{0,6}}(?P<name>{_FULL_NAME})")
_SURNAME_AFTER = re.compile(f"(?P<name>{_DOUBLE}|[{_SINGLE}])")
#: 我姓王，叫王晓明
_THEN_CALLED = re.compile(f"[{MARKS}]{{0,2}}(?:我|全名|名字|大名|就)?叫做?(?P<name>{_FULL_NAME})")
#: 请问您是李建国本人吗, 是李建国本人
_IN_PERSON = re.compile(f"是(?:不是)?(?P<name>{_FULL_NAME})本人(?!办|来|过|去|带|到)")
_BEFORE = re.compile(f"(?:{_DOUBLE}){_GIVEN}{{0,2}}$|[{_SINGLE}]{_GIVEN}{{0,2}}$")
_BORDER = re.compile(f"[{MARKS}{COVER}{EDGE}0-9a-z是叫找问给和跟请的好位姓到对帮为]$")
_LONGEST = 4
#: A surname and two characters are a whole name; two may be any word.
_WHOLE_NAME = 3
_FULL, _TITLED, _SURNAME = 0.75, 0.65, 0.6


def names(call: Call) -> Iterator[Found]:
    """Names that the words around them announce."""
    plain = call.text.plain
    for hit in call.cues.others:
        if hit.cue is Cue.NAME and (match := _AFTER.match(plain, hit.end)):
            yield _found(_FULL, match.start("name"), match.end("name"))
        elif hit.cue is Cue.SURNAME and (match := _SURNAME_AFTER.match(plain, hit.end)):
            yield _found(_SURNAME, match.start("name"), match.end("name"))
            if called := _THEN_CALLED.match(plain, match.end()):
                yield _found(_FULL, called.start("name"), called.end("name"))
        elif (
            hit.cue is Cue.TITLE
            and plain[hit.end : hit.end + 1] != "姐"
            and (length := _titled(plain, hit.start))
        ):
            yield _found(_TITLED, hit.start - length, hit.start)
    for asked in _IN_PERSON.finditer(plain):
        yield _found(_TITLED, asked.start("name"), asked.end("name"))


def repeated(call: Call, found: Iterable[Found]) -> Iterator[Found]:
    """The full names among what was found, wherever else in the call they are said."""
    plain = call.text.plain
    places = [
        (one.parts[0].start, one.parts[0].end)
        for one in found
        if one.kind is PersonalKind.NAME and _is_full(one)
    ]
    for name in dict.fromkeys(plain[start:end] for start, end in places):
        at = plain.find(name)
        while at >= 0:
            yield _found(_TITLED, at, at + len(name))
            at = plain.find(name, at + len(name))


def _is_full(name: Found) -> bool:
    """Whether it is more than a surname: 李建国先生 says all of it, 李先生 does not."""
    long = name.parts[0].end - name.parts[0].start
    return name.confidence >= _FULL or (name.confidence >= _TITLED and long >= _WHOLE_NAME)


def _found(confidence: float, start: int, end: int) -> Found:
    return Found(PersonalKind.NAME, confidence, (Part(start, end, ""),))


def _titled(plain: str, end: int) -> int:
    """How many characters before 先生 are a name: all that can be one if something ends before them."""
    fitting = [
        length
        for length in range(1, _LONGEST + 1)
        if length <= end and _BEFORE.match(plain, end - length, end)
    ]
    bounded = [
        length
        for length in fitting
        if length == end or _BORDER.search(plain, max(0, end - length - 1), end - length)
    ]
    return max(bounded) if bounded else min(fitting, default=0)
