"""Signing people in from the command line: links, and where they are reached."""

from urllib.parse import urlsplit

from api.language import translate
from api.settings import read_settings
from api.shell.opening import call, database_url
from api.shell.output import print_line
from data.database import WriteLock, database_path


def make_link(database: str | None, name: str, language: str, *, mail: bool) -> None:
    """Make a link that signs somebody in, and print it unless it is mailed."""
    body = {"actor": name, "mail": mail}
    made = call(database, "POST", "/sign-in-links", body, language)
    if made["mailed"]:
        print_line(translate("The link is on its way.", language))
        return
    print_line(_reachable(database, made["link"]))


def set_contact(
    database: str | None, actor: str, email: str | None, github: str | None, language: str
) -> None:
    """Keep where somebody is reached."""
    body = {"email": email, "github": github}
    given = {field: value for field, value in body.items() if value is not None}
    call(database, "POST", f"/actors/{actor}/contact", given, language)
    print_line(translate("Noted.", language))


def _reachable(database: str | None, link: str) -> str:
    """Give a link as it will be reached: where no server runs yet, by the settings."""
    settings = read_settings()
    runs = WriteLock(database_path(database_url(database))).holder() is not None
    if settings.public_url is not None or runs:
        return link
    return f"http://{settings.host}:{settings.port}{urlsplit(link).path}"
