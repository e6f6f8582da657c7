"""Questions: whether a hit is being asked, and what kind of answer a sentence asks for."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from qa_service.text.needed import Needed
from qa_service.text.normalize import BreakKind, Folded


class Asked(StrEnum):
    """Kinds of questions by the answer they want."""

    WHEN = "when"  # 什么时候, 几天
    HOW_MUCH = "how_much"  # 多少钱
    WHY = "why"  # 为什么
    WHO = "who"  # 谁负责, 哪个部门
    WHETHER = "whether"  # 能不能, …吗
    HOW = "how"  # 怎么办
    WHAT = "what"  # 什么, 哪个


_REACH = 14
# 能不能, 行不行, 有没有, 是否
_A_NOT_A = r"(?:(?P<a>[\u4e00-\u9fff])(?<![了的])[不没](?P=a)|是否|能否|可否)"
_WORDS = {
    Asked.WHEN: (
        r"什么时候|啥时候|什么时间|何时|多久|多长时间|多少天|几天|几个?(?:工作日|小时|星期|月)|几点|几号|几月|哪天|哪一天"
        r"|星期几|周几|要等到|等到什么"
        # 你总得给我个时间吧
        r"|(?:给|定|说)(?:我|我们|人家)?(?:一?个|下)(?:准确的?|具体的?|大概的?|确切的?|明确的?)?(?:时间|日子|日期|期限)(?!段|点)"
    ),
    Asked.HOW_MUCH: (
        r"多少|几块|几元|怎么收费|如何收费|怎么算(?:的|钱)|什么价|啥价|几个点|百分之几|几折"
        r"|收费标准|费用是(?!不是)"
    ),
    Asked.WHY: (
        r"为什么|为啥|为何|凭什么|怎么回事|咋回事|什么原因|啥原因|怎么会|怎么还(?:没|不|是)"
        r"|怎么(?:又|老是|总是)|干嘛"
    ),
    Asked.WHO: r"谁|哪个部门|哪个人|哪位|找哪|什么部门|哪家|哪个公司",
    Asked.HOW: r"怎么办|怎么[^么]{0,4}(?:操作|处理|解决|办理|申请|取消|退|弄|查|用|改|开)|如何|咋办|咋弄|咋整|怎样",
    Asked.WHETHER: (
        rf"{_A_NOT_A}|[了过](?:没(?=$|啊|呀|呢)|没有(?!问题|关系|办法|事|意思|用))|吗|么(?=$|您|你|我)|难道"
        r"|了还是[没不]|还是[没不](?=$|[你您给啊呀呢])"
    ),
    Asked.WHAT: r"什么|啥|哪(?!怕|有)|几个|怎么样",
}
_KINDS = re.compile("|".join(f"(?P<{kind}>{words})" for kind, words in _WORDS.items()))
# Every question has one of these; most sentences have none, and need no closer look.
_MAY_ASK = re.compile(r"[什啥何多几哪怎如为凭咋干谁不没否吗么]|等到|收费|费用|难道|时间|日[子期]|期限")
# Words of questions in sentences that ask nothing.
_ASKS_NOTHING = re.compile(
    r"(?:不管|无论|不论|随便|任凭).{0,6}(?:多少|什么|怎么|谁|哪|几)|(?:什么时候|什么|谁|怎么|哪里|哪儿|多少)(?:都|也)"
    # 什么时候退都行; 具体哪天真说不上来
    r"|什么时候.{1,4}都(?:行|可以|能|成|好)"
    r"|(?:具体)?(?:什么时候|啥时候|什么时间|哪天|哪一天|几天|几点|多久|多长时间|多少钱?)(?:能|会|可以|好|修好|弄好|到|来|完|完工|上门|算){0,2}"
    r"(?:我们?|这边?|这个|真的?|也|还|都|确实|现在|目前|暂时|谁都?){0,3}(?:说不|不好说|不敢说|不敢讲|难说|讲不|不知道|不清楚|不确定|没定|定不下|看不到|没数|没准)"
    r"|没什么|没有什么|有(?:什么|啥)(?:用|办法|意思|好)|你们?是不是(?:只会|就会|不想|故意|听不懂|没长)|没多少"
    r"|有什么(?=问题|需要|可以|疑问|不|事)(?:问题|需要|疑问).{0,4}(?:再|随时|可以|您)|什么的|多少(?:有点|会)|不怎么|不知道?怎么|多久以来"
    r"|(?:只要|只需要?|只收|才|不过|也就|就)(?:要|是)?几[块元毛分天个]"
    r"|[快慢](?:一?点)?(?:的话|的)?(?:也就|就|也|要|得)?几[天个周]"
    r"|哪怕|怎么说呢|是吗是吗|几位|好几|这几|那几|前几|过几|近几|看(?:您|你|看)?.{0,4}(?:怎么|什么|哪|几|多少)|十几|几十|几百"
)
# 您看可以吗, 知道吗: asks for consent or attention, not about what was said before.
_TAG_QUESTION = re.compile(
    r"(?:您|你)?(?:看|觉得|这边|那边)?(?:这样)?(?:都)?(?:知道|明白|清楚|理解|可以|行|好|听懂|了解|需要|方便|考虑|感兴趣|放心|满意|在听|听见|记住)"
    r"(?:了|的)?(?:吗|么|吧|不(?![可行好要能对是知明清])|没有?)"
)
_OWN_CLAUSE = re.compile(r"您|咱们看|请问|另外|然后|那(?!么|个|种)|我(?:帮|给|跟)|需要我")
_TELLING = re.compile(r"我(?:来)?(?:告诉|[跟给和]您[说讲])")
_ASKING_AFTER = re.compile(
    rf"^.{{0,8}}?(?:吗|么(?!样)|{_A_NOT_A}|对不对|是真的假的|真的假的|多少|什么|怎么|谁|哪(?!怕)|还是|真的吧|吧$)|^的?(?:没有|不)$"
)
_ASKING_BEFORE = re.compile(
    rf"{_A_NOT_A}|难道|到底|究竟|什么|怎么|为什么|为啥|谁(?!都)|哪(?!怕|里都)|多少|几(?=个|年|天|种)|请问|(?:想|要)(?:问|咨询)"
)


#: Nothing of this is in most of what is said behind a hit.
_TAGGED_ON = Needed(_TAG_QUESTION)
# 难道不保本吗, 这不就是保本吗, 谁说不保本: whoever asks so says it.
_RHETORICAL = re.compile(
    r"(?:难道|岂|谁[说讲])(?:说|这|它|这款|我们|理财|产品|基金)*不(?:是|就是|就)?$|[这那它]?不就(?:是|等于)$"
)


def kinds_asked(folded: Folded) -> frozenset[Asked]:
    """What kinds of answers the whole text asks for; empty when it asks nothing.

    >>> from qa_service.text.normalize import fold
    >>> sorted(kinds_asked(fold("那到底什么时候能好")))
    [<Asked.WHEN: 'when'>]
    """
    return _kinds(folded.text)


@lru_cache(maxsize=4096)
def _kinds(folded_text: str) -> frozenset[Asked]:
    if not _MAY_ASK.search(folded_text):
        return frozenset()
    text = _TAG_QUESTION.sub(lambda match: "＊" * len(match[0]), blanked(folded_text))
    return frozenset(Asked(match.lastgroup) for match in _KINDS.finditer(text) if match.lastgroup)


#: Questions whose words say the same whatever they are.
_ALIKE = frozenset({Asked.WHEN, Asked.HOW_MUCH, Asked.WHY, Asked.WHO})


def with_kinds_marked(text: str) -> tuple[str, ...]:
    """The characters of a folded text, with one mark for every question of a kind, whatever its words.

    >>> with_kinds_marked("要等几天")
    ('要', '等', '〔when〕')
    """
    tokens: list[str] = []
    done = 0
    for match in _KINDS.finditer(text):
        if match.lastgroup in _ALIKE:
            tokens += [*text[done : match.start()], f"〔{match.lastgroup}〕"]
            done = match.end()
    return (*tokens, *text[done:])


@lru_cache(maxsize=4096)
def blanked(text: str) -> str:
    """Folded text with question words that ask nothing blanked out, at the same length.

    >>> blanked("什么时候退都行")
    '＊＊＊＊＊＊＊'
    """
    return _ASKS_NOTHING.sub(lambda match: "＊" * len(match[0]), text)


def is_asked(folded: Folded, start: int, end: int) -> bool:
    """Whether the hit at [start, end) is part of a question about it (能保本吗, 是不是保本)."""
    left_edge, right_edge = folded.sentence(start, end)
    left_edge = max(left_edge, folded.clause_start(start))
    text = blanked(folded.text)
    left = text[max(left_edge, start - _REACH) : start]
    if "不" in left and _RHETORICAL.search(left):
        return False
    if _ASKING_BEFORE.search(_TELLING.split(left)[-1]):
        return True
    right = text[end : min(right_edge, end + _REACH)]
    tail = _TAG_QUESTION.split(right, maxsplit=1) if _TAGGED_ON.may_be_in(right) else [right]
    about = _OWN_CLAUSE.split(tail[0], maxsplit=1)[0]
    if _ASKING_AFTER.match(about):
        return _ends_plainly(about, right, folded, end)
    return (
        len(tail) == 1
        and about == right
        and (right_edge, BreakKind.ASK) in folded.breaks
        and not folded.crosses(end - 1, right_edge)
    )


def _ends_plainly(about: str, right: str, folded: Folded, end: int) -> bool:
    """A closing 吧 or 不 asks only where the sentence really ends there."""
    if about.endswith(("吧", "不", "没有")) and not re.search("吗|么|真的", about):
        asks = any(kind == BreakKind.ASK and at == end + len(right) for at, kind in folded.breaks)
        return about == right and (asks or not about.endswith("吧"))
    return True
