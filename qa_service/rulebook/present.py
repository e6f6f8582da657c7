"""What a setting is in a condition: as written there, else as the book sets it, else as shipped."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple

from qa_service.detectors.registry import BY_LABEL
from qa_service.rulebook.bounds import shown
from qa_service.rulebook.durations import parse_duration_ms
from qa_service.rulebook.own import KINDS


class Setting(NamedTuple):
    """A setting by its name (`limit`), of a tag or operator (`silence.long`), in a book that may set it for all."""

    of: str
    key: str
    book: Mapping[str, Mapping[str, Any]]

    def held(self, own: Mapping[str, Any]) -> object:
        """What it is where a condition says `own` beside the tag; None where nothing is set at all."""
        for settings in (own, self.book.get(self.of, {})):
            for key in (self._plain_key, f"{self._plain_key}_ms"):
                if key in settings:
                    return settings[key]
        return self._usual()

    def said(self, value: object) -> str:
        """A value as an author writes it.

        >>> Setting("silence.long", "limit", {}).said(8_000)
        '8s'
        """
        if value is None:
            return "none"
        if isinstance(value, int | float) and not isinstance(value, bool):
            return shown(value, self._field)
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)

    def is_same(self, one: object, other: object) -> bool:
        """Whether two spellings mean one value.

        >>> Setting("silence.long", "limit", {}).is_same("2m", "120s")
        True
        """
        return self._meant(one) == self._meant(other)

    def _meant(self, value: object) -> object:
        duration_ms = parse_duration_ms(value) if self._field.endswith("_ms") else None
        return self.said(value if duration_ms is None else duration_ms)

    @property
    def _plain_key(self) -> str:
        return self.key.removesuffix("_ms")

    @property
    def _known(self) -> Mapping[str, Any]:
        kind = BY_LABEL.get(self.of) or KINDS.get(self.of)
        return {} if kind is None else {one.name: one for one in dataclasses.fields(kind) if one.init}

    @property
    def _field(self) -> str:
        return next((name for name in self._known if name.removesuffix("_ms") == self._plain_key), "")

    def _usual(self) -> object:
        field = self._known.get(self._field)
        if field is None:
            return None
        if field.default is not dataclasses.MISSING:
            return field.default
        return None if field.default_factory is dataclasses.MISSING else field.default_factory()
