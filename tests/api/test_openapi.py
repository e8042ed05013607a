"""The OpenAPI document under a strict linter: valid, described to the last part, with examples."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from api.app import create_app
from api.openapi import operations

#: What an operation does stands first in its name.
VERBS = {
    "amend", "ask", "create", "decline", "dispute", "export", "follow", "forget", "get", "grant",
    "land", "list", "open", "propose", "publish", "remove", "resolve", "retract", "revoke",
    "rotate", "rule",
    "search", "set", "sign", "store", "submit", "test", "update", "withdraw",
}  # fmt: skip
#: Types whose content is no text.
BINARY = {"application/zip", "application/vnd.apache.parquet", "application/octet-stream",
          "application/pdf"}  # fmt: skip
#: What a change needs at least; a read the first three.
STATUSES = ("400", "429", "503", "409", "413", "415", "422")


@pytest.fixture(scope="module")
def document(shared_instance) -> dict[str, Any]:
    return json.loads(json.dumps(create_app(shared_instance).openapi()))


def test_the_document_is_valid_and_says_whose_it_is(document):
    validate(document)

    assert document["info"]["license"]["identifier"] == "Apache-2.0"
    assert document["info"]["contact"]["name"] and document["info"]["description"]
    assert [server["url"] for server in document["servers"]] == ["/"]


def test_every_operation_is_named_described_and_under_a_tag_that_is_described(document):
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    names = [operation["operationId"] for _, _, operation in operations(document)]
    lacking = [
        operation["operationId"]
        for _, _, operation in operations(document)
        if not operation.get("summary")
        or len(operation.get("description", "")) < len("Get one.")
        or not operation["tags"]
        or not all(tags.get(tag) for tag in operation["tags"])
        or "security" not in operation
    ]

    assert len(set(names)) == len(names)
    assert [name for name in names if name.split("_")[0] not in VERBS or "_" not in name] == []
    assert lacking == []


def test_every_parameter_is_described_and_bounded(document):
    faults = [
        f"{operation['operationId']}: {parameter['name']}"
        for _, _, operation in operations(document)
        for parameter in operation.get("parameters", ())
        if not parameter.get("description") or not is_bounded(parameter["schema"])
    ]

    assert faults == []


def test_every_problem_that_follows_from_an_operation_is_declared_once(document):
    faults = []
    for _, method, operation in operations(document):
        answers = operation["responses"]
        wanted = {*STATUSES[:3], *(STATUSES if method != "get" else ())}
        wanted |= {"401", "403"} if operation["security"] == [{"HTTPBearer": []}] else set()
        faults += [(operation["operationId"], status) for status in wanted - set(answers)]
        faults += [
            (operation["operationId"], status)
            for status, answer in answers.items()
            if status >= "400" and set(answer) != {"$ref"}
        ]

    assert faults == []


def test_every_body_and_every_success_has_an_example(document):
    lacking = [
        f"{operation['operationId']} {where} {kind}"
        for _, _, operation in operations(document)
        for where, kind, content in contents(operation)
        if kind not in BINARY and not {"example", "examples"} & set(content)
    ]

    assert lacking == []


def test_every_example_is_what_its_schema_says(document):
    faults = []
    for _, _, operation in operations(document):
        for where, kind, content in contents(operation):
            if kind in ("application/json", "text/event-stream"):
                check = validator(document, content["schema"])
                for example in examples(content):
                    found = check.iter_errors(example)
                    faults += [f"{operation['operationId']} {where}: {f.message}" for f in found]

    assert faults == []


def test_nothing_is_unused_nor_said_twice(document):
    text = json.dumps(document)
    unused = [
        f"{kind}/{name}"
        for kind, named in document["components"].items()
        for name in named
        if kind != "securitySchemes" and f'"#/components/{kind}/{name}"' not in text
    ]

    assert unused == []
    assert [name for name in document["components"]["schemas"] if "__" in name] == []
    assert not re.search(r'"\$ref": "(?!#/components/)', text)
    assert '"title": "Problem"' not in json.dumps(document["paths"])


def is_bounded(schema: dict[str, Any]) -> bool:
    """Tell whether a parameter has a form, an end, or few values."""
    if "anyOf" in schema:
        return all(map(is_bounded, schema["anyOf"]))
    bounds = {
        "string": {"maxLength", "pattern", "format", "enum", "const"},
        "integer": {"maximum"},
        "number": {"maximum"},
        "array": {"maxItems"},
    }
    wanted = bounds.get(schema.get("type", ""))
    return "$ref" in schema or wanted is None or bool(wanted & set(schema))


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give the body and the successes of an operation, by type."""
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield "body", kind, content
    for status, answer in operation["responses"].items():
        if status < "300":
            for kind, content in answer.get("content", {}).items():
                yield status, kind, content


def examples(content: dict[str, Any]) -> list[Any]:
    """Give the examples of a content."""
    named = [example["value"] for example in content.get("examples", {}).values()]
    return named + ([content["example"]] if "example" in content else [])


def validator(
    document: dict[str, Any], schema: dict[str, Any]
) -> jsonschema_rs.Draft202012Validator:
    """Give a validator of a schema that refers to the document's components."""
    whole = {**schema, "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(whole)
