"""The addresses of one's own account: the page, its profile and address, its drafts, its keys."""

import asyncio
from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.access import ActorDep, InstanceDep, LanguageDep, signed_in
from api.changes import durable
from api.forecaster_answers import ProfileWanted
from api.instance import Instance
from api.judge import JudgeDep
from api.judgements import JudgementsDep
from api.keys import KeyTerms, make_key, require_within, revoke_key
from api.language import LANGUAGES, translate
from api.pages.account import AccountPage, account_page, drafts_page
from api.pages.forecaster_routes import forecaster_facts
from api.pages.rendering import render, unkept
from api.roles import Actor
from api.sessions import drop_session, read_form
from api.sign_in_answers import ContactWanted
from api.workflows.drafting import delete_draft
from api.workflows.profiling import change_profile
from api.workflows.signing_in import note_contact, sign_out_everywhere
from data.writer import Transaction

router = APIRouter(include_in_schema=False, default_response_class=Response)
Id = Annotated[str, Path(max_length=200)]
_SEE_OTHER, _UNPROCESSABLE = 303, 422
#: A chosen language or zone is kept for a year.
_COOKIE_SECONDS = 365 * 86_400
#: Every letter of another script takes nine bytes in a form.
_LARGEST_PROFILE = 30_000


@router.get("/account")
async def show_account(
    request: Request,
    instance: InstanceDep,
    language: LanguageDep,
    judgements: JudgementsDep,
    judge: JudgeDep,
) -> Response:
    """Show who is signed in, and all that is his own."""
    actor = signed_in(request, instance)
    if actor is None:
        return RedirectResponse("/sign-in", _SEE_OTHER)
    page = await _page(request, instance, judgements, judge, actor, language)
    return unkept(render(request, "account.html", page, language))


@router.post("/account/keys")
async def make_own_key(
    request: Request,
    actor: ActorDep,
    instance: InstanceDep,
    language: LanguageDep,
    judgements: JudgementsDep,
    judge: JudgeDep,
) -> Response:
    """Make another key of one's own, and show it this once."""
    form, now = await read_form(request), instance.clock()
    terms = KeyTerms(actor.id, actor.role, label=form.get("label", "")[:80])
    require_within(actor, terms)
    made = await durable(instance, lambda change: make_key(change, terms, now))
    page = await _page(request, instance, judgements, judge, actor, language)
    return unkept(render(request, "account.html", page.told(made=made.text), language))


@router.post("/account/keys/{key}/revocation")
async def revoke_own_key(key: Id, actor: ActorDep, instance: InstanceDep) -> Response:
    """End a key of one's own."""
    now = instance.clock()
    await durable(instance, lambda change: revoke_key(change, key, actor, now))
    return RedirectResponse("/account#keys", _SEE_OTHER)


@router.post("/account/profile")
async def change_own_profile(
    request: Request,
    actor: ActorDep,
    instance: InstanceDep,
    language: LanguageDep,
    judgements: JudgementsDep,
    judge: JudgeDep,
) -> Response:
    """Change one's name, what one says of oneself, the mail address, the language and the zone."""
    form = await read_form(request, _LARGEST_PROFILE)
    try:
        profile = ProfileWanted(name=form.get("name", ""), about=form.get("about", ""))
        email = form.get("email", "").strip()
        contact = ContactWanted(email=email) if email else None
    except ValidationError:
        words = "Give a name, and a mail address such as ada@example.org or none."
        page = await _page(request, instance, judgements, judge, actor, language)
        shown = page.told(wrong=translate(words, language))
        return unkept(render(request, "account.html", shown, language, _UNPROCESSABLE))

    def change(transaction: Transaction) -> None:
        change_profile(transaction, actor.id, actor.id, profile.name, profile.about, is_admin=False)
        if contact is not None:
            note_contact(transaction, actor.id, contact.email, None)

    await durable(instance, change)
    answer = RedirectResponse("/account#profile", _SEE_OTHER)
    _keep_choices(answer, form.get("language", ""), form.get("zone", ""))
    return answer


@router.post("/account/sign-out-everywhere")
async def leave_everywhere(request: Request, actor: ActorDep, instance: InstanceDep) -> Response:
    """End one's sessions in every browser; keys stay."""
    await durable(instance, lambda change: sign_out_everywhere(change, actor.id))
    answer = RedirectResponse("/questions", _SEE_OTHER)
    drop_session(request, answer)
    return answer


@router.get("/account/drafts")
async def show_drafts(request: Request, instance: InstanceDep, language: LanguageDep) -> Response:
    """Show one's own drafts."""
    actor = signed_in(request, instance)
    if actor is None:
        return RedirectResponse("/sign-in", _SEE_OTHER)
    page = drafts_page(instance, actor, language)
    return unkept(render(request, "drafts.html", page, language))


@router.post("/account/drafts/{draft}/deletion")
async def delete_own_draft(draft: Id, actor: ActorDep, instance: InstanceDep) -> Response:
    """Delete a draft of one's own.

    Raises:
        UnknownDraft: there is none.
    """
    await durable(instance, lambda change: delete_draft(change, draft, actor.id))
    return RedirectResponse("/account/drafts", _SEE_OTHER)


async def _page(
    request: Request,
    instance: Instance,
    judgements: JudgementsDep,
    judge: JudgeDep,
    actor: Actor,
    language: str,
) -> AccountPage:
    """Gather the page."""
    facts = await forecaster_facts(instance, judgements, judge, actor.id, actor.id)
    zone = request.cookies.get("zone", "")
    return await asyncio.to_thread(account_page, instance, actor, facts, language, zone)


def _keep_choices(answer: Response, language: str, zone: str) -> None:
    """Have the browser keep a language and a zone; no zone is what the browser tells."""
    if language in LANGUAGES:
        answer.set_cookie("lang", language, max_age=_COOKIE_SECONDS, samesite="lax")
    if zone.strip() in available_timezones():
        answer.set_cookie("zone", zone.strip(), max_age=_COOKIE_SECONDS, samesite="lax")
    elif not zone.strip():
        answer.delete_cookie("zone")
