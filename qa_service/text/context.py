"""In what sense was it said: denied, quoted, asked, supposed, forbidden, or honestly bounded?

Works on folded text and within the sentence; punctuation helps where there is some, but every rule also
works on recogniser output without any. Meant for hits of a few characters, not for whole utterances.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from functools import lru_cache

from qa_service.text.negation import is_denied, is_forbidden, is_staked
from qa_service.text.normalize import BreakKind, Folded
from qa_service.text.numbers import WHEN, numbers
from qa_service.text.questions import is_asked


class Context(StrEnum):
    """The senses that a rule may exclude with `unless`."""

    NEGATED = "negated"  # 我们不能承诺保本
    QUOTED = "quoted"  # 您刚才说的保本
    QUESTION = "question"  # 能不能保本
    CONDITIONAL = "conditional"  # 要是能保本
    PROHIBITED = "prohibited"  # 严禁承诺保本 (also negated)
    BOUNDED = "bounded"  # 预计1–3个工作日, 以合同为准


_NEAR = 18

_THEY = (
    r"(?:您|你|他|她|客户|顾客|对方|有人|任何人|凡是|只要是?|那些|别人|人家|大家|网上|网络上|广告|新闻|朋友|邻居|家人|老公|老婆|儿子|女儿"
    r"|销售|业务员|推销员|经理|主管|客服|前台|营业员|师傅|同事|谁|孩子|同学|学生|老师|医生|护士|司机|骑手|快递员|保安|业主)(?:们|上|里|那边)?"
)
_WHEN_SAID = (
    r"(?:刚才|刚刚|刚|之前|前面|上次|当时|当初|一直|自己|也|都|是|就|老|又|今天|昨天|前天|以前|电话里|所|还|曾经|反复"
    r"|(?:如果|要是|若是|假如|万一)(?=[跟和给对向](?:您|你|我)|说|讲|承诺)|怎么(?:能|可以|敢)|竟然?|居然|不(?:应该|该|能|可以)|[跟和给对向](?:我|您|你|他|她|客户|人家)(?:们)?)"
)
_SAY = (
    r"(?:说|讲|问|提到|提及|提|反映|认为|以为|理解|看到|听到|听说|宣传"
    r"|承诺|答应|保证|写|描述|担心|要求|咨询|强调|骂|吼|凶|冲(?:您|你|我)喊|顶撞|怼"
    r"|想要|要的是|希望|期望|追求)"
)
_AFTER_SAY = (
    r"(?:的|到的?|了|过|是|这个|那个|那种|这种|我们|你们|这款|那款|产品|可以|能够?"
    r"|会|要|把|请|让|叫|我|您|你|它|一定|肯定|绝对|什么|关于|同学|学生|孩子|别人|人家|客户"
    r"|成|们|的人|咱们?|业务员|销售|客户经理|经理|客服|同事|[跟给和对向][您你我])"
)
_NAMED = rf"(?<![跟和给对向同与为帮瞒听]){_THEY}{_WHEN_SAID}{{0,4}}{_SAY}(?!得?对|得没错|的没错|的是对)"
_NAMES = re.compile(_NAMED)
_ATTRIBUTED = re.compile(rf"{_NAMED}{_AFTER_SAY}{{0,5}}$")
# 有人让您提供验证码: what others want the customer to do.
_OTHERS = (
    r"(?:有人|他们?|她们?|对方|别人|人家|陌生人|骗子|谁|任何人|那边|那个人|对面"
    r"|(?:所谓|自称|冒充|假冒)[^我]{1,8}?)"
)
_DEMANDED = re.compile(
    rf"{_OTHERS}[^我]{{0,12}}?(?:[让叫请催逼教]|要求?|骗|哄|索要|[问向跟找管](?=[您你]))(?:[您你]|人家|客户)?[^我]{{0,4}}$"
)
# 随便你，这样说话是不对的: the words are disowned; 你这样说话 would be a rebuke.
_DISOWNED = re.compile(
    r"^.{0,4}?(?<![您你])(?:(?:这|那)(?:样的?|么|种|句|些|个)+(?:话|说话?|讲话?|态度|语气|做法?|表达)*|说这(?:样的|种|个)?话|这话)"
    r"(?:确实|肯定|当然|真的?|实在|本身|都|也|就|是|很|非常|太)*"
    r"(?:不对|不好(?!意思)|不应该|不该|不妥|不合适|不恰当|不礼貌|不尊重|有问题|错的|错误|欠妥)"
    r"|^.{0,12}?[替代](?:表)?(?:他|她|它|同事|师傅|前面|这位|那位|那个|我们|公司)[^您你]{0,6}[跟向给和]?(?:您|你)?(?:说声|道个?|赔个?|表示)?(?:道歉|致歉|赔不是|对不起|抱歉|歉)"
)
# 对，就是您说的保本; 您说保本，对的: who says yes to somebody's words says them himself.
_AFFIRMED = re.compile(
    rf"^(?:对|是|嗯|没错|是的|对的|对对)+(?:啊|呀|呢)?(?:就是|正是|确实是?){_THEY}{_SAY}的?$"
)
_CONFIRMED = re.compile(r"^(?:对的?|没错|是的|就是这样)(?:$|[我咱就那这](?!不))")
# 我也希望稳赚: nobody promises what he only wishes for.
_WISHED = re.compile(
    r"(?:^|[我咱]|我们)(?:也|都|当然|真的?|多么|倒是?)*(?:希望|巴不得|但愿|盼着)(?:能|它|这个|都|也|是)*$"
)
_SO_CALLED = re.compile(r"(?:所谓的?|什么叫|什么是|叫什么|那句|这句|这个词|这两个字|标题是|写着|写的是?)$")
_THESE_WORDS = re.compile(
    r"^的?(?:之类的?)?(?:(?:这|那)(?:种|样的?|些|类|句|几个|两个|四个|个)?(?:话(?!题)|字(?!母)|说法|词(?!典)|表述|承诺)"
    r"|是什么意思|什么意思|指的是|的定义|字眼|字样|[两二俩四]个?字)"
)
# 凡是跟您说稳赚的都要小心: a warning against whoever says so.
_BEWARE = re.compile(
    r"^的?(?:话|人|项目|产品|平台|公司|客服|电话|什么的|这种|那种)?[都就也]?(?:一定|千万|多半|基本|全)?(?:是|要|得|请)?(?:您|大家)?(?:多加?|格外|特别)?"
    r"(?:小心|当心|警惕|留神|提防|骗|假的|别信|不要信|不能信|不可信|信不得|挂断|报警)"
)

# 凡是跟您说稳赚不赔的都是骗局, 别信那些保证收益的: said of whoever says so; 别人说稳赚是骗人，我们是真保本 is not.
_WHOEVER = re.compile(
    r"(?:凡是?|但凡|只要(?:有人|是|谁|对方)?|遇[到上见]|碰[到上见]|看[到见]|听[到见]|接到|那些|这些|这种|那种|所有|任何|谁|有人|对方"
    r"|声称|号称|宣称|自称|谎称|鼓吹|吹嘘|标榜|宣传|承诺|打着|什么|所谓的?)[^我咱]{0,16}$"
)
_IS_A_TRAP = re.compile(
    r"^[^我咱]{0,16}?(?:骗|诈(?!尸)|杀猪盘|庞氏|非法集资|传销|陷阱|圈套|假的|忽悠"
    r"|(?:别|不要|不能|不可|千万别|切勿)(?:去|再|轻易|随便)?(?:相信|轻信|信|碰|理|投|买|听|上当)|不可信|信不得|不靠谱|小心|当心|警惕"
    r"|留神|提防|远离|拉黑|举报|报警|挂断)"
)
_WARNED_OF = re.compile(
    r"(?:小心|当心|警惕|提防|谨防|防范|(?:别|不要|不能|切勿|千万别)(?:去|再|轻易)?(?:相信|轻信|信|碰))"
    r"(?:那些|什么|任何|所谓的?|网上|他们|别人|有人|对方|的)*(?:[^我咱这点]{0,6}(?:说|号称|承诺|宣传|保证|宣称|声称|吹)[^我咱这]{0,6})?$"
)

_IF = re.compile(r"(?:如果|假如|要是|倘若|假设|假使|若是|若(?!干)|万一|一旦|除非|即使|就算|哪怕|就当)")
_THEN = re.compile(
    r"就(?!是说|算|当)|那(?!个|种|款|样|些|边)|便(?!宜)|的话|才(?!能)|肯定|一定|放心|也|都|我们(?:会|可以|都)"
)
_SUPPOSING = re.compile(r"^.{0,4}(?:的话|的时候再)(?!术)")

_BOUNDS = re.compile(
    r"[以依][^您我]{1,14}为准|仅供参考|不代表(?:未来|以后|将来|实际)|不构成|视[^频为]{1,8}而定|按照?(?:合同|条款|实际)(?:约定|规定|为准|执行)"
    r"|具体(?:情况)?(?:要|还要|还是要|需要|得)?(?:以|看合同|看条款|根据)"
)
_EXPECTED = re.compile(
    r"预计|预期|预估|一般|正常(?:是|情况|来说)|通常|最快|最慢|最晚|最迟|最长|不超过|大约|约"
)


def contexts(folded: Folded, start: int, end: int) -> frozenset[Context]:
    """The senses of the hit at the folded characters [start, end); usually none.

    >>> from qa_service.text.normalize import fold
    >>> sorted(contexts(fold("我们不能承诺保本"), 6, 8))
    [<Context.NEGATED: 'negated'>]
    """
    return frozenset(sense for sense, holds in _SENSES.items() if holds(folded, start, end))


def has_sense(folded: Folded, start: int, end: int, senses: Collection[str]) -> bool:
    """Whether the hit is meant in one of `senses`; only these are looked for, which takes a fraction of the time."""
    for holds in _asked_for(frozenset(senses)) if senses else ():  # noqa: SIM110 - `any` takes half as long again
        if holds(folded, start, end):
            return True
    return False


@lru_cache(maxsize=256)
def _asked_for(senses: frozenset[str]) -> tuple[Callable[[Folded, int, int], bool], ...]:
    return tuple(holds for sense, holds in _SENSES.items() if sense in senses)


def is_quoted(folded: Folded, start: int, end: int) -> bool:
    """Whether the hit is somebody else's words, or words being talked about (您刚才说的保本)."""
    if _inside_marks(folded, start, end):
        return True
    left_edge, right_edge = folded.sentence(start, end)
    left = folded.text[max(left_edge, start - _NEAR) : start]
    right = folded.text[end : min(right_edge, end + _NEAR)]
    if _AFFIRMED.search(left):
        return False
    return _is_quoted_before(left, right) or bool(
        _THESE_WORDS.match(right)
        or _BEWARE.match(right)
        or _DISOWNED.match(right)
        or (_WHOEVER.search(left) and _IS_A_TRAP.match(right))
    )


def _is_quoted_before(left: str, right: str) -> bool:
    """Whether what stands before says whose words, or what kind of words, follow."""
    return bool(
        (_ATTRIBUTED.search(left) and not _CONFIRMED.search(right))
        or _WISHED.search(left)
        or _SO_CALLED.search(left)
        or _DEMANDED.search(left)
        or _WARNED_OF.search(left)
    )


def is_reported(folded: Folded, start: int, end: int) -> bool:
    """Whether the whole sentence or clause at [start, end) is somebody else's words, named in its first half."""
    middle = (start + end) // 2
    return bool(_NAMES.search(folded.text, start, middle)) or _inside_marks(folded, start, end)


def _inside_marks(folded: Folded, start: int, end: int) -> bool:
    """Whether quotation marks open before the hit and close after it."""
    opened = False
    for at, kind in folded.breaks:
        if at > start and not (opened and kind == BreakKind.CLOSE):
            continue
        if kind == BreakKind.OPEN and at <= start:
            opened = True
        elif kind == BreakKind.CLOSE:
            if opened and at >= end:
                return True
            opened = False
    return False


def is_supposed(folded: Folded, start: int, end: int) -> bool:
    """Whether the hit stands in the if-part of a condition; a promise in the then-part is a promise."""
    left_edge, right_edge = folded.sentence(start, end)
    left = folded.text[max(left_edge, start - _NEAR) : start]
    conditions = [match.end() for match in _IF.finditer(left)]
    if not conditions:
        return bool(_SUPPOSING.match(folded.text[end : min(right_edge, end + _NEAR)]))
    after_if = conditions[-1]
    if is_staked(folded, end):
        return False
    return not _THEN.search(left[after_if:]) and not folded.crosses(start - len(left) + after_if, end)


def is_bounded(folded: Folded, start: int, end: int) -> bool:
    """Whether the sentence says how far it holds: a named authority, or an expected time or amount."""
    left, right = folded.sentence(start, end)
    if _BOUNDS.search(folded.text[left:]):
        return True
    if not _EXPECTED.search(folded.text[left:right]):
        return False
    return any(hit.kind in WHEN and left <= hit.start < right for hit in numbers(folded))


_SENSES: Mapping[Context, Callable[[Folded, int, int], bool]] = {
    Context.PROHIBITED: is_forbidden,
    Context.NEGATED: is_denied,
    Context.QUOTED: is_quoted,
    Context.QUESTION: is_asked,
    Context.CONDITIONAL: is_supposed,
    Context.BOUNDED: is_bounded,
}
