"""Keys from the command line: made, listed, renewed, ended."""

from typing import Any

from api.language import translate
from api.shell.opening import call, call_for_all
from api.shell.output import format_of_list, print_line, print_list, print_table


def create_key(database: str | None, body: dict[str, Any], language: str) -> None:
    """Make a key and print it, once."""
    expires = body["expires"]
    if expires is not None and len(expires) == len("2027-01-31"):
        body = {**body, "expires": f"{expires}T00:00:00Z"}
    print_line(call(database, "POST", "/keys", body, language)["key"])


def rotate_key(database: str | None, key: str, grace_hours: float, language: str) -> None:
    """Give a key a new secret and print it, once."""
    body = {"grace_hours": grace_hours}
    print_line(call(database, "POST", f"/keys/{key}/rotation", body, language)["key"])


def revoke_key(database: str | None, key: str, language: str) -> None:
    """End a key."""
    ended = call(database, "POST", f"/keys/{key}/revocation", None, language)
    text = translate("{key} ended at {at}.", language)
    print_line(text.format(key=ended["id"], at=ended["revoked_at"]))


def grant_role(database: str | None, actor: str, role: str, language: str) -> None:
    """Say what somebody may do."""
    told = call(database, "POST", f"/actors/{actor}/role", {"role": role}, language)
    text = translate("{actor} is {role} now.", language)
    print_line(text.format(actor=told["actor"], role=told["role"]))


def list_keys(database: str | None, output: str | None, language: str) -> None:
    """Print all keys."""
    form = format_of_list(output)
    keys = call_for_all(database, "/keys", language)
    if form != "table":
        print_list(keys, form, keys)
        return
    words = ("Key", "Holder", "Role", "Scopes", "Label", "Ends", "Last used")
    headings = [translate(word, language) for word in words]
    rows = [
        (
            key["id"],
            key["actor"],
            key["role"],
            " ".join(key["scopes"]) or "-",
            key["label"],
            key["revoked_at"] or key["expires_at"] or "-",
            key["last_used_at"] or "-",
        )
        for key in keys
    ]
    print_table(headings, rows)
