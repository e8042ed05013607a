"""A fit's draws as bytes: what is stored, hashed into the ledger, and read back bit for bit."""

import io
import json
from collections.abc import Mapping

import numpy as np

from forecasts.outcomes import Floats
from forecasts.reliability import Reliability
from forecasts.timeline import Refitted

_ARRAYS = ("base", "grades", "source_spread", "correlation", "trust", "submitter_spread")


def encode_fit(reliability: Reliability, draws: Floats, reference: Floats) -> bytes:
    """Write draws as an uncompressed .npz whose bytes depend on nothing but the values."""
    names = {"sources": sorted(reliability.sources), "submitters": sorted(reliability.submitters)}
    arrays: dict[str, Floats] = {name: getattr(reliability, name) for name in _ARRAYS}
    arrays["sources"] = _stacked(reliability.sources, names["sources"], reliability.draws)
    arrays["submitters"] = _stacked(reliability.submitters, names["submitters"], reliability.draws)
    arrays["drivers"], arrays["reference"] = draws, reference
    label = json.dumps({"seed": reliability.seed, **names}, sort_keys=True)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, label=np.frombuffer(label.encode(), np.uint8), **arrays)
    return buffer.getvalue()


def decode_fit(fit: str, content: bytes) -> Refitted:
    """Read a fit's draws."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        label = json.loads(bytes(arrays["label"]).decode())
        reliability = Reliability(
            **{name: arrays[name] for name in _ARRAYS},
            seed=label["seed"],
            sources=dict(zip(label["sources"], arrays["sources"], strict=True)),
            submitters=dict(zip(label["submitters"], arrays["submitters"], strict=True)),
        )
        return Refitted(fit, reliability, arrays["drivers"], arrays["reference"])


def _stacked(values: Mapping[str, Floats], names: list[str], draws: int) -> Floats:
    """One row a name; no rows where there are no names."""
    return np.array([values[name] for name in names]).reshape(len(names), draws)
