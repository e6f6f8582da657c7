"""Service: what a polite agent says (greeting, name, hold notice, empathy, apology, goodbye).

Positive tags: rules read them for "missing" as much as for praise. Only agents are heard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from qa_service.core.calls import CallFacts
from qa_service.core.measured import PartName
from qa_service.core.speech import Role, Utterance
from qa_service.core.tags import Evidence, Tag
from qa_service.core.texts import Reason
from qa_service.detectors.base import WORDS_ALONE, Deaf, DetectorRun, Event
from qa_service.detectors.service_words import (
    APOLOGY,
    CALLBACK,
    CLOSING,
    EMPATHY,
    GREETING,
    HOLD_NOTICE,
    IDENTITY,
    IDENTITY_CHECK,
    TRANSFER,
    Act,
    acts_in,
)
from qa_service.text.normalize import fold

_NAMES = re.compile(
    r"工号.{0,4}?[0-9零一二三四五六七八九]+|我是.{1,10}?(?:客服|专员|中心|经理|顾问|公司|银行|售后|号)|这里是.{2,}"
    # 您好，星辰移动: a kind of company right behind the greeting.
    r"|(?:[您你]好|[早晚]上好|[上中下]午好)[^您你我他的请要是这那]{2,8}?"
    r"(?:银行|移动|联通|电信|宽带|保险|医院|物业|商城|快递|物流|燃气|供电|航空|旅行|证券|基金|公司|财富)"
    r"|(?:客服|服务)(?:中心|热线)|我(?:姓|叫)[^什]|敝姓|免贵姓|[0-9零一二三四五六七八九]{2,}号?(?:客服|专员|坐席|话务员)?(?:很高兴)?为您服务"
)


@dataclass(frozen=True, slots=True)
class ServiceActs:
    """Tags service acts of agents, one per act and utterance, quoting from its first wording to its last.

    Greeting and name count in an agent's first `opening_turns` utterances. Thanks for the call
    (感谢您的来电) greet until the agent has greeted and close from then on; where both may be meant, both
    count. Denied and quoted wordings are none; a goodbye is never denied.
    """

    name: ClassVar[str] = "service.acts"
    version: ClassVar[str] = "3"
    labels: ClassVar[tuple[str, ...]] = (
        *(GREETING, CLOSING, IDENTITY, IDENTITY_CHECK, APOLOGY, HOLD_NOTICE, EMPATHY, TRANSFER, CALLBACK),
    )
    needs: ClassVar[frozenset[str]] = frozenset({PartName.WORDS.value})

    opening_turns: int = 3

    def start(self, facts: CallFacts) -> DetectorRun:
        """A run for one call; deaf without words."""
        return ServiceActsRun(self) if self.needs <= facts.parts else Deaf()


@dataclass(slots=True)
class ServiceActsRun:
    """How often each agent has spoken, and who has greeted."""

    hears: ClassVar[tuple[type, ...]] = WORDS_ALONE
    settings: ServiceActs
    turns: dict[str, int] = field(default_factory=dict)
    greeted: set[str] = field(default_factory=set)

    def hear(self, event: Event) -> Iterable[Tag]:
        """The acts of an agent's utterance."""
        if not isinstance(event, Utterance) or event.role is not Role.AGENT or not event.text:
            return
        turn = self.turns[event.speaker] = self.turns.get(event.speaker, 0) + 1
        if event.unreliable:
            return
        folded, is_opening = fold(event.text), turn <= self.settings.opening_turns
        acts = acts_in(event.text)
        for label in self._not_meant(acts, event.speaker, turn):
            acts.pop(label, None)
        if GREETING in acts:
            self.greeted.add(event.speaker)
        if is_opening and (named := _NAMES.search(folded.text)):
            acts[IDENTITY] = Act(named.start(), named.end(), 0.85)
        for label, act in sorted(acts.items()):
            yield _tag(label, event, folded.origin(act.start, act.end), act.confidence)

    def _not_meant(self, acts: Mapping[str, Act], speaker: str, turn: int) -> tuple[str, ...]:
        """Which of greeting and goodbye the wordings do not stand for at this place in the call."""
        if turn > self.settings.opening_turns:
            return (GREETING,)
        greeting, closing = acts.get(GREETING), acts.get(CLOSING)
        if greeting is None or closing is None:
            return ()
        if not closing.is_thanks or speaker in self.greeted:
            return (GREETING,) if greeting.is_thanks else ()
        return (CLOSING,) if turn == 1 or not greeting.is_thanks else ()

    def wait(self, now_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()

    def finish(self, end_ms: int) -> Iterable[Tag]:  # noqa: ARG002
        """Nothing."""
        return ()


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
