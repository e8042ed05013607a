"""Tests of reading a bank: the shipped one, the one in its README, and every kind of fault."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from data.bank_faults import BankFaults
from data.banks import Bank, bank_directory, load_bank
from forecasts.times import last_second

README = bank_directory() / "README.md"


@pytest.fixture(scope="module")
def shipped() -> Bank:
    return load_bank(bank_directory())


@pytest.fixture
def bridge(tmp_path: Path) -> Path:
    """The minimal bank of the README, as a folder."""
    blocks = re.findall(r"```yaml\n(# (\S+\.yaml)\n.*?)```", README.read_text("utf-8"), re.DOTALL)
    for text, name in blocks:
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped bank."""
    return Path(shutil.copytree(bank_directory(), tmp_path / "bank"))


def change(file: Path, old: str, new: str) -> int:
    """Replace the first `old`; give the line of the last line of `new`, from 1."""
    text = file.read_text("utf-8")
    assert old in text
    start = text.index(old)
    file.write_text(text.replace(old, new, 1), "utf-8")
    return text[:start].count("\n") + new.count("\n") + 1


def faults_of(folder: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(BankFaults) as caught:
        load_bank(folder)
    return [(fault.file, fault.line, fault.field) for fault in caught.value.faults]


def test_the_shipped_bank_loads_whole(shipped: Bank) -> None:
    of_2025 = [question for question in shipped.questions if question.added is None]
    added = [question for question in shipped.questions if question.added is not None]

    assert (len(of_2025), len(added)) == (32, 7)
    assert len(shipped.claims) == 45
    assert len(shipped.evidence) == 150
    assert len(shipped.resolutions) == 27
    assert len({record.origin for record in shipped.evidence}) == 119


def test_added_questions_run_into_2028_and_are_of_every_type(shipped: Bank) -> None:
    added = [question for question in shipped.questions if question.added is not None]

    assert all(question.closes.year >= 2028 for question in added)
    assert {question.type for question in added} == {"binary", "multiple_choice", "numeric", "date"}
    assert sum(question.event for question in added) == 2
    assert sum(question.derived_from is not None for question in added) == 1


def test_hindsight_notes_never_leave_the_file(shipped: Bank) -> None:
    written = yaml.safe_load((bank_directory() / "questions.yaml").read_text("utf-8"))["questions"]
    notes = [question["hindsight_note"] for question in written if "hindsight_note" in question]
    given = repr(shipped)

    assert len(notes) == 11
    assert not any(note in given for note in notes)


def test_no_withheld_link_is_a_stance(shipped: Bank) -> None:
    stances = {(one.id, stance.question) for one in shipped.evidence for stance in one.stances}
    withheld = {(one.id, link.question) for one in shipped.evidence for link in one.withheld}

    assert (len(stances), len(withheld)) == (228, 36)
    assert not stances & withheld


def test_no_stance_reaches_a_question_whose_outcome_is_fixed(shipped: Bank) -> None:
    fixed = {one.question: one.resolved_at for one in shipped.resolutions}
    late = [
        (record.id, stance.question)
        for record in shipped.evidence
        for stance in record.stances
        if stance.question in fixed
        and last_second(record.published).date() >= fixed[stance.question]
    ]

    assert late == []


def test_every_text_that_a_forecaster_reads_is_in_both_languages(shipped: Bank) -> None:
    texts = [
        text
        for question in shipped.questions
        for text in (
            question.title,
            question.background,
            question.criteria,
            question.fine_print,
            *(choice.title for choice in question.choices),
            *(loading.reason for loading in question.loadings),
            *((question.range.unit,) if question.range else ()),
            *((question.prior.reference_class, question.prior.reason) if question.prior else ()),
        )
    ]
    texts += [record.fact for record in shipped.evidence]
    texts += [record.note for record in shipped.evidence if record.note]
    texts += [source.title for source in shipped.sources]

    assert all(text is not None and text.ja for text in texts)


def test_every_question_with_a_prior_hangs_on_a_driver(shipped: Bank) -> None:
    loose = [one.id for one in shipped.questions if one.prior is not None and not one.loadings]

    assert loose == []


def test_the_minimal_bank_of_the_readme_loads(bridge: Path) -> None:
    bank = load_bank(bridge)

    assert [question.id for question in bank.questions] == ["bridge-opens-2025"]
    assert bank.bank.as_of == "2025-03-01"  # unquoted there: a day is taken as its text


def test_a_month_enters_at_its_end() -> None:
    assert last_second("2024-02").date().isoformat() == "2024-02-29"
    assert last_second("2025-02-20").date().isoformat() == "2025-02-20"


PLANTED = [
    ("bank.yaml", "format: 1", "format: 2", "format"),
    ("bank.yaml", "licence: CC0-1.0", "licence: CC0-1.0\ncolour: red", "colour"),
    ("bank.yaml", "id: budget", "id: B!", "world.drivers[0].id"),
    ("claims.yaml", "    end: 90", "    end: 1201", "claims[0].end"),
    ("claims.yaml", "sha1: '0123456789'", "sha1: 1234567890", "claims[0].sha1"),
    ("sources.yaml", "public_body", "oracle", "sources[0].kind"),
    ("sources.yaml", "sources:", "source:", "source"),
    ("questions.yaml", "claims: [c01]", "claims: [c02]", "questions[0].claims[0]"),
    ("questions.yaml", "driver: budget", "driver: weather", "questions[0].loadings[0].driver"),
    ("questions.yaml", "probability: 0.4", "probability: 0", "questions[0].prior.probability"),
    ("questions.yaml", "probability: 0.4", "probability: '0.4'", "questions[0].prior.probability"),
    ("questions.yaml", "never: 0.05", "never: 0.6", "questions[0].prior.never"),
    ("questions.yaml", "as_of: 2025-01-01", "as_of: 2025-02-02", "questions[0].prior.as_of"),
    ("questions.yaml", "closes: 2025-12-31", "closes: 2025-02-30", "questions[0].closes"),
    ("evidence.yaml", "source: town-council", "source: the-mayor", "records[0].source"),
    ("evidence.yaml", "bridge-opens-2025", "bridge-falls", "records[0].stances[0].question"),
    ("evidence.yaml", "direction: 'no'", "direction: no", "records[0].stances[0].direction"),
    ("evidence.yaml", "direction: 'no'", "direction: later", "records[0].stances[0].direction"),
    ("evidence.yaml", "published: 2025-02-20", "published: 2025-13-01", "records[0].published"),
    ("resolutions.yaml", "outcome: true", "outcome: maybe", "resolutions[0].outcome"),
    (
        "resolutions.yaml",
        "resolved_at: 2025-11-30",
        "resolved_at: 2025-01-30",
        "resolutions[0].resolved_at",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "field"), PLANTED)
def test_a_planted_fault_is_found_on_its_line(
    bridge: Path, file: str, old: str, new: str, field: str
) -> None:
    line = change(bridge / file, old, new)

    assert (file, line, field) in faults_of(bridge)


def test_a_required_field_is_missed_at_its_entry(bridge: Path) -> None:
    change(
        bridge / "questions.yaml", "    title: {en: Will the bridge open by the end of 2025?}\n", ""
    )

    assert faults_of(bridge) == [("questions.yaml", 3, "questions[0].title")]


def test_a_key_given_twice_is_a_fault(bridge: Path) -> None:
    line = change(bridge / "evidence.yaml", "    grade: A2", "    grade: A2\n    grade: B2")

    assert faults_of(bridge) == [("evidence.yaml", line, "records[0].grade")]


def test_an_alias_is_a_fault(bridge: Path) -> None:
    change(bridge / "sources.yaml", "id: town-council", "id: &one town-council")
    change(bridge / "sources.yaml", "kind: public_body", "kind: *one")

    assert [(file, field) for file, _, field in faults_of(bridge)] == [
        ("sources.yaml", "sources[0].kind")
    ]


def test_broken_yaml_is_a_fault_with_its_line(bridge: Path) -> None:
    line = change(bridge / "claims.yaml", "    section: 1", "    section: [1")

    assert next((file, at >= line) for file, at, _ in faults_of(bridge)) == ("claims.yaml", True)


def test_a_missing_and_an_empty_file_are_faults(bridge: Path) -> None:
    (bridge / "claims.yaml").unlink()
    (bridge / "resolutions.yaml").write_text("", "utf-8")

    assert {("claims.yaml", 1, ""), ("resolutions.yaml", 1, "")} <= set(faults_of(bridge))


def test_an_id_taken_twice_is_a_fault(copy: Path) -> None:
    line = change(copy / "evidence.yaml", "- id: ev002", "- id: ev001")

    assert faults_of(copy) == [("evidence.yaml", line, "records[1].id")]


def test_a_stance_after_the_outcome_was_fixed_is_a_fault(bridge: Path) -> None:
    line = change(bridge / "evidence.yaml", "published: 2025-02-20", "published: '2025-11'")

    assert faults_of(bridge) == [("evidence.yaml", line + 6, "records[0].stances[0]")]


def test_a_stance_that_the_prior_knows_already_is_a_fault(bridge: Path) -> None:
    line = change(bridge / "evidence.yaml", "published: 2025-02-20", "published: 2024-12-31")

    assert faults_of(bridge) == [("evidence.yaml", line + 6, "records[0].stances[0]")]


def test_a_link_that_is_stance_and_withheld_is_a_fault(bridge: Path) -> None:
    withheld = "    withheld:\n      - {question: bridge-opens-2025, timing: resolving}"
    line = change(
        bridge / "evidence.yaml",
        "        strength: moderate",
        f"        strength: moderate\n{withheld}",
    )

    assert faults_of(bridge) == [("evidence.yaml", line, "records[0].withheld[0]")]


WHOLE = [
    ("question: r2-named-release-date\n      by", "question: r2-named-date\n      by", 1),
    (
        "question: r2-named-release-date\n      by",
        "question: qwen3-release-date\n      at_least",
        1,
    ),
    ("by: 2025-05-31", "by: 2027-05-31", 0),
    ("'10': 2025-04-02", "'10': 2025-02-27", 0),
    ("'90': 26", "'90': 51", 0),
    ("first: 2025-12-01", "first: 2024-12-01", 0),
]


@pytest.mark.parametrize(("old", "new", "above"), WHOLE)
def test_a_fault_in_a_derivation_or_prior_is_found_on_its_line(
    copy: Path, old: str, new: str, above: int
) -> None:
    line = change(copy / "questions.yaml", old, new) - above

    assert any(abs(at - line) <= 1 for file, at, _ in faults_of(copy) if file == "questions.yaml")


def test_a_choice_that_the_question_has_not_is_a_fault(copy: Path) -> None:
    line = change(copy / "evidence.yaml", "choice: alibaba", "choice: tesla")

    assert [(file, at) for file, at, _ in faults_of(copy)] == [("evidence.yaml", line)]


def test_an_outcome_that_cannot_be_is_a_fault(copy: Path) -> None:
    line = change(copy / "resolutions.yaml", "outcome: 17", "outcome: 51")

    assert [(file, at) for file, at, _ in faults_of(copy)] == [("resolutions.yaml", line)]


def test_every_fault_is_reported_not_only_the_first(bridge: Path) -> None:
    first = change(bridge / "claims.yaml", "section: 1", "section: 0")
    second = change(bridge / "questions.yaml", "probability: 0.4", "probability: 1.4")
    third = change(bridge / "evidence.yaml", "source: town-council", "source: the-mayor")

    assert faults_of(bridge) == [
        ("claims.yaml", first, "claims[0].section"),
        ("evidence.yaml", third, "records[0].source"),
        ("questions.yaml", second, "questions[0].prior.probability"),
    ]


def test_faults_are_written_one_a_line_with_how_to_mend_them(bridge: Path) -> None:
    line = change(bridge / "questions.yaml", "probability: 0.4", "probability: 0")
    with pytest.raises(BankFaults) as caught:
        load_bank(bridge)

    assert str(caught.value) == (
        f"questions.yaml:{line}: questions[0].prior.probability: must be above 0"
    )
