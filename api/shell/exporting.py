"""Exporting all data from the command line, also beside a running server."""

from datetime import date, datetime
from pathlib import Path
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from api.asking import as_of_moment
from api.hiding import hidden_questions, is_withheld, shown_forecasts
from api.instance import system_clock
from api.language import translate
from api.settings import read_settings
from api.shell.opening import open_for_reading
from api.shell.output import UnknownFormat, print_line
from api.workflows.exporting import export_hub, export_package, notes_of, spaces_of
from api.workflows.restoring import restore_timelines
from data.exports.columns import Asked
from data.exports.writing import Form
from forecasts.errors import KizashiError
from forecasts.times import instant_of


class FolderNotEmpty(KizashiError):
    """An export would be mixed with what is there."""

    message = "{folder} is not empty. Give a new folder, so that nothing old stays among the new."


class MomentUnreadable(KizashiError):
    """A past moment is no such thing."""

    message = "{text} is no day or time: write 2025-06-30 or 2025-06-30T12:00:00Z."


def export(
    database: str | None, folder: str, form: str, as_of: str | None, language: str, *, hub: bool
) -> None:
    """Write all data into a folder; what questions hide from strangers is left out.

    Raises:
        UnknownFormat, FolderNotEmpty, MomentUnreadable, AsOfInFuture: see there.
    """
    forms: tuple[Form, ...] = get_args(Form)
    wanted = next((known for known in forms if known == form), None)
    if wanted is None:
        raise UnknownFormat(formats=", ".join(forms))
    target, now = Path(folder), system_clock()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FolderNotEmpty(folder=folder)
    moment, licence = as_of_moment(_read_moment(as_of), now), read_settings().data_licence
    with open_for_reading(database) as opened, opened.read() as connection:
        hidden = hidden_questions(connection, None, instant_of(now))
        asked = Asked(
            holds=moment.holds,
            at=moment.at,
            shown=shown_forecasts(None, instant_of(now)),
            withholds=lambda entry: is_withheld(entry, hidden, None),
            where={},
        )
        notes = notes_of(connection, moment.at, instant_of(now), licence)
        if hub:
            spaces = spaces_of(restore_timelines(connection))
            export_hub(target, connection, asked, spaces, notes)
        else:
            export_package(target, connection, asked, wanted, notes)
    files = sum(path.is_file() for path in target.rglob("*"))
    told = translate("{files} files are in {folder}: {citation}", language)
    print_line(told.format(files=files, folder=folder, citation=notes["citation"]))


def _read_moment(text: str | None) -> datetime | date | None:
    """Read a day or a time."""
    if text is None:
        return None
    try:
        moment: datetime | date = TypeAdapter(date | datetime).validate_python(text)
    except ValidationError:
        raise MomentUnreadable(text=text) from None
    return moment
