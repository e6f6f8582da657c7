"""What machines on the line say, and what only people say; patterns over the folded text.

Folded text (text.normalize) is simplified and has no punctuation or spaces, so one pattern serves both
scripts and English. Character classes like [按案] are what recognisers write for the same sound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache


class Strength(IntEnum):
    """How far the wording alone tells."""

    #: People say this too: only what comes after it can tell (a menu).
    FAINT = 0
    #: People may say this: place and repetition must agree.
    WEAK = 1
    #: Hardly anybody says this who is not quoting it.
    STRONG = 2


@dataclass(frozen=True, slots=True)
class Wording:
    """One kind of machine line; `code` is the Reason of the role `system`."""

    code: str
    strength: Strength
    pattern: re.Pattern[str]


_KEY = r"(?:[0-9]|[零一二两三四五六七八九]|[星井米]|任意键|#|\*)"
_PRESS = rf"[请情][按案暗岸]{_KEY}"
_BEEP = r"(?:[嘀滴哔嘟]|提示音|信号音|一声|长音|响)"


def _wording(code: str, strength: Strength, *patterns: str) -> Wording:
    return Wording(code, strength, re.compile("|".join(patterns)))


WORDINGS: tuple[Wording, ...] = (
    _wording(
        "system.survey",
        Strength.STRONG,
        r"(?:满意|一般|评价|评分)(?:度)?[请情]?[按案]" + _KEY,
        r"(?:评价|打分)[请情][按案]",
    ),
    _wording(
        "system.transfer",
        Strength.WEAK,
        r"正在(?:为您|帮您)?(?:转接|接通|连接|连线)",
        r"(?:电话|来电)(?:正在|将|即将)(?:为您)?(?:转|接)",
    ),
    _wording(
        "system.queue",
        Strength.WEAK,
        r"(?:[坐座作]席|话务员|客服(?:代表|人员|专员)?|线路|客户代表|服务人员)(?:都|均|正|全|目前|暂时|现在|仍)*(?:在)?(?:繁?忙|[凡烦]忙|全忙|占线|忙碌)",
        r"(?:前面|前方)(?:还|尚)?有\d*.{0,3}(?:位|人).{0,6}(?:排队|等待|等候)",
        r"(?:正在|继续|请)排队",
    ),
    _wording(
        "system.hold",
        Strength.WEAK,
        r"请(?:您)?(?:不要|勿|先不要|别)挂(?:机|断|线|电话)",
        r"(?:电话|通话|线路)(?:正在|已)?(?:保持|保留)中",
        r"(?:请|感谢您)(?:您)?的?(?:继续|耐心)?(?:稍候|等候|等待)",
        r"您的(?:来电|电话)对我们(?:很|非常|十分)?重要",
    ),
    _wording(
        "system.recording_notice",
        Strength.WEAK,
        r"(?:通话|电话|来电|对话)(?:内容)?(?:可能|将|会|均|已|正在)*(?:被|进行|全程|予以|自动)*(?:录音|录制|监听)",
        r"(?:为|为了)(?:保证|确保|提升|提高|保障).{0,14}(?:录音|录制)",
        r"call(?:s)?(?:may|will|is|are)(?:be|being)?.{0,12}(?:recorded|monitored)",
    ),
    _wording(
        "system.job_number",
        Strength.FAINT,
        r"^(?:本次)?(?:由)?(?:工号|坐席|客服(?:代表|专员)?|话务员|服务代表)?(?:工号)?(?:是|为)?\d{2,8}号?"
        r"(?:坐席|话务员|客服(?:代表|专员)?|客户代表|服务代表)?(?:将)?(?:很高兴)?为您服务$",
    ),
    _wording(
        "system.ivr", Strength.FAINT, r"^(?:您好|你好)?(?:欢迎|感谢您?)(?:致电|拨打|来电|使用)[^我]{0,30}$"
    ),
    _wording(
        "system.survey",
        Strength.WEAK,
        r"请(?:您)?(?:对|为)(?:本次|此次|这次|刚才|客服代表|坐席|服务人员).{0,10}(?:评价|打分|评分)",
        r"^感谢您的(?:评价|参与|配合)(?:再见|祝您.{0,8})?$",
        r"^(?:感谢|谢谢)您?的?(?:来电|致电|使用)(?:再见|祝您.{0,8})*$",
    ),
    _wording(
        "system.voicemail",
        Strength.STRONG,
        rf"[请情]?(?:在|听到).{{0,4}}{_BEEP}.{{0,6}}(?:[后侯]|以后|之后).{{0,4}}(?:留言|录音)",
        r"[请情]?留言.{0,6}[按案]" + _KEY,
        r"您有\d+秒.{0,4}留言",
        r"(?:转接?|接|转)(?:到|至|入|进)(?:语音|留言)(?:信箱|邮箱)",
        rf"{_BEEP}声?[后侯].{{0,3}}开始计费",
        r"leave(?:a|your)?(?:message|voicemail)|after(?:the)?(?:tone|beep)|voice(?:mail|messaging)(?:box|system|service)",
        r"(?:现在|暂时)?(?:不方便|无法|不能)接?听?(?:您的)?(?:电话|来电).{0,10}请留言",
    ),
    _wording(
        "system.carrier",
        Strength.STRONG,
        r"(?:[您你]?所?[拨播泼拔](?:打|叫)?|[您你]所?呼叫)的?(?:用户|电话|号码|手机|客户).{0,12}"
        r"(?:关机|停机|空号|不存在|正忙|占线|通话中|无法接[通听]|无人接[听通]|不在服务区|未开机|无应答|无回应|没有应答|有误|过期|来电提醒|呼[入叫]限制|秘书服务|语音信箱)",
        r"[请情]稍[后候]再[拨播泼拔]|[请情](?:您)?(?:查证|核对|核实)后再[拨播泼拔]",
        r"(?:subscriber|number|user|party|person|customer)(?:that)?you(?:have|ve|are|re)?"
        r"(?:dialed|dialled|called|calling|diall?ing|tryingto(?:reach|call))",
        r"(?:subscriber|number)(?:is|you|has).{0,40}(?:power(?:ed)?off|notinservice|notavailable|busy|doesnotexist)",
        r"please(?:try|call|dial|redial)(?:again|later|it)*later",
    ),
    # Last, for of equal strengths the first names the line, and surveys and voicemail have keys too.
    _wording(
        "system.ivr",
        Strength.STRONG,
        _PRESS,
        rf"(?:返回|重听|退出|结束|确认).{{0,6}}[按案]{_KEY}",
        r"(?:以|按)[井#星]号?键?(?:结束|确认|$)",
        r"您?的?输入(?:有误|错误|不正确|超时)",
        r"请(?:直接)?(?:说出|输入)您?(?:的|要|需要).{0,12}(?:业务|号码?|密码|分机|证件)",
        r"(?:转|接)?人工(?:服务|坐席)[请情]?[按案]",
        r"(?:请选择|更换)(?:服务)?语[言种]|(?:please|for.{2,20})press\d",
    ),
)

#: Somebody recorded this greeting for their own voicemail: here "I" speaks for no person on the line.
RECORDED = re.compile(r"^(?:您好|你好|喂)?我.{0,12}(?:不方便|无法|不能|不在).{0,24}留言")

#: How much wording counts against a machine, as tried on tests/turns/test_prompts.py.
HUMAN: tuple[tuple[float, re.Pattern[str]], ...] = (
    # Speaks of itself as one person; "我们", "我司", "我行" are also the company's recorded voice.
    (0.6, re.compile(r"我(?![们司行])|咱|本人|俺")),
    # Reports what somebody else, or a machine, said or did.
    (
        0.6,
        re.compile(
            r"刚才|刚刚|一直|老是|每次|总是|结果|怎么|为什么|为啥|让人?按|叫人?按|就说|说是|提示说|显示|打过去|打电话"
            r"|你们|他们|人家|是不是|有没有|是我们|是对的"
        ),
    ),
    # Tells the other what to do later, elsewhere.
    (
        0.5,
        re.compile(
            r"[您你](?:就|先|再|直接|到时|等会|待会)|到时候|待会|等会|等下|然后|的话就|之后您|挂[断机]?后|听到.{0,8}就|[您你](?:可能|应该|刚才|那边)?听到的"
        ),
    ),
    (0.5, re.compile(r"(?<!也)(?<!还)可以(?:直接)?(?:拨|打|按|选择|在)")),
    (0.5, re.compile(r"(?:稍后|一会儿?)(?:会|将|有|系统|请您|您)")),
    # Small talk of a live person.
    (
        0.4,
        re.compile(
            r"^(?:嗯|哦|呃|啊|好的|好嘞|行|那|对(?!不起)|喂|不好意思|没事|没关系)|就是|麻烦您|一下[吧啊哈]?$|[吗呢吧嘛]$|哈$"
        ),
    ),
    (0.4, re.compile(r"请问.{0,10}(?:帮|需要|办理|怎么称呼|贵姓)|(?:帮|给)您查|先生|女士|小姐")),
)


@lru_cache(maxsize=1_024)
def machine_wordings(folded: str) -> tuple[Wording, ...]:
    """The kinds of machine line that `folded` sounds like, strongest first."""
    hits = [wording for wording in WORDINGS if wording.pattern.search(folded)]
    return tuple(sorted(hits, key=lambda wording: -wording.strength))


def human_weight(folded: str) -> float:
    """How much of the wording only a person would use; 0 for none, grows with each kind found."""
    if RECORDED.search(folded):
        return 0.0
    return sum(weight for weight, pattern in HUMAN if pattern.search(folded))
