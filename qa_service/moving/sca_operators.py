"""Their operators (type and param) → ours. One function per kind; what it does not ask for is told as a difference.

Types and params: docs/moving.md names the pages they were read from. Where their pages name no type, as for
interruptions, the param tells (`delayTime`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qa_service.moving.fields import Fields, folded
from qa_service.moving.notes import Note, Untranslatable
from qa_service.moving.sca_asked import Around, Asked
from qa_service.moving.sca_sounds import interruption, interval, is_interruption, speed
from qa_service.moving.sca_words import again, all_words, any_words, regex, similar


def read_operator(operator: Fields, role: str) -> Asked:
    """The operator as a condition.

    Raises:
        Untranslatable: ours cannot say it.
    """
    kind, name = operator.text("type"), operator.text("name", "operName")
    operator.ignore("oid", "id", "userGroup", "qualityCheckType")
    param = operator.child("param") or Fields.of({}, f"{operator.where}.param")
    read = _KINDS.get(folded(kind)) or (interruption if is_interruption(param) else None)
    if read is None:
        raise Untranslatable(
            Note.of("operator_unknown", operator.where, type=kind or "–", name=name, use=_use(kind))
        )
    asked = read(param, Around(param.where, role))
    for one in (operator, param):
        asked.notes += [Note.of("field", one.where, field=key, value=value) for key, value in one.left()]
    return asked


_KINDS: Mapping[str, Callable[[Fields, Around], Asked]] = {
    "hitanykeywords": any_words,
    "includekeywords": all_words,
    "regularexpression": regex,
    "similarmatch": similar,
    "advancedrepeatdetect": again,
    "intervalgreater": interval,
    "speechspeedcheck": speed,
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
