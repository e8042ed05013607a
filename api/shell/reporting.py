"""Building reports from the command line, and listing them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from api.instance import system_clock
from api.language import LANGUAGES, translate
from api.reports.folders import write_folder
from api.reports.producing import Wish, produce
from api.settings import read_settings
from api.shell.exporting import FolderNotEmpty
from api.shell.opening import call, call_for_all, is_remote, open_for_reading
from api.shell.output import print_json, print_line, print_table, wants_json
from data.reports import read_file, read_file_names, read_report
from forecasts.errors import KizashiError
from forecasts.reports.quarters import read_quarter, require_over
from forecasts.times import instant_of

#: A report takes a replay of the ledger.
_BUILD_SECONDS = 3_600.0


class UnknownLanguage(KizashiError):
    """A report is asked for in a language that we do not speak."""

    message = "Reports are in {known}: give one of them, or both with a comma between."


class OnlyForDrafts(KizashiError):
    """A published report is to be built from a part of the ledger."""

    message = "What is published is built from the whole ledger: give --draft with --entries."


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for; see the command's options."""

    quarter: str
    languages: str
    folder: str | None
    draft: bool
    people: bool
    entries: int | None


def build(database: str | None, wishes: Wishes, output: str | None, language: str) -> None:
    """Build a report and publish it, or write a draft.

    Raises:
        NoQuarter, QuarterNotOver, UnknownLanguage, FolderNotEmpty, OnlyForDrafts: see there.
        ProblemTold: with the problem's own words.
    """
    languages = tuple(wishes.languages.split(","))
    if not set(languages) <= set(LANGUAGES):
        raise UnknownLanguage(known=", ".join(LANGUAGES))
    if wishes.entries is not None and not wishes.draft:
        raise OnlyForDrafts
    as_json = wants_json(output)
    folder = Path(wishes.folder) if wishes.folder else None
    if folder is not None and folder.exists():
        raise FolderNotEmpty(folder=folder.name)
    with Console(stderr=True).status(translate("Building the report", language)):
        if wishes.draft:
            told = _draft(database, wishes, languages, folder)
        else:
            told = _publish(database, wishes, languages, folder, language)
    if as_json:
        print_json(told)
        return
    words = translate("{quarter}, edition {edition}: {files} files, checkpoint {entries}", language)
    place = told["checkpoint"]
    print_line(
        words.format(
            quarter=told["quarter"],
            edition=told["edition"],
            files=len(told["files"]),
            entries=f"{place['entries']:,} {place['hash']}",
        )
    )
    if folder is not None:
        print_line(str(folder))


def list_all(database: str | None, output: str | None, language: str) -> None:
    """Print the published reports."""
    as_json = wants_json(output)
    items = call_for_all(database, "/reports", language)
    if as_json:
        print_json({"items": items})
        return
    words = ("Quarter", "Edition", "Published", "n", "Bits lost", "Brier", "Checkpoint")
    print_table([translate(word, language) for word in words], [_row(one) for one in items])


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    """Give a published report as cells."""
    numbers = one["headline"]
    scores = (numbers["log2_loss"], numbers["brier"])
    return (
        one["quarter"],
        str(one["edition"]),
        one["published_at"][:10],
        str(numbers["questions"]),
        *("–" if score is None else f"{score:.3f}" for score in scores),
        f"{one['checkpoint']['entries']:,}",
    )


def _draft(
    database: str | None, wishes: Wishes, languages: tuple[str, ...], folder: Path | None
) -> dict[str, Any]:
    """Build a report and store nothing in the database."""
    first_month = read_settings().first_month
    quarter = read_quarter(wishes.quarter, first_month)
    require_over(quarter, instant_of(system_clock()))
    wish = Wish((quarter,), first_month, languages, wishes.entries, plays=not wishes.people)
    with open_for_reading(database) as opened, opened.read() as connection:
        (built,) = produce(connection, wish)
    write_folder(folder or Path(f"kizashi-report-{quarter.name}"), built.files)
    return {
        "quarter": built.quarter,
        "edition": built.edition,
        "checkpoint": {"entries": built.entries, "hash": built.hash},
        "files": sorted(built.files),
    }


def _publish(
    database: str | None,
    wishes: Wishes,
    languages: tuple[str, ...],
    folder: Path | None,
    language: str,
) -> dict[str, Any]:
    """Have a report built and published where the database is."""
    body = {
        "quarter": wishes.quarter,
        "languages": languages,
        "scores": "people" if wishes.people else "all",
    }
    told = call(database, "POST", "/reports", body, language, seconds=_BUILD_SECONDS)
    if folder is not None and not is_remote():
        with open_for_reading(database) as opened, opened.read() as connection:
            row = read_report(connection, told["quarter"], told["edition"])
            names = [one.name for one in read_file_names(connection, row.id)]
            write_folder(folder, {one: read_file(connection, row.id, one).body for one in names})
    return told
