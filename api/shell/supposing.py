"""What-ifs and scenarios on the command line."""

from typing import Any

from api.language import translate
from api.shell.opening import call, is_remote, open_for_reading, written_questions
from api.shell.output import (
    format_of_list,
    print_json,
    print_line,
    print_list,
    print_table,
    wants_json,
)
from api.shell.writing import forecast_words, read_mapping
from api.suppositions import condition_from
from api.words import bits_in_words, in_language, percent
from data.facts import read_world
from data.formats.base import Bilingual

_READINGS = {
    "learn": "If we learn",
    "make": "If we make",
    "make_then_learn": "If we make and learn",
}
#: Steps of a scenario's history that are shown.
_NEWEST = 10


def what_if(
    database: str | None,
    world: str,
    learn: list[str],
    make: list[str],
    target: str | None,
    output: str | None,
    language: str,
) -> None:
    """Ask a what-if and print what it moves.

    Raises:
        UnknownWorld, ConditionUnreadable: see there.
    """
    drivers = _drivers(database, world, language)
    body: dict[str, Any] = {
        "learn": [condition_from(text, drivers) for text in learn],
        "make": [condition_from(text, drivers) for text in make],
        "target": target,
    }
    answer = call(database, "POST", f"/worlds/{world}/what-if", body, language)
    if wants_json(output):
        print_json(answer)
        return
    _print_what_if(database, answer, language)


def add_scenario(database: str | None, file: str, output: str | None, language: str) -> None:
    """Store a scenario from a file."""
    answer = call(database, "POST", "/scenarios", read_mapping(file), language)
    if wants_json(output):
        print_json(answer)
        return
    print_line(f"{answer['id']}: {percent(answer['chance']['probability'], language)}")


def list_scenarios(database: str | None, output: str | None, language: str) -> None:
    """Print all scenarios with their probabilities."""
    form = format_of_list(output)
    answer = call(database, "GET", "/scenarios", None, language)
    if form != "table":
        print_list(answer["items"], form, answer)
        return
    headings = [translate(word, language) for word in ("Scenario", "Probability", "Title")]
    rows = [
        (one["id"], percent(one["chance"]["probability"], language), _title(one, language))
        for one in answer["items"]
    ]
    print_table(headings, rows)


def show_scenario(database: str | None, scenario: str, output: str | None, language: str) -> None:
    """Print one scenario: what it does to every question, and its newest steps."""
    answer = call(database, "GET", f"/scenarios/{scenario}", None, language)
    if wants_json(output):
        print_json(answer)
        return
    print_line(_title(answer, language))
    if answer["what_if"] is None:
        print_line(translate("It cannot be any more, given what is known.", language))
    else:
        _print_what_if(database, answer["what_if"], language)
    headings = [translate(word, language) for word in ("Time", "Probability", "Bits", "Cause")]
    rows = [
        (
            step["at"],
            percent(step["probability"], language),
            bits_in_words(step["bits"]),
            f"{step['cause']} {step['cause_id']}",
        )
        for step in answer["steps"][-_NEWEST:]
    ]
    print_table(headings, rows)


def _drivers(database: str | None, world: str, language: str) -> tuple[str, ...]:
    """Give the ids of a world's drivers."""
    if is_remote():
        told = call(database, "GET", f"/worlds/{world}", None, language)
        return tuple(driver["id"] for driver in told["drivers"])
    with open_for_reading(database) as opened, opened.read() as connection:
        return tuple(driver.id for driver in read_world(connection, world).drivers)


def _title(answer: dict[str, Any], language: str) -> str:
    """The title of a scenario."""
    return in_language(Bilingual.model_validate(answer["scenario"]["title"]), language)


def _print_what_if(database: str | None, answer: dict[str, Any], language: str) -> None:
    """Print how likely a what-if is, every question before and under it, and what to watch."""
    chance = answer["chance"]
    text = "{reading}: {probability} likely (± {error}, {draws} effective draws)"
    print_line(
        translate(text, language).format(
            reading=translate(_READINGS[answer["reading"]], language),
            probability=percent(chance["probability"], language),
            error=percent(chance["monte_carlo_error"], language),
            draws=round(chance["effective_draws"]),
        )
    )
    if answer["warning"]:
        print_line(answer["warning"])
    headings = [translate(word, language) for word in ("Question", "Before", "After", "Bits")]
    written = written_questions(database, language)
    rows = [
        (
            moved["question"],
            forecast_words(moved["before"], written[moved["question"]], language),
            forecast_words(moved["after"], written[moved["question"]], language),
            bits_in_words(moved["bits"]),
        )
        for moved in answer["questions"]
    ]
    print_table(headings, rows)
    if answer["target"] is not None:
        _print_target(answer["target"], language)


def _print_target(target: dict[str, Any], language: str) -> None:
    """Print what to watch next for a target, and how far each driver swings it."""
    title = f"{target['question']}: {target['headline']}"
    headings = [translate(word, language) for word in ("What to watch next", "Bits to be learned")]
    watched = [(one["question"], f"{one['information']:.4f}") for one in target["watch"]]
    print_table(headings, watched, title)
    driver, bits = translate("If we make a driver", language), translate("Bits", language)
    swings = [
        (
            one["driver"],
            percent(one["low"]["probability"], language),
            percent(one["high"]["probability"], language),
            bits_in_words(one["bits"]),
        )
        for one in target["tornado"]
    ]
    print_table([driver, "5%", "95%", bits], swings, title)
