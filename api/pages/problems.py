"""The pages behind the `type` of every problem: what it means, and what to do."""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from api.errors import status_of
from api.language import translate
from forecasts.errors import KizashiError, Unknown

#: Modules whose errors are told on a command line only, and never by the API.
_ELSEWHERE = ("api.shell", "api.cli", "api.config_file", "api.settings", "api.client")
#: What is wrong without any rule of ours, as `api.errors` names it.
_OF_HTTP = {
    "malformed-request": (
        "Malformed request",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Some fields are missing or wrong; `errors` says which.",
    ),
    "fields-do-not-fit": (
        "Fields do not fit",
        HTTPStatus.CONFLICT,
        "Some fields do not fit together; `errors` says which.",
    ),
    "not-found": (
        "Not found",
        HTTPStatus.NOT_FOUND,
        "There is nothing at this address, or not by this method.",
    ),
    "method-not-allowed": (
        "Method not allowed",
        HTTPStatus.METHOD_NOT_ALLOWED,
        "There is nothing at this address, or not by this method.",
    ),
}
_AGAIN = "Wait as long as `Retry-After` says, then send the same again with the same key."
_ADVICE = {
    401: "Send a key: `Authorization: Bearer kz_...`; an operator makes one with `kizashi key`.",
    403: "This key may not do that: ask an admin for another role or scope.",
    404: "Look the id up: lists and the search give ids as the API wants them.",
    409: "It is well formed, but cannot be taken as things stand: mend what the detail says.",
    412: "Read it again: the answer's `ETag` is what `If-Match` must name.",
    422: "Mend the fields that `errors` points to; /docs has the schema and an example.",
    428: "Read it first, and send its `ETag` as `If-Match`.",
    429: _AGAIN,
    503: _AGAIN,
}
_ELSE = "The detail of the answer says how to mend it."


class UnknownProblem(Unknown):
    """A problem is named that does not exist."""

    message = "There is no such problem. /problems lists all of them."


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """One kind of problem, in the reader's language."""

    name: str
    title: str
    status: int
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class ProblemsPage:
    """All kinds of problems."""

    problems: tuple[ProblemPage, ...]


def problems_page(language: str) -> ProblemsPage:
    """Give all kinds of problems, by their names."""
    ours = [_of_rule(kind, language) for kind in _rules()]
    others = [_of_http(name, language) for name in _OF_HTTP]
    unique = {page.name: page for page in (*others, *ours)}
    return ProblemsPage(tuple(unique[name] for name in sorted(unique)))


def problem_page(name: str, language: str) -> ProblemPage:
    """Give one kind of problem.

    Raises:
        UnknownProblem: there is none of that name.
    """
    for page in problems_page(language).problems:
        if page.name == name:
            return page
    raise UnknownProblem


def _rules() -> Iterator[type[KizashiError]]:
    """Give every rule of which the API may say that it is broken."""
    waiting: list[type[KizashiError]] = [KizashiError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if not kind.__module__.startswith(_ELSEWHERE):
            yield kind


def _of_rule(kind: type[KizashiError], language: str) -> ProblemPage:
    """Describe a rule: its message with a gap for each number."""
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__)
    status = status_of(kind)
    return ProblemPage(
        name=words.lower().replace(" ", "-"),
        title=translate(words.capitalize(), language),
        status=status,
        message=_with_gaps(translate(kind.message, language)),
        advice=translate(_ADVICE.get(status, _ELSE), language),
    )


def _of_http(name: str, language: str) -> ProblemPage:
    """Describe what the framework refuses."""
    title, status, message = _OF_HTTP[name]
    told = translate(_ADVICE.get(status, _ELSE), language)
    return ProblemPage(name, translate(title, language), status, translate(message, language), told)


def _with_gaps(message: str) -> str:
    """Put an ellipsis where a message has a fact.

    >>> _with_gaps("A batch has {count} items, at most {most:,}.")
    'A batch has … items, at most ….'
    """
    parts = string.Formatter().parse(message)
    return "".join(text + ("" if name is None else "…") for text, name, _form, _kind in parts)
