"""The command line for evidence: what can be said."""

from typing import Annotated

import typer

from api.cli_options import LANGUAGE, Database, ListOutput, Output, _, reads, writes

evidence_app = typer.Typer(
    help=_("List evidence, submit it, or take it back."), no_args_is_help=True
)


@evidence_app.command("list", help=_("List the records, newest first; of one question with bits."))
@reads
def evidence_list(
    question: Annotated[str | None, typer.Option(help=_("Id of the question."))] = None,
    database: Database = None,
    output: ListOutput = None,
) -> None:
    """List evidence."""
    from api.shell import listing

    listing.list_evidence(database, question, output, LANGUAGE)


@evidence_app.command("add", help=_("Submit a record, from a file or in words."))
@writes
def evidence_add(
    file: Annotated[str | None, typer.Argument(help=_("JSON or YAML file; - reads stdin."))] = None,
    published: Annotated[str | None, typer.Option(help=_("Day (or month) of the fact."))] = None,
    source: Annotated[str | None, typer.Option(help=_("Who said it, such as reuters."))] = None,
    grade: Annotated[str, typer.Option(help=_("Admiralty grade, A1 to F6."))] = "F6",
    kind: Annotated[str, typer.Option(help=_("fact, report or rumour."))] = "report",
    fact: Annotated[str | None, typer.Option(help=_("The fact, in a sentence."))] = None,
    url: Annotated[str | None, typer.Option(help=_("Where it can be read."))] = None,
    stance: Annotated[
        list[str] | None,
        typer.Option(help=_("question:direction:strength, such as r2:sooner:weak; repeatable.")),
    ] = None,
    database: Database = None,
    output: Output = None,
) -> None:
    """Submit evidence."""
    from api.shell import writing

    words = {
        "published": published,
        "source": source,
        "grade": grade,
        "kind": kind,
        "fact": {"en": fact} if fact else None,
        "url": url,
        "stances": [writing.stance_from(text) for text in stance or []],
    }
    writing.add_evidence(database, file, words, output, LANGUAGE)


@evidence_app.command("retract", help=_("Take a record back; the ledger keeps both."))
@writes
def evidence_retract(
    record: Annotated[str, typer.Argument(help=_("Id of the record."))],
    database: Database = None,
    output: Output = None,
) -> None:
    """Retract evidence."""
    from api.shell import writing

    writing.retract_evidence(database, record, output, LANGUAGE)
