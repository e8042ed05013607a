"""What the commands share: the user's language, and the options that each of them takes."""

from typing import Annotated

import typer

from api.config_file import wanted_language
from api.language import shell_language, translate

LANGUAGE = shell_language(wanted_language())


def _(text: str) -> str:
    """Give a text in the user's language."""
    return translate(text, LANGUAGE)


Database = Annotated[
    str | None,
    typer.Option(help=_("Where the data are: sqlite:///PATH; else KIZASHI_DATABASE.")),
]
Output = Annotated[
    str | None,
    typer.Option("-o", "--output", help=_("table or json; json where the output is a pipe.")),
]
RowOutput = Annotated[
    str | None,
    typer.Option(
        "-o", "--output", help=_("table, json, csv or parquet; json where the output is a pipe.")
    ),
]
