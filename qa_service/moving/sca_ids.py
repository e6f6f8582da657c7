"""Our ids for theirs: small letters, digits and dashes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LONGEST_ID = 60


@dataclass(slots=True)
class SlugMaker:
    """Ids of ours: small letters, digits and dashes; the same of theirs gets the same."""

    made: dict[str, str] = field(default_factory=dict)

    def of(self, their_id: str, prefix: str = "sca") -> str:
        """The id for one of theirs; two that would look alike are numbered."""
        key = f"{prefix}/{their_id}"
        if key not in self.made:
            base = slug(their_id, prefix)
            taken, n, name = set(self.made.values()), 1, base
            while name in taken:
                n += 1
                name = f"{base[: _LONGEST_ID - 4]}-{n}"
            self.made[key] = name
        return self.made[key]


def slug(their_id: str, prefix: str = "sca") -> str:
    """An id of ours for one of theirs.

    >>> slug("1302493"), slug("Rule_7 (旧)")
    ('sca-1302493', 'sca-rule-7')
    """
    plain = re.sub(r"[^a-z0-9]+", "-", their_id.lower()).strip("-")
    return f"{prefix}-{plain or 'x'}"[:_LONGEST_ID].rstrip("-")
