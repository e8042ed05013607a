"""Exports: whole tables in three forms, as of then, with licence; a package; a hub."""

import csv
import io
import json
import zipfile

import pandas as pd
import pyarrow.parquet as pq
import pytest

from data.exports.tables import EXPORTS
from data.exports.writing import write_table
from tests.api.asking import OPEN_DATE, RECORD, get
from tests.api.paging import every

V1 = "/api/v1"
BINARY = {"question": "coding-arena-parity-2028", "probability": 0.3}


def parquet(client, path: str, **headers: str) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(client.get(f"{V1}/{path}", headers=headers).content))


@pytest.mark.parametrize("name", EXPORTS)
def test_every_table_says_the_same_in_all_forms(reader, name):
    columns = [column.name for column in EXPORTS[name].columns]
    frame = parquet(reader, f"{name}.parquet")
    told = reader.get(f"{V1}/{name}.json").json()
    rows = list(csv.DictReader(io.StringIO(reader.get(f"{V1}/{name}.csv").text)))

    assert list(frame.columns) == columns
    assert len(frame) == len(told["items"]) == len(rows)
    assert all(list(item) == columns for item in told["items"])
    if rows:
        assert list(rows[0]) == columns
        first = columns[0]
        assert [row[first] for row in rows] == [str(item[first]) for item in told["items"]]


def test_the_bank_is_exported_whole(reader):
    assert len(parquet(reader, "questions.parquet")) == 39
    assert len(parquet(reader, "evidence.parquet")) == 150
    assert len(parquet(reader, "resolutions.parquet")) == 27
    entries = parquet(reader, "entries.parquet")
    assert len(entries) == get(reader, "/ledger/checkpoint")["entries"]
    assert entries["hash"].iloc[-1] == get(reader, "/ledger/checkpoint")["hash"]


def test_no_hindsight_leaves(reader):
    for name in ("questions", "question_versions", "entries"):
        assert "hindsight_note" not in reader.get(f"{V1}/{name}.json").text


def test_times_and_numbers_have_their_types(reader):
    frame = parquet(reader, "history.parquet")
    evidence = parquet(reader, "evidence.parquet")

    assert str(frame["at"].dtype).startswith("datetime64") and frame["at"].dt.tz is not None
    assert frame["bits"].dtype == float
    assert evidence["replayed"].all()
    assert evidence["questions"].map(len).min() >= 0


def test_filters_choose_rows_and_unknown_tables_are_404(reader):
    history = parquet(reader, f"history.parquet?question={OPEN_DATE}")

    assert set(history["question"]) == {OPEN_DATE}
    assert len(history) == len(every(reader, f"/questions/{OPEN_DATE}/history"))
    assert reader.get(f"{V1}/no_such_table.csv").status_code == 404
    assert reader.get(f"{V1}/questions.xlsx").status_code in (404, 422)


def test_as_of_the_past_later_rows_are_not_there(reader):
    past = parquet(reader, "evidence.parquet?as_of=2025-06-30")

    assert 0 < len(past) < 150
    assert past["recorded_at"].max() <= pd.Timestamp("2025-06-30 23:59:59", tz="UTC")
    assert reader.get(f"{V1}/evidence.parquet?as_of=2031-01-01").status_code == 409


def test_an_export_says_licence_and_citation(reader):
    answer = reader.get(f"{V1}/evidence.parquet")
    notes = pq.read_schema(io.BytesIO(answer.content)).metadata
    told = reader.get(f"{V1}/evidence.json").json()

    assert answer.headers["Link"] == '<https://spdx.org/licenses/CC-BY-4.0>; rel="license"'
    assert notes[b"licence"] == b"CC-BY-4.0"
    assert notes[b"citation"].decode() == told["citation"] == answer.headers["Citation"]
    assert get(reader, "/ledger/checkpoint")["hash"] in told["checkpoint"]


def test_no_cell_can_be_taken_for_a_formula():
    table = EXPORTS["sign_offs"]
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "safe", 'a "quoted", cell\nline']
    rows = [dict.fromkeys((c.name for c in table.columns), text) for text in texts]
    rows = [{**row, "entry": -5} for row in rows]
    written = b"".join(write_table(table, rows, "csv", {})).decode()
    read = list(csv.DictReader(io.StringIO(written, newline="")))

    assert [row["reason"] for row in read[:6]] == [f"'{text}" for text in texts[:6]]
    assert [row["reason"] for row in read[6:]] == texts[6:]
    assert {row["entry"] for row in read} == {"-5"}  # a number stays one


def test_forecasts_are_exported_but_not_those_that_are_hidden(client, key):
    headers = key("forecaster")
    client.post(f"{V1}/forecasts", json=BINARY, headers=headers)
    client.post(f"{V1}/forecasts", json={**BINARY, "probability": 0.4}, headers=headers)
    frame = parquet(client, "forecasts.parquet")

    assert frame["probability"].tolist() == [0.3, 0.4]
    assert frame["ended_by"].tolist()[0] == "superseded"
    assert pd.isna(frame["until"].iloc[1])


def test_the_package_describes_every_column(reader):
    package = reader.get(f"{V1}/datapackage.json").json()
    names = [resource["name"] for resource in package["resources"]]

    assert names == list(EXPORTS)
    for resource in package["resources"]:
        frame = parquet(reader, resource["path"])
        fields = resource["schema"]["fields"]
        assert list(frame.columns) == [field["name"] for field in fields]
        assert all(field["description"] and field["description_ja"] for field in fields)


def test_the_archive_holds_the_package(reader):
    archive = zipfile.ZipFile(io.BytesIO(reader.get(f"{V1}/datapackage.zip?form=csv").content))
    package = json.loads(archive.read("datapackage.json"))

    assert {resource["path"] for resource in package["resources"]} < set(archive.namelist())
    assert archive.read("questions.csv").decode().count("\r\n") >= 39


def test_the_hub_holds_what_stood_at_the_end_of_each_month(client, key):
    headers = key("forecaster")
    client.post(f"{V1}/forecasts", json=BINARY, headers=headers)
    date = {"question": OPEN_DATE, "quantiles": {"10": "2026-12-20", "50": "2027-06-01"}}
    client.post(f"{V1}/forecasts", json=date, headers=headers)
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{V1}/hub.zip").content))
    tasks = json.loads(archive.read("hub-config/tasks.json"))
    names = archive.namelist()
    ours = sorted(n for n in names if n.startswith("model-output/kizashi-model/"))
    newest = pd.read_parquet(io.BytesIO(archive.read(ours[-1])))
    theirs = [n for n in names if n.startswith("model-output/person-")]
    said = pd.read_parquet(io.BytesIO(archive.read(theirs[0])))
    truth = pd.read_parquet(io.BytesIO(archive.read("target-data/oracle-output.parquet")))

    asked = {
        q
        for task in tasks["rounds"][0]["model_tasks"]
        for q in task["task_ids"]["question"]["optional"]
    }
    assert set(newest["question"]) <= asked
    sums = newest[newest["output_type"] == "pmf"].groupby("question")["value"].sum()
    assert sums.tolist() == pytest.approx([1.0] * len(sums))
    yes = said[said["output_type_id"] == "yes"]["value"]
    assert yes.tolist() == [0.3]
    median = said[(said["question"] == OPEN_DATE) & (said["output_type_id"] == "0.5")]["value"]
    assert median.tolist() == pytest.approx([pd.Timestamp("2027-06-02").timestamp() / 86_400])
    assert (
        truth[truth["output_type"] == "pmf"].groupby("question")["oracle_value"].sum().eq(1).all()
    )


def test_a_record_of_evidence_is_in_the_next_export(client, key):
    client.post(f"{V1}/evidence", json=RECORD, headers=key("forecaster"))
    frame = parquet(client, f"evidence.parquet?question={OPEN_DATE}")

    assert RECORD["fact"]["en"] in frame["fact_en"].tolist()
