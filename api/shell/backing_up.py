"""Backups from the command line: made while a server writes, and put back where none does."""

import time
from pathlib import Path

from api.instance import system_clock
from api.language import translate
from api.shell.opening import database_url, open_for_reading
from api.shell.output import print_json, print_line, wants_json
from data.backups import restore_backup, write_backup


def backup(database: str | None, file: str, output: str | None, language: str) -> None:
    """Write a backup, and print the checkpoint to keep elsewhere."""
    as_json, target, began = wants_json(output), Path(file), time.monotonic()
    with open_for_reading(database) as opened:
        checkpoint = write_backup(opened, target)
    size, seconds = target.stat().st_size, time.monotonic() - began
    if as_json:
        answer = {"file": str(target), "bytes": size, "seconds": round(seconds, 3)}
        print_json({**answer, "entries": checkpoint.entries, "hash": checkpoint.hash})
        return
    text = translate(
        "Saved to {file} ({size:,} bytes), and verified: {entries} entries, newest hash {hash}",
        language,
    )
    print_line(
        text.format(file=target, size=size, entries=checkpoint.entries, hash=checkpoint.hash)
    )


def restore(
    database: str | None,
    file: str,
    expected_hash: str | None,
    output: str | None,
    language: str,
    *,
    replace: bool,
) -> None:
    """Put a backup in place, and say where the old database is now."""
    as_json, url = wants_json(output), database_url(database)
    restored = restore_backup(
        Path(file), url, system_clock(), replace=replace, expected_hash=expected_hash
    )
    checkpoint, aside = restored.checkpoint, restored.aside
    if as_json:
        answer = {"entries": checkpoint.entries, "hash": checkpoint.hash}
        print_json({**answer, "replaced": str(aside) if aside else None})
        return
    text = translate("Restored and verified: {entries} entries, newest hash {hash}", language)
    print_line(text.format(entries=checkpoint.entries, hash=checkpoint.hash))
    if aside:
        print_line(translate("The old database is kept at {path}", language).format(path=aside))
