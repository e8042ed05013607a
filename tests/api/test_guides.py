"""What the API says of itself: /docs without anything from elsewhere, /llms.txt, /problems."""

import hashlib
import importlib
import json
import pkgutil
import re

import pytest

import api
import data
import forecasts
from api.errors import problem_of
from api.files import shipped_file
from api.keyring import KeyMissing
from api.pages.problems import _ELSEWHERE
from forecasts.errors import KizashiError, UnknownQuestion


def all_rules():
    for package in (forecasts, data, api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    waiting = [KizashiError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        yield kind


@pytest.mark.parametrize(("name", "most"), [("swagger-ui", 2_000_000), ("htmx", 80_000)])
def test_what_comes_from_others_is_what_its_manifest_says(name, most):
    folder = shipped_file(f"static/vendor/{name}")
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {path.name for path in folder.iterdir()} - {"manifest.json"}

    assert files == set(manifest["sha256"])
    for file, digest in manifest["sha256"].items():
        assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest, file
    assert sum(path.stat().st_size for path in folder.iterdir()) < most


def test_the_charts_of_a_browser_are_drawn_by_what_draws_ours(reader):
    page = reader.get("/questions").text
    address = re.search(r'data-charts="([^"]+)"', page)[1]
    answer = reader.get(address)

    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert "window.vegaEmbed=" in answer.text


def test_the_page_of_operations_names_no_other_host_and_runs_only_our_scripts(reader):
    page = reader.get("/docs")
    policy = page.headers["content-security-policy"]

    assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []
    assert "<script>" not in page.text
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
        assert reader.get(address).status_code == 200


def test_every_rule_that_the_api_can_say_is_broken_has_its_page(reader):
    told = [rule for rule in all_rules() if not rule.__module__.startswith(_ELSEWHERE)]
    listed = reader.get("/problems").text

    assert len(told) > 50
    for rule in told:
        name = re.sub(r"(?<!^)(?=[A-Z])", "-", rule.__name__).lower()
        assert f'href="/problems/{name}"' in listed, name


@pytest.mark.parametrize("error", [UnknownQuestion(), KeyMissing()])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_type_of_a_problem_leads_to_what_it_means(reader, error, language):
    problem = problem_of(error, language)

    page = reader.get(problem.type, headers={"Accept-Language": language})

    assert page.status_code == 200
    assert problem.title in page.text
    assert str(problem.status) in page.text


def test_a_problem_of_the_framework_has_a_page_too_and_no_other(reader):
    for address in ("/api/v1/nothing", "/problems/nothing"):
        problem = reader.get(address).json()
        assert reader.get(problem["type"]).status_code == 200
    malformed = reader.get("/api/v1/forecasts?limit=x").json()

    assert reader.get(malformed["type"]).status_code == 200
    assert reader.get("/problems/nothing").status_code == 404


def test_llms_txt_lists_every_operation_and_leads_to_pages_that_are_there(reader):
    text = reader.get("/llms.txt")
    links = re.findall(r"\((http://testserver[^)]+)\)", text.text)
    paths = reader.app.openapi()["paths"]

    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.text.startswith("# Kizashi\n\n> ")
    for item in paths.values():
        for operation in item.values():
            assert f"({operation['operationId']})" in text.text
    assert len(links) == 3
    assert [reader.get(link).status_code for link in links] == [200, 200, 200]
    assert "http://testserver/mcp" in text.text
