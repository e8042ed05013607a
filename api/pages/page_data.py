"""The data behind pages: `.json` and `.csv` after an address lead to the API's own answers."""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

from api.addresses import PREFIX

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_MOMENT = ("as_of",)


@dataclass(frozen=True, slots=True)
class PageData:
    """A page whose data can be had.

    Attributes:
        page: its address; `{id}` stands for one part of it.
        json, csv: addresses in the API without its prefix, with the same `{id}`; None: the page
            has a route of its own for it, or (where `has` leaves it out) there is none.
        keeps: parameters of the page that its data take as well.
        file: what stands before `.json` and `.csv`; the page's address, but for the start page.
    """

    page: str
    json: str | None
    csv: str | None
    keeps: tuple[str, ...] = _MOMENT
    has: tuple[str, ...] = ("json", "csv")
    file: str = ""

    @property
    def stem(self) -> str:
        """What stands before `.json` and `.csv`."""
        return self.file or self.page


_ENTRY_FILTERS = ("as_of", "kind", "who", "question", "cursor")
_BOARD_FILTERS = ("as_of", "period", "topic", "who", "least_coverage")
#: A row for each page that shows data. Add yours: the links at its foot and the addresses follow.
PAGES = (
    PageData("/", "/worlds", "/questions.csv", file="/home"),
    PageData(
        "/questions",
        "/questions",
        None,
        ("as_of", "status", "type", "driver", "claim", "tag", "moved", "q", "sort", "cursor"),
    ),
    PageData("/questions/{id}", "/questions/{id}", "/history.csv?question={id}"),
    PageData("/search", "/search", None, ("as_of", "q", "kinds", "cursor"), ("json",)),
    PageData("/leaderboard", "/leaderboards/forecasters?top=1", None, _BOARD_FILTERS),
    PageData("/leaderboard/{id}", "/leaderboards/{id}", None, ("as_of", "period", "topic")),
    PageData("/forecasters/{id}", "/forecasters/{id}", None, has=("json",)),
    PageData("/scenarios", "/scenarios", None, has=("json",)),
    PageData("/scenarios/{id}", "/scenarios/{id}", None, has=("json",)),
    PageData("/what-if", None, None, ("as_of", "world", "make", "learn", "target", "together")),
    PageData("/calibration", None, None, ("as_of", "who", "type", "topic", "period", "moment")),
    PageData("/sources", "/sources", "/sources.csv"),
    PageData("/sources/{id}", "/sources/{id}", None, has=("json",)),
    PageData("/ledger", "/ledger/entries?sort=-seq", "/entries.csv", _ENTRY_FILTERS),
    PageData("/ledger/verification", None, None, has=()),
    PageData("/markets", "/markets", None, has=("json",)),
    PageData("/reports", "/reports", None, has=("json",)),
    PageData("/ledger/{id}", "/ledger/entries/{id}", None, has=("json",)),
)


@dataclass(frozen=True, slots=True)
class DataLink:
    """A link to a page's data."""

    name: str
    address: str
    media_type: str


_MEDIA = {"json": "application/json", "csv": "text/csv"}


def data_links(path: str, query: str) -> tuple[DataLink, ...]:
    """Give the links to the data of the page at an address, with what of its query they take.

    >>> [link.address for link in data_links("/sources", "as_of=2026-01-01&lang=ja")]
    ['/sources.json?as_of=2026-01-01', '/sources.csv?as_of=2026-01-01']
    """
    found = next((page for page in PAGES if _pattern(page.page).fullmatch(path)), None)
    if found is None:
        return ()
    kept = [pair for pair in parse_qsl(query) if pair[0] in found.keeps]
    asked = f"?{urlencode(kept)}" if kept else ""
    stem = found.file or path
    return tuple(
        DataLink(form.upper(), f"{stem}.{form}{asked}", _MEDIA[form]) for form in found.has
    )


class PageAddresses:
    """Leads the data of pages to the API; empty fields of a page's form count as not there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, at the address that it means."""
        if scope["type"] == "http" and not scope["path"].startswith("/api/"):
            scope = _meant(scope)
        await self._app(scope, receive, send)


def _meant(scope: Scope) -> Scope:
    """Give a request at the address that it means."""
    parts = scope["query_string"].split(b"&")
    query = b"&".join(part for part in parts if part.partition(b"=")[1:] != (b"=", b""))
    target = _target(*_parted(scope["path"]))
    if target is None:
        return {**scope, "query_string": query}
    path, _, fixed = target.partition("?")
    query = b"&".join(part for part in (fixed.encode(), query) if part)
    return {**scope, "path": path, "raw_path": path.encode(), "query_string": query}


def _target(stem: str, form: str) -> str | None:
    """Give the API's address of a page's data; None where the API has none for it."""
    if not form:  # a page itself, or a file: nearly everything
        return None
    for page in PAGES:
        found = _pattern(page.stem).fullmatch(stem)
        target = page.json if form == "json" else page.csv
        if form in page.has and found and target:
            return PREFIX + target.format(**found.groupdict())
    return None


def _parted(path: str) -> tuple[str, str]:
    """Part an address from the form that it asks for; empty where it asks for a page."""
    for form in _MEDIA:
        if path.endswith(f".{form}"):
            return path.removesuffix(f".{form}"), form
    return path, ""


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """Give what fits the addresses of a page."""
    return re.compile(_PLACEHOLDER.sub(r"(?P<\1>[^/.]+)", template))
