"""Fitting from the command line: NUTS here, so that it never runs inside a request."""

from rich.console import Console

from api.instance import open_instance
from api.language import translate
from api.shell.opening import database_url
from api.shell.output import print_line
from api.workflows.refitting import refit
from models.diagnostics import SamplingSettings


def fit(database: str | None, world: str, seed: int, tune: int, language: str) -> None:
    """Fit a world and land the fit; poor diagnostics raise, and change nothing."""
    settings = SamplingSettings(seed=seed, tune=tune)
    with open_instance(database_url(database)) as instance:
        instance.let_time_pass()
        waiting = translate("Sampling {world}; this takes minutes", language).format(world=world)
        with Console(stderr=True).status(waiting):
            landed, steps = refit(instance.writer, world, settings, instance.clock)
    text = translate("The fit {fit} landed and moved {count} forecasts", language)
    print_line(text.format(fit=landed.body["id"], count=len(steps)))
