"""The web application: routes, pages, errors, and the passing of time."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api.addresses import PREFIX, Addresses
from api.agents.mounting import add_agents
from api.entity_tags import EntityTags
from api.errors import add_error_handlers
from api.guard import RequestGuard
from api.headers import SecurityHeaders
from api.instance import Instance
from api.judge import Judge
from api.judgements import Judgements
from api.market_syncs import MarketSyncs
from api.metrics import Metrics
from api.observing import Observing
from api.openapi import add_openapi
from api.pages.drawing import warm_up
from api.pages.page_data import PageAddresses
from api.pages.routing import add_pages
from api.parameters import refuse_unknown_parameters
from api.past import Past
from api.push.addresses import WebhookAddresses
from api.push.deliveries import Deliveries
from api.push.news import News
from api.push.streams import Streams
from api.rate_limits import RateLimits
from api.ready import ReadyAnswers
from api.reporter import Reporter
from api.routes import (
    actors,
    amendments,
    credit,
    crowds,
    disputes,
    divergences,
    documents,
    drafts,
    drivers,
    erasures,
    events,
    evidence,
    exports,
    feeds,
    fits,
    forecasters,
    forecasts,
    health,
    keys,
    leaderboards,
    ledger,
    market_links,
    markets,
    nudges,
    proposals,
    questions,
    reports,
    resolutions,
    scenarios,
    scores,
    search,
    sign_in,
    sign_offs,
    sources,
    webhooks,
    worlds,
)
from api.settings import Settings
from api.stopping import Gate, Stopping

#: How often the clock is looked at; a midnight is noticed at most this late.
_TICK_SECONDS = 60.0
#: Charts and the OpenAPI document are made ready once who waited for the start has answers.
_WARM_UP_AFTER_SECONDS = 5.0
#: Smaller answers are not worth compressing.
_GZIP_FROM = 2_000
#: A request looks for its route in this order, so what is asked most comes first.
_RESOURCES = (
    forecasts,
    evidence,
    questions,
    amendments,
    proposals,
    worlds,
    drivers,
    documents,
    scenarios,
    sources,
    disputes,
    resolutions,
    sign_offs,
    fits,
    ledger,
    search,
    keys,
    actors,
    forecasters,
    crowds,
    scores,
    leaderboards,
    credit,
    reports,
    events,
    sign_in,
    webhooks,
    feeds,
    erasures,
    nudges,
    drafts,
    markets,
    exports,
    market_links,
    divergences,
)


def create_app(instance: Instance, settings: Settings | None = None) -> FastAPI:
    """Build the application around a running instance; without settings, with their defaults."""
    settings = settings or Settings.model_construct()

    app = FastAPI(
        title="Kizashi",
        summary="Scenario forecasts that are explained by their evidence",
        version="1",
        lifespan=_lifespan,
        redirect_slashes=False,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    _add_state(app, instance, settings)
    add_error_handlers(app)
    _add_routes(app)
    add_pages(app)
    add_agents(app)
    _add_middleware(app, settings)
    return app


def _add_state(app: FastAPI, instance: Instance, settings: Settings) -> None:
    """Give an app what its requests share."""
    app.state.instance, app.state.settings = instance, settings
    app.state.judge = Judge(instance, settings.judging_every_seconds, settings.judging_kept)
    app.state.judgements = Judgements(instance, app.state.judge)
    hours = settings.reports_after_hours if settings.publish_reports else None
    app.state.reporter = Reporter(instance, settings.first_month, hours)
    app.state.news = News(instance)
    addresses = WebhookAddresses(
        allow_http=settings.webhook_allow_http, allow_private=settings.webhook_allow_private
    )
    app.state.deliveries = Deliveries(instance, app.state.news, addresses)
    app.state.streams = Streams(app.state.news, settings.most_streams, settings.stream_seconds)
    app.state.past = Past(instance.database)
    app.state.market_syncs = MarketSyncs(instance, settings)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Begin what goes on beside the requests, and end it."""
    warming = threading.Timer(_WARM_UP_AFTER_SECONDS, _warm_up, (app,))
    warming.daemon = True
    warming.start()
    ticking = asyncio.create_task(_let_time_pass(app.state.instance))
    app.state.deliveries.start()
    app.state.reporter.start()
    app.state.market_syncs.start()
    yield
    await app.state.deliveries.close()
    await app.state.reporter.close()
    await app.state.market_syncs.close()
    await app.state.judge.close()
    app.state.news.close()
    app.state.past.forget()
    warming.cancel()
    await app.state.agents.stop()
    ticking.cancel()
    with suppress(asyncio.CancelledError):
        await ticking


def _add_routes(app: FastAPI) -> None:
    """Put every resource under its address; a parameter that it does not take is refused."""
    routers = [*(routes.router for routes in _RESOURCES), forecasts.of_question]
    refusing = [Depends(refuse_unknown_parameters)]
    for router in routers:
        app.include_router(router, prefix=PREFIX, dependencies=refusing)
    app.include_router(health.router)
    app.state.addresses = Addresses(routers)
    add_openapi(app, routers)


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """Put the middleware around an app: what is added later stands further outside."""
    app.state.gate, app.state.metrics = Gate(), Metrics(app.state.instance)
    app.add_middleware(EntityTags, prefix=f"{PREFIX}/")
    app.add_middleware(GZipMiddleware, minimum_size=_GZIP_FROM, compresslevel=5)
    app.add_middleware(ReadyAnswers, version=lambda: app.state.instance.writer.commits)
    app.add_middleware(Stopping, gate=app.state.gate)
    app.add_middleware(RequestGuard, addresses=app.state.addresses)
    app.add_middleware(RateLimits, instance=app.state.instance, settings=settings)
    app.add_middleware(Observing, metrics=app.state.metrics, settings=settings)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(PageAddresses)


def _warm_up(app: FastAPI) -> None:
    """Make what the first who asks would wait for a second or more."""
    warm_up()
    app.openapi()


async def _let_time_pass(instance: Instance) -> None:
    """Take the steps of each midnight soon after it."""
    while True:
        await asyncio.to_thread(instance.let_time_pass)
        await asyncio.sleep(_TICK_SECONDS)
