"""YAML as authors mean it: a key stands only once, `no` and `8:30` are words, and nothing unfolds without end.

Words are read as YAML 1.2 reads them, as editors do too: only `true` and `false` are truths, only figures are
numbers, and dates, times of day and numbers that begin with 0 are text. Tags (`!!set`) may not be written.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from contextlib import suppress
from typing import Any

import yaml

#: PyYAML built without libyaml has none; then nothing of `_SwiftLoader` is used but its name.
_CParser: Any = getattr(yaml.cyaml, "CParser", object) if yaml.__with_libyaml__ else object
#: Deeper than this nobody nests conditions; far deeper, reading would find no room.
DEEPEST = 64
_TEXT_TAGS = (None, "!", "tag:yaml.org,2002:str")
#: What YAML may escape and no text of people holds: control characters, halves of characters.
_SILENT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
#: What PyYAML and the library in C do not read alike.
_ODD = re.compile("[\\t\\r\\x85\\u2028\\u2029\\ufeff]|[|>][-+0-9]*#")
#: Between what was meant to be several.
_WIDE_COMMAS = re.compile("[，、]")
_WORDS = {
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    # 18 figures are more than any setting has; a longer row of figures, or one that begins with 0, is a word.
    "int": (r"[-+]?(?:0|[1-9][0-9]{0,17})", "-+0123456789"),
    "float": (
        r"[-+]?(?:0|[1-9][0-9]{0,17})?(?:\.[0-9]+|\.(?=[eE]|$)|(?=[eE]))(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+0123456789.",
    ),
}


class Joined(str):
    """A text between `[` and `]`, not quoted, with a full-width comma in it: perhaps it was meant to be several."""

    __slots__ = ()


class SlipError(yaml.constructor.ConstructorError):
    """Something that YAML could read and a rulebook may not hold: `kind` says what, `word` what stands there."""

    def __init__(self, kind: str, word: str, mark: yaml.Mark) -> None:
        super().__init__(None, None, word, mark)
        self.kind = kind
        self.word = word


class _Once(yaml.composer.Composer):
    """Nodes as they are read: none too deep, none with a tag."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own
    depth = 0
    #: Whether a `Joined` was read.
    has_joined = False

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """The node, unless it is too deep or bears a tag.

        Raises:
            SlipError: it is or does.
        """
        event: Any = self.peek_event()  # type: ignore[attr-defined]
        if getattr(event, "tag", None) not in _TEXT_TAGS:
            raise SlipError("tag", str(event.tag).replace("tag:yaml.org,2002:", "!!"), event.start_mark)
        if self.depth >= DEEPEST:
            raise SlipError("deep", str(DEEPEST), event.start_mark)
        self.depth += 1
        node: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        if _is_joined(node, parent):
            self.has_joined = node.is_joined = True  # type: ignore[union-attr]
        return node


class OnceLoader(_Once, yaml.SafeLoader):
    """Safe YAML in which a key may stand only once: the second would silently win."""


class _SwiftLoader(_Once, _CParser, yaml.constructor.SafeConstructor, yaml.resolver.Resolver):  # type: ignore[misc]
    """The same, five times as fast, because a library in C finds the words. It says less of what it cannot read."""

    def __init__(self, text: str) -> None:
        _CParser.__init__(self, text)
        _Once.__init__(self)
        yaml.constructor.SafeConstructor.__init__(self)
        yaml.resolver.Resolver.__init__(self)


def values(text: str) -> tuple[Any, bool]:
    """What stands in a text, and whether one of its words is a `Joined`.

    Raises:
        yaml.YAMLError: it cannot be read, or holds what no rulebook may: then a SlipError.
    """
    # The two take tabs and rare line ends differently, and only PyYAML's own words on a mistake are known to us.
    if yaml.__with_libyaml__ and not _ODD.search(text):
        with suppress(yaml.YAMLError):
            swift = _SwiftLoader(text)
            return swift.get_single_data(), swift.has_joined
    loader = OnceLoader(text)
    return loader.get_single_data(), loader.has_joined


def _is_joined(node: yaml.Node | None, parent: yaml.Node | None) -> bool:
    in_brackets = isinstance(parent, yaml.SequenceNode) and parent.flow_style
    is_bare = isinstance(node, yaml.ScalarNode) and not node.style
    return bool(in_brackets and is_bare and _WIDE_COMMAS.search(node.value))  # type: ignore[union-attr]


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Hashable] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            continue  # construct_mapping refuses it, with its place
        if key in seen:
            raise SlipError("twice", str(key), key_node.start_mark)
        seen.add(key)
    held: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return held


def _text(loader: Any, node: yaml.ScalarNode) -> str:
    text = str(loader.construct_scalar(node))
    if silent := _SILENT.search(text):
        raise SlipError("character", f"U+{ord(silent[0]):04X}", node.start_mark)
    return Joined(text) if hasattr(node, "is_joined") else text


for _loader in (OnceLoader, _SwiftLoader):
    _loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
    _loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_SCALAR_TAG, _text)
    for _kind, (_pattern, _first) in _WORDS.items():
        _loader.add_implicit_resolver(
            f"tag:yaml.org,2002:{_kind}", re.compile(rf"^(?:{_pattern})$"), list(_first)
        )
