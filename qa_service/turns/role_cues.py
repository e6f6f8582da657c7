"""What agents say and what customers say; weights are log-odds that the speaker is the agent.

Written from what service calls sound like and tried on data that is not in this repository
(docs/turns.md#roles has the figures); patterns over folded text (text.normalize).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

#: A cue counts this often at most: saying the same thing ten times proves it only once more.
_MOST = 2


def _compiled(cues: Mapping[str, float]) -> Mapping[re.Pattern[str], float]:
    return MappingProxyType({re.compile(pattern): weight for pattern, weight in cues.items()})


AGENT = _compiled(
    {
        r"为您服务|竭诚为": 2.5,
        r"(?:请问|您好).{0,6}(?:什么|哪些?).{0,6}(?:帮|需要|咨询)|有什么(?:可以|能|需要|问题).{0,3}(?:帮|为)": 3.0,
        r"(?:还有|其他|别的).{0,8}(?:什么|问题|需要).{0,6}(?:帮|协助|为您)": 3.0,
        r"欢迎(?:致电|来电|拨打)|感谢您?的?(?:来电|致电|接听)": 2.5,
        r"(?:我的)?工号(?:是|为)?\d": 2.5,
        r"这(?:里|边)是.{0,14}(?:客服|公司|银行|中心|商城|保险|售后|热线)": 2.5,
        r"我是.{0,14}(?:客服|专员|顾问|坐席|客户经理|理财经理|工作人员)": 2.0,
        r"(?:麻烦|请|烦请|需要)您?(?:这边)?(?:提供|报一?下|说一?下|核对|确认|出示|描述)": 2.0,
        r"(?:核对|核实|确认|验证)一?下?您的?(?:身份|信息|资料|姓名|地址)": 2.0,
        r"(?:帮|给|为|替)您(?:这边)?(?:核?查|看|核实|登记|反馈|处理|申请|转|记录)": 2.0,
        r"(?:帮|给|为|替)您(?:这边)?(?:办理|催|联系|取消|升级|提交|安排|解决)": 2.0,
        r"请您?(?:稍等|稍候|耐心等)|您(?:先)?稍等|让您久等": 1.5,
        r"(?:感谢|谢谢)您的?(?:耐心|配合|理解|等待|支持|反馈|宝贵)": 2.0,
        r"(?:您|先生|女士|小姐).{0,2}贵姓|怎么称呼您?|请问您的?(?:姓名|手机|订单|电话|身份证)": 2.0,
        r"祝您": 2.5,
        r"(?:给|为|让)您(?:带来|造成|添|不).{0,8}(?:不便|困扰|麻烦|愉快|体验)": 2.5,
        r"(?:非常|十分|实在|很|真的)(?:抱歉|对不起)|深表歉意|理解您的": 1.5,
        r"我们(?:这边|这里)?(?:会|将|已经)(?:尽快|为您|在|给您|帮您|安排)": 1.5,
        r"(?:系统|后台|订单|页面|记录)(?:里|中|上)?(?:显示|查到)|(?:查询|查)到您": 1.2,
        r"\d?(?:个)?工作日(?:之?内|左右)": 1.0,
        r"您(?:这边|看|方便|可以|需要|的情况|放心|尽管)": 1.0,
        r"满意度?.{0,4}评价|对我的服务": 2.0,
        r"(?:张|王|李|赵|陈|刘|杨|黄|周|吴|林|[\u4e00-\u9fff])(?:先生|女士|小姐)(?:您|你)好?": 1.5,
    }
)
CUSTOMER = _compiled(
    {
        r"我(?:就|只|是|要|还|也)*想(?:要)?(?:问|咨询|查|退|投诉|取消|了解|换|知道|请|改|办|买|把|看看)": 2.0,
        r"我(?:就|必须|一定|现在)?要(?:投诉|退|取消|曝光|求|换|找|告|举报|赔偿|报修|一个说法)": 2.5,
        r"我(?:的|那个|这个|家|们家)(?:订单|快递|手机|卡|账户|账号|号码|宽带|包裹|钱|退款|东西|信用卡|保单|货|话费|流量|贷款"
        r"|电视|冰箱|洗衣机|空调|发票|电脑|网|那)": 1.5,
        r"你们(?:公司|家|怎么|这个?|那个?|客服|平台|到底|是不是|能不能|什么|银行|还|自己|商城|的|不|就|也)": 1.5,
        r"我(?:是)?(?:昨天|前天|上次|上周|上个?月|之前|早就|今天|刚|那天|前几天)"
        r".{0,6}(?:买|打|办|下单|申请|收到|退|交|投诉|说)": 1.5,
        r"怎么(?:还没?|办|回事|这么|搞的?|又|老是|不|没有?|都)": 1.0,
        r"(?:帮|给)我(?:查|看|问|办|退|取消|处理|转|催|解决|改|弄|换|发|开)": 2.0,
        r"(?:不|没)(?:需要|用)了|没(?:有)?兴趣|别(?:再)?(?:给我)?打": 1.5,
        r"你(?:们)?是(?:哪里|谁|哪位|哪个|干什么|什么公司)|哪位|哪里打": 2.0,
        r"(?:什么时候|啥时候|几天|多久).{0,4}(?:能|可以|到|发货|退|好|处理)": 0.8,
        r"(?:都|已经)(?:等|打|过|催|说)了?.{0,4}(?:好几|多少|几|半|两|三|\d).{0,2}(?:次|天|遍|个|周)": 1.5,
        r"为什么|凭什么|到底": 0.7,
        r"可以吗|行不行|能不能|行吗": 0.4,
        r"我(?:没|还没)(?:有)?(?:收到|买|办|用|看到|同意)": 1.5,
        r"(?:消费者协会|消协|12315|工商|媒体|律师|法院)": 1.0,
        r"^(?:嗯|哦|好|行|对|是的?|喂|可以|知道了?|没有了?|谢谢|好的?谢谢)+$": 0.3,
    }
)
#: Cues of this weight together are no accident.
PLAIN_SIGN = 4.0
#: 您 is what agents call customers far more often than the other way round.
_POLITE_YOU, _POLITE_WEIGHT, _POLITE_MOST = "您", 0.35, 6
_PLAIN_YOU, _PLAIN_WEIGHT = re.compile(r"你(?!好)"), 0.25


def agent_log_odds(lines: Iterable[str]) -> float:
    """How much what a speaker says, as folded lines, sounds like an agent (> 0) or a customer (< 0)."""
    said = tuple(lines)
    polite = min(_POLITE_MOST, sum(line.count(_POLITE_YOU) for line in said))
    plain = min(_POLITE_MOST, sum(len(_PLAIN_YOU.findall(line)) for line in said))
    return _weight(AGENT, said) - _weight(CUSTOMER, said) + _POLITE_WEIGHT * polite - _PLAIN_WEIGHT * plain


def is_mixed(lines: Iterable[str], least: float = PLAIN_SIGN) -> bool:
    """Whether one "speaker" says what only agents and what only customers say: two people taken for one."""
    said = tuple(lines)
    return _weight(AGENT, said) >= least and _weight(CUSTOMER, said) >= least


def is_any_customers(lines: Iterable[str]) -> bool:
    """Whether anything in the folded lines is what customers say, be it 嗯 or 好的谢谢."""
    return _weight(CUSTOMER, tuple(lines)) > 0


def _weight(cues: Mapping[re.Pattern[str], float], said: tuple[str, ...]) -> float:
    """The cues found, each counted twice at most, the second time by half."""
    total = 0.0
    for pattern, weight in cues.items():
        found = min(_MOST, sum(1 for line in said if pattern.search(line)))
        total += weight * (1.0, 1.5)[found - 1] if found else 0.0
    return total
