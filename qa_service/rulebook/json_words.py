"""The words that an editor shows beside keys and words of a rulebook; a key without any is an error, not a gap."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import Any

from qa_service.i18n.catalogue import catalogue
from qa_service.rulebook.durations import DURATION, PERCENT, STEPS

#: A JSON Schema, or a part of one.
Shape = dict[str, Any]


@cache
def key_words() -> Mapping[str, Mapping[str, str]]:
    """Place → key → what stands beside it."""
    text = resources.files("qa_service.rulebook").joinpath("key_words.toml").read_text("utf-8")
    return tomllib.loads(text)


def told(place: str, key: str, shape: Shape) -> Shape:
    """The shape with the words for this key; KeyError where nobody wrote any."""
    return {"description": key_words()[place][key], **shape}


def one_of(words: Collection[str], place: str = "words") -> Shape:
    """One of these words, each told."""
    told_words = key_words()[place]
    return {"enum": list(words), "enumDescriptions": [told_words[word] for word in words]}


def one_label(labels: Collection[str]) -> Shape:
    """One of these labels of detectors, by their names in both languages."""
    names = [catalogue(lang) for lang in ("zh_CN", "en")]
    said = [" ".join(name.label(label) for name in names) for label in labels]
    return {"enum": list(labels), "enumDescriptions": said}


def closed(properties: Mapping[str, Shape], *required: str) -> Shape:
    """A mapping with these keys and no others."""
    shape: Shape = {"type": "object", "additionalProperties": False, "properties": dict(properties)}
    return shape | ({"required": list(required)} if required else {})


def listed(shape: Shape, least: int = 1) -> Shape:
    """A list of such."""
    return {"type": "array", "items": shape} | ({"minItems": least} if least else {})


def either(*shapes: Shape) -> Shape:
    """Any of these."""
    return {"anyOf": list(shapes)}


def ref(name: str) -> Shape:
    """What is defined under this name."""
    return {"$ref": f"#/$defs/{name}"}


def duration() -> Shape:
    """A time with its unit."""
    hint = "时长要带单位：800ms、8s、2m、1h、7d。A time with its unit."
    return {"type": "string", "pattern": DURATION, "patternErrorMessage": hint}


def distance() -> Shape:
    """A time, or a number of utterances."""
    hint = "写 30s，或 2 utterances（2句）。Write 30s, or 2 utterances."
    return {"type": "string", "pattern": f"{DURATION}|{STEPS}", "patternErrorMessage": hint}


def bound() -> Shape:
    """An end of a range: the same, with a minus in front of what is counted from the end of the leg."""
    hint = "写 30s、3 utterances（3句）或 20%，从结尾数的前面加 -。Write 30s, 3 utterances or 20%, - from the end."
    steps = f"第?{STEPS.removeprefix('^')}"
    kinds = "|".join((DURATION.removeprefix("^"), steps, PERCENT.removeprefix("^")))
    return {"type": "string", "pattern": f"^\\s*[-−–－]?\\s*(?:{kinds})", "patternErrorMessage": hint}


def stretch() -> Shape:
    """The first or last part of a leg: a time, a number of utterances, or a share."""
    hint = "写 30s、3 utterances（3句）或 20%。Write 30s, 3 utterances or 20%."
    return {"type": "string", "pattern": f"{DURATION}|{STEPS}|{PERCENT}", "patternErrorMessage": hint}
