"""Fits as NUTS would give them, made sooner: the draws that stand, under another theta."""

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np

from api.instance import Instance
from api.workflows.refitting import Fit, gather_inputs
from data.fits import encode_fit
from data.ledger import canonical_json
from forecasts.reliability import draw_from_priors
from forecasts.worlds import log_evidence, relearn

WORLD = "deepseek-r2"
#: What a good run of NUTS says about itself.
GOOD: dict[str, Any] = {
    "r_hat": 1.002,
    "bulk_sample": 1900.5,
    "tail_sample": 1500.0,
    "divergences": 0,
    "draws": 1000,
    "tune": 1000,
    "chains": 4,
    "seed": 7,
    "seconds": 12.5,
    "versions": {"pymc": "6.4.0"},
}


def made_fit(instance: Instance, seed: int = 99, **changed: Any) -> Fit:
    """A fit of the world as it stands; `changed` are fields of its body."""
    inputs = instance.writer.do(lambda transaction: gather_inputs(transaction, WORLD))
    base, learned = draw_from_priors(seed), np.random.default_rng(seed).standard_normal(1_000)
    theta = replace(base, sources={"reuters": learned})
    world = relearn(inputs.timeline.world, theta, inputs.timeline.world.established)
    draws = encode_fit(theta, world.draws, log_evidence(world, world.draws))
    body = {
        "id": f"{WORLD}-{inputs.checkpoint.entries}-{seed}",
        "world": WORLD,
        "draws_sha256": hashlib.sha256(draws).hexdigest(),
        "seed": seed,
        "versions": {"pymc": "6.4.0"},
        "diagnostics": {"reliability": GOOD, "world": GOOD},
        "checkpoint": {"entries": inputs.checkpoint.entries, "hash": inputs.checkpoint.hash},
    }
    return Fit({**body, **changed}, draws)


def with_draws(fit: Fit, draws: bytes) -> Fit:
    """The same fit with other draws, and their hash."""
    digest = hashlib.sha256(draws).hexdigest()
    return Fit({**fit.body, "draws_sha256": digest}, draws)


def sent(fit: Fit) -> bytes:
    """A fit as the body of a request."""
    return canonical_json(fit.body).encode() + b"\n" + fit.draws
