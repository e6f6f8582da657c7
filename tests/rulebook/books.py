"""Small rulebooks as text, and what compiling them says."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from qa_service.core.errors import RulebookError
from qa_service.rulebook.book import Rulebook
from qa_service.rulebook.load import bundle_text, load
from qa_service.rules.conditions import Condition

HEAD = """\
schema: qa-service/rulebook@1
name: demo
version: 1
title: {zh_CN: 示例}
"""
SCORECARD = """\
scorecard:
  sections:
    - id: attitude
      title: 态度
      criteria:
        - {id: listens, title: 倾听, max_points: 10}
"""


def rules(*written: str) -> str:
    """A book of these rules, each the body of one list entry."""
    entries = "".join("  - " + indent(dedent(rule).strip(), "    ").lstrip() + "\n" for rule in written)
    return f"{HEAD}{SCORECARD}rules:\n{entries}"


def when(condition: str, name: str = "one") -> str:
    """A book with one rule about this condition."""
    return rules(f"id: {name}\ntitle: 规则\nwhen: {condition}")


def book(text: str, folder: Path | None = None) -> Rulebook:
    if folder is None:
        return bundle_text(text, "demo.yaml", lambda _: None).book
    file = folder / "demo.yaml"
    file.write_text(text, "utf-8")
    return load(str(file))


def condition(text: str) -> Condition:
    return book(when(text)).rules[0].when


def refused(text: str, folder: Path | None = None) -> RulebookError:
    """The error about a broken book."""
    with pytest.raises(RulebookError) as refusal:
        book(text, folder)
    return refusal.value
