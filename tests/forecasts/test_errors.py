"""Tests of the tree of errors."""

import pickle
import re
from string import Formatter

import pytest

from forecasts import errors, refusals
from forecasts.errors import KizashiError, Refused
from forecasts.refusals import QuestionClosed


def tree(root: type[KizashiError]) -> list[type[KizashiError]]:
    return [root, *(error for child in root.__subclasses__() for error in tree(child))]


MODULES = (errors.__name__, refusals.__name__)
OWN = [error for error in tree(KizashiError) if error.__module__ in MODULES]


def test_an_error_carries_its_facts_beside_its_message() -> None:
    error = QuestionClosed(question="q", until="2025-01-01")

    assert isinstance(error, Refused)
    assert error.facts == {"question": "q", "until": "2025-01-01"}
    assert str(error).startswith("q takes evidence until 2025-01-01")


def test_an_error_travels_between_processes_with_its_facts() -> None:
    error = pickle.loads(pickle.dumps(QuestionClosed(question="q", until="2025-01-01")))

    assert type(error) is QuestionClosed
    assert error.facts == {"question": "q", "until": "2025-01-01"}


@pytest.mark.parametrize("error", OWN)
def test_every_message_can_be_said(error: type[KizashiError]) -> None:
    names = {name for _, name, _, _ in Formatter().parse(error.message) if name}

    assert str(error(**dict.fromkeys(names, 0.5)))


def test_the_drawn_tree_is_the_tree() -> None:
    drawn = set(re.findall(r"[├└]── (\w+)", errors.__doc__ or ""))

    here = {error.__name__ for error in OWN if error.__module__ == errors.__name__}

    assert drawn == here - {"KizashiError"}
