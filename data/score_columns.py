"""Columns of a table of forecasts: from what a file holds to numbers, or to the first fault.

pyarrow takes long to import, so it is imported where it is used.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasts.outcomes import Floats, Indices

#: What each outcome of a yes-or-no question may be written as, beside numbers.
_WORDS = {"yes": "1", "true": "1", "no": "0", "false": "0"}
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
#: The end of a time that names its zone.
_ZONED = r"(Z|[+-][0-9]{2}:?[0-9]{2})$"
#: A time as ISO 8601 writes it: a day, and perhaps a time of day and a zone.
_ISO = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$"
_NANOSECONDS_A_DAY = 86_400e9
#: By how much probabilities of options may miss a sum of 1.
SUM_TOLERANCE = 1e-6

#: What is wrong, in the words of the message, and how to mend it.
EMPTY = "nothing"
NOT_A_NUMBER = "text that is no number"
NAN = "NaN"
WRONG_TYPE = "a kind of value that fits nothing here"
OUT_OF_RANGE = "a number outside [0, 1]"
NOT_A_TIME = "text that is no time"
NO_LIST = "no list of numbers"
ONE_OPTION = "fewer than two options"
NO_OTHER = "no chance of the last option, which stands for all others"
WRONG_SUM = "chances that do not sum to 1"
NO_SUCH_OUTCOME = "an outcome that the question cannot have"
NEGATIVE = "a number below 0"


class ColumnFault(Exception):
    """A value of a column cannot be what it should be; `row` counts from 0 in its batch."""

    def __init__(self, row: int, column: str, found: str, mend: str) -> None:
        super().__init__(row, column, found, mend)
        self.row, self.column, self.found, self.mend = row, column, found, mend


def require(good: NDArray[np.bool_], column: str, found: str, mend: str) -> None:
    """Point at the first row that is not good.

    Raises:
        ColumnFault: there is one.
    """
    if not good.all():
        raise ColumnFault(int(np.argmin(good)), column, found, mend)


def numbers(values: Any, column: str, mend: str) -> Floats:
    """Read a column of numbers; where nothing stands, NaN."""
    import pyarrow as pa  # noqa: PLC0415  # a quarter second
    import pyarrow.compute as pc  # noqa: PLC0415

    kind = values.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        values = pc.utf8_trim_whitespace(values)
        is_number = pc.fill_null(pc.match_substring_regex(values, _NUMBER), fill_value=True)
        require(is_number.to_numpy(zero_copy_only=False), column, NOT_A_NUMBER, mend)
    elif not (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_null(kind)
    ):
        raise ColumnFault(0, column, WRONG_TYPE, mend)
    numbers: Floats = pc.cast(values, pa.float64()).to_numpy(zero_copy_only=False)
    return np.array(numbers, float)


def required_numbers(values: Any, column: str, mend: str) -> Floats:
    """Read a column of numbers in which each row must hold one."""
    read = numbers(values, column, mend)
    require(values.is_valid().to_numpy(zero_copy_only=False), column, EMPTY, mend)
    require(~np.isnan(read), column, NAN, mend)
    return read


def probabilities(values: Any, column: str) -> Floats:
    """Read a column of probabilities; where nothing stands, NaN."""
    mend = "a chance from 0 to 1, such as 0.35 (divide percentages by 100)"
    read = numbers(values, column, mend)
    is_there = values.is_valid().to_numpy(zero_copy_only=False)
    require(~(is_there & np.isnan(read)), column, NAN, mend)
    require(~((read < 0) | (read > 1)), column, OUT_OF_RANGE, mend)
    return read


def weights(values: Any, column: str) -> Floats:
    """Read a column of weights."""
    mend = "a weight of 0 or more, such as 1"
    read = required_numbers(values, column, mend)
    require(read >= 0, column, NEGATIVE, mend)
    require(np.isfinite(read), column, WRONG_TYPE, mend)
    return read


def outcomes(values: Any, column: str, options: Indices) -> Floats:
    """Read a column of outcomes, as indices among so many options; where nothing stands, NaN."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    mend = (
        "1 or 0 (yes or no), or for several options the index of the one that happened, from 0; "
        "leave it empty while the question is open or if it was annulled"
    )
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        values = pc.utf8_lower(pc.utf8_trim_whitespace(values))
        for word, number in _WORDS.items():
            values = pc.replace_substring_regex(values, f"^{word}$", number)
    read = numbers(values, column, mend)
    is_open = np.isnan(read)
    with np.errstate(invalid="ignore"):
        fits = is_open | ((read >= 0) & (read < options) & (read == np.floor(read)))
    require(fits, column, NO_SUCH_OUTCOME, mend)
    return read


def times(values: Any, column: str, *, required: bool) -> Floats:
    """Read a column of times as days since 1970, UTC; a time without a zone is taken as UTC."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    mend = "a time as in 2026-03-01T12:00:00Z, or a day as in 2026-03-01 (its first instant, UTC)"
    if required:
        require(values.is_valid().to_numpy(zero_copy_only=False), column, EMPTY, mend)
    kind = values.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        values = _read_iso(pc.cast(pc.utf8_trim_whitespace(values), pa.string()), column, mend)
    elif not (pa.types.is_timestamp(kind) or pa.types.is_date(kind) or pa.types.is_null(kind)):
        raise ColumnFault(0, column, WRONG_TYPE, mend)
    stamps = pc.cast(values, pa.timestamp("ns", "UTC") if values.type != pa.null() else pa.int64())
    whole = pc.cast(stamps, pa.int64())
    read: Floats = pc.fill_null(whole, 0).to_numpy(zero_copy_only=False) / _NANOSECONDS_A_DAY
    return np.where(whole.is_valid().to_numpy(zero_copy_only=False), read, np.nan)


def _read_iso(values: Any, column: str, mend: str) -> Any:
    """Read texts as times, with Z where no zone is named."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    is_time = pc.fill_null(pc.match_substring_regex(values, _ISO), fill_value=True)
    require(is_time.to_numpy(zero_copy_only=False), column, NOT_A_TIME, mend)
    is_day = pc.equal(pc.utf8_length(values), len("2026-03-01"))
    zoned = pc.match_substring_regex(values, _ZONED)
    late = pc.binary_join_element_wise(values, "Z", "")
    full = pc.if_else(zoned, values, late)
    midnight = pc.binary_join_element_wise(values, "T00:00:00Z", "")
    try:
        return pc.cast(pc.if_else(is_day, midnight, full), pa.timestamp("ns", "UTC"))
    except pa.ArrowInvalid as error:  # a thirtieth of February, or a year beyond 2262
        raise ColumnFault(_first_bad_day(values), column, NOT_A_TIME, mend) from error


def _first_bad_day(values: Any) -> int:
    """Find the first text that looks like a time but is none."""
    from datetime import datetime  # noqa: PLC0415

    for row, text in enumerate(values.to_pylist()):
        try:
            datetime.fromisoformat(text or "2000-01-01")
        except ValueError:
            return row
    return 0


def option_lists(values: Any, column: str) -> tuple[Floats, Indices, Indices]:
    """Read lists of chances: all in one row, where each begins, and how many it has (0: no list).

    A list is a list column, or text such as `[0.2, 0.5, 0.3]`. Options that did not exist yet are
    null, and NaN in the answer; the last, "Other", always exists.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    mend = "a list of chances that sum to 1, such as [0.2, 0.5, 0.3]"
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        is_list = pc.match_substring_regex(values, r"^\s*\[(null|nan|NaN|[0-9eE+.,\s-])*\]\s*$")
        good = pc.fill_null(is_list, fill_value=True).to_numpy(zero_copy_only=False)
        require(good, column, NO_LIST, mend)
        bare = pc.utf8_trim(values, "[] \t")
        values = pc.split_pattern(bare, ",")
    if pa.types.is_fixed_size_list(values.type):
        values = pc.cast(values, pa.list_(values.type.value_type))
    if not (pa.types.is_list(values.type) or pa.types.is_large_list(values.type)):
        if pa.types.is_null(values.type):
            none = np.zeros(len(values), np.int64)
            return np.zeros(0), none, none
        raise ColumnFault(0, column, WRONG_TYPE, mend)
    counts = pc.fill_null(pc.list_value_length(values), 0).to_numpy(zero_copy_only=False)
    counts = counts.astype(np.int64)
    rows = np.repeat(np.arange(len(counts)), counts)
    try:
        flat = probabilities(_existing(pc.list_flatten(values)), column)
    except ColumnFault as fault:
        row = int(rows[fault.row]) if len(rows) else 0
        raise ColumnFault(row, column, fault.found, mend) from fault
    is_there = values.is_valid().to_numpy(zero_copy_only=False)
    exists = ~np.isnan(flat)
    require(
        ~is_there | (np.bincount(rows[exists], minlength=len(counts)) > 1), column, ONE_OPTION, mend
    )
    last = np.append(exists, True)[np.where(counts > 0, np.cumsum(counts) - 1, len(flat))]
    require(last, column, NO_OTHER, mend)
    sums = np.bincount(rows[exists], flat[exists], len(counts))
    require((counts == 0) | (np.abs(sums - 1) <= SUM_TOLERANCE), column, WRONG_SUM, mend)
    return flat, np.cumsum(counts) - counts, counts


def _existing(chances: Any) -> Any:
    """Give chances of options with null where one did not exist yet, be it written null or NaN."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    if pa.types.is_floating(chances.type):
        return pc.if_else(pc.is_nan(chances), None, chances)
    if pa.types.is_string(chances.type) or pa.types.is_large_string(chances.type):
        absent = pc.match_substring_regex(chances, r"^\s*(null|nan|NaN)\s*$")
        return pc.if_else(absent, None, chances)
    return chances
