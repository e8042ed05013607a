"""Every text that a reader can meet has its Japanese, and no Japanese has lost its text."""

import ast
import importlib
import pkgutil
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

import api
import data
import forecasts
from api.answers import Status
from api.files import shipped_file
from api.language import say, shell_language, translate, wanted_language
from data.score_tables import TableUnreadable
from data.unreadable import Fault
from forecasts.errors import KizashiError

#: Titles of what the framework refuses, as api/errors.py makes them of a status.
FRAMEWORK_TITLES = {
    "Malformed request",
    "Not found",
    "Method not allowed",
    "Fields do not fit",
}
#: What Pydantic says most often, word for word.
PYDANTIC = {
    "Field required",
    "Extra inputs are not permitted",
    "Input should be a valid string",
    "Input should be a valid integer",
    "Input should be a valid number",
    "Input should be a valid boolean",
    "Input should be a valid list",
    "Input should be a valid tuple",
    "Input should be a valid dictionary",
    "Input should be a valid dictionary or object to extract fields from",
    "Input should be a finite number",
    "JSON decode error",
}
TRANSLATORS = {"_", "translate", "say", "told"}
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def catalogue() -> dict[str, str]:
    with shipped_file("locales/ja.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def test_every_text_has_its_japanese(catalogue):
    missing = sorted(text for text in all_texts() if not catalogue.get(text))

    assert missing == []


def test_no_entry_is_stale(catalogue):
    assert sorted(set(catalogue) - all_texts() - constants()) == []


def test_placeholders_are_the_same_in_both_languages(catalogue):
    differing = [text for text, japanese in catalogue.items() if places(text) != places(japanese)]

    assert differing == []


def test_translations_are_japanese(catalogue):
    unchanged = {"Python", "SQLite", "The API", "{detail}", "{listing}"}
    unchanged |= {
        "DSC",
        "E",
        "ECE",
        "MCB",
        "UNC",
        "n",
        "{question}: {state}",
    }  # the field's own symbols

    assert [
        t for t, ja in catalogue.items() if t not in unchanged and not JAPANESE.search(ja)
    ] == []


def test_an_unknown_text_stays_as_it_is():
    assert translate("No such text.", "ja") == "No such text."
    assert translate("Questions", "en") == "Questions"


def test_the_browsers_wish_is_weighed():
    assert wanted_language("en;q=0.5, ja") == "ja"
    assert wanted_language("ja;q=0, fr") == "en"
    assert wanted_language("de, ja;q=x") == "en"
    assert wanted_language(None) == "en"


def test_the_shell_speaks_the_locales_language(monkeypatch):
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")

    assert shell_language() == "ja"
    assert shell_language("en") == "en"


def test_a_malformed_body_is_refused_in_japanese(reader, reader_key):
    headers = reader_key("forecaster") | {"Accept-Language": "ja"}
    answer = reader.post("/api/v1/evidence", json={"published": 3}, headers=headers).json()

    assert answer["title"] == translate("Malformed request", "ja")
    assert translate("Field required", "ja") in [fault["message"] for fault in answer["errors"]]


def test_what_is_wrong_with_a_file_is_told_in_japanese():
    lacking = TableUnreadable(path="x.csv", fault=Fault.RAGGED, wanted=3, got=2)

    assert "a line has 2 columns rather than 3" in str(lacking)
    assert "3 列のはずの行に 2 列ある" in say(lacking, "ja")


def all_texts() -> set[str]:
    """Every English text that the program can show."""
    texts = {*FRAMEWORK_TITLES, *PYDANTIC, *get_args(Status)}
    texts |= set(error_texts()) | set(template_texts()) | set(format_faults()) | set(Fault)
    reports = Path(str(forecasts.__file__)).parent / "reports"
    for path in [*Path(api.__file__).parent.rglob("*.py"), *reports.rglob("*.py")]:
        texts |= set(Source(path).texts())
    return texts


def constants() -> set[str]:
    """Every text that stands in the program: some are translated by way of a variable."""
    trees = [
        ast.parse(path.read_text())
        for package in (forecasts, data, api)
        for path in Path(str(package.__file__)).parent.rglob("*.py")
    ]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {node.value for node in nodes if isinstance(node.value, str)}


def error_texts() -> Iterator[str]:
    """Message and title of every error that can be raised."""
    for package in (forecasts, data, api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    waiting = [KizashiError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        yield kind.message
        yield re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__).capitalize()


def template_texts() -> Iterator[str]:
    """What the templates give to `_`."""
    for path in shipped_file("templates").rglob("*.html"):
        for call in Environment().parse(path.read_text()).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "_":
                (text,) = call.args
                assert isinstance(text, nodes.Const), f"{path.name}: _ takes a plain text"
                yield text.value


def format_faults() -> Iterator[str]:
    """What our written forms say of a fault, where it is always the same."""
    for path in (Path(data.__file__).parent / "formats").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            is_fault = isinstance(node, ast.Call) and ast.unparse(node.func) == "ValueError"
            if is_fault and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


class Source:
    """A file, and what its calls of a translator can be given."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_text())

    def texts(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in TRANSLATORS and node.args:
                yield from self._values(node.args[0])

    def _values(self, node: ast.AST, depth: int = 0) -> Iterator[str]:
        """The texts that an expression can be, as far as the file says."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from self._values(node.body, depth)
            yield from self._values(node.orelse, depth)
        elif isinstance(node, ast.Dict):
            for value in node.values:
                yield from self._values(value, depth)
        elif isinstance(node, ast.Tuple | ast.List):
            for value in node.elts:
                yield from self._values(value, depth)
        elif isinstance(node, ast.Subscript):
            yield from self._values(node.value, depth)
        elif isinstance(node, ast.Name) and depth < 3:
            for bound in self._bound(node.id):
                yield from self._values(bound, depth + 1)

    def _bound(self, name: str) -> Iterator[ast.AST]:
        """What a name is bound to: assignments, loops, defaults, and imports of our own."""
        for node in ast.walk(self.tree):
            match node:
                case ast.Assign():
                    for target in node.targets:
                        yield from bound_in(target, node.value, name)
                case ast.For() | ast.comprehension():
                    for rows in [node.iter, *self._rows(node.iter)]:
                        for row in getattr(rows, "elts", []):
                            yield from bound_in(node.target, row, name)
                case ast.arguments():
                    named = [argument.arg for argument in node.args[::-1]]
                    defaults = zip(named, node.defaults[::-1], strict=False)
                    yield from (default for argument, default in defaults if argument == name)
                case ast.ImportFrom(module=str(module)) if module.startswith("api"):
                    if name in [alias.name for alias in node.names]:
                        origin = importlib.import_module(module).__file__
                        yield from Source(Path(str(origin)))._bound(name)

    def _rows(self, node: ast.AST) -> Iterator[ast.AST]:
        """The lists that a name in a loop stands for."""
        if isinstance(node, ast.Name):
            for other in ast.walk(self.tree):
                if isinstance(other, ast.Assign) and ast.unparse(other.targets[0]) == node.id:
                    yield other.value


def bound_in(target: ast.AST, value: ast.AST, name: str) -> Iterator[ast.AST]:
    """What a name gets in an assignment, of tuples too."""
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple):
        for position, part in enumerate(target.elts):
            if isinstance(value, ast.Tuple) and not any(
                isinstance(v, ast.Starred) for v in value.elts[:position]
            ):
                if position < len(value.elts) and not isinstance(value.elts[position], ast.Starred):
                    yield from bound_in(part, value.elts[position], name)
            elif ast.unparse(part) == name:
                yield value


def places(text: str) -> set[str]:
    """The placeholders of a text, with their formats."""
    parts = string.Formatter().parse(text)
    return {f"{field}:{form}" for _, field, form, _ in parts if field is not None}
