"""The addresses of the page of links with markets: looked at by all, decided by form by editors."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access import InstanceDep, LanguageDep, ResolverDep, signed_in
from api.changes import durable
from api.instance import Instance
from api.pages.candidates import links_page
from api.pages.rendering import render
from api.roles import ROLES
from api.sessions import read_form
from api.workflows.linking import confirm_link, decline_pair, remove_link
from data.formats.links import DeclinedFormat, LinkFormat
from data.formats.proposals import ReasonFormat
from forecasts.errors import Malformed

router = APIRouter(include_in_schema=False, default_response_class=Response)
_SEE_OTHER = 303


class FormIncomplete(Malformed):
    """A form of the page lacks a field, or has something else in it."""

    message = "Fill in every field: a relation, a mismatch from 0 to 1, and a reason for a removal."


@router.get("/markets/candidates")
def show_candidates(
    request: Request,
    instance: InstanceDep,
    language: LanguageDep,
    question: Annotated[str | None, Query(max_length=80)] = None,
) -> Response:
    """Show pairs side by side, with reasons; an editor decides by form."""
    page = links_page(instance, question, language, may_decide=_may_decide(request, instance))
    return render(request, "candidates.html", page, language)


@router.post("/markets/candidates/link")
async def link_by_form(request: Request, actor: ResolverDep, instance: InstanceDep) -> Response:
    """Confirm a link."""
    form, now = await read_form(request), instance.clock()
    try:
        said = {**_named(form, "question", "market", "relation", "reason")}
        written = LinkFormat.model_validate({**said, "mismatch": float(form.get("mismatch", ""))})
    except ValueError as error:
        raise FormIncomplete from error
    await durable(instance, lambda change: confirm_link(change, written, actor.id, now))
    return _back(written.question)


@router.post("/markets/candidates/declination")
async def decline_by_form(request: Request, actor: ResolverDep, instance: InstanceDep) -> Response:
    """Decline a pair."""
    form, now = await read_form(request), instance.clock()
    try:
        written = DeclinedFormat.model_validate(_named(form, "question", "market", "reason"))
    except ValueError as error:
        raise FormIncomplete from error
    await durable(instance, lambda change: decline_pair(change, written, actor.id, now))
    return _back(written.question)


@router.post("/markets/candidates/removal")
async def remove_by_form(request: Request, actor: ResolverDep, instance: InstanceDep) -> Response:
    """Remove a link."""
    form, now = await read_form(request), instance.clock()
    try:
        reason = ReasonFormat.model_validate(_named(form, "reason")).reason
    except ValueError as error:
        raise FormIncomplete from error
    link = form.get("link", "")
    await durable(instance, lambda change: remove_link(change, link, reason, actor.id, now))
    return _back(form.get("question", ""))


def _may_decide(request: Request, instance: Instance) -> bool:
    """Tell whether whoever looks is signed in, as a resolver or more."""
    actor = signed_in(request, instance)
    return actor is not None and ROLES.index(actor.role) >= ROLES.index("resolver")


def _named(form: dict[str, str], *names: str) -> dict[str, Any]:
    """Give fields of a form that say something."""
    return {name: form[name].strip() for name in names if form.get(name, "").strip()}


def _back(question: str) -> Response:
    """Send a browser back to the question that it was at."""
    address = f"/markets/candidates?question={quote(question, safe='')}"
    return RedirectResponse(address, _SEE_OTHER)
