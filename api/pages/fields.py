"""What was typed into a form: texts of fields, numbers read from them, and what is wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from api.language import translate

#: Wide digits and signs are what Japanese keyboards type.
_NARROW = str.maketrans("０１２３４５６７８９．，－−％", "0123456789.,--%")
_NUMBER = re.compile(r"[+-]?[0-9]*\.?[0-9]+(e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_HUNDRED = 100.0


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values that a field may have."""

    value: str
    label: str


@dataclass(slots=True)
class Typed:
    """What was typed, and what is wrong with it.

    Attributes:
        texts: by field, as typed.
        errors: by field, in the reader's language.
    """

    texts: Mapping[str, str]
    language: str
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Give what stands in a field, without spaces around it."""
        return self.texts.get(name, "").strip()

    def given(self, *names: str) -> dict[str, str]:
        """Give those of some fields that are filled in."""
        return {name: self.text(name) for name in names if self.text(name)}

    def number(self, name: str) -> float | None:
        """Read a number; None where the field is empty, or is none."""
        text = self.text(name).translate(_NARROW).replace(",", "").rstrip("%").strip()
        if not text:
            return None
        if _NUMBER.fullmatch(text) is None:
            self.mark(name, "Give a number.")
            return None
        return float(text)

    def chance(self, name: str) -> float | None:
        """Read percents as a chance; None where the field is empty, or is none."""
        percents = self.number(name)
        if percents is None:
            return None
        if not 0 <= percents <= _HUNDRED:
            self.mark(name, "Give percents between 0 and 100.")
            return None
        return percents / _HUNDRED

    def mark(self, name: str, words: str) -> None:
        """Note what is wrong with a field; of several faults the first."""
        self.errors.setdefault(name, translate(words, self.language))
