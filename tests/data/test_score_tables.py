"""Tables of forecasts: CSV and Parquet, what is refused, and whole questions in little memory."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.score_questions import whole_questions
from data.score_tables import ColumnMissing, TableUnreadable, ValueUnfit, open_score_table

WINDOWS = "question_id,forecaster_id,timestamp,open_time,close_time,probability,outcome\n"
ROW = "a,ann,2026-01-01,2026-01-01,2026-01-11,0.9,1\n"


def table(folder: Path, text: str):
    path = folder / "table.csv"
    path.write_text(text)
    return open_score_table(path)


def rows_of(folder: Path, text: str) -> np.ndarray:
    return np.concatenate(list(table(folder, text).batches()))


def test_times_may_be_days_or_instants_of_any_zone(tmp_path):
    texts = ("1970-01-02", "1970-01-01T12:00:00Z", "1970-01-01 18:00", "1970-01-01T21:00:00+09:00")
    lines = "".join(f"a,ann,{text},1970-01-01,1970-02-01,0.5,1\n" for text in texts)

    assert rows_of(tmp_path, WINDOWS + lines)["time"].tolist() == [1.0, 0.5, 0.75, 0.5]


def test_parquet_and_csv_hold_the_same(tmp_path):
    csv = rows_of(tmp_path, WINDOWS + ROW + ROW.replace("a,", "b,", 1).replace("0.9,1", "0.2,"))
    frame = pd.read_csv(tmp_path / "table.csv", parse_dates=[2, 3, 4])
    frame.to_parquet(tmp_path / "table.parquet")
    parquet = np.concatenate(list(open_score_table(tmp_path / "table.parquet").batches()))

    for name in csv.dtype.names:
        np.testing.assert_array_equal(csv[name], parquet[name])


def test_options_are_a_list_in_either_form(tmp_path):
    text = 'question_id,probabilities,outcome\na,"[0.2, 0.5, 0.3]",1\nb,"[0.5,0.5]",0\n'
    csv = rows_of(tmp_path, text)
    frame = pd.DataFrame({"question_id": ["a"], "probabilities": [[0.2, 0.5, 0.3]], "outcome": [1]})
    frame.to_parquet(tmp_path / "table.parquet")
    parquet = np.concatenate(list(open_score_table(tmp_path / "table.parquet").batches()))

    assert csv["chance"].tolist() == [0.5, 0.5]
    assert csv["brier"] == pytest.approx([(0.04 + 0.25 + 0.09) / 2, 0.25])
    assert parquet["brier"][0] == csv["brier"][0]


def test_an_option_that_did_not_exist_yet_was_part_of_the_last(tmp_path):
    text = (
        'question_id,probabilities,outcome\na,"[0.6, null, 0.4]",1\na,"[0.2,0.5,0.3]",1\n'
        'b,"[0.6,nan,0.4]",0\n'
    )
    csv = rows_of(tmp_path, text)
    lists = [[0.6, np.nan, 0.4], [0.2, 0.5, 0.3], [0.6, None, 0.4]]
    frame = pd.DataFrame({"question_id": list("aab"), "probabilities": lists, "outcome": [1, 1, 0]})
    frame.to_parquet(tmp_path / "table.parquet")
    parquet = np.concatenate(list(open_score_table(tmp_path / "table.parquet").batches()))

    for rows in (csv, parquet):
        assert rows["chance"].tolist() == [0.4, 0.5, 0.6]
        assert rows["options"].tolist() == [2, 3, 2]
        half = [0.36, (0.04 + 0.25 + 0.09) / 2, 0.16]  # (.36 + .36) / 2, ..., (.16 + .16) / 2
        assert rows["brier"] == pytest.approx(half)


@pytest.mark.parametrize(
    ("value", "found"),
    [("35%", "no number"), ("1.2", "outside"), ("-0.1", "outside"), ("", "nothing")],
)
def test_a_bad_probability_is_pointed_at_by_line_and_column(tmp_path, value, found):
    text = f"question_id,probability,outcome\na,0.5,1\n\nb,{value},0\n"

    with pytest.raises(ValueUnfit) as error:
        rows_of(tmp_path, text)

    assert "table.csv, line 4, column probability" in str(error.value)
    assert found in error.value.facts["found"]
    assert "such as 0.35" in str(error.value) or found == "nothing"


@pytest.mark.parametrize("value", ["2", "0.5", "maybe", "-1"])
def test_an_outcome_that_a_question_cannot_have_is_refused(tmp_path, value):
    with pytest.raises(ValueUnfit, match="line 2, column outcome"):
        rows_of(tmp_path, f"question_id,probability,outcome\na,0.5,{value}\n")


def test_words_for_outcomes_are_understood(tmp_path):
    lines = "".join(f"q,0.5,{word}\n" for word in ("yes", "No", "TRUE", "false", ""))

    outcomes = rows_of(tmp_path, "question_id,probability,outcome\n" + lines)["outcome"]
    assert outcomes.tolist()[:4] == [1, 0, 1, 0] and np.isnan(outcomes[4])


@pytest.mark.parametrize(
    ("chances", "found"),
    [
        ('"[0.5,0.4]"', "sum to 1"),
        ('"[1.0]"', "two options"),
        ('"[null,1.0]"', "two options"),
        ('"[0.5,0.5,null]"', "last option"),
        ('"[0.5,,0.5]"', "no number"),
        ("0.5", "no list"),
        ('"[0.5,1.5]"', "outside"),
    ],
)
def test_options_that_are_no_distribution_are_refused(tmp_path, chances, found):
    with pytest.raises(ValueUnfit, match="line 2, column probabilities") as error:
        rows_of(tmp_path, f"question_id,probabilities,outcome\na,{chances},0\n")

    assert found in error.value.facts["found"]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("2026-01-11", "2026-01-01", "close_time"),
        ("2026-01-11", "", "close_time"),
        ("2026-01-11", "2026-02-30", "close_time"),
        ("2026-01-11", "tomorrow", "close_time"),
        (",ann", ",", "forecaster_id"),
        ("a,", ",", "question_id"),
    ],
)
def test_windows_that_make_no_sense_are_refused(tmp_path, old, new, column):
    with pytest.raises(ValueUnfit, match=f"line 2, column {column}"):
        rows_of(tmp_path, WINDOWS + ROW.replace(old, new, 1))


def test_parquet_counts_rows(tmp_path):
    frame = pd.DataFrame({"question_id": ["a", "b"], "probability": [0.5, 1.5], "outcome": [1, 1]})
    frame.to_parquet(tmp_path / "t.parquet")

    with pytest.raises(ValueUnfit, match=r"row 2, column probability"):
        list(open_score_table(tmp_path / "t.parquet").batches())


def test_categories_and_lists_of_fixed_length_are_read(tmp_path):
    lists = pa.array([[0.2, 0.8], [0.5, 0.5]], pa.list_(pa.float64(), 2))
    columns = {"question_id": ["a", "b"], "probabilities": lists, "outcome": [1, 0]}
    pq.write_table(pa.table(columns), tmp_path / "fixed.parquet")
    words = pd.DataFrame({"question_id": ["a"], "probability": ["0.5"], "outcome": ["yes"]})
    words.astype("category").to_parquet(tmp_path / "words.parquet")

    (fixed,) = open_score_table(tmp_path / "fixed.parquet").batches()
    (read,) = open_score_table(tmp_path / "words.parquet").batches()
    assert fixed["chance"].tolist() == [0.8, 0.5]
    assert read["chance"].tolist() == [0.5]


def test_a_column_of_a_kind_that_means_nothing_is_refused(tmp_path):
    for column in ("question_id", "probability", "outcome"):
        values = {"question_id": ["a"], "probability": [0.5], "outcome": [1]}
        values[column] = [{"x": 1}]
        pq.write_table(pa.table(values), tmp_path / "odd.parquet")
        with pytest.raises((TableUnreadable, ValueUnfit)):
            list(open_score_table(tmp_path / "odd.parquet").batches())


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("question_id,probability\na,0.5\n", ColumnMissing),
        ("probability,outcome\n0.5,1\n", ColumnMissing),
        ("question_id,outcome\na,1\n", ColumnMissing),
        ("question_id,outcome,outcome,probability\na,1,1,0.5\n", TableUnreadable),
        ("", TableUnreadable),
    ],
)
def test_a_file_that_is_no_table_of_forecasts_is_refused(tmp_path, text, error):
    with pytest.raises(error):
        table(tmp_path, text)


def test_a_file_that_is_not_there_or_breaks_off_is_told_of(tmp_path):
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and no more")

    with pytest.raises(TableUnreadable, match="no such file"):
        open_score_table(tmp_path / "none.csv")
    with pytest.raises(TableUnreadable, match="Parquet"):
        open_score_table(broken)
    with pytest.raises(TableUnreadable):
        rows_of(tmp_path, "question_id,probability,outcome\na,0.5,1\nb,0.5\n")


@pytest.mark.parametrize("order", ["together", "scattered"])
@pytest.mark.parametrize("batch_rows", [1, 2, 3, 7, 100])
def test_questions_stay_whole_wherever_batches_end(tmp_path, order, batch_rows):
    questions = np.repeat(np.arange(7), [1, 5, 2, 9, 1, 3, 4])
    if order == "scattered":
        questions = np.random.default_rng(1).permutation(questions)
    lines = "".join(f"q{q},0.{i % 9 + 1},1\n" for i, q in enumerate(questions))
    source = table(tmp_path, "question_id,probability,outcome\n" + lines)
    batches = list(whole_questions(source, batch_rows, most_rows=5))
    seen = [question for batch in batches for question in np.unique(batch["question"])]

    assert len(batches) > 1
    assert sorted(seen) == list(range(7))
    assert sorted(np.concatenate(batches)["row"]) == list(range(25))
    assert all(np.all(np.diff(batch["question"]) >= 0) for batch in batches if order != "together")


def test_texts_of_another_encoding_are_refused(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes("question_id,probability,outcome\né,0.5,1\n".encode("latin-1"))

    with pytest.raises(TableUnreadable, match="not UTF-8"):
        list(open_score_table(path).batches())
