"""After proposals, amendments and rulings a replay and a start give the same bits."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from api.instance import open_instance
from api.workflows.replaying import replay_ledger
from tests.api.asking import OPEN_DATE, RECORD, set_clock
from tests.api.test_amendments import amend
from tests.api.test_disputes import COPY, EXCLUDE, dispute, rule, standing, submit
from tests.api.test_proposals import DERIVED, EVENT, TODAY, opened
from tests.conftest import NOW

#: What a record says of a question that was proposed.
FORESEEN = {"question": "ban-asked-today", "direction": "yes", "strength": "weak"}


@pytest.mark.slow
def test_a_replay_and_a_start_give_the_same_bits(client, key, instance, database):
    mine, other, admin = key("forecaster"), key("forecaster"), key("admin")
    for body in (TODAY, DERIVED, EVENT):
        opened(client, key, body)
    early = {**RECORD, "stances": [*RECORD["stances"], FORESEEN]}
    first, copy, third = (
        submit(client, mine, {**record, "fact": {"en": f"{n}. {record['fact']['en']}"}})
        for n, record in enumerate((RECORD, COPY, early))
    )
    said = {"asks": "origin", "origin": first["id"], "reason": "A copy."}
    for record, asked in ((copy, said), (third, said), (first, EXCLUDE)):
        rule(client, admin, dispute(client, other, record["id"], asked).json()["id"])
    amend(client, admin)
    set_clock(instance, NOW + timedelta(days=9))
    instance.let_time_pass()
    stood = standing(instance)

    assert {OPEN_DATE, EVENT["question"]["id"], "ban-asked-today"} <= set(stood)
    with instance.database.read() as connection:
        assert replay_ledger(connection).difference is None
    copied = database.with_name("copied.db")
    with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(copied)) as new:
        old.backup(new)
    with open_instance(f"sqlite:///{copied}", lambda: NOW + timedelta(days=9)) as again:
        assert standing(again) == stood
