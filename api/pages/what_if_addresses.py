"""What the address of a what-if says: from its query to what is supposed, and back.

The address is the scenario: `learn` and `make` hold conditions in a line each. A form cannot write
such lines by itself, so it sends its switches, sliders and days by themselves; they become lines.
"""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from pydantic import ValidationError
from starlette.datastructures import QueryParams

from api.suppositions import ConditionUnreadable, condition_from, line_of
from data.formats.scenarios import MOST_CONDITIONS, ConditionFormat, Cut, WhatIfFormat

#: Of the form: switches and sliders of drivers, what questions come out as, their days and numbers.
SET, SLIDER, SAYS, AMOUNT = "set", "slider.", "says.", "amount."
#: Of the form: the questions of the joint table.
TOGETHER = ("first", "second", "third")
#: Kept as they came, when an address is made anew.
_KEPT = ("as_of", "lang")
#: Signs that stay as they are, so that people can read an address.
_PLAIN = ":,="


def is_form(query: QueryParams) -> bool:
    """Tell whether a query comes from the form, and not from a link."""
    return any(name.startswith((SLIDER, SAYS)) for name in query)


def read_what_if(query: QueryParams, drivers: tuple[str, ...]) -> WhatIfFormat:
    """Read what is supposed, and what to tell of it.

    Raises:
        ConditionUnreadable: what stands there is no condition.
    """
    learn = [*query.getlist("learn"), *_learned(query)]
    make = [*query.getlist("make"), *_made(query, drivers)]
    if len(learn) + len(make) > MOST_CONDITIONS:
        raise ConditionUnreadable
    tables = [line.split(",") for line in query.getlist("together") if line]
    chosen = list(dict.fromkeys(query[name] for name in TOGETHER if query.get(name)))
    if len(chosen) > 1:
        tables.append(chosen)
    body = {
        "learn": [condition_from(line, drivers) for line in learn if line],
        "make": [condition_from(line, drivers) for line in make if line],
        "target": query.get("target") or None,
        "tables": [[_axis(text) for text in axes] for axes in tables],
    }
    try:
        return WhatIfFormat.model_validate(body)
    except ValidationError:
        raise ConditionUnreadable from None


def address_of(world: str, written: WhatIfFormat, query: QueryParams | None = None) -> str:
    """Give the address at which a what-if is found again; without its path's host."""
    said = [("world", world)]
    said += [("make", line_of(one)) for one in written.make]
    said += [("learn", line_of(one)) for one in written.learn]
    said += [("target", written.target)] if written.target else []
    said += [("together", ",".join(map(_axis_line, axes))) for axes in written.tables]
    said += [(name, query[name]) for name in _KEPT if query and query.get(name)]
    return f"/what-if?{urlencode(said, safe=_PLAIN, quote_via=quote)}"


def lines_beside(written: Sequence[ConditionFormat], shown: set[str]) -> tuple[str, ...]:
    """Give the conditions that no control of the form shows, in a line each."""
    return tuple(line for line in map(line_of, written) if line not in shown)


def _learned(query: QueryParams) -> list[str]:
    """Give what the form's switches say that questions come out as."""
    lines = []
    for name, said in query.items():
        question, amount = name.removeprefix(SAYS), ""
        if not name.startswith(SAYS) or not said:
            continue
        if said in ("by", "after", "at-least", "at-most"):
            amount = query.get(f"{AMOUNT}{question}", "")
            if not amount:
                continue
        lines.append(f"{question}:{said}={amount}" if amount else f"{question}:{said}")
    return lines


def _made(query: QueryParams, drivers: tuple[str, ...]) -> list[str]:
    """Give the drivers that are switched on, at their sliders."""
    switched = [driver for driver in query.getlist(SET) if driver in drivers]
    return [
        f"{driver}:{query[SLIDER + driver]}"
        for driver in dict.fromkeys(switched)
        if query.get(SLIDER + driver)
    ]


def _axis(text: str) -> object:
    """Read a question of a joint table, with where it is cut if that is told."""
    if ":" not in text:
        return text
    return condition_from(text, ())


def _axis_line(axis: str | Cut) -> str:
    """Write a question of a joint table."""
    if isinstance(axis, str):
        return axis
    where = f"by={axis.by}" if axis.by else f"at-least={axis.at_least!r}"
    return f"{axis.question}:{where}"
