"""What we write, as YAML, and what our own loader has against it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from qa_service.core.errors import RulebookError
from qa_service.moving.notes import Note
from qa_service.rulebook.load import bundle_text

_LIKE_A_NUMBER = re.compile(r"[-+]?\.?[0-9]")


def mistakes(node: Mapping[str, Any]) -> list[Note]:
    """What the loader has against the rule; nothing where it passes `rulebook check`."""
    book = {
        "schema": "qa-service/rulebook@1",
        "name": "trial",
        "version": 1,
        "title": "trial",
        # What it costs is on the scorecard of the book that it will stand in, and is written by us.
        "rules": [{**node, "stage": "observe"}],
    }
    try:
        bundle_text(written(book), "trial.yaml", lambda _: None)
    except RulebookError as error:
        return [_refused(one) for one in (error, *error.more)]
    return []


def _refused(error: RulebookError) -> Note:
    """What the loader said; its words in the reader's language are the report's."""
    note = Note.of("refused", error.where.removeprefix("trial.yaml: "), problem=error.problem, fix=error.fix)
    return replace(note, error=error)


class _Plain(yaml.SafeDumper):
    """Without anchors and aliases: what was written once by us reads as if written twice by a person."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Text that YAML 1.2 would read as a number (`1e5`) is quoted: PyYAML writes by the rules of YAML 1.1."""
    style = "'" if _LIKE_A_NUMBER.match(text) and "\n" not in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Plain.add_representer(str, _text)


def written(book: Mapping[str, Any]) -> str:
    """A book as YAML."""
    return yaml.dump(book, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=110)
