"""The page of calibration: what is said, of whom, and what is never claimed."""

import shutil

import numpy as np
import pytest
from starlette.datastructures import QueryParams

from api.judgements import Judged
from api.pages.betting_charts import money_chart
from api.pages.calibration import calibration_page
from api.pages.calibration_looks import look_at
from api.pages.calibration_pictures import picture_specification
from api.pages.calibration_wishes import Wishes, read_wishes
from api.pages.canvas import Look
from api.pages.drawing import Drawings
from data.ledger import Checkpoint
from forecasts.betting import e_process_bits
from forecasts.judged_tables import CALIBRATION, SCORES, JudgedTable, ResolvedFacts
from forecasts.reports.quarters import quarter_of
from tests.api.judging import BINARY, DATE, NUMBER, SECOND, moving_client
from tests.api.shown import BROWSER, page


@pytest.fixture(scope="module")
def judged(bank_database, tmp_path_factory):
    """Two people on two questions of yes or no, a number and a date; all resolved."""
    path = shutil.copy(bank_database, tmp_path_factory.mktemp("calibrated") / "calibrated.db")
    with moving_client(path) as moving:
        for name, said in (("ann", 0.8), ("bob", 0.3)):
            moving.say(name, BINARY, probability=said)
            moving.say(name, SECOND, probability=said)
        moving.say("ann", NUMBER, quantiles={"10": 0.4, "50": 1.0, "90": 3.0})
        moving.say("ann", DATE, quantiles={"10": "2027-01-10", "50": "2027-03-01"})
        moving.later(days=40)
        moving.resolve(BINARY, outcome=True)
        moving.resolve(SECOND, outcome=True)
        moving.resolve(DATE, outcome=f"{moving.clock[0]:%Y-%m-%d}")
        moving.resolve(NUMBER, outcome=0.9)
        yield moving


def table_of(stated, came, *, retrospective=False) -> JudgedTable:
    """Forecasts of the model, one a question, resolved day after day."""
    count = len(stated)
    facts = tuple(
        ResolvedFacts(f"q-{n}", "binary", ("chips",), 20_000.0 + n, float(one), retrospective)
        for n, one in enumerate(came)
    )
    columns = {name: np.full(count, np.nan) for name in (*SCORES, *CALIBRATION)}
    columns |= {"question": np.arange(count), "forecaster": np.zeros(count, np.int64)}
    columns |= {"forecasts": np.ones(count, np.int64), "first_probability": np.array(stated)}
    return JudgedTable(facts, ("model",), ("model",), columns)


def shown_of(table: JudgedTable, language: str = "en", **wished: str):
    wishes = Wishes(**wished)
    all_of_it = Judged(table, Checkpoint(1, ""), None, ("here",))
    looked = look_at(all_of_it, all_of_it, wishes)
    return looked, calibration_page(looked, table, wishes, Drawings(), (), {}, language)


def drawn(rng, count, slope=1.0):
    """Forecasts whose truth has another slope."""
    lean = rng.normal(0, 1.5, count)
    truth = 1 / (1 + np.exp(-slope * lean))
    return 1 / (1 + np.exp(-lean)), (rng.random(count) < truth).astype(float)


def test_calibrated_forecasts_are_said_to_be_so_as_far_as_can_be_told():
    _, shown = shown_of(table_of(*drawn(np.random.default_rng(4), 200)))

    assert shown.short == "Yes, as far as can be told."
    assert "200 questions have an outcome" in shown.sure
    assert not shown.is_few and shown.slopes == ()
    assert "resolved yes" in shown.picture.wide


def test_overconfident_forecasts_are_rejected_by_the_bet():
    looked, shown = shown_of(table_of(*drawn(np.random.default_rng(4), 400, slope=0.3)))

    assert shown.short == "No, they are not calibrated."
    assert looked.yes_no.e_value >= 20


def test_few_outcomes_have_a_posterior_and_no_curve():
    _, shown = shown_of(table_of(*drawn(np.random.default_rng(1), 29)))

    assert shown.is_few
    assert [one.name for one in shown.slopes] == ["Leaning a", "Slope b"]
    assert "a verdict takes 30" in shown.sure
    assert "leaning and slope" in shown.picture.wide


def test_few_outcomes_far_from_their_forecasts_are_told_without_a_verdict():
    looked, shown = shown_of(table_of([0.1] * 10, [1, 1, 1] + [0] * 7))

    assert looked.yes_no.null.p_value < 0.2 and looked.yes_no.e_value < 20
    assert shown.short == "It is too early to tell."
    assert "Forecasts said 10% on average, and 30% came true" in shown.sure
    assert {one.verdict for one in shown.groups} == {"too early to tell"}


def test_the_bet_alone_says_no_however_few_the_outcomes():
    looked, shown = shown_of(table_of([0.02] * 10, [1] * 10))

    assert looked.yes_no.e_value >= 20 and shown.is_few
    assert shown.short == "No, they are not calibrated."


def test_counts_are_told_to_who_cannot_point():
    _, shown = shown_of(table_of([0.05, 0.08, 0.72, 0.78], [0, 1, 1, 1]))

    assert [(one.of, one.count, one.yes) for one in shown.bins] == [
        ("0% – 10%", 2, 1),
        ("70% – 80%", 2, 2),
    ]


def test_groups_stand_side_by_side_and_lead_to_their_own_page():
    _, shown = shown_of(table_of([0.2, 0.7], [0, 1]), by="topic")

    assert [(one.name, one.count) for one in shown.groups] == [("chips", 2)]
    assert "topic=chips" in shown.groups[0].address


@pytest.mark.parametrize("retrospective", [True, False])
def test_only_what_was_replayed_is_called_retrospective(retrospective):
    _, shown = shown_of(table_of([0.2, 0.7], [0, 1], retrospective=retrospective))

    assert shown.retrospective is retrospective


def test_the_money_is_drawn_with_the_line_at_20_and_stays_on_its_scale():
    stated, came = [0.5, 1.0, 0.5], [1, 0, 1]
    bits = e_process_bits(stated, came)  # a sure forecast that fails: all the money there is
    chart = money_chart(np.array([1.0, 2.0, 3.0]), bits, Look(600, 300, "en"))
    rows = [row for rows in chart["datasets"].values() for row in rows]

    assert 20.0 in [row["m"] for row in rows]
    assert max(row["m"] for row in rows) == 1e6


@pytest.mark.parametrize("name", ["corp", "posterior", "money", "pit"])
def test_where_there_is_nothing_there_is_no_chart(name):
    looked, shown = shown_of(table_of([], []))

    assert picture_specification(looked, name, "wide", "en") is None
    assert shown.short == "Nobody knows yet." and shown.picture is None


def test_what_nobody_can_ask_for_is_left_out():
    query = "type=gas&period=2025Q9&moment=x&by=y&who="

    assert read_wishes(QueryParams(query)) == Wishes()
    assert quarter_of(20_454.0).name == "2026Q1"


def test_people_are_shown_with_their_numbers_and_dates(judged):
    shown = page(judged.client, "/calibration?who=people")
    answer = judged.get("/calibration")["items"][0]

    assert f"{answer['yes_no']['questions']} questions have an outcome" in shown.text
    assert "Numbers and dates" in shown.text and f"Of {answer['pit']['n']} outcomes" in shown.text
    assert "Retrospective." not in shown.text
    assert shown.refused == []


def test_one_forecaster_and_one_type_are_chosen_by_plain_fields(judged):
    (ann,) = {one["forecaster"] for one in judged.get(f"/scores?question={NUMBER}")["items"]}
    shown = page(judged.client, f"/calibration?who={ann}&type=binary&by=forecaster&period=2027")
    chosen = [a["value"] for a in shown.all("option") if "selected" in a]

    assert chosen == [ann, "binary", "", "2027", "first"]


def test_a_chart_is_had_alive(judged):
    shown = page(judged.client, "/calibration?who=people")
    addresses = {a["data-spec"] for a in shown.all("div") if "data-spec" in a}

    assert len(addresses) == 6
    for address in addresses:
        assert "vega-lite" in judged.client.get(address).json()["$schema"]


def test_what_is_still_being_computed_is_told_and_asked_for_again(client):
    shown = page(client, "/calibration")

    assert "which takes some seconds" in shown.text
    assert [a["content"] for a in shown.all("meta", **{"http-equiv": "refresh"})] == ["5"]
    assert client.get("/calibration/oops.vl.json", headers=BROWSER).status_code in (404, 422, 409)


def test_the_numbers_are_had_as_json_and_as_csv(judged):
    told = judged.client.get("/calibration.json?who=people").json()
    rows = judged.client.get("/calibration.csv?who=people").text.splitlines()

    assert told["yes_no"] == judged.get("/calibration")["items"][0]["yes_no"]
    assert rows[0] == "question,probability,outcome,known_by"
    assert len(rows) == 1 + told["yes_no"]["n"]
