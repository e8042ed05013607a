"""A Kizashi server as a Python object: what it forecasts, and what one has to say of it."""

import os
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Self

import httpx2

from api.answers import (
    EvidenceAnswer,
    EvidenceMoved,
    QuestionAnswer,
    QuestionDetail,
    ResolutionAnswer,
    ResolutionMoved,
    StepAnswer,
    WorldAnswer,
)
from api.client.connection import Connection
from api.client.items import Items
from api.forecast_answers import ForecastStored, StatedForecast
from api.scenario_answers import ScenarioAnswer, WhatIfAnswer
from api.search_answers import FoundAnswer
from api.source_answers import SourceAnswer
from data.formats.base import Format
from forecasts.errors import Refused

#: Where a server is, unless told.
DEFAULT_SERVER = "http://127.0.0.1:8000"
#: Rows of a page: as many as a server gives.
_MOST_ROWS = 500
type Body = Format | Mapping[str, Any]


class PastIsFixed(Refused):
    """A change is asked of a client that reads the past."""

    message = "This client reads the past, which nothing changes. Use the client without at(...)."


class Kizashi:
    """A server of forecasts; without a key it is only read.

    Args:
        server: its address; else KIZASHI_SERVER, else one on this machine.
        key: an API key; else KIZASHI_KEY.
        language: of errors: en or ja.
        transport: how requests travel; usually over the network.
    """

    def __init__(
        self,
        server: str | None = None,
        key: str | None = None,
        *,
        language: str = "en",
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        where = server or os.environ.get("KIZASHI_SERVER") or DEFAULT_SERVER
        self._connection = Connection(
            where, key or os.environ.get("KIZASHI_KEY") or None, language, transport
        )
        self._as_of: str | None = None

    def __enter__(self) -> Self:
        """Give the client; it lets go of the network at the end."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Let go of the network."""
        self.close()

    def __repr__(self) -> str:
        """Say where the server is, and never the key."""
        when = f", as of {self._as_of}" if self._as_of else ""
        return f"Kizashi({self._connection.server!r}{when})"

    def close(self) -> None:
        """Let go of the network."""
        self._connection.close()

    def at(self, moment: str | date) -> "Kizashi":
        """Give a client that reads what the server held at a past moment.

        Args:
            moment: a day (its end, UTC) or an instant with its offset, such as "2026-08-01".
        """
        past = object.__new__(type(self))
        past._connection = self._connection
        past._as_of = moment if isinstance(moment, str) else moment.isoformat()
        return past

    def questions(self, **filters: Any) -> Items[QuestionAnswer]:
        """Give the questions with their forecasts; filters such as status="open", q="chips"."""
        return self._items(QuestionAnswer, "/questions", filters)

    def question(self, question: str) -> QuestionDetail:
        """Give one question with the whole distribution of its forecast."""
        return QuestionDetail.model_validate(self.get(f"/questions/{question}"))

    def history(self, question: str, **filters: Any) -> Items[StepAnswer]:
        """Give how a forecast moved, step by step, in bits."""
        return self._items(StepAnswer, f"/questions/{question}/history", filters)

    def evidence(self, question: str | None = None, **filters: Any) -> Items[EvidenceAnswer]:
        """Give the records of evidence; those of one question with the bits that each moved it."""
        path = f"/questions/{question}/evidence" if question else "/evidence"
        return self._items(EvidenceAnswer, path, filters)

    def forecasts(self, **filters: Any) -> Items[StatedForecast]:
        """Give what people, bots and markets forecast: question=, forecaster=, standing=True."""
        return self._items(StatedForecast, "/forecasts", filters)

    def resolutions(self, **filters: Any) -> Items[ResolutionAnswer]:
        """Give the outcomes."""
        return self._items(ResolutionAnswer, "/resolutions", filters)

    def sources(self, **filters: Any) -> Items[SourceAnswer]:
        """Give what each source's word is worth."""
        return self._items(SourceAnswer, "/sources", filters)

    def worlds(self) -> Items[WorldAnswer]:
        """Give the worlds and their drivers."""
        return self._items(WorldAnswer, "/worlds", {})

    def scenarios(self) -> Items[ScenarioAnswer]:
        """Give the stored scenarios, and how likely each is."""
        return self._items(ScenarioAnswer, "/scenarios", {})

    def search(self, words: str, **filters: Any) -> Items[FoundAnswer]:
        """Give what has all the words, in English or Japanese, the best first."""
        return self._items(FoundAnswer, "/search", {"q": words, **filters})

    def leaderboard(self, **filters: Any) -> dict[str, Any]:
        """Give how good each forecaster is, in bits per question, with intervals."""
        board: dict[str, Any] = self.get("/leaderboards/forecasters", **filters)
        return board

    def what_if(
        self,
        world: str,
        *,
        learn: Sequence[Mapping[str, Any]] = (),
        make: Sequence[Mapping[str, Any]] = (),
        target: str | None = None,
    ) -> WhatIfAnswer:
        """Ask what every forecast would be if something were learned, or made so."""
        body = {"learn": list(learn), "make": list(make), "target": target}
        path, past = f"/worlds/{world}/what-if", {"as_of": self._as_of}
        answer = self._connection.ask("POST", path, body=body, params=past)
        return WhatIfAnswer.model_validate(answer)

    def submit_evidence(
        self, record: Body, *, dry_run: bool = False, once: str | None = None
    ) -> EvidenceMoved:
        """Submit a record; the answer says what it moves, by how many bits.

        Args:
            record: as in docs/api.md, or an `EvidenceFormat`.
            dry_run: only say so, and store nothing.
            once: idempotency key; else one is made up.
        """
        return EvidenceMoved.model_validate(
            self.post("/evidence", record, dry_run=dry_run, once=once)
        )

    def retract_evidence(self, record: str, *, dry_run: bool = False) -> EvidenceMoved:
        """Take a record back; the ledger keeps both."""
        answer = self.post(f"/evidence/{record}/retraction", None, dry_run=dry_run)
        return EvidenceMoved.model_validate(answer)

    def submit_forecast(
        self,
        question: str,
        probability: float | None = None,
        *,
        dry_run: bool = False,
        once: str | None = None,
        **said: Any,
    ) -> ForecastStored:
        """Submit a forecast; it stands until your next one on the question.

        Args:
            question: its id.
            probability: of yes.
            said: else quantiles={"10": ..., "50": ...}, probabilities={...}, by={...} or cdf=[...];
                and rationale=, expires=.
        """
        given = {"question": question, "probability": probability, **said}
        body = {name: value for name, value in given.items() if value is not None}
        return ForecastStored.model_validate(
            self.post("/forecasts", body, dry_run=dry_run, once=once)
        )

    def withdraw_forecast(self, forecast: str, *, dry_run: bool = False) -> ForecastStored:
        """Withdraw a forecast; the ledger keeps both."""
        answer = self.post(f"/forecasts/{forecast}/withdrawal", None, dry_run=dry_run)
        return ForecastStored.model_validate(answer)

    def resolve(self, resolution: Body, *, dry_run: bool = False) -> ResolutionMoved:
        """Say how a question came out."""
        return ResolutionMoved.model_validate(
            self.post("/resolutions", resolution, dry_run=dry_run)
        )

    def get(self, path: str, **params: Any) -> Any:
        """Read any address under /api/v1, as plain JSON."""
        return self._connection.ask("GET", path, params={"as_of": self._as_of, **params})

    def post(
        self, path: str, body: Body | None, *, dry_run: bool = False, once: str | None = None
    ) -> Any:
        """Make any change under /api/v1, as plain JSON.

        Raises:
            PastIsFixed: this client reads the past.
        """
        if self._as_of is not None:
            raise PastIsFixed
        said = (
            body.model_dump(mode="json", exclude_unset=True) if isinstance(body, Format) else body
        )
        params = {"dry_run": "true"} if dry_run else {}
        return self._connection.ask("POST", path, body=said, params=params, once=once)

    def _items[Item: Any](
        self, kind: type[Item], path: str, filters: Mapping[str, Any]
    ) -> Items[Item]:
        """Give a collection."""

        def page(cursor: str | None) -> dict[str, Any]:
            asked = {"limit": _MOST_ROWS, **filters, "cursor": cursor}
            found: dict[str, Any] = self.get(path, **asked)
            return found

        return Items(kind, page)
