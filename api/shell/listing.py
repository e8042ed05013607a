"""Lists on the command line that only the API makes: evidence, and what words are found in."""

from api.language import translate
from api.shell.opening import call_for_all
from api.shell.output import format_of_list, print_list, print_table
from api.shell.reading import print_records


def list_evidence(
    database: str | None, question: str | None, output: str | None, language: str
) -> None:
    """Print records of evidence, newest first."""
    form = format_of_list(output)
    path = f"/questions/{question}/evidence" if question else "/evidence"
    records = call_for_all(database, path, language)
    if form == "table":
        print_records(records, language)
    else:
        print_list(records, form)


def search(database: str | None, words: str, output: str | None, language: str) -> None:
    """Print what has all the words, the best first."""
    form = format_of_list(output)
    found = call_for_all(database, "/search", language, q=words)
    if form != "table":
        print_list(found, form)
        return
    headings = [translate(word, language) for word in ("Kind", "Id", "Text")]
    rows = [
        (one["kind"], one["id"], one["snippets"][0]["text"] if one["snippets"] else "")
        for one in found
    ]
    print_table(headings, rows)
