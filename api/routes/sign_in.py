"""Sign-in of people: links that sign in once, and where a person can be reached."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Body, Request, Response, status

from api.access import AdminDep, InstanceDep, LanguageDep, get_settings
from api.changes import durable
from api.errors import problem_responses
from api.language import translate
from api.mailing import MailNotSet, send_mail
from api.public_address import public_base
from api.routes.actors import ActorId
from api.settings import Settings
from api.sign_in_answers import ContactAnswer, ContactWanted, LinkAnswer, LinkWanted
from api.workflows.signing_in import LINK_MINUTES, Link, make_link, note_contact
from data.keys import read_actor
from data.writer import Transaction

router = APIRouter(tags=["sign_in"])  # no scope has this name: such keys need all of their role


@router.post(
    "/sign-in-links",
    operation_id="create_sign_in_link",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 404, 409, 502, 503),
)
async def post_link(
    wanted: Annotated[LinkWanted, Body()],
    _admin: AdminDep,
    instance: InstanceDep,
    request: Request,
    response: Response,
    language: LanguageDep,
) -> LinkAnswer:
    """Make a link that signs somebody in to the pages: it works once, for 15 minutes."""
    now = instance.clock()
    made = await durable(instance, lambda change: make_link(change, wanted.actor, now))
    link = f"{public_base(request)}/sign-in/link/{made.token}"
    if wanted.mail:
        await _mail(get_settings(request), made, link, language)
    response.headers["Cache-Control"] = "no-store"
    expires = made.expires.isoformat(timespec="seconds").replace("+00:00", "Z")
    return LinkAnswer(link=None if wanted.mail else link, expires_at=expires, mailed=wanted.mail)


@router.post(
    "/actors/{actor}/contact",
    operation_id="set_contact",
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_contact(
    actor: ActorId,
    wanted: Annotated[ContactWanted, Body()],
    _admin: AdminDep,
    instance: InstanceDep,
) -> ContactAnswer:
    """Say where somebody can be mailed, and by which GitHub login he signs in."""

    def change(transaction: Transaction) -> ContactAnswer:
        note_contact(transaction, actor, wanted.email, wanted.github)
        row = read_actor(transaction.connection, actor)
        return ContactAnswer(actor=actor, has_email=row.email is not None, github=row.github)

    return await durable(instance, change)


async def _mail(settings: Settings, made: Link, link: str, language: str) -> None:
    """Mail a link to whom it signs in.

    Raises:
        MailNotSet, MailFailed: see there.
    """
    if made.email is None:
        raise MailNotSet(missing="email")
    text = translate(
        "Open this link within {minutes} minutes to sign in to Kizashi. It works once.", language
    )
    body = f"{text.format(minutes=LINK_MINUTES)}\n\n{link}\n"
    subject = translate("Sign in to Kizashi", language)
    await asyncio.to_thread(send_mail, settings, made.email, subject, body)
