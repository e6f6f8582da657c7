"""YAML as authors mean it: safe, a key stands only once, and aliases do not unfold without end."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml


class OnceLoader(yaml.SafeLoader):
    """Safe YAML in which a key may stand only once: the second would silently win."""


class TwiceError(yaml.constructor.ConstructorError):
    """A key stands twice."""


def _mapping(loader: OnceLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Hashable] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            continue  # construct_mapping refuses it, with its place
        if key in seen:
            raise TwiceError(None, None, str(key), key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


OnceLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def is_plain(data: object, most: int) -> bool:
    """Whether the values, aliases written out, are few enough to be walked through."""
    waiting, left = [data], most
    while waiting and left > 0:
        value = waiting.pop()
        left -= 1
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return not waiting
