"""Full-text search, beside plain Python over all texts."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from data.database import Database
from data.folding import fold
from data.indexing import index_all, index_question, index_scenario
from data.search import KINDS, find, matching, snippets, words_of
from data.standing import ALWAYS

LETTERS = 'aB"*%_\\-^:(){}ＡアあガAND OR規制中国'
WORDS = st.lists(st.text(alphabet=LETTERS, min_size=1, max_size=4), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def words_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Give a connection to a database with many short texts of unpleasant letters."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('words') / 'w.db'}")
    database.migrate()
    with database.writing.begin() as connection:
        for number in range(400):
            letters = [LETTERS[(number * 7 + step * step * 3) % len(LETTERS)] for step in range(12)]
            title = {"en": "".join(letters[:6]), "ja": "".join(letters[6:])}
            index_scenario(connection, {"id": f"s{number:03}", "title": title}, float(number))
        yield connection
    database.close()


@given(words=WORDS, at=st.sampled_from([0.0, 57.5, 399.0, ALWAYS]))
def test_what_has_all_the_words_is_found_and_nothing_else(words_database, words, at):
    asked = " ".join(words)
    query, values = matching(["scenario"], asked, at)
    named = [row.name for row in words_database.execute(text(query), values)]
    found = [row.name for row in find(words_database, KINDS, asked, at, 1_000)]
    every = words_database.execute(text("SELECT name, since, parts FROM search_text")).all()
    wanted = {
        row.name
        for row in every
        if row.since <= at
        and all(
            any(fold(word) in fold(said) for _, said in json.loads(row.parts))
            for word in asked.split()
        )
    }

    assert set(named) == set(found) == wanted
    assert len(named) == len(found) == len(wanted)


@given(words=WORDS)
def test_pages_of_what_is_found_follow_each_other(words_database, words):
    asked = " ".join(words)
    whole = find(words_database, KINDS, asked, ALWAYS, 1_000)
    pages, after = [], None
    while page := find(words_database, KINDS, asked, ALWAYS, 7, after):
        pages += page
        after = page[-1].rank, page[-1].id

    assert [row.id for row in pages] == [row.id for row in whole]
    assert [row.rank for row in whole] == sorted(row.rank for row in whole)


@given(words=WORDS)
def test_marks_show_the_words_in_the_stretches(words_database, words):
    asked = " ".join(words)
    for row in find(words_database, KINDS, asked, ALWAYS, 5):
        for snippet in snippets(row.parts, asked):
            assert snippet.text in dict(map(tuple, json.loads(row.parts)))[snippet.field]
            assert snippet.marks
            for first, last in snippet.marks:
                marked = fold(snippet.text[first:last])
                assert any(word in marked for word in words_of(asked))


def test_of_two_that_have_a_word_the_one_with_it_in_the_title_comes_first(empty):
    question = {"criteria": {"en": "Whether it ships"}, "title": {"en": "The launch"}}
    other = {"criteria": {"en": "Whether the launch is on time"}, "title": {"en": "It ships"}}
    with empty.writing.begin() as connection:
        index_question(connection, {**other, "id": "second"}, 1.0)
        index_question(connection, {**question, "id": "first"}, 1.0)

        for asked in ("launch", "la"):
            found = find(connection, KINDS, asked, ALWAYS, 10)
            assert [row.name for row in found] == ["first", "second"]


def test_a_new_version_takes_the_place_of_the_old_one_from_then_on(empty):
    with empty.writing.begin() as connection:
        index_question(connection, {"id": "q1", "title": {"en": "A launch"}}, 1.0)
        index_question(connection, {"id": "q1", "title": {"en": "A release"}}, 2.0)

        def found(asked: str, at: float) -> int:
            return len(find(connection, KINDS, asked, at, 10))

        assert [found("launch", at) for at in (0.5, 1.0, 2.0, ALWAYS)] == [0, 1, 0, 0]
        assert [found("release", at) for at in (0.5, 1.0, 2.0, ALWAYS)] == [0, 0, 1, 1]


def test_a_long_text_is_cut_around_the_first_word():
    whole = "x" * 300 + "規制" + "y" * 300
    (snippet,) = snippets(json.dumps([["note.ja", whole]]), "規制")
    ((first, last),) = snippet.marks

    assert len(snippet.text) == 160
    assert snippet.text[first:last] == "規制"


def test_what_was_there_before_is_found_as_what_came_after(bank_database, tmp_path):
    database = Database(f"sqlite:///{shutil.copy(bank_database, tmp_path / 'again.db')}")
    columns = "kind, name, since, until, title, body, parts"
    query = text(f"SELECT {columns} FROM search_text ORDER BY kind, name")
    with database.writing.begin() as connection:
        before = connection.execute(query).all()
        connection.execute(text("INSERT INTO search_index(search_index) VALUES ('delete-all')"))
        connection.execute(text("DELETE FROM search_text"))
        index_all(connection)
        after = connection.execute(query).all()
        connection.execute(
            text("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)")
        )
    database.close()

    assert len(before) > 200
    assert before == after
    assert Path(tmp_path / "again.db").exists()
