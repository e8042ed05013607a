"""ARCHITECTURE.md against the code: every module is on the map, and nothing else."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("forecasts", "models", "data", "api")
LARGEST_FILE = 300


def modules() -> set[str]:
    """Give every module of the four folders that has something in it."""
    files = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return {
        path.relative_to(ROOT).as_posix()
        for path in files
        if path.read_text().strip() and "versions" not in path.parts
    }


def test_the_map_lists_every_module_and_nothing_else():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    listed = re.findall(r"^\| `([a-z_/]+\.py)` \|", text, flags=re.MULTILINE)

    assert len(listed) == len(set(listed))
    assert modules() - set(listed) == set()
    assert set(listed) - modules() == set()


def test_no_file_has_outgrown_its_room():
    folders = (*FOLDERS, "tests", "benchmarks")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    lines = {path: len(path.read_text().splitlines()) for path in files}
    large = {path for path, count in lines.items() if count > LARGEST_FILE}

    assert {path for path in large if "versions" not in path.parts} == set()  # migrations apart


def test_no_registry_nor_machine_path_is_named():
    names = ("README.md", "CONTRIBUTING.md", "pyproject.toml", ".ci/run")
    texts = [(ROOT / name).read_text() for name in names]

    assert not any("/work/" in text or "/root/" in text for text in texts)


def test_no_plugin_loads_numpy_before_its_threads_are_set(pytestconfig):
    assert not pytestconfig.pluginmanager.hasplugin("zarr")
