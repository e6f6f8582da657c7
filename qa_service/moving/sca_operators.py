"""Their operators (type and param) → ours. One function per kind; what it does not ask for is told as a difference.

Types and params: docs/moving.md names the pages they were read from. Where their pages name no type, as for
interruptions, the param tells (`delayTime`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from qa_service.moving.fields import Fields, folded
from qa_service.moving.notes import Note, Untranslatable
from qa_service.moving.sca_regex import searched
from qa_service.rulebook.bounds import bounds_of
from qa_service.rulebook.similar import BOUNDS as SIMILAR_BOUNDS
from qa_service.text.normalize import fold
from qa_service.text.resemblance import features

Node = dict[str, Any]

#: Of fewer characters and pairs `similar` can say nothing (rulebook.similar).
_LEAST_GRAMS = 5
#: The farthest back that `again` looks (rulebook.bounds).
_FARTHEST = 50


@dataclass(slots=True)
class Asked:
    """An operator of theirs as a condition of ours."""

    node: Node
    #: They ask that it is not there.
    is_absent: bool = False
    #: Whether `role` may stand beside it: a silence is nobody's.
    has_role: bool = True
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Around:
    """What the condition around an operator says."""

    where: str
    #: agent, customer, or empty for everybody.
    role: str = ""


def read_operator(operator: Fields, role: str) -> Asked:
    """The operator as a condition.

    Raises:
        Untranslatable: ours cannot say it.
    """
    kind, name = operator.text("type"), operator.text("name", "operName")
    operator.ignore("oid", "id", "userGroup", "qualityCheckType")
    param = operator.child("param") or Fields.of({}, f"{operator.where}.param")
    read = _KINDS.get(folded(kind)) or (_interruption if _is_interruption(param) else None)
    if read is None:
        raise Untranslatable(
            Note.of("operator_unknown", operator.where, type=kind or "–", name=name, use=_use(kind))
        )
    asked = read(param, Around(param.where, role))
    for one in (operator, param):
        asked.notes += [Note.of("field", one.where, field=key, value=value) for key, value in one.left()]
    return asked


def _keywords(param: Fields, around: Around, *, usual: int) -> Asked:
    words = param.texts("keywords", "operKeyWords", "operatorKeyWords")
    if not words:
        raise Untranslatable(Note.of("no_words", around.where))
    wanted = param.number("keywordMatchSize")
    size = usual if wanted is None or (wanted == 0 and usual == 1) else int(wanted)
    notes: list[Note] = []
    words = _with_synonyms(words, param, around, notes, is_any=size in {0, 1})
    is_together = not param.flag("contextChatMatch")
    param.ignore("in_sentence")
    if param.flag("case_sensitive"):
        notes.append(Note.of("case", around.where))
    if size == 0:
        notes += [Note.of("none_in_range", around.where)] if is_together else []
        return Asked(_phrases({"any": words}), is_absent=True, notes=notes)
    node = _number_of(words, size, is_together=is_together, around=around, notes=notes)
    times = param.number("threshold")
    if times and times > 1:
        node = {**node, "count": {"at_least": int(times)}}
        notes.append(Note.of("times", around.where, times=int(times)))
    return Asked(node, notes=notes)


def _number_of(words: list[str], size: int, *, is_together: bool, around: Around, notes: list[Note]) -> Node:
    """Any, all, or so many of the words; in one sentence, or somewhere in the range each."""
    if size == 1 or len(words) == 1:
        return _phrases({"any": words})
    if size < 0 or size >= len(words):
        return (
            _phrases({"all": words})
            if is_together
            else {"all": [_phrases({"any": [word]}) for word in words]}
        )
    if not is_together:
        notes.append(Note.of("one_sentence", around.where))
    return _phrases({"of": words, "at_least": size})


def _with_synonyms(
    words: list[str], param: Fields, around: Around, notes: list[Note], *, is_any: bool
) -> list[str]:
    synonyms = param.take("synonyms")
    others = [str(one) for many in synonyms.values() for one in many] if isinstance(synonyms, dict) else []
    param.ignore("keywordExtension")
    if not others:
        return words
    if not is_any:
        notes.append(Note.of("synonyms", around.where, words="、".join(others)))
        return words
    return list(dict.fromkeys([*words, *others]))


def _phrases(lists: Node) -> Node:
    """As plain as theirs: also what is denied, quoted or asked."""
    return {"phrases": {**lists, "unless": []}}


def _regex(param: Fields, around: Around) -> Asked:
    pattern, unlike = param.text("regex"), param.text("notRegex")
    param.ignore("in_sentence", "phrase")
    if not pattern:
        raise Untranslatable(Note.of("no_pattern", around.where))
    node: Node = {"regex": {"pattern": searched(pattern), "unless": []}}
    if unlike:
        other = {"regex": {"pattern": searched(unlike), "unless": []}}
        node["not_near"] = {**other, "within": "0 utterances"}
    notes = [Note.of("you", around.where)] if ("您" in pattern) != ("你" in pattern) else []
    return Asked(node, notes=notes)


def _similar(param: Fields, around: Around) -> Asked:
    sentences = param.texts("similarlySentences") or param.texts("phrase")
    param.ignore("in_sentence", "phrase")
    score = param.number("score", "threshold")
    if not sentences:
        raise Untranslatable(Note.of("no_sentences", around.where))
    long = [one for one in sentences if len(features(fold(one).text).grams) >= _LEAST_GRAMS]
    short = [one for one in sentences if one not in long]
    low, high = SIMILAR_BOUNDS
    wanted = 0.6 if score is None else score / 100 if score > 1 else score
    at_least = min(high, max(low, wanted))
    notes = [Note.of("alike", around.where, percent=round(100 * at_least))]
    parts: list[Node] = [{"similar": {"examples": long, "at_least": at_least}}] if long else []
    if short:
        parts.append(_phrases({"any": short}))
        notes.append(Note.of("short_sentences", around.where, words="、".join(short)))
    return Asked(parts[0] if len(parts) == 1 else {"any": parts}, notes=notes)


def _again(param: Fields, around: Around) -> Asked:
    other = _role(param.text("target_role"))
    alike = param.number("similarity_threshold")
    back = int(param.number("from") or 0)
    chars = int(param.number("threshold", "minWordSize") or 0)
    times = int(param.number("hit_time") or 1)
    excludes = param.texts("excludes")
    param.ignore("roleId")
    wanted = 0.6 if alike is None else alike / 100 if alike > 1 else alike
    settings: Node = {"alike": round(_within("says_again", "alike", wanted), 2)}
    settings["last"] = min(_FARTHEST, back) if back > 0 else _FARTHEST
    if chars:
        settings["min_chars"] = chars
    settings["of"] = "other" if other and around.role and other != around.role else "own"
    settings["by"] = around.role
    node: Node = {"again": settings}
    notes = [Note.of("again_chars", around.where, percent=round(100 * settings["alike"]))]
    if back <= 0 or back > _FARTHEST:
        notes.append(Note.of("again_back", around.where, last=_FARTHEST))
    if excludes:
        node["not_near"] = {**_phrases({"any": excludes}), "within": "0 utterances"}
    if times > 1:
        node["count"] = {"at_least": times}
    return Asked(node, notes=notes)


def _interval(param: Fields, around: Around) -> Asked:
    limit, target = param.number("interval"), param.number("target")
    is_between = param.flag("different_role")
    if limit is None:
        raise Untranslatable(Note.of("no_limit", around.where))
    if param.text("compareOperator") == "lt":
        raise Untranslatable(Note.of("interval_below", around.where))
    if target == 0 and "target" in param.held:
        raise Untranslatable(Note.of("interval_own", around.where))
    limit_ms = round(_within("silence.long", "limit_ms", limit))
    notes = [Note.of("limit_bounds", around.where, limit_ms=limit_ms)] if limit_ms != round(limit) else []
    settings = {"limit": f"{limit_ms}ms"}
    param.ignore("near_dialogue", "checkFirstSentence")
    if is_between and around.role == "agent":
        notes.append(Note.of("late_response", around.where))
        return Asked({"tag": "silence.late_response", "settings": settings}, notes=notes)
    notes.append(Note.of("silence", around.where))
    return Asked({"tag": "silence.long", "settings": settings}, has_role=False, notes=notes)


def _speed(param: Fields, around: Around) -> Asked:
    cpm, least = param.number("velocityInMint"), int(param.number("minWordSize") or 1)
    if param.flag("average"):
        raise Untranslatable(Note.of("speed_average", around.where))
    if around.role == "customer":
        raise Untranslatable(Note.of("speed_customer", around.where))
    if cpm is None:
        raise Untranslatable(Note.of("no_limit", around.where))
    label = "pace.slow" if param.text("compareOperator") == "lt" else "pace.fast"
    param.ignore("velocity")
    settings = {
        "limit_cpm": round(_within(label, "limit_cpm", cpm)),
        "min_chars": least,
        "long_chars": least,
        "min_speech": "200ms",
    }
    notes = [Note.of("speed", around.where)]
    if not around.role:
        notes.append(Note.of("speed_agent", around.where))
    return Asked({"tag": label, "settings": settings}, has_role=False, notes=notes)


def _is_interruption(param: Fields) -> bool:
    return folded("delayTime") in param.held and param.held[folded("delayTime")][1] not in (None, "")


def _interruption(param: Fields, around: Around) -> Asked:
    delay, overlap = param.number("delayTime"), param.number("interruptTime", "interval")
    least = param.number("minWordSize")
    settings: Node = {"delay": f"{round(delay or 0)}ms"}
    if overlap:
        settings["overlap"] = f"{round(_within('crosstalk.interruption', 'overlap_ms', overlap))}ms"
    if least:
        settings["min_chars"] = int(least)
    notes = [Note.of("interruption", around.where)]
    return Asked({"tag": "crosstalk.interruption", "settings": settings}, notes=notes)


def _within(detector: str, setting: str, value: float) -> float:
    """The value, or the nearest that a rulebook may hold."""
    bounds = bounds_of(detector, setting)
    return value if bounds is None else min(bounds[1], max(bounds[0], value))


def _role(name: str) -> str:
    return {"客服": "agent", "坐席": "agent", "客户": "customer"}.get(name, "")


def _any_words(param: Fields, around: Around) -> Asked:
    return _keywords(param, around, usual=1)


def _all_words(param: Fields, around: Around) -> Asked:
    return _keywords(param, around, usual=-1)


_KINDS: Mapping[str, Callable[[Fields, Around], Asked]] = {
    "hitanykeywords": _any_words,
    "includekeywords": _all_words,
    "regularexpression": _regex,
    "similarmatch": _similar,
    "advancedrepeatdetect": _again,
    "intervalgreater": _interval,
    "speechspeedcheck": _speed,
}
#: What to write by hand in place of types whose meaning is known and that ours do not read.
_USES = {
    "nermodel": "personal_data (docs/rulebook.md#personal)",
    "energy": "loudness (docs/rulebook.md#loudness)",
    "hangup": "hung_up (docs/rulebook.md#whole)",
    "duration": "length (docs/rulebook.md#whole)",
    # Theirs has levels of a model of its own; ours kinds of feeling in the words, so that no limit goes over.
    "emotion": "emotion, emotion_course (docs/rulebook.md#emotion)",
    "customer": "call (docs/rulebook.md#whole)",
    "llm": "means, answers (docs/rulebook.md#means)",
}


def _use(kind: str) -> str:
    return next((ours for word, ours in _USES.items() if word in folded(kind)), "–")
