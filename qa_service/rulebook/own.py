"""Operators that are detectors of their own: what a rule asks about the call, and detectors set for one rule alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_origin, get_type_hints

from qa_service.core.speech import Role
from qa_service.detectors.again import SaysAgain
from qa_service.detectors.answers_differ import AnswersDiffer
from qa_service.detectors.base import Detector
from qa_service.detectors.call_is import CallIs
from qa_service.detectors.call_pace import CallPace
from qa_service.detectors.contacts import Contacts
from qa_service.detectors.contrast import Contrast
from qa_service.detectors.emotion import Emotion
from qa_service.detectors.emotion_course import EmotionCourse
from qa_service.detectors.loudness import Loudness
from qa_service.detectors.own import Own
from qa_service.detectors.pitch import Pitch
from qa_service.detectors.registry import BY_LABEL
from qa_service.detectors.said_number import SaidNumber
from qa_service.detectors.talk_ratio import TalkRatio
from qa_service.detectors.who_spoke import FirstSpeaker, HungUp, LastSpeaker
from qa_service.detectors.whole import CallLength, Turns
from qa_service.rulebook.modifiers import mapping_of
from qa_service.rulebook.personal import PersonalData
from qa_service.rulebook.places import Place
from qa_service.rulebook.settings import configure

#: Operator → the detector that it sets.
KINDS: Mapping[str, type[Any]] = {
    "call": CallIs,
    "length": CallLength,
    "turns": Turns,
    "talk_ratio": TalkRatio,
    "first_speaker": FirstSpeaker,
    "last_speaker": LastSpeaker,
    "hung_up": HungUp,
    "pace": CallPace,
    "loudness": Loudness,
    "pitch": Pitch,
    "contacts": Contacts,
    "answers_differ": AnswersDiffer,
    "again": SaysAgain,
    "number": SaidNumber,
    "personal_data": PersonalData,
    "emotion": Emotion,
    "emotion_course": EmotionCourse,
}
#: Detectors that know of what was said whether it is enough to be measured.
MEASURING = (CallPace, Contrast)
#: Detectors that ask what a store knows of the customer.
ASKING = (Contacts, AnswersDiffer)
#: Operators about single utterances: a role beside them narrows them.
OF_WORDS = frozenset({"loudness", "pitch", "again", "number", "personal_data", "emotion", "answers_differ"})
#: Operators about one party: a role beside them says which, where they do not.
OF_PARTY = frozenset({"emotion", "emotion_course"})
#: Operators of which a single word says everything: the setting that it is.
SHORT = {
    "first_speaker": "role",
    "last_speaker": "role",
    "hung_up": "by",
    "number": "kinds",
    "personal_data": "kinds",
    "emotion": "kinds",
    "emotion_course": "course",
}
#: Each as it may be written, for whoever wrote it otherwise.
FORMS = {
    "call": "{direction: outbound}",
    "length": "{above: 10m}",
    "turns": "{above: 20}",
    "talk_ratio": "{below: 0.4}",
    "first_speaker": "agent",
    "last_speaker": "agent",
    "hung_up": "agent",
    "pace": "{above: 300}",
    "loudness": "{above: 6}",
    "pitch": "{above: 3}",
    "contacts": "{within: 7d, at_least: 2}",
    "answers_differ": "{within: 30d}",
    "again": "{alike: 0.8}",
    "number": "amount",
    "personal_data": "mobile",
    "emotion": "anger",
    "emotion_course": "worsened",
}
_LABEL = "label"


@dataclass(slots=True)
class OwnDetectors:
    """The detectors that the rules of a book have for themselves; what is set alike is heard once."""

    #: How the book sets the shipped ones, by label.
    book: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    by_label: dict[str, Detector] = field(default_factory=dict)
    #: Which shipped label an own one stands for.
    stands_for: dict[str, str] = field(default_factory=dict)
    _labels: dict[tuple[Detector, str], str] = field(default_factory=dict)

    def operator(self, key: str, value: object, place: Place, label: str, role: Role | None = None) -> str:
        """The label of an operator's tags: `label`, or that of one that is set alike; `role` is that beside it.

        Raises:
            RulebookError: settings that the operator does not have, or that mean nothing.
        """
        kind = KINDS[key]
        written = {SHORT[key]: value} if key in SHORT and not isinstance(value, dict) else value
        if key in OF_PARTY and role is not None and isinstance(written, dict):
            written = {"role": role.value, **written}
        settings = _listed(mapping_of(written, sorted(_settings_of(kind)), place, FORMS[key]), kind)
        _refuse_label(settings, kind, place)
        detector = configure(kind, settings, place, written=value)
        return self._kept(detector, "", label)

    def shipped(self, label: str, settings: Mapping[str, Any], place: Place, own: str) -> str:
        """The label for a shipped detector's tags, set as in the book but for these settings.

        Raises:
            RulebookError: settings that the detector does not have, or that mean nothing.
        """
        configure(BY_LABEL[label], settings, place)
        joined = {**self.book.get(label, {}), **settings}
        name = self._kept(configure(BY_LABEL[label], joined, place), label, own)
        self.stands_for[name] = label
        return name

    def _kept(self, detector: Detector, emits: str, label: str) -> str:
        known = self._labels.setdefault((detector, emits), label)
        if known == label:
            self.by_label[label] = Own(label, detector, emits) if emits else replace(detector, label=label)  # type: ignore[type-var]
        return known


def _settings_of(kind: type[Any]) -> set[str]:
    return {name.removesuffix("_ms") for name in kind.__dataclass_fields__} - {_LABEL}


def _listed(settings: Mapping[str, Any], kind: type[Any]) -> dict[str, Any]:
    """A single word where several may stand is a list of one."""
    several = {name for name, hint in get_type_hints(kind).items() if get_origin(hint) is tuple}
    return {
        key: [value] if key in several and isinstance(value, str) else value
        for key, value in settings.items()
    }


def _refuse_label(settings: Mapping[str, Any], kind: type[Any], place: Place) -> None:
    if _LABEL in settings:
        raise place.at(_LABEL).unknown("setting_unknown", _LABEL, _settings_of(kind), "is not a setting")
