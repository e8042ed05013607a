"""A fit's draws as bytes: what is stored, hashed into the ledger, and read back bit for bit."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from forecasts.errors import FitDoesNotFit
from forecasts.outcomes import Floats
from forecasts.reliability import AGEING, GRADES, RELIABILITY_DRAWS, Reliability
from forecasts.timeline import Refitted
from forecasts.worlds import DRIVER_DRAWS, World

#: Arrays of theta with what follows the draws in their shape, and the least and most they can be.
_ARRAYS: dict[str, tuple[tuple[int, ...], float, float]] = {
    "base": ((), -np.inf, np.inf),
    "grades": ((len(GRADES),), -np.inf, np.inf),
    "source_spread": ((), 0.0, np.inf),
    "correlation": ((), 0.0, 1.0),
    "trust": ((), 0.0, 1.0),
    "submitter_spread": ((), 0.0, np.inf),
    "claim_bias": ((), -np.inf, np.inf),
    "half_lives": ((len(AGEING),), np.finfo(float).tiny, np.inf),
    "cancellation": ((), 0.0, 1.0),
    "damping": ((), -np.inf, np.inf),
}
#: What zipfile and numpy raise of bytes that are no .npz, or of one that claims the impossible.
_UNREADABLE = (
    ValueError,
    KeyError,
    TypeError,
    OSError,
    EOFError,
    RuntimeError,
    MemoryError,
    zipfile.BadZipFile,
)
#: What is kept one row a name.
_NAMED = ("sources", "submitters", "classes")


def encode_fit(reliability: Reliability, draws: Floats, reference: Floats) -> bytes:
    """Write draws as an uncompressed .npz whose bytes depend on nothing but the values."""
    names = {kind: sorted(getattr(reliability, kind)) for kind in _NAMED}
    arrays: dict[str, Floats] = {name: getattr(reliability, name) for name in _ARRAYS}
    for kind in _NAMED:
        arrays[kind] = _stacked(getattr(reliability, kind), names[kind], reliability.draws)
    arrays["drivers"], arrays["reference"] = draws, reference
    loudness = dict(reliability.loudness)
    label = json.dumps({"seed": reliability.seed, "loudness": loudness, **names}, sort_keys=True)
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, label=np.frombuffer(label.encode(), np.uint8), **arrays)
    return buffer.getvalue()


def decode_fit(fit: str, content: bytes) -> Refitted:
    """Read a fit's draws."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        label = json.loads(bytes(arrays["label"]).decode())
        fields: dict[str, Any] = {name: arrays[name] for name in _ARRAYS}
        fields |= {kind: dict(zip(label[kind], arrays[kind], strict=True)) for kind in _NAMED}
        reliability = Reliability(**fields, seed=label["seed"], loudness=label["loudness"])
        return Refitted(fit, reliability, arrays["drivers"], arrays["reference"])


def decode_fit_for(world: World, fit: str, content: bytes) -> Refitted:
    """Read a fit's draws that come from elsewhere: they must be draws, and of this world.

    Raises:
        FitDoesNotFit: no such file, wrong shapes, or numbers that no draw can be.
    """
    try:
        _require_uncompressed(content)
        found = decode_fit(fit, content)
    except _UNREADABLE as error:
        what = "its draws are not a file that `kizashi fit` writes"
        raise FitDoesNotFit(world=world.id, what=what) from error
    fault = _fault(found, len(world.drivers))
    if fault:
        raise FitDoesNotFit(world=world.id, what=fault)
    return found


def _require_uncompressed(content: bytes) -> None:
    """Refuse what would unpack to more than it is."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
            raise ValueError("compressed")


def _fault(fit: Refitted, drivers: int) -> str | None:
    """Say which numbers cannot be draws of theta and of this many drivers."""
    theta, n = fit.reliability, np.size(fit.reliability.base)
    if not 1 <= n <= RELIABILITY_DRAWS:
        return f"it has {n} draws of theta, not 1 to {RELIABILITY_DRAWS}"
    for name, (shape, least, most) in _ARRAYS.items():
        if fault := _array_fault(name, getattr(theta, name), (n, *shape), least, most):
            return fault
    for kind in _NAMED:
        for values in getattr(theta, kind).values():
            if fault := _array_fault(kind, values, (n,)):
                return fault
    if not _is_label(theta):
        return "its seed or its loudness is not a number above 0"
    draws = (DRIVER_DRAWS, drivers)
    return _array_fault("drivers", fit.draws, draws) or _array_fault(
        "reference", fit.reference, draws[:1]
    )


def _array_fault(
    name: str,
    values: Any,
    shape: tuple[int, ...],
    least: float = -np.inf,
    most: float = np.inf,
) -> str | None:
    """Say what is wrong with one array, if anything is."""
    if values.shape != shape or values.dtype != np.float64:
        return f"`{name}` is {values.dtype} of shape {values.shape}, not float64 of {shape}"
    if not np.isfinite(values).all():
        return f"`{name}` has numbers that are not finite"
    if not ((values >= least) & (values <= most)).all():
        return f"`{name}` has numbers outside [{least:g}, {most:g}]"
    return None


def _is_label(theta: Reliability) -> bool:
    """Tell whether what is no array is as it should be."""
    is_seed = isinstance(theta.seed, int) and not isinstance(theta.seed, bool) and theta.seed >= 0
    loudness = theta.loudness.values() if isinstance(theta.loudness, dict) else [None]
    return is_seed and all(isinstance(v, float | int) and 0 < v < np.inf for v in loudness)


def _stacked(values: Mapping[str, Floats], names: list[str], draws: int) -> Floats:
    """One row a name; no rows where there are no names."""
    return np.array([values[name] for name in names]).reshape(len(names), draws)
