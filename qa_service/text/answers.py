"""What makes a reply an answer: the kind that was asked for, a yes or no, an action, an honest limit."""

from __future__ import annotations

import re
from itertools import pairwise

from qa_service.text.context import is_bounded
from qa_service.text.hedges import hedges
from qa_service.text.normalize import BreakKind, Folded
from qa_service.text.numbers import WHEN, NumberKind, numbers
from qa_service.text.questions import Asked, blanked, kinds_asked
from qa_service.text.similar import share_of_content, shares_content

_ACT = (
    r"(?:查|登记|核实|核对|催|提交|反馈|转|申请|处理|记录|记下|记好|联系|安排|取消|办|退|补|开|发|改|确认|问|看|加急|备注|升级|解决"
    r"|跟进|回复|回电|预约|试|调|报|派|重置|恢复|暂停|冻结|挂失|上报)"
)
_NOT_VAGUE = r"(?:(?!尽|吗|可能|应该|能不能)[^吗]){0,6}"
_COMMITS = re.compile(
    rf"(?:我|我们|这边|咱们|小妹|系统)(?:现在|马上|这就|立刻|立即|先|这边|这里|已经|可以|会|来|再|就|都|一起|赶紧){{0,4}}(?:帮|给|为|替|跟|和)您?{_NOT_VAGUE}{_ACT}"
    rf"|(?:帮|给|为|替)(?:您|你|亲)(?:这边|先|马上|现在|再|也|优先){{0,3}}{_ACT}"
    rf"|(?:我|我们|这边)(?:现在|马上|这就|立刻|立即|先|去|来)+{_NOT_VAGUE}{_ACT}"
    rf"|已经?(?:帮您|给您|为您|跟|让|请)?{_NOT_VAGUE}(?:登记|提交|反馈|催|处理|办|取消|安排|转|记录|申请|退|发|修改|解决|联系|加急|派|出发|备注|升级|通知|到账|恢复)"
    r"|(?:专员|专人|师傅|工程师|经理|主管|工作人员|同事|售后|技术|快递员?|配送员?|客服)(?:(?!尽)[^吗]){0,8}(?:联系|回电|回复|上门|打电话|致电|处理|通知|跟进|核实)"
    r"|我(?:会|来|已经|现在|这就|先)?把[^，。？！]{1,12}?(?:写|记|登记|备注|反映|反馈|报|转|提交|录)(?:到|进|给|上|下来|上去|清楚|好)"
    r"|(?:短信|微信|电话|邮件|系统)(?:会|将)?(?:通知|告知|联系|提醒|自动)(?:您|发)|(?:给|跟)您(?:回电|回复|答复|打电话|回个?电话|一个答复|准信|一个准信)|转接|(?:您|可以)(?:直接)?(?:打|拨打)[0-9]"
)
_YES_NO = re.compile(
    r"(?:^|[吧啊呢哦的了])?(?:嗯|啊|哦|那|这个|这|先生|女士|您好|亲爱的|亲|抱歉|对不起|不好意思|我们|这边|您|目前|现在|暂时|它|都|也|当然|肯定|一定|是|就|确实){0,4}"
    r"(?:是的|对的?(?!不起)|没错|可以(?!看|参考|关注|查看|自行|联系|咨询|打|去|到|再|先|登录|搜|帮)|能(?!否)|行(?!程)|好的|会的|有的|有(?!什么|没有|点)"
    r"|支持|需要|要的|必须|得|算|包|属于|免费|保证)"
)
_NO = re.compile(
    r"(?:(?<!对)(?<!又)不(?!好意思|客气|过|仅|但|只|用谢|谢|好说|太好说|知道|太?清楚|管|论|如|断|同)|没(?!关系|事|问题吧|准)|无法|未(?!来)|别(?!的|人|急))"
)
_FREE = re.compile(r"免费|不收|不要钱|不用钱|没有费用|不花钱|不扣")
_SOON = re.compile(
    r"马上|立刻|立即|现在就|这就|今天|明天|随时|当场|即时|实时|已经|一会儿?就|之后就|到了就|同时|直接到"
)
# 到了就能修 depends on something else: it may be an answer, and is no plain one.
_AT_ONCE = re.compile(r"马上|立刻|立即|现在就|这就|今天|明天|随时|当场|即时|实时|已经|一会儿?就|直接到")
_REASON = re.compile(
    r"因为|由于|原因|所以|导致|造成|才会|的话就|是(?:因|由|这样|咱|系统|您|我们|商家|快递|仓库|银行|活动)|是.{1,14}的|[为既]了|规定|要求|需要"
)
_PERSON = re.compile(
    r"部门?|专员|经理|师傅|公司|商家|物业|银行|快递|我|您|平台|客服|主管|仓库|站点|厂家|卖家|售后|财务|电话|[0-9]{3,}"
)
_GATHERS = re.compile(
    r"提供|报一下|说一下|告诉我|发(?:一下|给我|我)|稍等|稍候|等一下|查一下|看一下|核实一下|请问|麻烦您|订单号|哪一[个笔单]|(?<![很更挺太最为])方便(?!快捷|的[很。]|得很)|什么问题|具体"
)


#: 羊绒的还是羽绒的？ 您要几枝的？
_WHICH = re.compile(r"还是[^。？！]{1,10}$|(?:要|是|选|看中|买|做|用)的?是?(?:几|哪)[^。？！]{0,6}$")
_FRANK = re.compile(r"不(?:敢|想|能|好)(?:随便|乱|瞎|跟您乱|给您乱|对您乱)")


def commits(folded: Folded) -> bool:
    """Whether somebody says what they or another do next: an action, an owner, a way to be told."""
    return bool(_COMMITS.search(folded.text))


def is_definite(folded: Folded, asked: frozenset[Asked] = frozenset()) -> bool:
    """Whether a time, a deadline or an authority is named (or an amount, where one was asked for)."""
    kinds = (
        WHEN | {NumberKind.AMOUNT, NumberKind.PERCENT, NumberKind.NUMBER} if Asked.HOW_MUCH in asked else WHEN
    )
    text = folded.text
    if any(hit.kind in kinds and not _is_past(text, hit.start, hit.end) for hit in numbers(folded)):
        return True
    return bool(text) and is_bounded(folded, 0, len(text))


_PAST = re.compile(r"昨天|前天|上(?:个)?(?:周|星期|月)")
# 等了三天 says how long it has been; 再过三天, 过十分钟就好 when it is.
_ELAPSED = re.compile(r"(?:已经|等了|过了|都|超过|这|(?<!再)(?<!要)(?<!还)(?<!^)过|最近|前)$")


def _is_past(text: str, start: int, end: int) -> bool:
    """Whether a time only says how long it has been, or about when (这两天)."""
    return bool(_PAST.match(text, start, end) or _ELAPSED.search(text[max(0, start - 3) : start]))


def asks_back(folded: Folded) -> bool:
    """Whether a reply first needs to know more, or goes to look: no answer yet, and no dodge."""
    is_choice = any(kind is BreakKind.ASK for _, kind in folded.breaks[-1:]) and _WHICH.search(folded.text)
    return bool(kinds_asked(folded) or is_choice or _GATHERS.search(blanked(folded.text)))


def is_frank(folded: Folded) -> bool:
    """Whether somebody says openly that they do not know, and will not guess: 电力公司还没给，我不想随便给您一个数."""
    return bool(_FRANK.search(folded.text))


def answers(folded: Folded, asked: frozenset[Asked], question: str = "") -> bool:
    """Whether a reply contains what any of the kinds `asked` want; unsure counts as answered.

    >>> from qa_service.text.normalize import fold
    >>> answers(fold("明天上午"), frozenset({Asked.WHEN}))
    True
    """
    text = folded.text
    found = numbers(folded)
    tests = {
        Asked.WHEN: lambda: any(hit.kind in WHEN for hit in found) or bool(_SOON.search(text)),
        Asked.HOW_MUCH: lambda: _says_how_much(folded, question),
        Asked.WHETHER: lambda: bool(_YES_NO.match(text) or _NO.search(text)) or _takes_up(text, question),
        Asked.WHY: lambda: bool(_REASON.search(text)),
        Asked.WHO: lambda: bool(_PERSON.search(text)),
    }
    return any(kind not in tests or tests[kind]() for kind in asked)


_CHOICE = re.compile(r"(?P<verb>[\u4e00-\u9fff])[不没](?P=verb)")


#: A reply that holds this much of what a question was about speaks of it, whatever else it says.
_ON_THE_MATTER = 0.4
#: How far into a reply a plain no may stand.
_FIRST = 12
_PLAIN_REASON = re.compile(r"因为|由于|原因|所以|导致|造成|是因|主要是|的缘故|才会")


#: A rate is asked for, and only a share answers it: 每天几块钱 does not.
_RATE = re.compile(r"利率|年化|月息|年息|费率|折算率|百分之|几个点|比例|几成|几厘")
_SHARE = re.compile(r"[0-9零一二三四五六七八九十两]+(?:厘|分利|个点|成)|无息|免息|没有利息|零利率")


def _says_how_much(folded: Folded, question: str) -> bool:
    """Whether a reply names an amount, or the share where a rate was asked for."""
    found = numbers(folded)
    if _RATE.search(question):
        return any(hit.kind is NumberKind.PERCENT for hit in found) or bool(_SHARE.search(folded.text))
    return bool(found) or bool(_FREE.search(folded.text))


def says_yes_or_no(folded: Folded, asked: frozenset[Asked]) -> bool:
    """Whether a reply to a yes-or-no question begins with its answer, and no hedge stands in it (不一定)."""
    if Asked.WHETHER not in asked:
        return False
    first = min([at for at, _ in folded.breaks if at] or [_FIRST])
    said = _YES_NO.match(folded.text) or _NO.search(folded.text, 0, min(first, _FIRST))
    if said is None or folded.text[said.end() : said.end() + 1] == "吧":
        return False
    return not any(hedge.start < said.end() and said.start() < hedge.end for hedge in hedges(folded))


_FEW = r"(?:[0-9]{1,2}|[一二三四五六七八九十两]{1,3})"
#: What is counted in a question (几点, 几号) …
_COUNTED = re.compile(r"几(?P<unit>[点号日月楼层])")
#: … and a reply that counts: 六点下班, 十五号到; 快一点, 有一点, 这几点, 一点都不 tell no time.
_VALUE = re.compile(
    rf"(?<![快慢早晚多少有差这那第几]){_FEW}(?P<unit>[点号日月楼层])"
    r"(?=$|[半多钟整前后左右吧呢啊的下上开关到就打结收营之以可才准给能]|[0-9]{1,2}分?)"
)
_BARE = re.compile(rf"^(?:是|就|大概|差不多|晚上|下午|早上|上午|中午){{0,2}}{_FEW}(?:吧|啊|呢|左右)?$")


def gives_value(folded: Folded, question: str) -> bool:
    """Whether a reply counts what the question counts.

    >>> from qa_service.text.normalize import fold
    >>> gives_value(fold("六点，感谢来电"), "几点下班"), gives_value(fold("快一点，我们很忙"), "几点下班")
    (True, False)
    """
    counted = _COUNTED.search(question)
    if counted is None:
        return False
    edges = (0, *(at for at, _ in folded.breaks), len(folded.text))
    clauses = (folded.text[start:end] for start, end in pairwise(edges))
    return any(
        _BARE.match(clause) or any(said["unit"] == counted["unit"] for said in _VALUE.finditer(clause))
        for clause in clauses
    )


def answers_plainly(folded: Folded, asked: frozenset[Asked], question: str = "") -> bool:
    """Whether nobody could say that this is no answer: a time, an amount, yes or no first, because.

    >>> from qa_service.text.normalize import fold
    >>> answers_plainly(fold("这是系统自动扣的"), frozenset({Asked.WHY}))
    False
    """
    text, found = folded.text, numbers(folded)
    when = any(hit.kind in WHEN and not _is_past(text, hit.start, hit.end) for hit in found)
    return (
        (Asked.WHEN in asked and (when or bool(_AT_ONCE.search(text))))
        or (Asked.HOW_MUCH in asked and _says_how_much(folded, question))
        or gives_value(folded, question)
        or says_yes_or_no(folded, asked)
        or (Asked.WHETHER in asked and share_of_content(question, text) >= _ON_THE_MATTER)
        or (Asked.WHY in asked and bool(_PLAIN_REASON.search(text)))
        or not asked <= _KINDS_TOLD
    )


#: Kinds whose answers can be told from other words.
_KINDS_TOLD = frozenset({Asked.WHEN, Asked.HOW_MUCH, Asked.WHETHER, Asked.WHY, Asked.WHO})


def _takes_up(text: str, question: str) -> bool:
    """Whether the verb that was put to choice (能不能, 有没有) or what was asked about comes back."""
    verbs = {choice["verb"] for choice in _CHOICE.finditer(question)}
    if any(re.search(f"(?<!您){verb}(?!{verb}|么|看)", text) for verb in verbs):
        return True
    return shares_content(question, text)
