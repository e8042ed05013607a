"""From a page's context to an answer: the template, the language, and what caches may know."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.access import instance_of, reader_of
from api.files import shipped_file
from api.language import LANGUAGES, translate
from api.pages.moments import moment_in_words, reader_zone, told_zone
from api.pages.page_data import DataLink, data_links
from api.public_address import public_base

#: A reader's choice of language is kept for a year.
_COOKIE_SECONDS = 365 * 86_400
#: How each language calls itself.
_NAMES = {"en": "English", "ja": "日本語"}
#: Pages whose picture can be drawn.
_HAS_CARD = re.compile(r"/questions/[^/.]+")
#: The pages that every page leads to.
NAVIGATION = (
    ("/questions", "Questions"),
    ("/leaderboard", "Leaderboard"),
    ("/scenarios", "Scenarios"),
    ("/what-if", "What if"),
    ("/calibration", "Calibration"),
    ("/sources", "Sources"),
    ("/ledger", "Ledger"),
    ("/markets", "Markets"),
    ("/reports", "Reports"),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page.

    Attributes:
        path: the page's own address, without its query.
        languages: code, name and the address of this same page in each language.
        navigation: address, name, and whether the page stands below it.
        data: links to what the page shows, as data.
        base: where this server is for the world.
        card: address of the picture that is shown where the page is shared; empty: none.
        zone: the reader's time zone, as IANA names it.
        reader: id of who is signed in, to mark what is his own; None for a stranger.
    """

    language: str
    path: str
    languages: tuple[tuple[str, str, str], ...]
    navigation: tuple[tuple[str, str, bool], ...]
    data: tuple[DataLink, ...]
    base: str
    card: str
    zone: str
    reader: str | None


def render(
    request: Request, template: str, page: Any, language: str, status: int = 200
) -> Response:
    """Render a page; 304 where the reader has it already."""
    frame = frame_of(request, language)
    body = (
        environment()
        .get_template(template)
        .render(
            page=page,
            frame=frame,
            _=partial(translate, language=language),
            moment=partial(moment_in_words, language=language, zone=frame.zone),
        )
    )
    etag = f'W/"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Content-Language": language,
        "Vary": "Accept-Language, Cookie",
    }
    is_known = status == 200 and etag in request.headers.get("if-none-match", "")
    response = Response(status_code=304) if is_known else HTMLResponse(body, status)
    response.headers.update(headers)
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie("lang", language, max_age=_COOKIE_SECONDS, samesite="lax")
    return response


def render_part(template: str, language: str, **values: Any) -> str:
    """Render a part of a page alone, for who has the rest already; it writes no moments."""
    words = partial(translate, language=language)
    text: str = environment().get_template(template).render(_=words, **values)
    return text


def frame_of(request: Request, language: str) -> Frame:
    """Give what surrounds a page: the rest of its query is kept when the language changes."""
    path = request.url.path
    return Frame(
        language=language,
        path=path,
        languages=tuple(
            (code, name, f"{path}?{request.url.include_query_params(lang=code).query}")
            for code, name in _NAMES.items()
        ),
        navigation=tuple(
            (address, translate(name, language), f"{path}/".startswith(f"{address}/"))
            for address, name in NAVIGATION
        ),
        data=data_links(path, request.url.query),
        zone=reader_zone(told_zone(request.cookies), language),
        base=public_base(request),
        card=f"{path}/card.png?lang={language}" if _HAS_CARD.fullmatch(path) else "",
        reader=reader_of(request, instance_of(request)),
    )


def unkept(answer: Response) -> Response:
    """Have nobody keep a page that holds what is one's own."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


@cache
def environment() -> Environment:
    """Open the templates; whatever they print is escaped."""
    environment = Environment(
        loader=FileSystemLoader(shipped_file("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = asset_address
    environment.globals["charts_version"] = version("vl-convert-python")
    return environment


@cache
def asset_address(name: str) -> str:
    """Give the address of a file that comes with the pages; it changes with its content."""
    content = shipped_file(f"static/{name}").read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"
