"""Examples in the OpenAPI document: what each operation answered in the shipped bank's world."""

import json
from functools import cache
from typing import Any

from api.files import shipped_file

type Schema = dict[str, Any]
#: Recorded by tests/attack/recording.py: by operation and status, what was answered.
RECORDED = "openapi_examples.json"


@cache
def recorded_examples() -> dict[str, dict[str, Any]]:
    """Give the recorded answers, by operation id and status."""
    file = shipped_file(RECORDED)
    told: dict[str, dict[str, Any]] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return told


def put_examples(document: Schema) -> None:
    """Put every recorded answer beside the schema that describes it."""
    recorded = recorded_examples()
    for item in document["paths"].values():
        for operation in item.values():
            for status, example in recorded.get(operation.get("operationId"), {}).items():
                content = operation["responses"].get(status, {}).get("content", {})
                if "application/json" in content:
                    content["application/json"]["example"] = example
