"""Conditions in one line each, as the command line and addresses of pages write them."""

from typing import Any

from data.formats.scenarios import ConditionFormat
from forecasts.errors import KizashiError

_RELATIONS = {"at-least": "at_least", "at-most": "at_most", "by": "by", "after": "after"}
_OUTCOMES: dict[str, Any] = {"yes": True, "no": False}


class ConditionUnreadable(KizashiError):
    """A condition in a line lacks a part."""

    message = (
        "A condition is written question:yes, question:no, question:OPTION, question:never, "
        "question:by=DAY, question:after=DAY, question:at-least=N or question:at-most=N; of a "
        "driver, driver:at-least=N or driver:at-most=N to learn, and driver:N to make."
    )


def condition_from(text: str, drivers: tuple[str, ...]) -> dict[str, Any]:
    """Read a condition such as r2-release:by=2025-05-31, or compute:-1.5.

    Raises:
        ConditionUnreadable: a part is missing, or is no number where one is meant.

    >>> condition_from("r2-release:by=2025-05-31", ("compute",))
    {'question': 'r2-release', 'by': '2025-05-31'}
    """
    subject, _, said = text.partition(":")
    if not subject or not said:
        raise ConditionUnreadable
    word, _, amount = said.partition("=")
    try:
        if subject in drivers:
            name = _RELATIONS[word] if amount else "value"
            return {"driver": subject, name: float(amount or said)}
        if not amount:
            return {"question": subject, "outcome": _OUTCOMES.get(said, said)}
        name = _RELATIONS[word]
        of_number = name.startswith("at_")
        return {"question": subject, name: float(amount) if of_number else amount}
    except (KeyError, ValueError):
        raise ConditionUnreadable from None


def line_of(written: ConditionFormat) -> str:
    """Write a condition in a line: `condition_from` reads it again.

    >>> line_of(ConditionFormat(question="ban", outcome=True))
    'ban:yes'
    >>> line_of(ConditionFormat(driver="compute", at_least=0.5))
    'compute:at-least=0.5'
    """
    subject = written.question or written.driver
    if written.value is not None:
        return f"{subject}:{written.value!r}"
    if written.outcome is not None:
        plain = {"True": "yes", "False": "no"}
        return f"{subject}:{plain.get(str(written.outcome), written.outcome)}"
    for word, name in _RELATIONS.items():
        said = getattr(written, name)
        if said is not None:
            return f"{subject}:{word}={said if name in ('by', 'after') else repr(float(said))}"
    raise ConditionUnreadable
