"""The tag that says that a rule found more than it may in one call, and was not listened for from there on."""

from __future__ import annotations

#: Why it is no answer, and why what it found before waits for a person: keys of i18n.
UNDECIDED, DOUBT = "undecided.too_common", "doubt.too_common"
_PREFIX = "given_up."


def given_up_label(rule: str) -> str:
    """The tag's label, by the rule's full id."""
    return f"{_PREFIX}{rule}"


def given_up_rule(label: str) -> str:
    """The rule's full id, where the label is such a tag's; else nothing.

    >>> given_up_rule(given_up_label("demo/greets")), given_up_rule("pace.fast")
    ('demo/greets', '')
    """
    return label.removeprefix(_PREFIX) if label.startswith(_PREFIX) else ""
