"""Showing on the command line what is set, and by what."""

from dataclasses import asdict

from api.language import translate
from api.settings import settings_in_force
from api.shell.output import print_json, print_table, wants_json


def show_settings(output: str | None, language: str) -> None:
    """Print every setting with its value and where it came from; secrets are masked."""
    as_json, rows = wants_json(output), settings_in_force()
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    headings = [translate(word, language) for word in ("Setting", "Value", "Set by")]
    print_table(headings, [(r.name, "-" if r.value is None else r.value, r.origin) for r in rows])
