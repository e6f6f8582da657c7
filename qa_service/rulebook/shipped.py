"""The shipped detectors that a book uses: one of each kind, with the book's settings or their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_service.detectors.base import Detector
from qa_service.detectors.registry import BY_LABEL
from qa_service.rulebook.places import Place
from qa_service.rulebook.resolve import FlatBook
from qa_service.rulebook.settings import configure


class Shipped:
    """Detectors by kind. A kind that emits several labels may be set under any of them, but in one way."""

    def __init__(self, flat: FlatBook) -> None:
        """Raises RulebookError for an unknown label, a wrong setting, or two settings that disagree."""
        self._place = flat.place
        settings: dict[type[Any], dict[str, Any]] = {}
        self._made: dict[type[Any], Detector] = {}
        for label, written in flat.detectors.items():
            place = flat.settings_at[label]
            if label not in BY_LABEL:
                raise place.unknown("detector_unknown", label, BY_LABEL, "no detector emits this label")
            kind = BY_LABEL[label]
            _join(settings.setdefault(kind, {}), written, place)
            self._made[kind] = configure(kind, settings[kind], place)

    def emitting(self, label: str) -> Detector:
        """The detector that emits `label`: as the book sets it, else with its defaults."""
        kind = BY_LABEL[label]
        if kind not in self._made:
            self._made[kind] = configure(kind, {}, self._place)
        return self._made[kind]


def _join(known: dict[str, Any], more: Mapping[str, Any], place: Place) -> None:
    for key, value in more.items():
        if known.setdefault(key, value) != value:
            problem = "is set differently under another label of the same detector"
            raise place.at(key).error("setting_twice", problem, "Set it once", word=key)
