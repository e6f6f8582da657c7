"""What service acts of agents sound like, and where they stand in what was said."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from qa_service.text.context import is_quoted
from qa_service.text.negation import is_negated
from qa_service.text.normalize import Folded
from qa_service.text.phrases import PhraseHit, PhraseScanner

GREETING, CLOSING = "service.greeting", "service.closing"
IDENTITY, IDENTITY_CHECK = "service.identity", "service.identity_check"
APOLOGY = "service.apology"
HOLD_NOTICE, EMPATHY = "service.hold_notice", "service.empathy"
TRANSFER, CALLBACK = "service.transfer", "service.callback_promise"

#: What each act sounds like: the confidence and the wordings. 您好 and 不好意思 are also mere fillers.
_WORDINGS: tuple[tuple[str, float, str], ...] = (
    (GREETING, 0.8, "您好 你好 早上好 上午好 中午好 下午好 晚上好 早安 午安 晚安"),
    (
        GREETING,
        0.95,
        """很高兴为您服务 高兴为您服务 为您服务 欢迎致电 欢迎来电 感谢您的来电 感谢来电
        有什么可以帮您 有什么可以帮到您 有什么能帮您 有什么能帮到您 什么可以帮您
        什么可以帮到您 有什么需要帮助 有什么可以为您 可以帮您做什么""",
    ),
    (
        CLOSING,
        0.9,
        """感谢您的来电 谢谢您的来电 感谢来电 谢谢来电 感谢您的支持 感谢您的理解 感谢您的耐心
        生活愉快 祝您愉快 工作顺利 身体健康 祝您一切顺利 祝您顺心 再见 拜拜 欢迎再次来电
        欢迎您再次来电 随时来电 对我的服务 服务进行评价 服务作出评价 服务做出评价
        满意度评价 还有其他可以帮 还有其他需要 还有什么可以帮 还有什么需要 还有别的可以帮
        还有别的需要 其他问题吗 其他需要帮 不打扰您了""",
    ),
    (
        IDENTITY_CHECK,
        0.9,
        """核实一下您的身份 核实您的身份 验证一下您的身份 验证您的身份 核对一下您的身份
        确认一下您的身份 身份证号 身份证后 身份证的后 证件号 是机主本人 是本人吗 是您本人
        本人办理 报一下您的姓名 说一下您的姓名 您的全名 开户人姓名 预留手机 预留的手机
        登记的姓名 登记的手机 出生年月 核对一下信息 核对一下资料 核实一下信息 核实一下资料
        请问贵姓 怎么称呼""",
    ),
    (
        APOLOGY,
        0.9,
        """抱歉 对不起 致歉 道歉 请您谅解 请谅解 多谅解 请您原谅 请原谅 sorry
        让您久等 添麻烦了 给您添麻烦 带来不便 带来的不便 带来了不便 带来困扰 带来麻烦
        真不好意思 很不好意思 非常不好意思 实在不好意思 实在是不好意思 真的不好意思""",
    ),
    (APOLOGY, 0.6, "不好意思"),
    (
        HOLD_NOTICE,
        0.9,
        """请稍等 您稍等 稍等一下 稍等片刻 请稍候 您稍候 稍候片刻 请稍后 您稍后 稍等哈
        稍等哦 请您稍等 请等一下 您等一下 等我一下 不要挂机 别挂机 不要挂断 别挂断
        不要挂电话 先别挂 请您等待 耐心等我 请在线等待 保持在线 请线上稍等""",
    ),
    (
        EMPATHY,
        0.9,
        """理解您 能理解 我理解 非常理解 特别理解 很理解 十分理解 可以理解您 明白您的心情
        明白您的感受 明白您着急 您的心情我 您的感受 体会您 能体会 感同身受 换作是我
        换成是我 换成我 换做是我 换我也 如果是我也 我也会着急 确实让人着急 确实很着急
        确实让人生气 让您着急了 让您担心了 让您受累 您受委屈了 让您受委屈""",
    ),
    (
        EMPATHY,
        0.7,
        """您别着急 您先别着急 您别急 您先别急 请您别着急 您消消气 您别生气 您先消消气
        别难过""",
    ),
    (
        TRANSFER,
        0.9,
        """帮您转接 为您转接 给您转接 帮您转到 为您转到 给您转到 转接到 转给专 帮您转给
        转接专员 转接人工 转接给""",
    ),
    (
        CALLBACK,
        0.9,
        """给您回电 回电给您 给您回电话 给您回个电话 回电话给您 给您回复 回复您 给您答复
        答复您 联系您 给您打电话 给您去电 致电给您 致电您 回访您 给您回访 给您一个答复""",
    ),
)


@dataclass(frozen=True, slots=True)
class Act:
    """A service act found in one utterance."""

    start: int
    end: int
    confidence: float


@cache
def _wordings() -> tuple[PhraseScanner, tuple[tuple[str, float], ...]]:
    phrases = [(phrase, label, sure) for label, sure, held in _WORDINGS for phrase in held.split()]
    return PhraseScanner([phrase for phrase, _, _ in phrases]), tuple(
        (label, sure) for _, label, sure in phrases
    )


def acts_in(folded: Folded) -> dict[str, Act]:
    """Every act in a sentence, from its first wording to its last, as sure as the surest of them."""
    scanner, meant = _wordings()
    found: defaultdict[str, list[tuple[PhraseHit, float]]] = defaultdict(list)
    for hit in scanner.scan(folded):
        label, sure = meant[hit.which]
        # 没事再见: nobody denies a goodbye, least of all in text without punctuation.
        denied = label != CLOSING and is_negated(folded, hit.start, hit.end)
        if not (denied or is_quoted(folded, hit.start, hit.end)):
            found[label].append((hit, sure))
    return {
        label: Act(hits[0][0].start, max(hit.end for hit, _ in hits), max(sure for _, sure in hits))
        for label, hits in found.items()
    }
