"""What a webhook says: facts from an allow-list, as JSON for programs and as a sentence for people in a chat.

Nothing else of an event gets out: no name, no number, nothing that was said. A value that does not look like what
its field promises is left out too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qa_service.core.webhooks import Delivery, WebhookKind
from qa_service.i18n.catalogue import Catalogue

Facts = Mapping[str, object]

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_CODE = re.compile(r"[A-Za-z][A-Za-z_]*(?:\.[A-Za-z_]+)*", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOST_CHARS = 100
#: Of a day; anything but a count is left out.
_OF_DAY = (
    "expected",
    "received",
    "scored",
    "processing",
    "not_scorable",
    "failed",
    "known",
    "missing",
    "unexpected",
)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_code(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _MOST_CHARS and _CODE.fullmatch(value) is not None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000_000


def _is_score(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value is None
    return 0 <= value <= 100


def _is_day(value: object) -> bool:
    return isinstance(value, str) and _DAY.fullmatch(value) is not None


def _is_answer(value: object) -> bool:
    return value is None or isinstance(value, bool)


_FIELDS: Mapping[str, Callable[[object], bool]] = {
    "call_id": _is_id,
    "evaluation_id": _is_id,
    "alert_id": _is_id,
    "status": _is_code,
    "code": _is_code,
    "label": _is_code,
    "severity": _is_code,
    "score": _is_score,
    "passed": _is_answer,
    "needs_human": _is_answer,
    "findings": _is_count,
    "at_ms": _is_count,
    "day": _is_day,
    **dict.fromkeys(_OF_DAY, _is_count),
}


def facts_of(data: Mapping[str, object]) -> Facts:
    """What of an event may be told outside.

    >>> facts_of({"code": "too_short", "name": "王芳", "score": "95"})
    {'code': 'too_short'}
    """
    return {name: data[name] for name, fits in _FIELDS.items() if name in data and fits(data[name])}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes bodies; `base_url` is where people reach this installation, empty where nobody said."""

    texts: Catalogue
    base_url: str = ""

    def body(self, delivery: Delivery) -> dict[str, object]:
        """What is sent, before it is signed."""
        told = json.loads(delivery.body)
        facts = facts_of(told["data"])
        if delivery.kind is WebhookKind.GENERIC:
            data = {**facts, **({"link": link} if (link := self._link(facts)) else {})}
            return {"type": delivery.event, "timestamp": told["timestamp"], "data": data}
        lines = [self._sentence(delivery.event, facts)]
        if "call_id" in facts:
            lines.append(self.texts.say("message.call", call_id=facts["call_id"]))
        return _CHATS[delivery.kind](self.texts, lines, self._link(facts))

    def _link(self, facts: Facts) -> str:
        base, call_id = self.base_url.rstrip("/"), facts.get("call_id")
        return f"{base}/calls/{call_id}" if base and call_id else ""

    def _sentence(self, event: str, facts: Facts) -> str:
        if event == "call.judged":
            return self._judged(facts)
        if event == "evaluation.reviewed":
            return self._scored("reviewed", facts)
        if event == "call.failed":
            return self.texts.say("message.failed", reason=self._reason(str(facts.get("code", ""))))
        if event == "alert.raised":
            severity = self.texts.say(f"severity.{facts.get('severity', 'info')}")
            label = self.texts.label(str(facts.get("label", "")))
            kind = "alert_unsure" if facts.get("needs_human") else "alert"
            return self.texts.say(f"message.{kind}", label=label, severity=severity)
        if event == "day.reconciled":
            return self._day(facts)
        return self.texts.say("message.other", event=event)

    def _day(self, facts: Facts) -> str:
        counts = {name: facts.get(name, "–") for name in _OF_DAY}
        return self.texts.say("message.day", day=facts.get("day", "–"), **counts)

    def _judged(self, facts: Facts) -> str:
        kinds = {"scored": "judged", "partial": "partial"}
        return self._scored(kinds.get(str(facts.get("status")), "unscored"), facts)

    def _scored(self, kind: str, facts: Facts) -> str:
        passed = facts.get("passed")
        word = "open_result" if passed is None else "passed" if passed else "not_passed"
        score = facts.get("score")
        return self.texts.say(
            f"message.{kind}",
            score=self.texts.say("message.no_score") if score is None else score,
            passed=self.texts.say(f"message.{word}"),
            findings=facts.get("findings", 0),
        )

    def _reason(self, code: str) -> str:
        """The error in words, where they need no value that an event does not carry; else its code."""
        # `crashed.OSError`: which error it was is for the log.
        key = f"error.{'crashed' if code.startswith('crashed.') else code}"
        if self.texts.knows(key) and "{" not in self.texts.template(key):
            return self.texts.template(key)
        return self.texts.say("message.unknown_reason", error=code)


def _wecom(texts: Catalogue, lines: list[str], link: str) -> dict[str, object]:
    return {"msgtype": "markdown", "markdown": {"content": _markdown(texts, lines, link)}}


def _dingtalk(texts: Catalogue, lines: list[str], link: str) -> dict[str, object]:
    title = texts.say("message.title")
    return {"msgtype": "markdown", "markdown": {"title": title, "text": _markdown(texts, lines, link)}}


def _feishu(texts: Catalogue, lines: list[str], link: str) -> dict[str, object]:
    content: list[list[dict[str, str]]] = [[{"tag": "text", "text": line}] for line in lines]
    if link:
        content.append([{"tag": "a", "text": texts.say("message.open"), "href": link}])
    post = {"title": texts.say("message.title"), "content": content}
    return {"msg_type": "post", "content": {"post": {"zh_cn": post}}}


def _markdown(texts: Catalogue, lines: list[str], link: str) -> str:
    """Paragraphs: robots differ in what they make of a single line break."""
    shown = [f"**{texts.say('message.title')}**", *lines]
    return "\n\n".join([*shown, f"[{texts.say('message.open')}]({link})"] if link else shown)


_CHATS = {WebhookKind.WECOM: _wecom, WebhookKind.DINGTALK: _dingtalk, WebhookKind.FEISHU: _feishu}
