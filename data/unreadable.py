"""Files that do not hold what they should, and what is wrong with them."""

from enum import StrEnum

from forecasts.errors import KizashiError


class Fault(StrEnum):
    """What is wrong with a file, in words that take facts."""

    ABSENT = "there is no such file"
    FOLDER = "it is a folder"
    EMPTY = "it is empty"
    ENCODING = "it has texts that are not UTF-8"
    NEITHER = "it is neither CSV nor whole Parquet"
    DAMAGED = "the file is damaged"
    NOT_CSV = "it cannot be read as CSV"
    RAGGED = "a line has {got} columns rather than {wanted}"
    ODD_KIND = "a column has values of a kind that does not fit it"
    NO_TEXTS = "{column} holds no texts"
    TWICE = "it has two columns {column}"
    NO_QUESTIONS = "there is no questions.parquet in it"
    MISSING = "{file} is missing"
    NOT_PARQUET = "{file} is no Parquet file"
    NO_COLUMN = "{file} has no column {column}"
    NO_NUMBERS = "{file} has a column {column} that holds what are no numbers"
    NO_TIMES = "{file} has a column {column} that holds what are no times"
    UNNAMED = "{count} rows have no {column}"
    NOT_CHANCES = "{count} probabilities are not in [0, 1]"
    NOT_OUTCOMES = "{count} outcomes are neither 0 nor 1"
    SAME_QUESTIONS = "{count} questions stand in it more than once"
    SAME_POINTS = "{count} evaluation points stand in it more than once"
    NOBODY = "no forecast stands at any evaluation point of a question"


class Unreadable(KizashiError):
    """A file or folder does not hold what it should; `fault` takes the other facts."""

    message = "{path} cannot be read: {fault}."

    def __init__(self, *, fault: Fault, **facts: object) -> None:
        super().__init__(**facts, fault=fault.format(**facts))
        self.facts = {**facts, "fault": fault}
