"""Where a fit reads and lands: this process, or the server that holds the database."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from api.instance import open_instance
from api.shell.opening import call, database_url, open_for_reading
from api.workflows.landing import land_fit
from api.workflows.refitting import Fit, FitInputs, gather_inputs, read_inputs
from api.workflows.restoring import restore_timelines
from data.database import WriteLock, database_path
from data.ledger import canonical_json, read_checkpoint
from forecasts.errors import UnknownWorld


@dataclass(frozen=True, slots=True)
class FitPlace:
    """What fitting needs of a database.

    Attributes:
        worlds: ids of its worlds.
        gather: gives what a fit of a world reads; UnknownWorld if there is none.
        land: lands a fit and gives the number of forecasts that it moved.
    """

    worlds: tuple[str, ...]
    gather: Callable[[str], FitInputs]
    land: Callable[[Fit], int]


@contextmanager
def open_for_fitting(option: str | None, language: str) -> Iterator[FitPlace]:
    """Open a database to fit its worlds; where a server holds it, that goes on serving.

    Raises:
        DatabaseBusy: a process holds it that is no server.
    """
    url = database_url(option)
    holder = WriteLock(database_path(url)).holder()
    if holder is not None and holder.get("url"):
        yield _beside_server(option, language)
        return
    with open_instance(url) as instance:
        instance.let_time_pass()
        writer = instance.writer
        yield FitPlace(
            worlds=tuple(writer.timelines),
            gather=lambda world: writer.do(partial(gather_inputs, world=world)),
            land=lambda fit: len(land_fit(writer, fit, instance.clock).steps),
        )


def _beside_server(option: str | None, language: str) -> FitPlace:
    """Read all inputs of one moment now; what is found goes to whoever holds the database then."""
    with open_for_reading(option) as database, database.read() as connection:
        checkpoint = read_checkpoint(connection)
        inputs = {
            world: read_inputs(connection, timeline, checkpoint)
            for world, timeline in restore_timelines(connection).items()
        }

    def land(fit: Fit) -> int:
        body = canonical_json(fit.body).encode() + b"\n" + fit.draws
        moved: int = call(option, "POST", "/fits", body, language)["moved"]
        return moved

    return FitPlace(tuple(inputs), partial(_known, inputs), land)


def _known(inputs: Mapping[str, FitInputs], world: str) -> FitInputs:
    """Give the inputs of a world.

    Raises:
        UnknownWorld: there is none of this id.
    """
    if world not in inputs:
        raise UnknownWorld
    return inputs[world]
