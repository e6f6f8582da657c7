"""Hedges: wording that avoids commitment, each with its weight; what is merely polite is left out.

Weights: a strong hedge says by itself that no answer is coming (不好说, 再等等, 快了吧); a weak one only
softens (应该, 可能); a vague time (尽快, 过几天) is one where a time was asked for. The words come from
what score sheets of the field forbid and from reading written service dialogues (docs/detectors-words.md#hedging).
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from qa_service.text.normalize import Folded
from qa_service.text.questions import is_asked


class Strength(Enum):
    """How much a hedge says by itself."""

    STRONG = "strong"
    WEAK = "weak"
    VAGUE_TIME = "vague_time"


class Hedge(NamedTuple):
    """A hedge at the folded characters [start, end), with the closing 吧 that makes it vaguer (`trails`)."""

    strength: Strength
    start: int
    end: int
    trails: bool


_UNSURE = r"不(?:太|是很|大|怎么|敢|好|能)?(?:清楚|知道|确定|了解|肯定)"

_EITHER = r"(?:有)?可能.{1,4}也?(?:有)?可能(?:没有?|.{0,2})"

# Words of hedges where nothing is hedged: politeness, advice, the other's own memory or state.
_NO_HEDGE = re.compile(
    r"不应该|应该(?:的|做的|谢|感谢|怎么|如何|哒|滴)|(?:是|都是).{0,5}应该(?:做|服务)|不可能|可能性|尽可能|有没有可能"
    r"|可能(?:还|会|也)?(?:需要|要|得)(?:您|麻烦|耽误|占用|跟您|和您|核实|先)|可能(?:会)?(?:有点|稍微|比较)?(?:慢|久|吵|听不)"
    r"|可能(?:是)?(?:我)?(?:没听清|没有听清|信号|线路|网络不)"
    r"|(?:您|你|客户)(?:那边|这边|这里|自己|手机|是不是|当时|之前|刚才)?(?:可能|应该|大概|估计|好像|也许|差不多)"
    r"|大概(?:说|讲|描述|介绍|了解|是什么|什么|多少|多久|几|看)"
    r"|好像(?:在|没)?听|[跟和与].{1,10}差不多|大概的|差不多(?:的|了解|明白)|一般(?:的|般|性)"
    r"|(?:您|请|建议|麻烦|记得|需要|要|还请您)(?:您)?(?:也)?(?:尽快|尽量|尽早)|尽快(?:提供|付|支付|确认|申请|登记|提交|联系客服)|尽量(?:少|不要|别|避免|提前|选)"
    r"|(?:听|看|说|讲|解释|声音|信号|拍)[^，]{0,4}不.{0,2}清楚|(?:哪里|什么|如果|有|还有)不(?:太)?(?:清楚|了解|明白|确定|知道)"
    r"|不(?:太)?(?:清楚|知道|确定|了解)(?:的|您|你|客户|是不是您|方不方便)|(?:您|你|客户|他|她|大家|谁)(?:也|都|还)?不(?:太)?(?:清楚|知道|确定|了解)"
    # 大约一百二十: about how much is an answer; 医生现在还不能确定: who decides is not the agent
    r"|(?:大约|大概|差不多|约)(?:是|要|在|需要|收)?(?:[0-9]{2,}|[一二两三四五六七八九]?[十百千万][零一二两三四五六七八九十百千万]*)(?!天|个?工作日|周|个月)"
    r"|(?:医生|大夫|医院|警方|法院|法官|检察院|检测机构|实验室)(?:那边|们)?(?:现在|目前|暂时|也|都|还)*(?:不能|没法|无法)(?:确定|肯定|判断)"
    # 红利是不确定的，可能有也可能没有: a disclosure that the agent owes, about what nobody can know
    r"|(?:红利|分红|收益|净值|年化|回报|报酬|配息|结算利率|演示利率|本金|投资)[^我]{0,16}?(?:是|都|也)*"
    rf"(?:不(?:确定|保证|固定)的?(?:[^我]{{0,6}}?{_EITHER})?|{_EITHER})"
    r"|(?:麻烦|请)您?(?:再)?(?:稍)?(?:等等我|等一下)|再等等我|一定不一定|不一定要"
)
_STRONG = (
    r"(?:到时候?|回头|以后|下次|过后)再说|再说吧|看情况|不太?好说|很?难说(?!话|明)|说不(?:准|好|定|清)|讲不准|拿不准|没准儿?|没个准|说不上来"
    r"|有可能.{1,3}也?有可能|(?:都|什么都|哪种都)有可能|[我俺](?:哪儿?|哪里|怎么)(?:会)?(?:知道|晓得)|过(?:几|两|些|一段|段)(?:天|日|时间)[再在](?:打|来|问|查|看|说)"
    rf"|(?:我|我们|这边|这个|具体|目前|现在|暂时|时间|多久)[^，]{{0,6}}{_UNSURE}|(?:没法|没办法|无法|不能)(?:给您)?(?:确定|肯定|准确)|不一定(?!要)"
    r"|(?:没有|没|(?:不能|没法|没办法|无法)给您?|给不了您?|给不出)(?:一个)?(?:准确|具体|确切|明确)的?(?:的)?(?:时间|日期|答复|说法|消息)"
    r"|再等(?:等|一等)(?:看)?(?:吧)?|再看看(?:吧)?|等等看|等着吧|(?:先|再)?等通知|先等着|(?:应该|可能|估计|大概)?(?:也)?(?<![得很更太变加])快了(?:吧)?"
    # 您这样操作也许能行: advice whose giver does not stand by it
    r"|(?:也许|或许|兴许|没准儿?|保不齐)(?:就|也|还|都|倒|能|可以|会)*(?:行|成|管用|有用|好使|奏效|见效|解决)(?:得|了)?(?![动为员立程情业本年长绩分交人]|不(?!行))"
    r"|(?:差不多|大概|可能|也许|估计|尽量|应该|看看|也就那样)吧|谁知道(?![你您])|谁(?:也|都|又)?(?:说|讲|料|保)(?:得|不)(?:准|定)|看运气|碰碰运气|听天由命|就那样吧|反正(?:都|总|早晚|迟早)?会"
)
_WEAK = (
    r"应该|可能|大概|也许|或许|差不多|好像|似乎|估计|尽量|貌似|按理说?|按道理|理论上|不出意外|大约|看样子|恐怕"
    r"|感觉(?:是|像)|看着像|像是|听说|据说|没什么(?:大)?问题吧"
)
_VAGUE_TIME = (
    r"尽快|尽早|(?:过|再过|这)(?:几天|两天|段时间|一阵)|过阵子|过段时间|迟早|有时候|到时候|早晚|耐心等|不久|自然(?:就|会)"
    r"|有(?:了)?(?:消息|结果|进展|通知)了?(?:就|我们|自然|都)?会?(?:通知|告诉|联系|跟您说)"
)
_HEDGES = re.compile(f"(?P<strong>{_STRONG})|(?P<weak>{_WEAK})|(?P<vague_time>{_VAGUE_TIME})")
_TRAILS = re.compile(r"(?:吧|的吧|了吧|嘛)")
_TRAIL_REACH = 12
# A quick look before the long one; every hedge has one of these.
_MAYBE = re.compile("[再看说没准清知道定了解肯差概能许计量该像乎貌按论约样怕觉外快早几两阵晚心久等运据]")


def hedges(folded: Folded) -> list[Hedge]:
    """All hedges of a sentence from left to right, without those in questions and in polite forms.

    >>> from qa_service.text.normalize import fold
    >>> [hedge.strength.value for hedge in hedges(fold("应该可以的，您再等等吧"))]
    ['weak', 'strong']
    """
    if not _MAYBE.search(folded.text):
        return []
    text = _NO_HEDGE.sub(lambda match: "＊" * len(match[0]), folded.text)
    said = [match for match in _HEDGES.finditer(text) if not is_asked(folded, *match.span())]
    nexts = (*(match.start() for match in said), len(text))[1:]
    return [_hedge(folded, match, before) for match, before in zip(said, nexts, strict=False)]


def _hedge(folded: Folded, match: re.Match[str], before: int) -> Hedge:
    """A hedge with the 吧 that closes its clause, if there is one `before` the next hedge."""
    start, end = match.span()
    _, stop = folded.sentence(start, end)
    trail = _TRAILS.search(folded.text, end, min(stop, before, end + _TRAIL_REACH))
    trails = trail is not None or match[0].endswith("吧")
    return Hedge(Strength(match.lastgroup), start, trail.end() if trail else end, trails)


def is_vague(folded: Folded) -> bool:
    """Whether a sentence openly gives no answer (不好说, 我也不清楚)."""
    return any(hedge.strength is Strength.STRONG for hedge in hedges(folded))
