"""From a page's context to an answer: the template, the language, and what caches may know."""

import hashlib
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.files import shipped_file
from api.language import LANGUAGES, translate

#: A reader's choice of language is kept for a year.
_COOKIE_SECONDS = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page."""

    language: str
    path: str
    languages: tuple[tuple[str, str], ...]
    style: str


def render(
    request: Request, template: str, page: Any, language: str, status: int = 200
) -> Response:
    """Render a page; 304 where the reader has it already."""
    frame = Frame(
        language=language,
        path=request.url.path,
        languages=(("en", "English"), ("ja", "日本語")),
        style=_style_address(),
    )
    body = (
        _environment()
        .get_template(template)
        .render(page=page, frame=frame, _=partial(translate, language=language))
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


@cache
def _environment() -> Environment:
    """Open the templates; whatever they print is escaped."""
    return Environment(
        loader=FileSystemLoader(shipped_file("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style_address() -> str:
    """Give the address of the style sheet; it changes with its content."""
    content = shipped_file("static/kizashi.css").read_bytes()
    return f"/static/kizashi.css?v={hashlib.sha256(content).hexdigest()[:12]}"
