"""The JSON Schema of `qa-service/assessment@1` (Draft 2020-12), generated from exports.wire.

`python -m qa_service.exports.schema > docs/schema/assessment-1.json`
"""

from __future__ import annotations

import json
import sys
from typing import Any

from qa_service.exports.wire import SCHEMA, WireAssessment


def schema() -> dict[str, Any]:
    """The schema as plain values."""
    made = WireAssessment.model_json_schema(by_alias=True, mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        **made,
    }


def schema_text() -> str:
    """The schema as the file in docs/schema holds it."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
