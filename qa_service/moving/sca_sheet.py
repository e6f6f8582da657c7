"""The conditions and rules in a file of theirs, however deep an answer wraps them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qa_service.core.errors import QaError, UsageError
from qa_service.moving.fields import Fields, listed

#: What answers wrap rules in.
_AROUND = ("data", "jsonStr", "ruleList", "rulesInfo", "resultInfo")


@dataclass(frozen=True, slots=True)
class RawRule:
    """A rule as it stands in their file, and the conditions by the ids that it calls them by.

    Every answer of GetRuleV4 calls its conditions `a`, `b`, …: those that name the rule come first, then those of
    the same answer, then those of the whole file.
    """

    raw: object
    conditions: Mapping[str, object]
    #: Which rule of the file it is, from 1.
    number: int


def sheet_of(document: object) -> Sequence[RawRule]:
    """The rules in a file: what UploadRule takes, or what GetRule and its like answer, one or several."""
    sheet = _Sheet()
    sheet.collect(document, "$")
    return sheet.rules


@dataclass(slots=True)
class _Sheet:
    everywhere: dict[str, object] = field(default_factory=dict)
    rules: list[RawRule] = field(default_factory=list)

    def collect(self, value: object, where: str) -> None:
        """Every `conditions` and `rules`, wherever they are."""
        if isinstance(value, list):
            for i, one in enumerate(value):
                self.collect(one, f"{where}[{i}]")
            return
        try:
            fields = Fields.of(value, where)
        except QaError:  # a text or a number: nothing is in it
            return
        self._hold(listed(fields.take("conditions")), listed(fields.take("rules")), where)
        for key in _AROUND:
            if (inner := fields.take(key)) is not None:
                self.collect(inner, f"{where}.{key}")

    def _hold(self, conditions: Sequence[object], rules: Sequence[object], where: str) -> None:
        here: dict[str, object] = {}
        of_rule: dict[str, dict[str, object]] = {}
        for one in conditions:
            names, rid = _names(one, where)
            for known in (here, self.everywhere, of_rule.setdefault(rid, {})):
                known.update({name: one for name in names if name not in known})
        for raw in rules:
            own = of_rule.get(_text(raw, where, "rid", "id"), {})
            self.rules.append(RawRule(raw, ChainMap(own, here, self.everywhere), len(self.rules) + 1))


def _names(condition: object, where: str) -> tuple[set[str], str]:
    """The ids by which rules may call it, and the rule that it belongs to."""
    names = {_text(condition, where, name) for name in ("cid", "conditionInfoCid", "id")}
    return names - {""}, _text(condition, where, "rid")


def _text(value: object, where: str, *names: str) -> str:
    """A field of an object; empty where it is none: a rule that asks for it is told that it is not there."""
    try:
        return Fields.of(value, where).text(*names)
    except UsageError:
        return ""
