"""The schema for editors: published as made, true of every book we show, and at one with the loader about slips."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator

from qa_service.core.errors import RulebookError
from qa_service.detectors.registry import BY_LABEL
from qa_service.rulebook import means, phrases, similar
from qa_service.rulebook import when as conditions
from qa_service.rulebook.json_schema import schema, schema_text
from qa_service.rulebook.json_words import key_words
from qa_service.rulebook.load import bundle_text
from qa_service.rulebook.once import OnceLoader
from tests.docs.repository import ROOT
from tests.rulebook.books import HEAD, SCORECARD, rules, when

_PUBLISHED = ROOT / "docs" / "schema" / "rulebook-1.json"
_RULE = "id: one\ntitle: 规则\nwhen: {tag: pace.fast}"
_FULL = Path(__file__).with_name("full.yaml")
_BOOKS = [
    *sorted((ROOT / "qa_service" / "rulebook" / "packs").glob("*.yaml")),
    _FULL,
]


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def _parsed(text: str) -> Any:
    return yaml.load(text, Loader=OnceLoader)  # noqa: S506 - a SafeLoader


def _wrong(data: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in _validator().iter_errors(data)]


def _shown() -> Iterator[tuple[str, str]]:
    """Every book that a document shows, and every condition as a book with one rule."""
    for path in (ROOT / "README.md", ROOT / "docs" / "rulebook.md"):
        blocks = re.findall(r"^```yaml\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        yield from ((f"{path.name} {n}", block) for n, block in enumerate(blocks) if "title:" in block)


def test_the_published_schema_is_the_one_the_code_makes() -> None:
    assert _PUBLISHED.read_text("utf-8") == schema_text(), (
        "run: qa-service rulebook schema --out docs/schema/rulebook-1.json"
    )


@pytest.mark.parametrize(
    "draft", [Draft202012Validator, Draft7Validator], ids=["2020-12", "what older editors know"]
)
def test_the_schema_is_a_schema(draft: Any) -> None:
    draft.check_schema(schema())


@pytest.mark.parametrize("path", _BOOKS, ids=lambda path: path.name)
def test_every_shipped_book_is_one(path: Path) -> None:
    data = _parsed(path.read_text("utf-8"))

    assert _wrong(data) == []
    assert list(Draft7Validator(schema()).iter_errors(data)) == [], "to an editor that knows no later draft"


@pytest.mark.parametrize("text", [text for _, text in _shown()], ids=[name for name, _ in _shown()])
def test_every_book_that_a_document_shows_is_one(text: str) -> None:
    data = _parsed(text)

    assert _wrong(data if "name" in data else _parsed(HEAD) | data) == []


def _objects(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "properties" in node and node.get("type") == "object":
            yield node
        for value in node.values():
            yield from _objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from _objects(value)


def test_every_key_is_told_in_chinese_and_english_and_no_mapping_is_open() -> None:
    for found in _objects(schema()):
        assert found["additionalProperties"] is False
        for key, shape in found["properties"].items():
            assert re.search("[\u4e00-\u9fff]", shape["description"]), key
            assert re.search("[A-Za-z]{2}", shape["description"]), key


def test_every_word_that_is_told_may_be_written() -> None:
    text = schema_text()
    known = {place: set(words) for place, words in key_words().items()}

    unused = [f"{place}.{key}" for place, words in known.items() for key in words if f'"{key}"' not in text]

    assert unused == []


def test_operators_modifiers_and_labels_are_those_of_the_readers() -> None:
    condition = schema()["$defs"]["condition"]["properties"]

    assert list(condition) == [*conditions.WHATS, *conditions.MODIFIERS]
    assert condition["tag"]["anyOf"][0]["enum"] == list(BY_LABEL)
    assert list(condition["phrases"]["anyOf"][1]["properties"]) == list(phrases.KEYS)
    assert list(condition["means"]["anyOf"][1]["properties"]) == list(means.KEYS)
    assert list(condition["similar"]["anyOf"][1]["properties"]) == list(similar.KEYS)
    assert list(schema()["properties"]["detectors"]["properties"]) == list(BY_LABEL)


#: What the loader refuses and an editor can see.
_SLIPS = [
    pytest.param(f"{HEAD}rule: []", id="an unknown key"),
    pytest.param(rules(_RULE + "\nserverity: minor"), id="an unknown key in a rule"),
    pytest.param(f"{HEAD}strengths: [{{id: one, text: 好, wenn: {{}}}}]", id="an unknown key in a strength"),
    pytest.param(HEAD.replace("@1", "@2"), id="a newer schema"),
    pytest.param(HEAD.replace("name: demo\n", ""), id="no name"),
    pytest.param(HEAD.replace("demo", "Demo Book"), id="a name with a space"),
    pytest.param(HEAD.replace("version: 1", "version: '1'"), id="a version in quotes"),
    pytest.param(HEAD.replace("version: 1", "version: 0"), id="version nought"),
    pytest.param(HEAD.replace("zh_CN", "zh"), id="an unknown language"),
    pytest.param(f"{HEAD}rules: {{}}", id="rules as a mapping"),
    pytest.param(f"{HEAD}rules:\n", id="rules with nothing behind it"),
    pytest.param(f"{HEAD}effective: {{from: 昨天}}", id="yesterday"),
    pytest.param(f"{HEAD}effective: {{from: 20260101}}", id="a date without hyphens"),
    pytest.param(f"{HEAD}effective: {{from: 2026-02-30}}", id="30 February"),
    pytest.param(f"{HEAD}effective: {{from: }}", id="from nothing"),
    pytest.param(f"{HEAD}include: service-zh@1", id="one include, no list"),
    pytest.param(f"{HEAD}include: [../secret]", id="a path is no name"),
    pytest.param(f"{HEAD}override: {{a/b: {{disable: no, reason: 甲}}}}", id="no for false"),
    pytest.param(f"{HEAD}override: {{a/b: {{severity: bad}}}}", id="another severity that is none"),
    pytest.param(rules(_RULE + "\nseverity: bad"), id="a severity that is none"),
    pytest.param(rules(_RULE + "\nstage: 计分"), id="a stage in Chinese"),
    pytest.param(rules(_RULE + "\nlabel: 语速"), id="a label in Chinese"),
    pytest.param(rules(_RULE + "\npoints: -5"), id="a negative deduction"),
    pytest.param(rules(_RULE + "\npoints: {deduct: 2000}"), id="too dear"),
    pytest.param(rules(_RULE + "\npoints: {add: 0}"), id="nothing added"),
    pytest.param(f"{HEAD}{SCORECARD}".replace("10}", "10, base: -1}"), id="less than nothing to begin with"),
    pytest.param(rules(_RULE + "\npoints: {deduct: 2, per: call}"), id="per call"),
    pytest.param(rules(_RULE + "\nalert: {cool_down: 3 min}"), id="minutes for m"),
    pytest.param(rules(_RULE + "\nalert: 是"), id="是 for true"),
    pytest.param(rules(_RULE + "\nexamples: {match: [12315]}"), id="a number for a sentence"),
    pytest.param(rules(_RULE + "\ncoaching: [{what: 甲, why: 乙}]"), id="coaching without advice"),
    pytest.param(f"{HEAD}{SCORECARD}".replace("10}", "0}"), id="a criterion without points"),
    pytest.param(f"{HEAD}{SCORECARD}".replace("10}", "10, fatal: yes}"), id="fatal is not yes or no"),
    pytest.param(HEAD + "scorecard: {pass: 101}", id="a pass mark above 100"),
    pytest.param(f"{HEAD}detectors: {{pace.fsat: {{}}}}", id="no such detector"),
    pytest.param(f"{HEAD}detectors: {{pace.fast: {{limit: 320}}}}", id="a setting half remembered"),
    pytest.param(f"{HEAD}detectors: {{pace.fast: {{limit_cpm: 0}}}}", id="a limit that everybody passes"),
    pytest.param(f"{HEAD}detectors: {{pace.fast: {{limit_cpm: 320.5}}}}", id="half a character"),
    pytest.param(f"{HEAD}detectors: {{silence.long: {{limit: 8}}}}", id="eight of what"),
    pytest.param(f"{HEAD}detectors: {{silence.long: {{limit: 8秒}}}}", id="eight 秒"),
    pytest.param(when("{}"), id="no operator"),
    pytest.param(when("{tag: pace.fast, regex: a}"), id="two operators"),
    pytest.param(when("{tag: pace.fsat}"), id="a slip in a label"),
    pytest.param(when("{tag: pace.fast, rolle: agent}"), id="a slip in a modifier"),
    pytest.param(when("{tag: pace.fast, role: 坐席}"), id="a role in Chinese"),
    pytest.param(when("{tag: pace.fast, role: }"), id="a role that nobody wrote"),
    pytest.param(when("{tag: pace.fast, first: 30 sec}"), id="30 sec"),
    pytest.param(when("{tag: pace.fast, first: 30s, last: 30s}"), id="both ends"),
    pytest.param(when("{tag: pace.fast, min_confidence: 70}"), id="percent for a share"),
    pytest.param(when("{tag: pace.fast, count: 2}"), id="a bare count"),
    pytest.param(when("{tag: pace.fast, count: {at_least: 0}}"), id="0 times"),
    pytest.param(when("{tag: pace.fast, settings: {limit: 5s}}"), id="settings of another detector"),
    pytest.param(when("{phrases: [好], settings: {limit: 5s}}"), id="settings beside phrases"),
    pytest.param(when("{all: {tag: pace.fast}}"), id="all of one mapping"),
    pytest.param(when("{any: [保本]}"), id="a word is no condition"),
    pytest.param(when("{all: [{near: {any: [理财]}}, {tag: pace.fast}]}"), id="near what"),
    pytest.param(when("{tag: pace.fast, near: 30s}"), id="near a time"),
    pytest.param(when("{tag: pace.fast, near: {tag: pace.slow, within: soon}}"), id="soon"),
    pytest.param(when("{phrases: {any: [好], all: [行]}}"), id="any and all"),
    pytest.param(when("{phrases: {of: [好, 行]}}"), id="how many of them"),
    pytest.param(when("{phrases: {any: [好], at_least: 1}}"), id="at least of any"),
    pytest.param(when("{phrases: [12315]}"), id="a bare number"),
    pytest.param(when("{phrases: {any: [好], unless: [negate]}}"), id="a sense that is none"),
    pytest.param(when("{phrases: {any: [好], sounds_like: {tolerance: nearly}}}"), id="nearly"),
    pytest.param(when("{phrases: {any: [好], window: {before: 9000}}}"), id="a window wider than a sentence"),
    pytest.param(when("{regex: {}}"), id="no pattern"),
    pytest.param(when("{similar: {examples: [多久能修好呢], at_least: 0.2}}"), id="everything is similar"),
    pytest.param(when("{means: {like: [我给您回电话], alike: 0.2}}"), id="everything means it"),
    pytest.param(when("{means: {like: [我给您回电话], unless: [bounded]}}"), id="a sense of words alone"),
    pytest.param(when("{call: {direction: out}}"), id="out"),
    pytest.param(when("{call: {hours: ['09:00']}}"), id="one time of day"),
    pytest.param(when("{call: {hours: [9点, 18点]}}"), id="times of day in Chinese"),
    pytest.param(when("{length: {above: 600}}"), id="600 of what"),
    pytest.param(when("{talk_ratio: {above: 80}}"), id="80 for 80 %"),
    pytest.param(when("{hung_up: 坐席}"), id="hung up in Chinese"),
    pytest.param(when("{steps: [], role: agent}"), id="no steps"),
    pytest.param(when("{steps: [{tag: pace.fast}], role: agent}"), id="a step without a name"),
    pytest.param(when("{steps: [{title: ' ', tag: pace.fast}], role: agent}"), id="a step with an empty name"),
    pytest.param(when("{steps: [{title: 甲, tag: pace.fast, within: soon}], role: agent}"), id="a step soon"),
    pytest.param(when("{steps: [{title: 甲, tag: pace.fast, optional: 可以}], role: agent}"), id="perhaps"),
    pytest.param(when("{steps: [{then: [{title: 甲, tag: pace.fast}]}], role: agent}"), id="then without if"),
    pytest.param(when("{steps: [{if: {tag: pace.fast}}], role: agent}"), id="if without then"),
    pytest.param(when("{tag: pace.fast, every: false}"), id="not every"),
    pytest.param(when("{tag: pace.fast, every: {min_chars: 0}}"), id="every of no length"),
    pytest.param(when("{number: {kinds: [money]}}"), id="a kind of number that is none"),
]  # fmt: skip


@pytest.mark.parametrize("text", _SLIPS)
def test_what_the_loader_refuses_the_schema_refuses(text: str) -> None:
    with pytest.raises(RulebookError):
        bundle_text(text, "demo.yaml", lambda _: None)

    assert _wrong(_parsed(text)) != []


def _places(node: object, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a book."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield (*at, key)
        yield from _places(value, (*at, key))


@cache
def _sound() -> Any:
    return _parsed(_FULL.read_text("utf-8"))


_OTHERS = st.sampled_from(
    ["甲", "agent", "8s", "8", "2 utterances", "pace.fast", "", True, False, 0, 1, 5, 0.5, -1, 10**6, None, [], {},
     ["保本"], [1], {"tag": "pace.fast"}, {"any": ["保本"]}, {"at_least": 2}, {"zh_CN": "甲"}]
)  # fmt: skip


@given(st.data())
def test_the_schema_refuses_nothing_that_the_loader_takes(data: st.DataObject) -> None:
    book = copy.deepcopy(_sound())
    *way, key = data.draw(st.sampled_from(sorted(_places(book), key=str)))
    held = book
    for step in way:
        held = held[step]
    if isinstance(held, dict) and data.draw(st.booleans()):
        held[data.draw(st.sampled_from(["role", "limit", "above", "unless", "first", "near", key]))] = (
            held.pop(key)
        )
    else:
        held[key] = data.draw(_OTHERS)

    try:
        bundle_text(json.dumps(book, ensure_ascii=False), "demo.yaml", lambda _: None)
    except RulebookError:
        return

    assert _wrong(book) == []
