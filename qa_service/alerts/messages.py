"""What a webhook says: facts from an allow-list, as JSON for programs and as a sentence for people in a chat.

Nothing else of an event gets out: no name, no number, nothing that was said. A value that does not look like what
its field promises is left out too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from qa_service.alerts.facts import OF_DAY, Facts, facts_of, named
from qa_service.core.webhooks import Delivery, WebhookKind
from qa_service.i18n.catalogue import Catalogue

#: What would be a link or a tag in a chat's markdown.
_PLAIN = str.maketrans("[]<>`", "【】〈〉'")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes bodies; `base_url` is where people reach this installation, empty where nobody said."""

    texts: Catalogue
    base_url: str = ""

    def body(self, delivery: Delivery) -> dict[str, object]:
        """What is sent, before it is signed."""
        told = json.loads(delivery.body)
        facts = named(facts_of(told["data"]))
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
            label = self._what(facts)
            kind = "alert_unsure" if facts.get("needs_human") else "alert"
            return self.texts.say(f"message.{kind}", label=label, severity=severity)
        if event == "day.reconciled":
            return self._day(facts)
        return self.texts.say("message.other", event=event)

    def _what(self, facts: Facts) -> str:
        """What an alert is about: the label in our words, else the rule's title, else what there is."""
        label = str(facts.get("label", ""))
        if self.texts.knows(f"label.{label}"):
            return self.texts.label(label)
        named = facts.get("title") or label or facts.get("rule") or self.texts.say("message.unnamed")
        return str(named).translate(_PLAIN)

    def _day(self, facts: Facts) -> str:
        counts = {name: facts.get(name, "–") for name in OF_DAY}
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
