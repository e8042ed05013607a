"""Quarterly reports: the API's own numbers, frozen, published once, corrected by new editions."""

import hashlib
import io
import json
import re
import shutil

import pyarrow.parquet as pq
import pytest
from openapi_schema_validator import validate
from pypdf import PdfReader
from typer.testing import CliRunner

from api.cli import app
from api.reports import pdf
from api.reports.forms import drawings_of, files_of
from api.reports.layout import lay_out
from api.reports.pdf import TypesetterMissing, typeset
from tests.api.judging import BINARY, SECOND, moving_client
from tests.api.reporting import (
    QUARTER,
    fill,
    produce_here,
    sentences_of,
    table_of,
    values_of,
)
from tests.api.test_scores import exported

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reported(bank_database, tmp_path_factory):
    """A quarter with three outcomes and one that was annulled, and its first edition."""
    path = shutil.copy(bank_database, tmp_path_factory.mktemp("reported") / "reported.db")
    with moving_client(path) as moving:
        fill(moving)
        moving.client.app.state.reporter.produce = produce_here
        answer = publish(moving)
        assert answer.status_code == 201, answer.text
        moving.first = answer.json()
        yield moving


def publish(moving, quarter=QUARTER, key=("judge", "admin")):
    body = {"quarter": quarter, "scores": "people"}
    return moving.client.post("/api/v1/reports", json=body, headers=moving.key(*key))


def test_figures_equal_those_of_the_api_on_the_same_rows(reported):
    values = values_of(reported, edition=1)
    (people,) = table_of(values, "calibration")
    (told,) = reported.get(f"/calibration?period={QUARTER}")["items"]
    board = reported.get(f"/leaderboards/forecasters?period={QUARTER}")["items"]
    skill = table_of(values, "skill")

    for name in ("brier", "mcb", "mcb_null_mean", "dsc", "unc", "ece", "e_value"):
        assert people[name] == told["yes_no"][name]
    assert (people["forecasts"], people["questions"]) == (told["yes_no"]["n"], 2)
    assert [row["forecaster"] for row in skill] == [one["forecaster"] for one in board]
    for row, one in zip(skill, board, strict=True):
        assert (row["rank"], row["bits"], row["brier"]) == (one["rank"], one["bits"], one["brier"])
        assert [row["bits_low"], row["bits_high"]] == [one["low"], one["high"]]


def test_figures_equal_those_of_kizashi_score_on_the_same_rows(reported, tmp_path):
    exported(reported, tmp_path / "rows.csv")
    table = str(tmp_path / "rows.csv")
    whole = CliRunner().invoke(app, ["score", table, "-o", "json"])
    each = CliRunner().invoke(app, ["score", table, "--by", "forecaster", "-o", "json"])
    (told,), by_forecaster = json.loads(whole.stdout), json.loads(each.stdout)
    (people,) = table_of(values_of(reported, edition=1), "calibration")
    skill = {row["forecaster"]: row for row in table_of(values_of(reported, edition=1), "skill")}

    (cyd,) = [one for one in by_forecaster if skill[one["forecaster"]]["questions"] == 1]
    for name in ("ece", "mcb", "dsc", "unc"):
        assert people[name] == pytest.approx(told[name], rel=1e-9, abs=1e-12)
    assert skill[cyd["forecaster"]]["brier"] == pytest.approx(cyd["brier"], rel=1e-9)
    assert skill[cyd["forecaster"]]["log2_loss"] == pytest.approx(cyd["log2_loss"], rel=1e-9)


def test_the_summary_says_what_cannot_be_said(reported):
    said = {one["message"].split(":")[0] for one in sentences_of(values_of(reported), "summary")}
    counts = sentences_of(values_of(reported, edition=1), "counts")[1]["facts"]

    assert "Yes-or-no outcomes" in said  # too few for a curve
    assert (counts["scored"], counts["binary"], counts["number"], counts["void"]) == (3, 2, 1, 1)


def test_every_file_is_the_one_whose_hash_the_ledger_holds(reported):
    entry = reported.get(f"/ledger/entries/{reported.first['entry']}")
    content = entry["body"] if isinstance(entry["body"], dict) else json.loads(entry["body"])

    assert entry["kind"] == "report" and content["checkpoint"] == reported.first["checkpoint"]
    assert {one["name"]: one["sha256"] for one in reported.first["files"]} == content["files"]
    for one in reported.first["files"]:
        got = reported.client.get(one["address"])
        assert hashlib.sha256(got.content).hexdigest() == one["sha256"], one["name"]


def test_the_values_fit_their_schema_and_parquet_holds_every_table(reported):
    schema = reported.get("/reports/schema.json")
    values = values_of(reported, edition=1)
    names = {one["name"] for one in reported.first["files"]}
    skill = reported.client.get(f"/api/v1/reports/{QUARTER}/skill.parquet?edition=1").content

    validate(values, {name: part for name, part in schema.items() if name != "$id"})
    tables = {block["name"] for part in values["sections"] for block in part["blocks"]
              if block["block"] == "table"}  # fmt: skip
    assert {f"{name}.parquet" for name in tables} <= names
    assert pq.read_table(io.BytesIO(skill)).to_pydict()["log2_loss"] == [
        row["log2_loss"] for row in table_of(values, "skill")
    ]


def test_the_page_works_alone_and_names_the_checkpoint(reported):
    page = reported.client.get(f"/api/v1/reports/{QUARTER}/report.en.html?edition=1").text

    assert "<script" not in page and not re.search(r'(src|href)="(?!#)', page)
    assert "url(" not in page and "@import" not in page
    assert reported.first["checkpoint"]["hash"] in page
    assert page.count("<h1") == 1 and '<html lang="en">' in page


def test_pages_show_all_reports_one_and_the_methods_in_both_languages(reported):
    for language, title in (("en", "Calibration report, 2027 Q1"), ("ja", "2027年第1四半期")):
        wanted = {"Accept-Language": language, "Accept": "text/html"}
        pages = [
            reported.client.get(path, headers=wanted).text
            for path in ("/reports", f"/reports/{QUARTER}", "/methods")
        ]
        assert f"/reports/{QUARTER}" in pages[0] and title in pages[1]
        assert reported.first["checkpoint"]["hash"] in pages[1]
        for page in pages:
            assert page.count("<h1") == 1 and " style=" not in page and "<style" not in page
    assert reported.client.get("/reports/2019Q1", headers=wanted).status_code == 404


def test_who_is_no_admin_publishes_nothing(reported):
    assert publish(reported, key=("ann", "forecaster")).status_code == 403


def test_a_quarter_that_goes_on_has_no_report(reported):
    answer = publish(reported, "2027Q2")

    assert answer.status_code == 409 and "2027-06-30" in answer.json()["detail"]


def test_what_is_no_quarter_or_was_never_published_is_told(reported):
    assert reported.client.get("/api/v1/reports/2019Q1").status_code == 404
    assert reported.client.get(f"/api/v1/reports/{QUARTER}/none.parquet").status_code == 404
    assert reported.client.get("/api/v1/reports/2019Q5").status_code == 404


def test_an_edition_that_says_nothing_new_is_refused(reported):
    answer = publish(reported)

    assert answer.status_code == 409 and "Edition" in answer.json()["detail"]


def test_a_report_is_verified_to_the_byte_and_an_altered_one_is_not(reported, tmp_path):
    body = reported.client.get(f"/api/v1/reports/{QUARTER}/report.json?edition=1").content
    (tmp_path / "same.json").write_bytes(body)
    altered = json.loads(body)
    altered["headline"]["brier"] += 0.1
    (tmp_path / "altered.json").write_text(json.dumps(altered))
    url = reported.instance.database.url

    same, other = (
        CliRunner().invoke(
            app, ["report", "verify", str(tmp_path / f"{name}.json"), "--database", url]
        )
        for name in ("same", "altered")
    )

    assert same.exit_code == 0 and "Equal" in same.stdout
    assert other.exit_code == 1 and "headline.brier" in other.stdout


def test_the_pdf_is_tagged_has_bookmarks_and_no_letter_is_missing(reported):
    values = values_of(reported, edition=1)
    for language in ("en", "ja"):
        laid = lay_out(values, language)
        drawn = {name: str(both[0]) for name, both in drawings_of(laid).items()}
        content = typeset(laid, drawn, "0" * 64)
        assert content == typeset(laid, drawn, "0" * 64)
        reader = PdfReader(io.BytesIO(content))
        root, text = reader.trailer["/Root"], "".join(p.extract_text() for p in reader.pages)
        assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == language
        assert root["/StructTreeRoot"] and len(reader.outline) >= len(laid.sections)
        assert b"pdfuaid:part" in content
        assert laid.sections[0].title in text.replace("\n", "") and "\ufffd" not in text


def test_without_its_extra_a_pdf_is_refused_and_the_rest_is_written(reported, monkeypatch):
    monkeypatch.setattr(pdf, "_FONTS", ("no_such_font",))
    values = values_of(reported, edition=1)

    with pytest.raises(TypesetterMissing, match=r"kizashi\[reports\]"):
        files_of(values, ["en"], with_pdf=True)
    assert "report.en.html" in files_of(values, ["en"])
    assert "report.en.pdf" not in files_of(values, ["en"])


def test_a_later_resolution_yields_a_second_edition_that_lists_what_changed(reported):
    reported.resolve(BINARY, outcome=False, resolved_at="2027-01-25", known_by="2027-01-25",
                     supersedes_reason="A mistake.")  # fmt: skip
    before = reported.client.get(f"/api/v1/reports/{QUARTER}/report.json?edition=1").content
    answer = publish(reported)
    values = values_of(reported)
    changes = [one["facts"] for one in sentences_of(values, "corrections")]
    after = reported.client.get(f"/api/v1/reports/{QUARTER}/report.json?edition=1").content
    listed = reported.get("/reports")["items"]

    assert answer.status_code == 201 and answer.json()["editions"] == [1, 2]
    assert values["edition"] == 2
    assert any(one.get("before", {}) == {"en": "Yes", "ja": "はい"}
               and one["after"] == {"en": "No", "ja": "いいえ"} for one in changes
               if isinstance(one.get("before"), dict))  # fmt: skip
    assert [(one["quarter"], one["edition"]) for one in listed] == [(QUARTER, 1), (QUARTER, 2)]
    assert before == after


def test_the_feed_tells_of_every_edition(reported):
    feed = reported.client.get("/api/v1/reports/feed.atom?lang=ja").text

    assert "較正報告書" in feed and f"/reports/{QUARTER}" in feed
    assert SECOND not in feed
