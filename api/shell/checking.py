"""Checking: the ledger, a bank, the replay, this installation."""

import platform
import sys
from pathlib import Path

import typer

from api.language import say, translate
from api.shell.opening import database_url, open_for_reading
from api.shell.output import print_json, print_line, print_table, wants_json
from api.workflows.replaying import replay_ledger
from data import sqlite
from data.banks import load_bank
from data.database import WriteLock, database_path
from data.ledger import read_checkpoint, verify
from forecasts.errors import KizashiError


def verify_ledger(database: str | None, language: str) -> None:
    """Walk the chain; a broken one raises, and names its first broken entry."""
    with open_for_reading(database) as opened, opened.read() as connection:
        checkpoint = verify(connection)
    text = translate("The ledger holds: {entries} entries, newest hash {hash}", language)
    print_line(text.format(entries=checkpoint.entries, hash=checkpoint.hash))


def print_checkpoint(database: str | None, output: str | None) -> None:
    """Print (entries, hash)."""
    with open_for_reading(database) as opened, opened.read() as connection:
        checkpoint = read_checkpoint(connection)
    if wants_json(output):
        print_json({"entries": checkpoint.entries, "hash": checkpoint.hash})
    else:
        print_line(f"{checkpoint.entries} {checkpoint.hash}")


def replay(database: str | None, output: str | None, language: str) -> None:
    """Compute the history again and compare; exit code 1 where it differs."""
    with open_for_reading(database) as opened, opened.read() as connection:
        result = replay_ledger(connection)
    if wants_json(output):
        print_json(
            {
                "entries": result.checkpoint.entries,
                "ledger_hash": result.checkpoint.hash,
                "steps": result.steps,
                "history_hash": result.history_hash,
                "identical": result.difference is None,
                "difference": result.difference,
            }
        )
    elif result.difference is None:
        text = translate("Identical to the last bit: {steps} steps, history {hash}", language)
        print_line(text.format(steps=result.steps, hash=result.history_hash))
    else:
        text = translate("Not identical: {difference}", language)
        print_line(text.format(difference=result.difference))
    if result.difference is not None:
        raise typer.Exit(1)


def check_bank(path: str, language: str) -> None:
    """Load a bank from a folder; every fault is reported, with file, line and field."""
    bank = load_bank(Path(path))
    text = "The bank {bank} is sound: {questions} questions, {records} records, {outcomes} outcomes"
    print_line(
        translate(text, language).format(
            bank=bank.bank.id,
            questions=len(bank.questions),
            records=len(bank.evidence),
            outcomes=len(bank.resolutions),
        )
    )


def doctor(database: str | None, output: str | None, language: str) -> None:
    """Print what was looked at and whether it is well; exit code 1 where something is not."""
    url = database_url(database)
    findings = [
        ("Python", platform.python_version(), sys.version_info >= (3, 12)),
        ("SQLite", ".".join(map(str, sqlite.VERSION)), sqlite.IS_SAFE),
        ("Database", str(database_path(url)), database_path(url).exists()),
        ("Server", *_server(url)),
        ("Ledger", *_ledger(database, language)),
    ]
    if wants_json(output):
        print_json([{"what": what, "found": found, "ok": ok} for what, found, ok in findings])
    else:
        well = {True: translate("well", language), False: translate("not well", language)}
        headings = [translate(word, language) for word in ("What", "Found", "State")]
        rows = [(translate(what, language), found, well[ok]) for what, found, ok in findings]
        print_table(headings, rows)
    if not all(ok for _, _, ok in findings):
        raise typer.Exit(1)


def _server(url: str) -> tuple[str, bool]:
    """Say whether a server holds the database; both are well."""
    holder = WriteLock(database_path(url)).holder()
    return (f"{holder.get('url')} (pid {holder.get('pid')})" if holder else "-"), True


def _ledger(database: str | None, language: str) -> tuple[str, bool]:
    """Say whether the ledger holds."""
    try:
        with open_for_reading(database) as opened, opened.read() as connection:
            return f"{verify(connection).entries}", True
    except KizashiError as error:
        return say(error, language), False
