"""What serving is compared with: bare ASGI, no storage, and a session for each request.

python -m benchmarks.serving_apps bare|unstored|session DATABASE PORT
"""

import sys
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI
from sqlalchemy import Engine, event
from sqlmodel import Field, Session, SQLModel, create_engine

from api.app import create_app
from api.forecast_answers import ForecastStored
from api.instance import open_instance
from api.settings import Settings
from data import sqlite
from data.formats.forecasts import ForecastFormat
from data.writer import Change, Writer

#: Quotas are counted as ever, and never used up.
UNLIMITED = 10**9


def main() -> None:
    """Serve one of them until killed."""
    kind, database, port = sys.argv[1:]
    if kind == "bare":
        _serve(bare(Path(database).read_bytes()), int(port))
    elif kind == "session":
        _serve(session_app(database), int(port))
    else:
        with open_instance(f"sqlite:///{database}") as instance:
            timelines = dict(instance.writer.timelines)
            instance.writer.close()
            unstored = Unstored(instance.database, timelines)
            object.__setattr__(instance, "writer", unstored)
            settings = Settings.model_construct(rate_per_minute=UNLIMITED, rate_strangers=UNLIMITED)
            _serve(create_app(instance, settings), int(port))


def _serve(app: Any, port: int) -> None:
    """Serve as Kizashi does."""
    uvicorn.run(app, port=port, log_level="warning", access_log=False)


def bare(body: bytes) -> Any:
    """Give an application that only sends bytes."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    start = {"type": "http.response.start", "status": 200, "headers": headers}

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send(start)
            await send({"type": "http.response.body", "body": body})

    return app


class Unstored(Writer):
    """A writer that stores the first forecast, and gives its answer to all others at once."""

    _kept: ForecastStored | None = None

    def submit(self, change: Change[Any]) -> "Future[Any]":
        """Answer without storing."""
        if self._kept is None:
            answer = super().submit(change).result()
            if isinstance(answer, ForecastStored):
                self._kept = answer
            return done(answer)
        return done(self._kept)


def done(answer: Any) -> "Future[Any]":
    """Give a future that is done."""
    future: Future[Any] = Future()
    future.set_result(answer)
    return future


class Stated(SQLModel, table=True):
    """A forecast, as a tutorial would store it."""

    id: int | None = Field(default=None, primary_key=True)
    question: str = Field(index=True)
    forecaster: str = Field(index=True)
    probability: float | None
    body: str
    at: str


def session_app(database: str) -> FastAPI:
    """Give the application that tutorials build: a session and a COMMIT for each request."""
    arguments = {"check_same_thread": False, "timeout": 30}
    engine = create_engine(
        f"sqlite:///{database}", module=sqlite.DBAPI, connect_args=arguments, pool_size=40
    )
    _as_durable(engine)
    SQLModel.metadata.create_all(engine, tables=[Stated.__table__])  # type: ignore[attr-defined]
    app = FastAPI()

    def session() -> Any:
        with Session(engine) as opened:
            yield opened

    @app.post("/api/v1/forecasts", status_code=201)
    def post_forecast(
        forecast: ForecastFormat, opened: Annotated[Session, Depends(session)]
    ) -> Stated:
        stated = Stated(
            question=forecast.question,
            forecaster="someone",
            probability=forecast.probability,
            body=forecast.model_dump_json(),
            at=datetime.now(UTC).isoformat(),
        )
        opened.add(stated)
        opened.commit()
        opened.refresh(stated)
        return stated

    return app


def _as_durable(engine: Engine) -> None:
    """Write ahead and sync at every COMMIT, as Kizashi does."""

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")


if __name__ == "__main__":
    main()
