"""Forgetting a person from the command line."""

from api.language import translate
from api.shell.opening import call
from api.shell.output import print_line


def forget(database: str | None, forecaster: str, language: str) -> None:
    """Erase a profile."""
    told = call(database, "POST", f"/forecasters/{forecaster}/erasure", None, language)
    text = translate("{forecaster} is forgotten since {at}; the ledger is as it was.", language)
    print_line(text.format(forecaster=told["forecaster"], at=told["forgotten_at"]))
