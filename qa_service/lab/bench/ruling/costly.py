"""The most expensive rules that somebody can write: at the limits of what is accepted, and beyond all sense."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Any

from qa_service.text.context import Context
from qa_service.text.normalize import fold

_SENSES = [str(sense) for sense in Context]
#: What a rule may find of everyday words (detectors.allowance), places per character: where their sense is asked, and
#: where it is not; nine tenths of that, so that the rule is listened for to the end of the call.
_SENSED, _PLAIN = 0.054, 0.108
When = Mapping[str, Any]


def costly_rules(lines: Sequence[str]) -> dict[str, When]:
    """Rules by name, made of what is said in the calls that they will judge."""
    return {name: when for make in (_words, _patterns, _others, _around) for name, when in make(lines)}


def _characters(lines: Sequence[str]) -> Counter[str]:
    """Everything that is said, by how often."""
    return Counter(char for line in lines for char in fold(line).text if "\u4e00" <= char <= "\u9fff")


def _common(said: Counter[str], share: float) -> list[str]:
    """Common characters that are so much of what is said together."""
    left, chosen = share * said.total(), list[str]()
    for char, times in said.most_common():
        if times <= left:
            chosen.append(char)
            left -= times
    return chosen


def _words(lines: Sequence[str]) -> Iterator[tuple[str, When]]:
    said = _characters(lines)
    everything, sensed, plain = list(said), _common(said, _SENSED), _common(said, _PLAIN)
    pairs = list(dict.fromkeys(a + b for line in lines for a, b in pairwise(line) if a in said and b in said))
    heads = everything[:300]
    many = [
        *everything,
        *pairs,
        *(a + b for a, b in product(heads, heads)),
        *(a + "的" + b for a, b in product(heads, heads)),
    ]
    yield "phrases: every character, every sense", {"phrases": {"any": everything, "unless": _SENSES}}
    yield (
        "phrases: as common as may be, every sense",
        {"phrases": {"any": sensed, "unless": _SENSES, "whole_words": True}},
    )
    yield "phrases: as common as may be", {"phrases": {"any": plain, "unless": []}}
    yield "phrases: 100,000 of them", {"phrases": {"any": list(dict.fromkeys(many))[:100_000], "unless": []}}
    yield (
        "phrases: 100,000 that nobody says",
        {"phrases": [f"{a}{b}嚯" for a, b in product(list(said)[:320], repeat=2)][:100_000]},
    )
    yield "phrases: by sound", {"phrases": {"any": pairs, "sounds_like": "near", "unless": _SENSES}}
    yield (
        "phrases: 50 of every character, window",
        {"phrases": {"of": everything, "at_least": 50, "window": {"before": 500, "after": 500}}},
    )
    yield (
        "phrases: 3 of common ones, none beside",
        {"phrases": {"of": sensed, "at_least": 3, "none": plain[-40:], "window": {"before": 3, "after": 0}}},
    )
    yield (
        "phrases: 100 operators",
        {"any": [{"phrases": {"any": everything[at:], "unless": []}} for at in range(100)]},
    )


def _patterns(lines: Sequence[str]) -> Iterator[tuple[str, When]]:
    said = _characters(lines)
    common = [char for char, _ in said.most_common(60)]
    pairs = [a + b for a, b in product(common, common)]
    yield "regex: any character, every sense", {"regex": {"pattern": ".", "unless": _SENSES}}
    yield "regex: 2,400 alternatives", {"regex": "|".join(pairs[:2_400])}
    yield "regex: a repeat of repeats", {"regex": "(?:[一-龥]{0,10}){0,12}的"}
    yield "regex: every place waits", {"regex": "(?:.?){120}的"}
    yield (
        "regex: wide gaps, three times",
        {"any": [{"regex": f"[我您的].{{0,60}}[是{char}].{{0,60}}"} for char in "一不是"]},
    )
    yield "regex: gaps between alternatives", {"regex": f"(?:.{{0,10}}(?:{'|'.join(pairs[:60])})){{12}}|的"}
    yield (
        "regex: 100 patterns",
        {
            "any": [
                {"regex": f"[{a}{b}].{{0,3}}{b}?"} for a, b in zip(common * 2, common[7:] * 2, strict=False)
            ][:100]
        },
    )


def _others(lines: Sequence[str]) -> Iterator[tuple[str, When]]:
    long = list(dict.fromkeys(line for line in lines if len(fold(line).text) > 9))
    yield "similar: 100 sentences of the call", {"similar": {"examples": long[:100], "at_least": 0.35}}
    yield (
        "similar: 50, unlike 50",
        {"similar": {"examples": long[:50], "unlike": [f"{line}吗" for line in long[:50]], "at_least": 0.35}},
    )
    yield (
        "again: 4 times, the last 50, a third alike",
        {"any": [{"again": {"last": 50 - at, "alike": 0.3, "min_chars": 1}} for at in range(4)]},
    )
    yield (
        "tag: 4 detectors set for this rule",
        {
            "any": [
                {"tag": "hedging.evasion", "settings": {"answer": f"{30 + at}s", "alike": 0.3}}
                for at in range(4)
            ]
        },
    )
    yield (
        "20 questions about the call",
        {"any": [{"talk_ratio": {"above": 0.5 + at / 100}} for at in range(20)]},
    )
    kinds = ["anger", "displeased", "worried", "pleased"]
    yield (
        "emotion: every kind of both, and its course",
        {
            "any": [
                *({"emotion": kinds, "role": role} for role in ("customer", "agent")),
                *(
                    {"emotion_course": {"course": "ends_negative", "role": role}}
                    for role in ("customer", "agent")
                ),
            ]
        },
    )
    yield (
        "number and personal data",
        {"any": [{"number": ["amount", "percent"]}, {"personal_data": ["mobile", "id_card"]}]},
    )


def _around(lines: Sequence[str]) -> Iterator[tuple[str, When]]:
    said = _characters(lines)
    few, plain = _common(said, _PLAIN / 3), _common(said, _PLAIN / 2)
    words: When = {"phrases": {"any": plain, "unless": []}}
    yield "count: 50 of common words", {"phrases": {"any": plain, "unless": []}, "count": {"at_least": 50}}
    yield (
        "near, after and before, common words",
        {
            "phrases": {"any": few, "unless": []},
            "near": {"phrases": {"any": few, "unless": []}, "within": "9m"},
            "after": {"phrases": {"any": few, "unless": []}, "within": "9m"},
        },
    )
    yield (
        "not_near every one, common words",
        {**words, "not_near": {**words, "role": "customer", "within": "1s"}},
    )
    yield (
        "100 anchors at a tag of every turn",
        {
            "all": [
                {"again": {"last": 50, "alike": 0.3, "min_chars": 1}},
                *(
                    {
                        "near": {
                            "again": {"last": 50, "alike": 0.3, "min_chars": 1},
                            "within": f"{at} utterances",
                            "which": "every",
                        }
                    }
                    for at in range(100)
                ),
            ]
        },
    )
    yield (
        "steps: 50 at a tag of every turn",
        {
            "role": "agent",
            "steps": [
                {"title": f"第{at}步", "again": {"last": 50, "alike": 0.3, "min_chars": 1}}
                for at in range(50)
            ],
        },
    )
    yield "anchors 60 deep", {"phrases": {"any": few, "unless": []}, "near": _deep(few[:6], 58)}


def _deep(words: Sequence[str], levels: int) -> When:
    inner: When = {"phrases": {"any": list(words), "unless": []}, "within": "9m"}
    for _ in range(levels // 2):
        inner = {
            "all": [{"phrases": {"any": list(words[:1]), "unless": []}}, {"near": inner}],
            "within": "9m",
        }
    return inner
