"""The web application: routes, pages, errors, and the passing of time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from api.errors import add_error_handlers
from api.instance import Instance
from api.routes import evidence, keys, ledger, questions, resolutions, worlds

#: How often the clock is looked at; a midnight is noticed at most this late.
_TICK_SECONDS = 60.0


def create_app(instance: Instance) -> FastAPI:
    """Build the application around a running instance."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        ticking = asyncio.create_task(_let_time_pass(instance))
        yield
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking

    app = FastAPI(
        title="Kizashi",
        summary="Scenario forecasts that are explained by their evidence",
        version="1",
        lifespan=lifespan,
        redirect_slashes=False,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.instance = instance
    add_error_handlers(app)
    for routes in (questions, worlds, evidence, resolutions, ledger, keys):
        app.include_router(routes.router, prefix="/api/v1")
    return app


async def _let_time_pass(instance: Instance) -> None:
    """Take the steps of each midnight soon after it."""
    while True:
        await asyncio.to_thread(instance.let_time_pass)
        await asyncio.sleep(_TICK_SECONDS)
