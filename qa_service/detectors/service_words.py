"""What service acts of agents sound like, and where they stand in what was said."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from qa_service.text.context import is_quoted
from qa_service.text.negation import is_negated
from qa_service.text.normalize import BreakKind, Folded, fold
from qa_service.text.phrases import PhraseScanner

GREETING, CLOSING = "service.greeting", "service.closing"
IDENTITY, IDENTITY_CHECK = "service.identity", "service.identity_check"
APOLOGY = "service.apology"
HOLD_NOTICE, EMPATHY = "service.hold_notice", "service.empathy"
TRANSFER, CALLBACK = "service.transfer", "service.callback_promise"

#: What each act sounds like: the confidence and the wordings; 您 and 你 are the same there. 您好 and 不好意思 are
#: also mere fillers; 请讲 and 不客气 are half a greeting and half a goodbye: a person says whether they do.
_WORDINGS: tuple[tuple[str, float, str], ...] = (
    (GREETING, 0.8, "您好 早上好 上午好 中午好 下午好 晚上好 早安 午安 晚安 哈喽 hello"),
    (
        GREETING,
        0.95,
        """很高兴为您服务 高兴为您服务 为您服务 欢迎致电 欢迎来电 欢迎拨打 感谢您的来电 感谢来电
        感谢您致电 感谢致电 谢谢您的来电 谢谢来电 请问需要什么 请问需要办理什么 请问您需要什么
        请问有什么需要 请问您有什么需要 请问有什么问题 请问您有什么问题 请问要咨询什么 请问您要咨询什么
        请问您想咨询什么 请问要办理什么 请问您要办理什么 需要什么帮助 可以帮您做什么 能为您做什么""",
    ),
    (GREETING, 0.6, "请讲 请说"),
    (
        CLOSING,
        0.9,
        """感谢您的来电 谢谢您的来电 感谢来电 谢谢来电 感谢您致电 感谢致电 感谢您的接听 谢谢您的接听
        感谢接听 感谢您的支持 感谢您的理解 感谢您的配合 谢谢您的配合 感谢您的耐心 感谢您的宝贵时间
        感谢您的反馈 感谢您的建议 您慢走 您多保重 您保重 多保重 保重身体
        晚安 掰掰 下午见 明天见 明早见 回头见 待会见 待会儿见 一会儿见 改天见 一路平安
        生活愉快 工作顺利 身体健康 再见 再会 拜拜 回见 欢迎再次来电
        欢迎您再次来电 欢迎随时来电 随时来电 期待您的再次 对我的服务 服务进行评价 服务作出评价
        服务做出评价 满意度评价 参与评价 邀请您评价 给个好评 给我打分 评价一下 其他问题吗
        其他需要帮 打扰您了 不打扰了 不打扰您""",
    ),
    # 再见 as recognisers mishear it
    (CLOSING, 0.8, "再贱 再件 再剑 在见 在贱"),
    (
        CLOSING,
        0.6,
        """先这样 那就这样 先到这里 就到这里 我就挂了 先挂了 您先挂 请先挂机 请您挂机 您先忙 您忙吧 不客气
        不用谢 谢谢您 感谢您 辛苦您 慢走 打扰了""",
    ),
    (
        IDENTITY_CHECK,
        0.9,
        """核实一下您的身份 核实您的身份 验证一下您的身份 验证您的身份 核对一下您的身份
        确认一下您的身份 身份证号 身份证后 身份证的后 证件号 是机主本人 是本人吗 是您本人
        本人办理 报一下您的姓名 说一下您的姓名 您的全名 开户人姓名 预留手机 预留的手机
        登记的姓名 登记的手机 出生年月 核对一下信息 核对一下资料 核实一下信息 核实一下资料
        请问贵姓 您贵姓 怎么称呼""",
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
        不要挂电话 先别挂 您别挂 我不挂电话 请您等待 耐心等我 请在线等待 保持在线 请线上稍等""",
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

# 您先别急着退 is advice; 您先别急, 您别着急 meets a feeling.
_IN_NO_HURRY_TO = re.compile(r"着(?!急)(?!我|您|你|慢|我们|呢|啊|哈|先)")
# 理解您的意思, 我理解您，您就是想退款: the matter is understood; 您看能理解吗 asks for understanding.
_NO_FEELING = re.compile(
    r"(?:您|你)?的?(?:意思|想法|需求|诉求|问题)|(?:您|你){1,2}(?:就是|是说|是想)|(?:一下)?(?:吗|么(?!的)|嘛)"
)
_THANKS = re.compile(r"(?:感谢|谢谢)[您你]?(?:[^不吗]{0,8}?(?:来电|致电))?")
_FEST = "都好|大吉|如愿|愉快|顺利|开心|快乐|健康|平安|如意|顺心|幸福|兴隆|好运|康复"
#: Wordings with a part that changes: 请问有什么可以帮你, 请问您还有别的问题吗, 祝您周末愉快, 有问题随时联系我们.
_SHAPES: tuple[tuple[str, float, re.Pattern[str]], ...] = (
    (
        GREETING,
        0.95,
        re.compile(
            r"欢迎[您你](?:的)?(?:来电|致电|拨打)|(?:感谢|谢谢)[您你](?:的)?(?:来电|致电)"
            r"|(?<!还)(?:有(?:什么|啥)(?:事情?|问题)?|(?<!有)(?:什么|啥)(?:事情?|地方)?)"
            r"(?:是)?(?:我们?)?(?:可以|能够?|需要|要)(?:我们?)?(?:帮到?[您你]?|为[您你])"
        ),
    ),
    # 大概等半分钟, 需要一两分钟左右, 您等我十秒
    (
        HOLD_NOTICE,
        0.9,
        re.compile(
            r"(?:大概|大约|可能|需要|差不多|要)(?:需要|得|要)?(?:您)?(?:等待|等候|等)[^，。？！了过]{0,3}?[0-9一二两三四五六七八九十半]+(?:秒|分钟)"
            r"|等我?[0-9一二两三四五六七八九十半]+(?:秒|分钟)"
        ),
    ),
    (
        CLOSING,
        0.9,
        re.compile(
            r"还有(?:没有)?(?:什么|啥|其他|其它|别的|另外)的?[^吗呢]{0,6}?(?:问题|需要|需求|疑问|业务|事|帮|能为|可以为)"
            r"|(?:其他|别的|另外)的?还有[^吗呢]{0,6}?吗|还需要(?:办|咨询|了解|什么|别的|其他)[^吗呢]{0,6}?吗"
            r"|没有?(?:其他|别的)问题(?:的话)?我"
            r"|(?:感谢|谢谢)[您你](?:对|的|在)[^不吗]{0,8}?"
            r"(?:来电|致电|接听|支持|理解|配合|信任|耐心|反馈|建议|时间|关注)"
            rf"|祝[您你][^不]{{0,8}}?(?:{_FEST})"
            r"|有(?:什么|任何|其他|别的)?(?:问题|疑问|需要|情况|事情?)[^不]{0,4}?(?:随时|再|欢迎)[^不]{0,4}?"
            r"(?:联系|来电|打|拨|致电|咨询|找)"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Act:
    """A service act found in one utterance."""

    start: int
    end: int
    confidence: float
    #: Nothing but thanks for the call, which greet as well as they close.
    is_thanks: bool = False


class _Wording(NamedTuple):
    """What a listed wording is a wording of."""

    label: str
    confidence: float


@cache
def _wordings() -> tuple[PhraseScanner, tuple[_Wording, ...]]:
    phrases = [(phrase, label, sure) for label, sure, held in _WORDINGS for phrase in held.split()]
    return PhraseScanner([phrase for phrase, _, _ in phrases]), tuple(
        _Wording(label, sure) for _, label, sure in phrases
    )


def acts_in(text: str) -> dict[str, Act]:
    """Every act in a sentence, from its first wording to its last, as sure as the surest of them."""
    return dict(_acts_in(text))


@lru_cache(maxsize=4_096)
def _acts_in(text: str) -> tuple[tuple[str, Act], ...]:
    """Remembered for the two detectors that ask in turn."""
    folded = fold(text)
    found: defaultdict[str, list[Act]] = defaultdict(list)
    for label, act in (*_listed(folded), *_shaped(folded)):
        # 没事再见, 谢谢您理解再见: nobody denies a goodbye or tells of one, least of all in text without punctuation.
        is_said = label == CLOSING or not (
            is_negated(folded, act.start, act.end)
            or is_quoted(folded, act.start, act.end)
            or (
                label == EMPATHY
                and (_IN_NO_HURRY_TO.match(folded.text, act.end) or _NO_FEELING.match(folded.text, act.end))
            )
        )
        if is_said:
            found[label].append(act)
    return tuple((label, _joined(acts)) for label, acts in found.items())


def _listed(folded: Folded) -> Iterator[tuple[str, Act]]:
    scanner, meant = _wordings()
    for hit in scanner.scan(folded):
        wording = meant[hit.which]
        yield wording.label, _act(folded, hit.start, hit.end, wording.confidence)


def _shaped(folded: Folded) -> Iterator[tuple[str, Act]]:
    for label, sure, shape in _SHAPES:
        for match in shape.finditer(folded.text):
            if not folded.crosses(match.start(), match.end(), BreakKind.HARD):
                yield label, _act(folded, match.start(), match.end(), sure)


def _act(folded: Folded, start: int, end: int, confidence: float) -> Act:
    return Act(start, end, confidence, bool(_THANKS.fullmatch(folded.text, start, end)))


def _joined(acts: Sequence[Act]) -> Act:
    return Act(
        min(act.start for act in acts),
        max(act.end for act in acts),
        max(act.confidence for act in acts),
        all(act.is_thanks for act in acts),
    )
