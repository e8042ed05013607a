"""The command line as a user meets it: real processes on real files."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from data.banks import bank_directory
from data.sqlite import DBAPI
from tests.flows.serving import ROOT, environment, run, served

pytestmark = pytest.mark.slow

OPEN_DATE = "deepseek-v5-release-date"


@pytest.fixture(scope="module")
def at(bank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Give the option that names a copy of the bank which commands of this module may change."""
    path = shutil.copy(bank_database, tmp_path_factory.mktemp("commands") / "kizashi.db")
    return ["--database", f"sqlite:///{path}"]


def test_help_lists_the_commands_and_loads_nothing_slow():
    answer = run("--help")
    loaded = run_python("import sys, api.cli; print(*sys.modules)")

    assert answer.returncode == 0
    told = ["serve", "questions", "show", "evidence", "replay", "doctor", "key", "bank", "what-if"]
    assert [command for command in told if command not in answer.stdout] == []
    assert not {"numpy", "pydantic", "sqlalchemy", "fastapi", "pymc"} & set(loaded.split())


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_questions_are_a_table_for_people_and_json_for_pipes(at):
    table, piped = run("questions", *at, "-o", "table"), run("questions", *at)

    assert OPEN_DATE[:15] in table.stdout
    assert len(json.loads(piped.stdout)["items"]) >= 38


def test_show_tells_the_forecast_why_it_moved_and_each_record_with_its_bits(at):
    answer = run("show", "entity-list-deepseek-2026", *at, "-o", "table")

    assert "Entity List" in answer.stdout
    assert "bits" in answer.stdout
    assert "ev048" in answer.stdout


def test_sources_are_told_by_what_their_word_is_worth(at):
    table, piped = run("sources", *at, "-o", "table"), run("sources", *at)
    items = json.loads(piped.stdout)["items"]

    assert "reuters" in table.stdout
    assert "Nothing has been learned yet" in table.stdout
    assert {"deepseek", "reuters"} <= {item["id"] for item in items}
    assert items[0]["grades"][0]["before"]["believed"][0]["claimed"] == 3


@pytest.mark.slow
def test_a_what_if_is_asked_in_words_and_told_as_a_table(at):
    asked = ("what-if", *at, "--learn", "entity-list-deepseek-2026:yes", "--make",
             "chip_access:-1.5", "--target", OPEN_DATE)  # fmt: skip
    table, piped = run(*asked, "-o", "table"), json.loads(run(*asked).stdout)
    wrong = run("what-if", *at, "--learn", "entity-list-deepseek-2026")
    nowhere = run("what-if", *at, "--world", "nowhere")

    assert "If we make and learn" in table.stdout
    assert "What to watch next" in table.stdout
    assert table.stdout.index("entity-list-deepseek") < table.stdout.index("garante-final")
    assert {q["question"]: q["bits"] for q in piped["questions"]}[OPEN_DATE] < -0.1
    assert (wrong.returncode, nowhere.returncode) == (1, 3)
    assert "question:yes" in wrong.stderr
    assert "world" in nowhere.stderr


@pytest.mark.slow
def test_a_scenario_is_stored_listed_and_shown(at, tmp_path):
    file = tmp_path / "scenario.yaml"
    file.write_text(
        "id: late\nworld: deepseek-r2\ntitle: {en: It comes late}\n"
        f"learn: [{{question: {OPEN_DATE}, after: 2028-06-30}}]\n"
    )
    added = run("scenario", "add", str(file), *at, "-o", "table")
    listed = run("scenario", "list", *at, "-o", "table")
    shown = run("scenario", "show", "late", *at, "-o", "table")
    gone = run("scenario", "show", "r2-keeps-its-promise", *at, "-o", "table")
    piped = [
        json.loads(run("scenario", *words, *at).stdout) for words in (["list"], ["show", "late"])
    ]

    assert added.stdout.startswith("late: "), added.stderr
    assert "It comes late" in listed.stdout
    assert "If we learn" in shown.stdout
    assert "opening" in shown.stdout
    assert "It cannot be any more" in gone.stdout
    assert len(piped[0]["items"]) == 4
    assert piped[1]["steps"][0]["cause"] == "opening"


@pytest.mark.slow
def test_evidence_from_words_moves_the_question_and_can_be_taken_back(at):
    added = run(
        "evidence", "add", *at, "--published", "2026-11-24", "--source", "reuters",
        "--grade", "B2", "--fact", "V5 is near.", "--stance", f"{OPEN_DATE}:sooner:strong",
    )  # fmt: skip
    answer = json.loads(added.stdout)
    taken_back = run("evidence", "retract", answer["evidence"]["id"], *at)

    assert answer["evidence"]["submitter"] == "operator"
    assert {m["question"]: m["bits"] for m in answer["movements"]}[OPEN_DATE] > 0
    assert json.loads(taken_back.stdout)["evidence"]["retracted_at"] is not None


def test_evidence_from_a_file_may_be_yaml(at, tmp_path):
    file = tmp_path / "record.yaml"
    file.write_text(
        "published: 2026-11-24\nsource: deepseek\ngrade: A1\nkind: fact\n"
        "fact: {en: The price is 1.20 dollars.}\n"
        "stances: [{question: deepseek-output-price-2028, measured: {value: 1.2, spread: 0.5}}]\n"
    )
    answer = run("evidence", "add", str(file), *at)

    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["repeated"] is False


def test_a_broken_rule_is_one_line_that_says_how_to_mend_it(at):
    answer = run("evidence", "add", *at, "--source", "reuters", "--published", "2026-11-24",
                 "--fact", "x", "--stance", "r2-by-2025-05-31:yes:weak")  # fmt: skip
    unreadable = run("evidence", "add", *at, "--stance", "nonsense")

    assert (answer.returncode, answer.stdout) == (4, "")
    assert "closed or resolved" in answer.stderr
    assert "Traceback" not in answer.stderr + unreadable.stderr
    assert "question:direction:strength" in unreadable.stderr


def test_errors_and_output_follow_the_user_s_language(at):
    answer = run("show", "no-such-question", *at, LC_ALL="ja_JP.UTF-8")
    title = run("show", OPEN_DATE, *at, "-o", "table", LC_ALL="ja_JP.UTF-8").stdout.splitlines()[0]

    assert answer.returncode == 3
    assert "質問" in answer.stderr
    assert "DeepSeek" in title
    assert any("ぁ" <= letter <= "ん" for letter in title)


def test_without_a_database_reading_says_what_to_do(tmp_path):
    answer = run("questions", "--database", f"sqlite:///{tmp_path}/none.db")

    assert answer.returncode == 1
    assert "kizashi serve" in answer.stderr


@pytest.mark.slow
def test_the_same_history_bit_for_bit_from_a_copy_in_another_directory(at, tmp_path):
    original = Path(at[1].removeprefix("sqlite:///"))
    for suffix in ("", "-wal", "-shm"):
        if Path(f"{original}{suffix}").exists():
            shutil.copy(f"{original}{suffix}", f"{tmp_path}/elsewhere.db{suffix}")
    here = json.loads(run("replay", *at).stdout)
    there = json.loads(run("replay", "--database", f"sqlite:///{tmp_path}/elsewhere.db").stdout)

    assert here["identical"] is True
    assert here["steps"] > 10_000
    assert there == here


@pytest.mark.slow
def test_a_changed_forecast_is_found_by_the_replay(database):
    connection = DBAPI.connect(database)
    connection.execute("UPDATE step SET probability = 0.5 WHERE id = 4000")
    connection.execute("UPDATE step SET bits = bits + 1e-15 WHERE id = 6000")
    connection.commit()
    connection.close()
    answer = run("replay", "--database", f"sqlite:///{database}")

    assert answer.returncode == 1
    assert json.loads(answer.stdout)["difference"] is not None


def test_a_byte_changed_in_the_file_is_found_and_its_entry_named(database):
    well = run("ledger", "verify", "--database", f"sqlite:///{database}")
    content = database.read_bytes()
    place = content.index(b"Reuters reported", content.index(b'"r2-by-2025-05-31"'))
    database.write_bytes(content[:place] + b"r" + content[place + 1 :])
    broken = run("ledger", "verify", "--database", f"sqlite:///{database}")

    assert (well.returncode, broken.returncode) == (0, 1)
    assert "broken at entry" in broken.stderr


def test_doctor_and_checkpoint_agree_about_the_ledger(at):
    findings = {f["what"]: f for f in json.loads(run("doctor", *at).stdout)}
    checkpoint = json.loads(run("ledger", "checkpoint", *at).stdout)

    assert all(finding["ok"] for finding in findings.values())
    assert findings["Ledger"]["found"] == str(checkpoint["entries"])


def test_a_bank_is_checked_whole(tmp_path):
    broken = shutil.copytree(bank_directory(), tmp_path / "bank")
    for name, old, new in (
        ("questions.yaml", "type: numeric", "type: number"),
        ("evidence.yaml", "grade: A1", "grade: Z1"),
    ):
        file = broken / name
        file.write_text(file.read_text().replace(old, new, 1))
    well, ill = run("bank", "check", str(bank_directory())), run("bank", "check", str(broken))

    assert (well.returncode, ill.returncode) == (0, 1)
    assert "questions.yaml:" in ill.stderr
    assert "evidence.yaml:" in ill.stderr


@pytest.mark.slow
def test_a_second_server_is_refused_and_the_command_line_goes_through_the_first(database):
    option = ["--database", f"sqlite:///{database}"]
    with served(database) as (url, _):
        second = run("serve", "--port", "0", *option)
        key = run("key", "create", "someone", *option).stdout.strip()
        added = run("evidence", "add", *option, "--published", "2026-11-24", "--source", "x-news",
                    "--fact", "y", "--stance", f"{OPEN_DATE}:later:weak")  # fmt: skip
        entry = json.loads(added.stdout)["evidence"]["entry"]
        newest = httpx2.get(f"{url}/api/v1/ledger/checkpoint").json()["entries"]
        record = {"published": "2026-11-24", "source": "x-news", "fact": {"en": "z"}}
        answer = httpx2.post(
            f"{url}/api/v1/evidence", json=record, headers={"Authorization": f"Bearer {key}"}
        )
        taken = run(
            "serve", "--port", url.rsplit(":", 1)[1], "--database", "sqlite:////tmp/none.db"
        )

    assert (second.returncode, taken.returncode) == (1, 1)
    assert "pid" in second.stderr
    assert "taken" in taken.stderr
    assert newest == entry
    assert answer.status_code == 201


@pytest.mark.slow
def test_a_scheduler_that_is_not_there_is_one_line_and_changes_nothing(at):
    before = run("ledger", "checkpoint", *at).stdout
    answer = run("fit", "--all", "--scheduler", "tcp://127.0.0.1:9", *at)

    assert answer.returncode == 1
    assert answer.stderr.startswith("No Dask scheduler answers at tcp://127.0.0.1:9. Start one")
    assert len(answer.stderr.splitlines()) == 1
    assert run("ledger", "checkpoint", *at).stdout == before


@pytest.mark.slow
def test_a_person_is_forgotten(at):
    run("key", "create", "Ada", *at)
    (key, *_) = json.loads(run("key", "list", *at, "-o", "json").stdout)
    told = run("forecaster", "forget", key["actor"], *at)
    again = run("forecaster", "forget", key["actor"], *at)
    (ended, *_) = json.loads(run("key", "list", *at, "-o", "json").stdout)

    assert (told.returncode, again.returncode) == (0, 4)
    assert f"{key['actor']} is forgotten since" in told.stdout
    assert (key["revoked_at"], bool(ended["revoked_at"])) == (None, True)
    assert run("ledger", "verify", *at).returncode == 0


@pytest.mark.slow
def test_all_data_are_exported_into_a_new_folder_only(database, tmp_path):
    folder = tmp_path / "out"
    address = f"sqlite:///{database}"
    done = run("export", str(folder), "--form", "csv", "--database", address)
    again = run("export", str(folder), "--database", address)
    hub = run("export", str(tmp_path / "hub"), "--hub", "--database", address)

    assert done.returncode == 0, done.stderr
    assert (folder / "questions.csv").read_text().count("deepseek-v5-release-date") >= 1
    assert (folder / "datapackage.json").exists()
    assert again.returncode == 1 and "not empty" in again.stderr
    assert hub.returncode == 0 and (tmp_path / "hub" / "hub-config" / "tasks.json").exists()
