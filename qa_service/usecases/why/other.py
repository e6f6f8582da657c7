"""Why a detector that is no operator on words hears nothing: another party, another kind, a limit not reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from qa_service.core.speech import Role
from qa_service.core.tags import Tag
from qa_service.detectors.again import SaysAgain
from qa_service.detectors.answers import Answers
from qa_service.detectors.base import Detector
from qa_service.detectors.call_is import CallIs
from qa_service.detectors.emotion import Emotion
from qa_service.detectors.emotion_course import COURSES, EmotionCourse
from qa_service.detectors.own import Own
from qa_service.detectors.said_number import SaidNumber
from qa_service.detectors.said_personal import KINDS as PERSONAL
from qa_service.detectors.said_personal import SaidPersonal
from qa_service.detectors.similar import Similar, SimilarRule
from qa_service.detectors.who_spoke import HungUp
from qa_service.rulebook.gauges import GAUGES
from qa_service.rules.conditions import Tagged
from qa_service.text.feeling_words import Feeling
from qa_service.text.numbers import NumberKind
from qa_service.usecases.why.bench import Bench
from qa_service.usecases.why.clues import MOST, Clue, quote_of

_OTHER = {Role.AGENT.value: Role.CUSTOMER.value, Role.CUSTOMER.value: Role.AGENT.value}
#: Questions of a table that a sentence is compared with, and how alike it must be to be called near.
_MOST_QUESTIONS, _NEAR = 400, 0.3


def nothing_heard(bench: Bench, label: str, detector: Any, wanted: Tagged) -> list[Clue]:
    """What the detector hears where it is set otherwise; that it hears nothing, where that helps nobody."""
    heard = detector.heard if isinstance(detector, Own) else detector
    if heard is None:
        return [Clue.of("nothing", about=wanted)]
    if isinstance(heard, HungUp | CallIs):
        return [Clue.of("no_envelope", about=wanted)]
    if isinstance(heard, Answers):
        return list(_answers(bench, heard, wanted))
    for clues in (
        _other_kind(bench, heard, wanted),
        _value(bench, heard, wanted),
        _party(bench, heard, wanted, label),
    ):
        found = list(clues)
        if found:
            return found[:MOST]
    return [*_siblings(bench, heard, label, wanted)] or [Clue.of("nothing", about=wanted)]


def _other_kind(bench: Bench, heard: Detector, wanted: Tagged) -> Iterator[Clue]:
    """The same detector for other kinds, or without its limits: what was said is not what was asked for."""
    for loose in _looser(heard):
        for tag in bench.tags(loose)[:MOST]:
            if wanted.role in (None, tag.role):
                said = quote_of(tag)
                yield Clue.of(
                    "otherwise" if said else "otherwise_unquoted",
                    about=wanted,
                    because=tag.because,
                    quote=said,
                )
        if bench.tags(loose):
            return


def _looser(heard: Detector) -> Iterator[Detector]:
    match heard:
        case SaidNumber():
            yield replace(heard, above=None, below=None)
            yield replace(heard, above=None, below=None, kinds=tuple(kind.value for kind in NumberKind))
        case SaidPersonal():
            yield replace(heard, kinds=PERSONAL)
        case Emotion():
            yield replace(heard, kinds=tuple(feeling.value for feeling in Feeling))
        case EmotionCourse():
            yield from (replace(heard, course=course) for course in COURSES)
        case SaysAgain():
            yield replace(heard, alike=_NEAR, last=50, min_chars=2)
        case _ if hasattr(heard, "above") or hasattr(heard, "above_ms"):
            yield from _without_limits(heard)


def _without_limits(heard: Any) -> Iterator[Detector]:
    """What is measured, whatever it is: a limit that nothing reaches from the one side, or from the other."""
    unit = "_ms" if hasattr(heard, "above_ms") else ""
    base = {f"above{unit}": None, f"below{unit}": None}
    if getattr(heard, "jump", None) is not None:
        yield replace(heard, jump=_least_jump(heard))
        return
    for limits in ({f"below{unit}": 1_000_000_000}, {f"above{unit}": 1 if unit else 0.0}):
        try:
            yield replace(heard, **{**base, **limits})
        except ValueError:
            yield from (
                replace(heard, **{**base, name: end}) for name, end in (("above", 1.0), ("below", -1.0))
            )


def _least_jump(heard: Any) -> float:
    return min(1.0, float(heard.jump))


def _value(bench: Bench, heard: Detector, wanted: Tagged) -> Iterator[Clue]:
    """The value that came nearest to the limit."""
    gauge = GAUGES.get(type(heard))
    values = bench.measured(heard) if gauge else []
    worst = gauge.worst(values) if gauge else None
    if gauge is None or worst is None:
        return
    limit, is_ms = getattr(heard, gauge.field), gauge.field.endswith("_ms")
    told = (round(worst / 1_000, 1), round(limit / 1_000, 1)) if is_ms else (round(worst, 2), limit)
    yield Clue.of(
        "limit_not_under" if gauge.is_below else "limit_not_over",
        about=wanted,
        value=told[0],
        limit=told[1],
        setting=gauge.field.removesuffix("_ms"),
    )


def _party(bench: Bench, heard: Any, wanted: Tagged, label: str) -> Iterator[Clue]:
    """The same words from the other party."""
    own: Mapping[str, Any] = {name: getattr(heard, name, "") for name in ("role", "by")}
    named = next(((name, value) for name, value in own.items() if value in _OTHER), None)
    tags = bench.tags(replace(heard, **{named[0]: _OTHER[named[1]]})) if named else ()
    if not tags:
        tags = tuple(tag for tag in bench.swapped(heard) if tag.label in {label, *heard.labels[:1]})
        turned = True
    else:
        turned = False
    for tag in tags[:MOST]:
        role = _OTHER.get(tag.role.value, tag.role.value) if turned else tag.role.value
        yield Clue.of(
            "other_role",
            about=wanted,
            quote=quote_of(tag),
            role=role,
            wanted=_OTHER.get(role, role),
        )


def _siblings(bench: Bench, heard: Detector, label: str, wanted: Tagged) -> Iterator[Clue]:
    """What else a detector with several labels heard."""
    others: dict[str, Tag] = {}
    for tag in bench.tags(heard):
        others.setdefault(tag.label, tag)
    others.pop(label, None)
    for name, tag in list(others.items())[:MOST]:
        yield Clue.of("sibling", about=wanted, label=name, quote=quote_of(tag))


def _answers(bench: Bench, heard: Answers, wanted: Tagged) -> Iterator[Clue]:
    """Another verdict than the rule asks for; or no question of the table was asked."""
    tags = bench.scene.labelled(heard.labels)
    for tag in tags[:MOST]:
        verdict = tag.label.rpartition(".")[2]
        yield Clue.of(
            "other_verdict", about=wanted, because=tag.because, quote=quote_of(tag), verdict=verdict
        )
    if tags:
        return
    questions = tuple(question for row in heard.table.rows for question in row.questions)[:_MOST_QUESTIONS]
    near = (
        bench.tags(Similar((SimilarRule("near", questions, _NEAR, role=Role.CUSTOMER),))) if questions else ()
    )
    best = max(near, key=lambda tag: int(dict(tag.because.values)["percent"]), default=None)
    if best is None:
        yield Clue.of("not_asked", about=wanted)
        return
    values = dict(best.because.values)
    yield Clue.of(
        "question_unlike",
        quote=quote_of(best),
        example=values["example"],
        percent=values["percent"],
        least=round(100 * heard.at_least, 1),
    )
