"""Tests of a bank's scenarios: each fault is found in its place, and the file may be left out."""

import shutil
from pathlib import Path

import pytest

from data.bank_faults import BankFaults
from data.banks import bank_directory, load_bank

HEAD = "scenarios:\n"
SOUND = "  - {{id: {id}, title: {{en: x}}, added: {added}, learn: [{condition}]}}\n"
#: A condition on the shipped bank, what field of it is at fault, and why.
CONDITIONS = [
    ("{question: us-public-ban-2025, outcome: true}", None, ""),
    ("{question: lmarena-top-cn-end-2025, outcome: deepseek}", None, ""),
    ("{question: us-states-list-count-2025, at_least: 10}", None, ""),
    ("{question: r2-named-release-date, by: 2025-08-31}", None, ""),
    ("{question: r2-named-release-date, outcome: never}", None, ""),
    ("{driver: chip_access, at_most: -1}", None, ""),
    ("{driver: weather, at_most: -1}", ".driver", "must be one of chip_access"),
    ("{question: nothing-such, outcome: true}", ".question", "names no question"),
    ("{question: h20-reversal-2025, outcome: true}", ".question", "opens on 2025-04-16"),
    ("{question: deepseek-v5-release-date, outcome: never}", ".question", "opens on 2026-11-23"),
    ("{question: us-public-ban-2025, at_least: 1}", "", "`outcome` true or false"),
    ("{question: lmarena-top-cn-end-2025, outcome: openai}", "", "`outcome` one of alibaba"),
    ("{question: us-states-list-count-2025, at_most: 51}", "", "from 0 to 50"),
    ("{question: us-states-list-count-2025, outcome: true}", "", "`at_least` or `at_most`"),
    ("{question: r2-named-release-date, by: 2027-08-31}", "", "`by` or `after` a day"),
    ("{question: r2-named-release-date, at_least: 1}", "", "`by` or `after` a day"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped bank."""
    return Path(shutil.copytree(bank_directory(), tmp_path / "bank"))


def faults_with(folder: Path, *scenarios: str) -> dict[str, str]:
    (folder / "scenarios.yaml").write_text(HEAD + "".join(scenarios), "utf-8")
    with pytest.raises(BankFaults) as caught:
        load_bank(folder)
    assert {fault.file for fault in caught.value.faults} == {"scenarios.yaml"}
    return {fault.field: fault.message for fault in caught.value.faults}


def test_a_condition_must_fit_its_question_and_its_day(copy: Path) -> None:
    written = [
        SOUND.format(id=f"s{number:02d}", added="2025-03-01", condition=condition)
        for number, (condition, _, _) in enumerate(CONDITIONS)
    ]
    found = faults_with(copy, *written)

    wanted = {
        f"scenarios[{number}].learn[0]{field}": message
        for number, (_, field, message) in enumerate(CONDITIONS)
        if field is not None
    }
    assert set(found) == set(wanted)
    assert all(message in found[field] for field, message in wanted.items())


def test_a_scenario_on_what_is_known_is_a_fault_and_so_is_an_id_twice(copy: Path) -> None:
    condition = "{question: qwen3-release-date, by: 2025-06-30}"
    written = SOUND.format(id="known", added="2025-05-01", condition=condition)
    found = faults_with(copy, written, written.replace("2025-05-01", "2025-04-01"))

    assert "had an outcome on 2025-04-29" in found["scenarios[0].learn[0].question"]
    assert "taken above" in found["scenarios[1].id"]


def test_a_fault_elsewhere_is_not_reported_twice(copy: Path) -> None:
    questions = copy / "questions.yaml"
    questions.write_text(
        questions.read_text("utf-8").replace("- id: ent", "- id: ent!", 1), "utf-8"
    )
    (copy / "bank.yaml").write_text("format: 1\n", "utf-8")
    with pytest.raises(BankFaults) as caught:
        load_bank(copy)

    assert not {f.field for f in caught.value.faults if f.file == "scenarios.yaml"} & {"driver"}


def test_a_bank_need_not_have_scenarios(copy: Path) -> None:
    shipped = load_bank(copy)
    (copy / "scenarios.yaml").unlink()

    assert len(shipped.scenarios) == 3
    assert all(scenario.title.ja for scenario in shipped.scenarios)
    assert load_bank(copy).scenarios == ()
