"""Verifying a report from the command line: computed again from the ledger, and compared."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import Connection

from api.language import LANGUAGES, translate
from api.reports.editions import VALUES
from api.reports.producing import Wish, checkpoint_of, produce
from api.reports.versions import PEOPLE_ALONE, made_with
from api.shell.opening import open_for_reading
from api.shell.output import print_line
from data.reports import read_file, read_file_of_hash
from forecasts.errors import KizashiError
from forecasts.reports.quarters import read_quarter

#: Differences that are told.
_MOST = 20
_DIGEST = re.compile(rb"(?:kizashi-values-sha256-|values-sha256\" content=\")([0-9a-f]{64})")
EQUAL, DIFFERENT = 0, 1


class NotAReport(KizashiError):
    """A file is to be verified that is no report of ours."""

    message = (
        "{path} does not say what it was built from. Give the report.json of a report, or an HTML "
        "or PDF whose report.json lies beside it or was published here."
    )


class AnotherLedger(KizashiError):
    """A report was built from another ledger."""

    message = "{path} was built from another ledger: entry {entries} has another hash here."


def verify(database: str | None, file: str, language: str) -> int:
    """Compute a report again and print what differs; give the exit code.

    Raises:
        NotAReport, AnotherLedger, NoCheckpoint: see there.
    """
    path = Path(file)
    try:
        content = path.read_bytes()
    except OSError:
        raise NotAReport(path=path.name) from None
    waiting = translate("Building the report again", language)
    with (
        open_for_reading(database) as opened,
        opened.read() as connection,
        Console(stderr=True).status(waiting),
    ):
        values = _values_of(connection, path, content)
        files = _built_again(connection, path, values)
    if content in files.values():
        print_line(translate("Equal, to the byte: {path}", language).format(path=path.name))
        return EQUAL
    for line in _differences(values, files, content, language):
        print_line(line)
    return DIFFERENT


def _values_of(connection: Connection, path: Path, content: bytes) -> dict[str, Any]:
    """Give the values behind a file: its own, of those beside it, or of those published here."""
    body = content
    if not path.name.endswith(".json"):
        found = _DIGEST.search(content)
        if found is None:
            raise NotAReport(path=path.name)
        body = _values_of_hash(connection, path, found[1].decode())
    try:
        values: dict[str, Any] = json.loads(body)
        if {"quarter", "origin", "first_month", "edition"} <= values.keys():
            return values
    except (ValueError, AttributeError, TypeError):
        pass
    raise NotAReport(path=path.name)


def _values_of_hash(connection: Connection, path: Path, digest: str) -> bytes:
    """Find values by their hash."""
    beside = path.with_name(VALUES)
    if beside.is_file() and hashlib.sha256(beside.read_bytes()).hexdigest() == digest:
        return beside.read_bytes()
    known = read_file_of_hash(connection, digest)
    if known is None:
        raise NotAReport(path=path.name)
    body: bytes = read_file(connection, known.report, known.name).body
    return body


def _built_again(connection: Connection, path: Path, values: dict[str, Any]) -> dict[str, bytes]:
    """Build a report from the checkpoint that it names."""
    origin = values["origin"]
    place = checkpoint_of(connection, origin["entries"])
    if place.hash != origin["hash"]:
        raise AnotherLedger(path=path.name, entries=origin["entries"])
    wish = Wish(
        (read_quarter(values["quarter"]),),
        values["first_month"],
        LANGUAGES,
        origin["entries"],
        plays=origin["made_with"].get("scores") != PEOPLE_ALONE,
    )
    (built,) = produce(connection, wish)
    return built.files


def _differences(
    values: dict[str, Any], files: dict[str, bytes], content: bytes, language: str
) -> list[str]:
    """Say what differs: values first, then what they were made with, then the form alone."""
    now = json.loads(files[VALUES])
    lines = [
        translate("{place}: {before} in the file, {now} from the ledger", language).format(
            place=place, before=_short(before), now=_short(after)
        )
        for place, before, after in _walk(values, now, "")
        if not place.startswith("origin.made_with")
    ]
    made = values["origin"]["made_with"]
    for name, known in sorted((made | made_with()).items()):
        if made.get(name) != known and name != "scores":
            words = translate("Made with {name} {before}; here is {now}", language)
            lines.append(words.format(name=name, before=made.get(name), now=known))
    if not lines:
        words = translate("The values are equal; the file of {size:,} bytes is another.", language)
        lines.append(words.format(size=len(content)))
    return lines[:_MOST]


def _walk(before: Any, after: Any, place: str) -> list[tuple[str, Any, Any]]:
    """Give the places at which two values differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        names = sorted({*before, *after})
        return [
            one
            for name in names
            for one in _walk(before.get(name), after.get(name), f"{place}.{name}".lstrip("."))
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [one for n, (old, new) in pairs for one in _walk(old, new, f"{place}[{n}]")]
    return [] if before == after else [(place, before, after)]


def _short(value: Any) -> str:
    """Write a value in a line."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"
