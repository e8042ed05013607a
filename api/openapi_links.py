"""Links in the OpenAPI document: what an answer gives that another operation asks for."""

from typing import Any

type Schema = dict[str, Any]
#: Of each operation: where its answer has an id, and which operations take it as what.
_LINKS: dict[str, tuple[str, dict[str, str]]] = {
    "submit_evidence": (
        "/evidence/id",
        {"get_evidence": "evidence", "retract_evidence": "evidence"},
    ),
    "submit_forecast": (
        "/forecast/id",
        {"get_forecast": "forecast", "withdraw_forecast": "forecast"},
    ),
    "store_scenario": ("/id", {"get_scenario": "scenario"}),
    "resolve_question": ("/resolution/resolution/question", {"get_question": "question"}),
    "list_questions": (
        "/items/0/id",
        {"get_question": "question", "get_history": "question"},
    ),
    "list_forecasts": ("/items/0/id", {"get_forecast": "forecast"}),
    "list_evidence": ("/items/0/id", {"get_evidence": "evidence"}),
}


def put_links(document: Schema) -> None:
    """Put every link whose two operations there are beside the successes of the first."""
    known = {
        operation["operationId"]: operation
        for item in document["paths"].values()
        for operation in item.values()
    }
    for name, (pointer, takers) in _LINKS.items():
        for status in ("200", "201"):
            response = known.get(name, {}).get("responses", {}).get(status)
            if response is not None:
                response["links"] = {
                    taker: {
                        "operationId": taker,
                        "parameters": {parameter: f"$response.body#{pointer}"},
                    }
                    for taker, parameter in takers.items()
                    if taker in known
                }
