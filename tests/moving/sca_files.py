"""Small files in the documented shape of Alibaba Cloud SCA, written by us."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qa_service.moving.sca import Migration, migrate

FILES = Path(__file__).parent / "files"
RULES, SCHEMES, GROUPS = (FILES / f"{name}.json" for name in ("rules", "schemes", "skill-groups"))


def held(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


def operator(kind: str, oid: str = "1", **param: Any) -> dict[str, object]:
    return {"oid": oid, "name": "算子", "type": kind, "param": param}


def condition(cid: str, *operators: dict[str, object], formula: str = "", **check: Any) -> dict[str, object]:
    return {"cid": cid, "check_range": check, "operators": list(operators), "lambda": formula}


def words(cid: str, *keywords: str, **check: Any) -> dict[str, object]:
    return condition(cid, operator("HIT_ANY_KEYWORDS", keywords=list(keywords)), **check)


def moved(*conditions: dict[str, object], formula: str = "a", **rule: Any) -> Migration:
    """One rule over these conditions."""
    rules = [{"rid": "1", "name": "规则", "lambda": formula, **rule}]
    return migrate({"conditions": list(conditions), "rules": rules})
