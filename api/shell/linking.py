"""Links with markets from the command line: candidates, decisions, and differences."""

from typing import Any
from urllib.parse import urlencode

from api.command import current_command
from api.language import translate
from api.shell.opening import call
from api.shell.output import (
    format_of_list,
    print_json,
    print_line,
    print_list,
    print_table,
    wants_json,
)


def list_candidates(
    database: str | None,
    question: str | None,
    market: str | None,
    output: str | None,
    language: str,
) -> None:
    """Print pairs for a person to judge, with the parts that differ."""
    given = {"question": question, "market": market}
    query = urlencode({name: value for name, value in given.items() if value is not None})
    form = format_of_list(output)
    answer = call(database, "GET", f"/market-links/candidates?{query}", None, language)
    found = [{**one, "id": one["market"]} for one in answer["items"]]
    if form != "table":
        print_list(found, form)
        return
    words = ("Question", "Market", "Title", "Score", "Relation", "Differs in")
    rows = [
        (
            one["question"],
            one["market"],
            one["market_title"],
            f"{one['score']:.2f}",
            one["relation"],
            ", ".join(r["part"] for r in one["reasons"] if r["verdict"] == "differs") or "-",
        )
        for one in found
    ]
    print_table([translate(word, language) for word in words], rows)


def link(
    database: str | None,
    question: str,
    market: str,
    said: dict[str, Any],
    output: str | None,
    language: str,
) -> None:
    """Link a question with a market."""
    body = {"question": question, "market": market, **_given(said)}
    _decide(database, "/market-links", body, output, language)


def decline(
    database: str | None,
    question: str,
    market: str,
    reason: str | None,
    output: str | None,
    language: str,
) -> None:
    """Decline a pair."""
    body = {"question": question, "market": market, **_given({"reason": reason})}
    _decide(database, "/market-links/declinations", body, output, language)


def unlink(
    database: str | None, link_id: str, reason: str, output: str | None, language: str
) -> None:
    """Remove a link."""
    _decide(database, f"/market-links/{link_id}/removal", {"reason": reason}, output, language)


def list_differences(
    database: str | None, question: str | None, output: str | None, language: str
) -> None:
    """Print where we and the markets differ, the farthest apart first."""
    form = format_of_list(output)
    query = "" if question is None else f"?{urlencode({'question': question})}"
    answer = call(database, "GET", f"/divergences{query}", None, language)
    if form != "table":
        print_list([{**one, "id": one["question"]} for one in answer["items"]], form)
        return
    for one in answer["items"]:
        first, *rest = one["words"]
        print_line(f"{one['question']}: {first}")
        for sentence in rest:
            print_line(f"    {sentence}")


def _given(said: dict[str, Any]) -> dict[str, Any]:
    """Leave out what was not said."""
    return {name: value for name, value in said.items() if value is not None}


def _decide(
    database: str | None, path: str, body: dict[str, Any], output: str | None, language: str
) -> None:
    """Send a decision on a pair, and print it."""
    as_json = wants_json(output)
    answer = call(database, "POST", path, body, language)
    if current_command().quiet:
        print_line(answer["id"])
    elif as_json:
        print_json(answer)
    else:
        words = [translate(word, language) for word in ("Link", "Question", "Market", "State")]
        row = [answer[name] for name in ("id", "question", "market", "state")]
        print_table(words, [row])
