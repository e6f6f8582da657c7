"""The shipped detectors that a book uses: one of each kind, with the book's settings or their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_service.detectors.base import Detector
from qa_service.detectors.registry import BY_LABEL
from qa_service.rulebook.mistakes import Mistakes
from qa_service.rulebook.places import Place
from qa_service.rulebook.resolve import FlatBook
from qa_service.rulebook.settings import configure


class Shipped:
    """Detectors by kind. A kind that emits several labels may be set under any of them, but in one way."""

    def __init__(self, flat: FlatBook) -> None:
        """Raises RulebookError for every unknown label, wrong setting, and two settings that disagree."""
        self._place = flat.place
        settings: dict[type[Any], dict[str, Any]] = {}
        with Mistakes() as mistakes:
            for label, written in flat.detectors.items():
                with mistakes.noted():
                    kind = _checked(label, written, flat.settings_at[label])
                    _join(settings.setdefault(kind, {}), written, flat.settings_at[label])
        # A kind that refuses several settings together is told where its last label is set.
        last = {BY_LABEL[label]: place for label, place in flat.settings_at.items()}
        self._made = {kind: configure(kind, joined, last[kind]) for kind, joined in settings.items()}

    def emitting(self, label: str) -> Detector:
        """The detector that emits `label`: as the book sets it, else with its defaults."""
        kind = BY_LABEL[label]
        if kind not in self._made:
            self._made[kind] = configure(kind, {}, self._place)
        return self._made[kind]


def _checked(label: str, written: Mapping[str, Any], place: Place) -> type[Any]:
    """The kind of detector that emits a label, which has such settings."""
    if label not in BY_LABEL:
        raise place.unknown("detector_unknown", label, BY_LABEL, "no detector emits this label")
    configure(BY_LABEL[label], written, place)
    return BY_LABEL[label]


def _join(known: dict[str, Any], more: Mapping[str, Any], place: Place) -> None:
    for key, value in more.items():
        if known.setdefault(key, value) != value:
            problem = "is set differently under another label of the same detector"
            raise place.at(key).error("setting_twice", problem, "Set it once", word=key)
