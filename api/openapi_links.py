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
    "create_key": ("/id", {"rotate_key": "key_id", "revoke_key": "key_id"}),
    "rotate_key": ("/id", {"revoke_key": "key_id"}),
}


def put_links(document: Schema) -> None:
    """Put every link whose two operations there are beside what the first has created."""
    known = {
        operation["operationId"]: operation
        for item in document["paths"].values()
        for operation in item.values()
    }
    for name, (pointer, takers) in _LINKS.items():
        created = known.get(name, {}).get("responses", {}).get("201")
        if created is not None:  # 200 may be a dry run: what it tells of is not there
            created["links"] = {
                taker: {
                    "operationId": taker,
                    "parameters": {parameter: f"$response.body#{pointer}"},
                }
                for taker, parameter in takers.items()
                if taker in known
            }
