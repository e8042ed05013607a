"""The addresses of what others put into their pages: embeds, badges, cards, and oEmbed."""

from functools import partial
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from markupsafe import Markup

from api.access import InstanceDep, LanguageDep
from api.pages.badges import badge_json, badge_svg
from api.pages.cards import HEIGHT, WIDTH, card_png, drawable
from api.pages.embeds import EMBED_SIZE, embed_page
from api.pages.glimpses import Glimpse, glimpse
from api.pages.rendering import render
from api.public_address import public_base
from forecasts.errors import UnknownQuestion

router = APIRouter(include_in_schema=False, default_response_class=Response)
QuestionId = Annotated[str, Path(max_length=80)]
#: Who shows these asks again after so long.
_FRESH = {"Cache-Control": "public, max-age=300", "Vary": "Accept-Language, Cookie"}
_PAGE = "/questions/"
_FRAME = Markup(
    '<iframe src="{base}/embed{path}" width="{width}" height="{height}" title="{title}" '
    'frameborder="0" loading="lazy"></iframe>'
)


@router.get("/embed/questions/{question}")
def show_embed(
    question: QuestionId,
    request: Request,
    instance: InstanceDep,
    language: LanguageDep,
    theme: Annotated[Literal["light", "dark"] | None, Query()] = None,
) -> Response:
    """Show a question for a frame in another page."""
    seen = glimpse(instance, request.app.state.drawings, question, language)
    page = embed_page(seen, theme, public_base(request))
    return render(request, "embed.html", page, language)


@router.get("/badges/questions/{question}.svg")
def draw_badge(
    question: QuestionId, request: Request, instance: InstanceDep, language: LanguageDep
) -> Response:
    """Draw a question's badge."""
    seen = glimpse(instance, request.app.state.drawings, question, language)
    return Response(badge_svg(seen, language), media_type="image/svg+xml", headers=_FRESH)


@router.get("/badges/questions/{question}.json")
def give_badge(
    question: QuestionId, request: Request, instance: InstanceDep, language: LanguageDep
) -> Response:
    """Give a question's badge to shields.io."""
    seen = glimpse(instance, request.app.state.drawings, question, language)
    return JSONResponse(badge_json(seen, language), headers=_FRESH)


@router.get("/questions/{question}/card.png")
def draw_card(
    question: QuestionId, request: Request, instance: InstanceDep, language: LanguageDep
) -> Response:
    """Draw the picture of a question that is shown where its address is shared."""
    drawings, spoken = request.app.state.drawings, drawable(language)
    seen: Glimpse = glimpse(instance, drawings, question, spoken)
    key = ("card", question, seen.step, seen.at, spoken)
    picture = drawings.get(key, partial(card_png, seen, spoken))
    return Response(picture, media_type="image/png", headers=_FRESH)


@router.get("/oembed")
def give_oembed(
    request: Request,
    instance: InstanceDep,
    language: LanguageDep,
    url: Annotated[str, Query(max_length=2_000)],
    maxwidth: Annotated[int, Query(ge=1, le=10_000)] = EMBED_SIZE[0],
    maxheight: Annotated[int, Query(ge=1, le=10_000)] = EMBED_SIZE[1],
) -> Response:
    """Say how the page of a question is put into another page (oEmbed 1.0).

    Raises:
        UnknownQuestion: the address is that of no question here.
    """
    base, asked = public_base(request), urlsplit(url)
    if not asked.path.startswith(_PAGE) or f"{asked.scheme}://{asked.netloc}" != base:
        raise UnknownQuestion
    name = asked.path.removeprefix(_PAGE)
    seen = glimpse(instance, request.app.state.drawings, name, language)
    width, height = min(maxwidth, EMBED_SIZE[0]), min(maxheight, EMBED_SIZE[1])
    path, title = f"{_PAGE}{seen.line.id}", seen.line.title.text
    told = {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Kizashi",
        "provider_url": base,
        "title": title,
        "width": width,
        "height": height,
        "html": str(_FRAME.format(base=base, path=path, width=width, height=height, title=title)),
        "thumbnail_url": f"{base}{path}/card.png",
        "thumbnail_width": WIDTH,
        "thumbnail_height": HEIGHT,
        "cache_age": 300,
    }
    return JSONResponse(told, headers=_FRESH | {"Access-Control-Allow-Origin": "*"})
