"""Sign-in by GitHub: OAuth with a state and PKCE, as its documentation says."""

import base64
import hashlib
import secrets
from urllib.parse import urlencode

import httpx2
from pydantic import BaseModel, ValidationError

from api.settings import Settings
from api.workflows.signing_in import GithubUser
from forecasts.errors import KizashiError, Unknown

_TIMEOUT_SECONDS = 10.0


class GithubNotSet(Unknown):
    """Nobody can sign in by GitHub here."""

    message = (
        "Sign-in by GitHub is not set up here: it needs github_client_id and github_client_secret."
    )


class GithubFailed(KizashiError):
    """GitHub did not say who somebody is."""

    message = "GitHub did not say who you are ({reason}). Begin again at /sign-in."


class _Token(BaseModel):
    """What GitHub gives for a code."""

    access_token: str


class _User(BaseModel):
    """Whom GitHub says somebody is."""

    id: int
    login: str


def new_verifier() -> str:
    """Make the secret that proves that who comes back is who went (RFC 7636)."""
    return secrets.token_urlsafe(48)


def authorize_address(settings: Settings, state: str, verifier: str, callback: str) -> str:
    """Give the address at which GitHub asks whether somebody wants to sign in.

    Raises:
        GithubNotSet: it is not set up.
    """
    if settings.github_client_id is None or settings.github_client_secret is None:
        raise GithubNotSet
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "client_id": settings.github_client_id,
        "redirect_uri": callback,
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{settings.github_url}/login/oauth/authorize?{urlencode(asked)}"


async def read_user(settings: Settings, code: str, verifier: str, callback: str) -> GithubUser:
    """Ask GitHub who has come back with a code; its token is forgotten at once.

    Raises:
        GithubNotSet, GithubFailed: see there.
    """
    if settings.github_client_id is None or settings.github_client_secret is None:
        raise GithubNotSet
    asked = {
        "client_id": settings.github_client_id,
        "client_secret": settings.github_client_secret.get_secret_value(),
        "code": code,
        "redirect_uri": callback,
        "code_verifier": verifier,
    }
    accept = {"Accept": "application/json"}
    try:
        async with httpx2.AsyncClient(timeout=_TIMEOUT_SECONDS, headers=accept) as client:
            address = f"{settings.github_url}/login/oauth/access_token"
            given = await client.post(address, data=asked)
            token = _Token.model_validate_json(given.content).access_token
            bearer = {"Authorization": f"Bearer {token}"}
            told = await client.get(f"{settings.github_api_url}/user", headers=bearer)
            user = _User.model_validate_json(told.content)
    except (httpx2.HTTPError, ValidationError) as error:
        raise GithubFailed(reason=type(error).__name__) from None
    return GithubUser(user.id, user.login)
