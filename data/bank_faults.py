"""What is wrong with a bank: every fault with its file, line and field; and the YAML itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from forecasts.errors import Malformed

Steps = tuple[int | str, ...]
if TYPE_CHECKING or not yaml.__with_libyaml__:
    from yaml import SafeLoader
else:  # libyaml's parser is some ten times faster; not every build of PyYAML has it
    from yaml import CSafeLoader as SafeLoader


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend; `line` counts from 1."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """The fault as one line, as compilers write them."""
        place = f"{self.file}:{self.line}: "
        return f"{place}{self.field}: {self.message}" if self.field else f"{place}{self.message}"


class BankFaults(Malformed):
    """A bank does not hold together; `faults` has everything found, in reading order."""

    message = "{listing}"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__(count=len(self.faults), listing="\n".join(map(str, self.faults)))


class _Loader(SafeLoader):
    """The safe loader, but a day that is none stays text, so that its field is named."""

    def construct_day(self, node: yaml.ScalarNode) -> Any:
        """A date, or the text as it stands."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError:
            return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_day)


@dataclass(slots=True)
class Sheet:
    """One YAML file of a bank: its plain value, and the line on which each field stands."""

    file: str
    value: Any = None
    root: yaml.Node | None = None
    faults: list[Fault] = field(default_factory=list)

    def at(self, steps: Steps, message: str) -> Fault:
        """A fault at a field, or at the nearest part around it that is written down."""
        node = self.root
        line = 1 if node is None else node.start_mark.line + 1
        for step in steps:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return Fault(self.file, line, _path(steps), message)

    def written(self, steps: Steps) -> Steps:
        """The leading steps that lead to something in the file: the rest is Pydantic's own."""
        node = self.root
        for count, step in enumerate(steps):
            found = _child(node, step)
            if found is None:
                return steps[:count]
            node = found[1]
        return steps

    def refused(self, steps: Steps, error: ValidationError) -> Iterator[Fault]:
        """The faults that a written form found in the part at `steps`; one a field."""
        said: dict[Steps, list[str]] = {}
        for one in error.errors(include_url=False):
            place = self.written(steps + one["loc"])
            if one["type"] == "missing":
                place = steps + one["loc"]
            messages = said.setdefault(place, [])
            if (message := _mend(one)) not in messages:
                messages.append(message)
        for place, messages in said.items():
            yield self.at(place, ", or ".join(messages))


def read_sheet(path: Path) -> Sheet:
    """Read one file of a bank; what is wrong with the YAML itself is in `faults`."""
    sheet = Sheet(path.name)
    try:
        loader = _Loader(path.read_bytes().decode())
        sheet.root = loader.get_single_node()
        if sheet.root is None:
            sheet.faults.append(sheet.at((), "is empty: write its fields, as README.md shows"))
            return sheet
        sheet.faults.extend(_repeated(sheet.file, sheet.root, (), set()))
        if not sheet.faults:
            sheet.value = loader.construct_document(sheet.root)
    except (FileNotFoundError, IsADirectoryError):
        sheet.faults.append(Fault(path.name, 1, "", "is missing: add it, README.md shows its form"))
    except UnicodeDecodeError:
        sheet.faults.append(Fault(path.name, 1, "", "is not UTF-8: save it in that encoding"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "a character that YAML does not allow"
        sheet.faults.append(
            Fault(path.name, mark.line + 1 if mark else 1, "", f"not valid YAML: {problem}")
        )
    except (ValueError, RecursionError):
        message = "has a number that YAML cannot read, or is nested too deeply"
        sheet.faults.append(Fault(path.name, 1, "", message))
    return sheet


def _repeated(file: str, node: yaml.Node, steps: Steps, seen: set[int]) -> Iterator[Fault]:
    """Keys given twice (YAML would keep the last) and aliases (they hide what is said)."""
    line = node.start_mark.line + 1
    if id(node) in seen:
        yield Fault(file, line, _path(steps), "is reached by an alias (*): write the value out")
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _repeated(file, child, (*steps, index), seen)
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, child in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            inner = (*steps, name)
            if name in keys:
                place = key.start_mark.line + 1
                yield Fault(file, place, _path(inner), "is given twice: keep one")
            keys.add(name)
            yield from _repeated(file, child, inner, seen)


def _child(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    """The line and node of a field (the line of its key) or of an entry of a list."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None


def _path(steps: Sequence[int | str]) -> str:
    """Steps as people write them: questions[4].prior.probability."""
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return "".join(parts).removeprefix(".")


_MENDS = {
    "missing": "is required: add it",
    "extra_forbidden": "is not a field here: remove it, or mend its spelling",
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be below {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "string_type": "must be text: put it in quotes if it looks like a number or a date",
    "string_too_short": "must have at least {min_length} character(s)",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "too_long": "must have at most {max_length} entries",
    "date_type": "must be a day such as 2025-04-08",
    "date_parsing": "must be a day such as 2025-04-08",
    "date_from_datetime_parsing": "must be a day such as 2025-04-08",
    "date_from_datetime_inexact": "must be a day such as 2025-04-08, without a time",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list",
    "model_type": "must have fields of its own",
    "dict_type": "must have fields of its own",
}


def _mend(error: Any) -> str:
    """Say how to mend what Pydantic refused, without repeating what was written."""
    facts: dict[str, Any] = error.get("ctx", {})
    if error["type"] == "value_error":
        return str(facts["error"])
    if error["type"] == "literal_error":
        unquoted = isinstance(error["input"], bool | int)
        hint = " (put it in quotes: YAML reads it as something else)" if unquoted else ""
        return f"must be {facts['expected']}{hint}"
    if error["type"] in _MENDS:
        return _MENDS[error["type"]].format(**facts)
    return str(error["msg"])
