"""The deed of exporting: tables, packages and hubs as of a moment, with licence and citation."""

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection

from data.events import Timelines
from data.exports.columns import Asked
from data.exports.hub import write_hub
from data.exports.hub_rows import hub_forecasts, hub_questions
from data.exports.packages import write_package
from data.exports.writing import Form
from data.ledger import read_checkpoint
from forecasts.outcomes import OutcomeSpace
from forecasts.times import moment_of

#: Bytes of a file that are sent at a time.
_PIECE = 2**18


def notes_of(connection: Connection, at: float, now: float, licence: str) -> dict[str, str]:
    """Say what an export is: licence, citation, checkpoint, and the moment whose state it shows."""
    head = read_checkpoint(connection)
    checkpoint = f"{head.entries}:{head.hash}"
    as_of = f"{moment_of(at):%Y-%m-%dT%H:%M:%SZ}"
    citation = (
        f"Kizashi, questions, evidence and forecasts as of {as_of}, ledger checkpoint "
        f"{head.entries}:{head.hash[:16]}, exported {moment_of(now):%Y-%m-%d}"
    )
    return {
        "licence": licence,
        "citation": citation,
        "checkpoint": checkpoint,
        "as_of": as_of,
        "created": f"{moment_of(now):%Y-%m-%dT%H:%M:%SZ}",
    }


def spaces_of(timelines: Timelines) -> dict[str, OutcomeSpace]:
    """Give the outcome space of every question that has opened."""
    return {
        name: timeline.world.curves[question.curve].curve.space
        for timeline in timelines.values()
        for name, question in timeline.world.questions.items()
    }


def export_package(
    folder: Path, connection: Connection, asked: Asked, form: Form, notes: dict[str, str]
) -> None:
    """Write every table as a data package."""
    write_package(folder, connection, asked, form, notes)


def export_hub(
    folder: Path,
    connection: Connection,
    asked: Asked,
    spaces: dict[str, OutcomeSpace],
    notes: dict[str, str],
) -> None:
    """Write every forecast as a hub of model output."""
    questions = [one for one in hub_questions(connection) if one.id in spaces]
    write_hub(folder, questions, list(hub_forecasts(connection, asked, spaces)), notes)


def zipped(folder: Path) -> Iterator[bytes]:
    """Give a folder as a zip archive, in pieces; its files are dated 1980, as archives begin."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
