"""Service: what a polite agent says (greeting, name, hold notice, empathy, apology, goodbye), and empty apologies.

Positive tags: rules read them for "missing" as much as for praise. Only agents are heard.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Sound, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import Deaf, DetectorRun, Event
from qa_service.text.answers import asks_back, commits, is_definite
from qa_service.text.context import is_quoted
from qa_service.text.negation import is_negated
from qa_service.text.normalize import Folded, fold
from qa_service.text.phrases import PhraseHit, PhraseScanner

GREETING, CLOSING = "service.greeting", "service.closing"
IDENTITY, IDENTITY_CHECK = "service.identity", "service.identity_check"
APOLOGY, APOLOGY_ONLY = "service.apology", "service.apology_only"
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
#: An apology less sure than this is an excuse in passing.
_PLAIN = 0.7
_NAMES = re.compile(
    r"工号.{0,4}?[0-9零一二三四五六七八九]+|我是.{1,10}?(?:客服|专员|中心|经理|顾问|公司|银行|售后|号)|这里是.{2,}"
    r"|(?:客服|服务)(?:中心|热线)|我(?:姓|叫)[^什]|[0-9零一二三四五六七八九]{2,}号?(?:客服|专员|坐席|话务员)?(?:很高兴)?为您服务"
)


@dataclass(frozen=True, slots=True)
class ServiceActs:
    """Tags service acts of agents, one per act and utterance, quoting from its first wording to its last.

    Greeting and name count in an agent's first `opening_turns` utterances; a goodbye that is also a
    greeting (感谢您的来电) counts as a goodbye after them. Denied and quoted wordings are none; a goodbye
    is never denied.
    """

    name: ClassVar[str] = "service.acts"
    version: ClassVar[str] = "1"
    labels: ClassVar[tuple[str, ...]] = (
        *(GREETING, CLOSING, IDENTITY, IDENTITY_CHECK, APOLOGY, HOLD_NOTICE, EMPATHY, TRANSFER, CALLBACK),
    )
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    opening_turns: int = 3

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words."""
        return ServiceActsRun(self) if self.needs <= facts.parts else Deaf()


@dataclass(frozen=True, slots=True)
class ApologyOnly:
    """Tags the apology that is number `times` within `within_ms` without any action in between.

    An action is whatever moves the matter: a next step, an owner, a time, a question back. It starts the
    count anew. A light 不好意思 is no apology here. Tagged once per row of apologies.
    """

    name: ClassVar[str] = APOLOGY_ONLY
    version: ClassVar[str] = "1"
    labels: ClassVar[tuple[str, ...]] = (APOLOGY_ONLY,)
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    times: int = 3
    within_ms: int = 120_000

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words."""
        return ApologyOnlyRun(self) if self.needs <= facts.parts else Deaf()


@dataclass(frozen=True, slots=True)
class _Act:
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


def _acts(folded: Folded) -> dict[str, _Act]:
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
        label: _Act(hits[0][0].start, max(hit.end for hit, _ in hits), max(sure for _, sure in hits))
        for label, hits in found.items()
    }


@dataclass(slots=True)
class ServiceActsRun:
    """How often each agent has spoken."""

    settings: ServiceActs
    turns: dict[str, int] = field(default_factory=dict)

    def hear(self, event: Event) -> Iterable[Tag]:
        """The acts of an agent's utterance."""
        if not isinstance(event, Utterance) or event.role is not Role.AGENT or not event.text:
            return
        turn = self.turns[event.speaker] = self.turns.get(event.speaker, 0) + 1
        if event.unreliable:
            return
        folded, is_opening = fold(event.text), turn <= self.settings.opening_turns
        acts = _acts(folded)
        acts.pop(CLOSING if is_opening and GREETING in acts else GREETING if not is_opening else "", None)
        if is_opening and (named := _NAMES.search(folded.text)):
            acts[IDENTITY] = _Act(named.start(), named.end(), 0.85)
        for label, act in sorted(acts.items()):
            yield _tag(label, event, folded.origin(act.start, act.end), act.confidence)

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()


@dataclass(slots=True)
class ApologyOnlyRun:
    """The apologies since something was last done."""

    settings: ApologyOnly
    apologies: list[Evidence] = field(default_factory=list)
    is_tagged: bool = False

    def hear(self, event: Event) -> Iterable[Tag]:
        """A tag at the apology that makes it too many; what was lost may have been the action."""
        if isinstance(event, Sound) and event.is_lost:
            self._begin_anew()
        if not isinstance(event, Utterance) or event.role is not Role.AGENT:
            return
        folded = fold(event.text)
        apology = _acts(folded).get(APOLOGY)
        is_one = apology is not None and apology.confidence >= _PLAIN
        if not (is_one or self.apologies):
            return
        if event.unreliable or commits(folded) or is_definite(folded) or asks_back(folded):
            self._begin_anew()
            return
        if apology is None or not is_one:
            return
        since_ms = event.span.end_ms - self.settings.within_ms
        recent = [piece for piece in self.apologies if piece.span.start_ms >= since_ms]
        self.apologies = [*recent, Evidence.said(event, *folded.origin(apology.start, apology.end))]
        if len(self.apologies) >= self.settings.times and not self.is_tagged:
            self.is_tagged = True
            yield self._tag(event)

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing: an action may still come, but it comes too late for these."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def _begin_anew(self) -> None:
        self.apologies, self.is_tagged = [], False

    def _tag(self, last: Utterance) -> Tag:
        return Tag(
            evidence=tuple(self.apologies),
            label=APOLOGY_ONLY,
            detector=f"{APOLOGY_ONLY}@{self.settings.version}",
            confidence=0.8,
            because=Reason.of(APOLOGY_ONLY, count=len(self.apologies)),
            speaker=last.speaker,
            role=last.role,
        )


def _tag(label: str, heard: Utterance, said: tuple[int, int], confidence: float) -> Tag:
    evidence = Evidence.said(heard, *said)
    return Tag(
        evidence=(evidence,),
        label=label,
        detector=f"{ServiceActs.name}@{ServiceActs.version}",
        confidence=confidence,
        because=Reason.of(label, quote=evidence.quotes[0].text),
        speaker=heard.speaker,
        role=heard.role,
    )
