"""A server that answers as GitHub's documentation says of its OAuth web flow."""

import base64
import hashlib
import secrets
from typing import Annotated
from urllib.parse import parse_qs, urlencode

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse, RedirectResponse

CLIENT, SECRET = "Iv1.test", "client-secret"


def github(user: dict[str, object]) -> FastAPI:
    """Give GitHub, where `user` is signed in and agrees to everything."""
    app, codes, tokens = FastAPI(), {}, set()

    @app.get("/login/oauth/authorize")
    async def authorize(
        client_id: str,
        redirect_uri: str,
        state: str,
        code_challenge: str,
        code_challenge_method: str,
    ) -> RedirectResponse:
        assert client_id == CLIENT and code_challenge_method == "S256"
        code = secrets.token_hex(10)
        codes[code] = (code_challenge, redirect_uri)
        return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': state})}", 302)

    @app.post("/login/oauth/access_token")
    async def access_token(request: Request) -> JSONResponse:
        form = {name: found[0] for name, found in parse_qs((await request.body()).decode()).items()}
        challenge, address = codes.pop(form.get("code", ""), ("", ""))
        proof = hashlib.sha256(form["code_verifier"].encode()).digest()
        same = base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == challenge
        known = (form["client_id"], form["client_secret"]) == (CLIENT, SECRET)
        if not (same and known and form["redirect_uri"] == address):
            return JSONResponse({"error": "bad_verification_code"})  # with status 200, as there
        token = f"gho_{secrets.token_hex(18)}"
        tokens.add(token)
        return JSONResponse({"access_token": token, "scope": "", "token_type": "bearer"})

    @app.get("/user")
    async def who(authorization: Annotated[str, Header()]) -> JSONResponse:
        if authorization.removeprefix("Bearer ") not in tokens:
            return JSONResponse({"message": "Bad credentials"}, 401)
        return JSONResponse(user)

    return app
