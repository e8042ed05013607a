"""Arrays as data of a model, packed into two vectors, so that one compiled model serves them all.

nutpie gives other values and other lengths to the `pm.Data` of a compiled model. Compiling slows
down with their number (22 s for 21 arrays, 9 s for the two vectors), so two there are.
"""

import math
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

import numpy as np
import pymc as pm


def as_tensors[T](value: T) -> T:
    """Give a value with each array in it as a tensor that reads the data of the model in context.

    How many arrays there are, their axes and which hold whole numbers is compiled in; lengths are
    not, so that none broadcasts, be it one by chance. Add such an axis to the tensor: `[:, None]`.

    Args:
        value: dataclasses, tuples and arrays, nested in any way; all else stays as it is.
    """
    arrays: list[np.ndarray] = []
    map_arrays(arrays.append, value)
    lengths = [length for array in arrays for length in array.shape]
    integers = np.concatenate([lengths, *(np.ravel(a) for a in arrays if _is_whole(a))])
    floats = np.concatenate([np.zeros(0), *(np.ravel(a) for a in arrays if not _is_whole(a))])
    tensors = iter(
        _unpacked(
            arrays,
            pm.Data("integers", integers.astype(np.int64)),
            pm.Data("floats", floats),
            len(lengths),
        )
    )
    return map_arrays(lambda _: next(tensors), value)


def map_arrays[T](function: Callable[[np.ndarray], Any], value: T) -> T:
    """Give a value with `function` of each array in its place, first to last."""
    if isinstance(value, np.ndarray):
        return cast("T", function(value))
    if isinstance(value, tuple):
        return cast("T", tuple(map_arrays(function, part) for part in value))
    if is_dataclass(value):
        names = [field.name for field in fields(value)]
        changed = {name: map_arrays(function, getattr(value, name)) for name in names}
        return cast("T", replace(cast("Any", value), **changed))
    return value


def _unpacked(arrays: list[np.ndarray], integers: Any, floats: Any, lengths: int) -> list[Any]:
    """Cut the two vectors into tensors; `integers` begins with the lengths of all axes."""
    vectors = {True: integers, False: floats}
    start: dict[bool, Any] = {True: lengths, False: 0}
    axes, tensors = iter(range(lengths)), []
    for array in arrays:
        shape = [integers[next(axes)] for _ in array.shape]
        whole = _is_whole(array)
        end = start[whole] + math.prod(shape)
        tensors.append(vectors[whole][start[whole] : end].reshape(shape, ndim=array.ndim))
        start[whole] = end
    return tensors


def _is_whole(array: np.ndarray) -> bool:
    """Tell whether an array holds whole numbers, such as indices."""
    return bool(np.issubdtype(array.dtype, np.integer))
