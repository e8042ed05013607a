"""The deed of landing a fit: read all evidence under it first, then let it in by a short change."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from api.workflows.refitting import Fit
from api.workflows.unfolding import unfold
from data.fits import decode_fit_for
from data.ledger import canonical_json
from data.tables import FITS, LEDGER
from data.writer import Transaction, Writer
from forecasts.errors import FitDoesNotFit, UnknownWorld
from forecasts.refusals import NameTaken
from forecasts.timeline import Refitted, Step, Timeline
from forecasts.times import instant_of
from forecasts.worlds import relearn
from models.diagnostics import Diagnostics, require_good

#: Rounds of reading ahead: the second reads what came in the first, and is short.
_ROUNDS = 2
#: How often a landing makes way where submitters became established in the meantime, so that all
#: must be read anew; then it lands all the same, and what waits for the writer waits.
_MOST_WAYS = 3


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of a fit.

    Attributes:
        fit: its id.
        steps: how it moved each forecast; none where it was there already.
        repeated: the same fit had landed before, and nothing was stored.
    """

    fit: str
    steps: list[Step]
    repeated: bool = False


def land_fit(writer: Writer, fit: Fit, clock: Callable[[], datetime]) -> Landed:
    """Put a fit into the ledger with its draws, and let it move the forecasts of its world.

    All evidence is read under the fit in the calling thread, while the writer takes other changes.
    The writer then reads what came since, and the history is the same to the last bit.

    Raises:
        PoorDiagnostics: its draws are not to be trusted.
        UnknownWorld: it is of a world that is not here.
        FitDoesNotFit: it did not read this ledger, or its draws do not match their hash or world.
        NameTaken: another fit has its id.
    """
    ready = check_fit(writer, fit)
    for attempt in range(_MOST_WAYS):
        for _ in range(_ROUNDS):
            ready = prepared(ready, writer.timelines[fit.body["world"]])
        landing = _Landing(fit, ready, clock(), is_last=attempt == _MOST_WAYS - 1)
        landed = writer.do(landing.land)
        if landed is not None:
            return landed
    raise AssertionError  # the last attempt lands


def check_fit(writer: Writer, fit: Fit) -> Refitted:
    """Give the draws of a fit that may land.

    Raises:
        PoorDiagnostics, UnknownWorld, FitDoesNotFit: as in `land_fit`, but for the checkpoint.
    """
    for model in ("reliability", "world"):
        require_good(Diagnostics(**fit.body["diagnostics"][model]), model)
    world = fit.body["world"]
    if world not in writer.timelines:
        raise UnknownWorld
    if hashlib.sha256(fit.draws).hexdigest() != fit.body["draws_sha256"]:
        raise FitDoesNotFit(
            world=world, what="its draws were altered, they do not match their hash"
        )
    return decode_fit_for(writer.timelines[world].world, fit.body["id"], fit.draws)


def prepared(fit: Refitted, timeline: Timeline) -> Refitted:
    """Read all evidence of a world under a fit, ahead of its landing.

    What an earlier round has read, always of this same fit, is not read again.
    """
    world, established = timeline.world, timeline.world.established
    read = relearn(world, fit.reliability, established, fit.draws, fit.reference, fit.prepared)
    return replace(fit, prepared=read)


@dataclass(frozen=True, slots=True, eq=False)
class _Landing:
    """The writer's part of a landing: what it needs, all of it made ready before."""

    fit: Fit
    ready: Refitted
    now: datetime
    is_last: bool

    def land(self, transaction: Transaction) -> Landed | None:
        """Append the entry and play it; None, and nothing done, where it should be made ready anew.

        Raises:
            FitDoesNotFit, NameTaken: as in `land_fit`.
        """
        body, ready = self.fit.body, self.ready
        if _is_there(transaction, body):
            return Landed(body["id"], [], repeated=True)
        _require_prefix(transaction, body)
        assert ready.prepared is not None
        world = transaction.timelines[body["world"]].world
        if world.established != ready.prepared.established and not self.is_last:
            return None
        entry = transaction.append("fit", body, self.now)
        row = {
            "id": body["id"],
            "seq": entry.seq,
            "world": body["world"],
            "landed_at": instant_of(self.now),
            "body": entry.body,
            "draws": self.fit.draws,
        }
        transaction.connection.execute(insert(FITS), row)
        return Landed(body["id"], unfold(transaction, entry, lambda _: ready))


def _is_there(transaction: Transaction, body: dict[str, Any]) -> bool:
    """Tell whether this very fit landed before."""
    stored = transaction.connection.execute(
        select(FITS.c.body).where(FITS.c.id == body["id"])
    ).scalar()
    if stored is not None and stored != canonical_json(body):
        raise NameTaken(kind="fit")
    return stored is not None


def _require_prefix(transaction: Transaction, body: dict[str, Any]) -> None:
    """Refuse a fit that was made from another ledger."""
    seq, read = body["checkpoint"]["entries"], body["checkpoint"]["hash"]
    query = select(LEDGER.c.hash).where(LEDGER.c.seq == seq)
    if transaction.connection.execute(query).scalar() != read:
        what = f"it read another ledger, which has another entry {seq}"
        raise FitDoesNotFit(world=body["world"], what=what)
