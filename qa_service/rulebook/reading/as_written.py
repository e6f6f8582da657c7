"""A rule as its author wrote it, as lines of YAML that can be copied into another book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

#: Nobody wraps a pattern.
_ENDLESS = 1 << 20


class _Dumper(yaml.SafeDumper):
    """Writes aliases out: what they refer to stands elsewhere in the file."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - of any value
        """Always: see the class."""
        return True


# Where a text remembers how it was written, it is of a kind of its own.
_Dumper.add_multi_representer(str, lambda dumper, text: dumper.represent_str(str(text)))


def as_written(rule: Mapping[str, Any]) -> Sequence[str]:
    """The lines of one entry of `rules:`; comments are left out.

    >>> as_written({"id": "one", "title": "甲", "when": {"tag": "pace.fast"}})
    ['- id: one', '  title: 甲', '  when: {tag: pace.fast}']
    """
    text: str = yaml.dump(
        [dict(rule)],
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=_ENDLESS,
        default_flow_style=None,
    )
    return text.splitlines()
