"""Tests of workers: everything comes back once, whoever dies."""

from collections import Counter
from pathlib import Path

import pytest

from models.workers import NoWorkers, SchedulerUnreachable, WorkersDied, spread
from tests.models.fitting import square, square_or_always_die, square_or_die_once

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def scheduler():
    """Two workers in processes of their own, on loopback; a dead one is started again."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs="CRITICAL",
    ) as cluster:
        yield cluster.scheduler_address


def test_this_process_answers_in_order() -> None:
    assert list(spread(square, range(5))) == [0, 1, 4, 9, 16]


def test_processes_answer_everything_once() -> None:
    assert sorted(spread(square, range(20), workers=2)) == [n**2 for n in range(20)]


def test_nothing_to_do_is_done() -> None:
    assert list(spread(square, [], workers=2)) == []


def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    work = [(tmp_path, number) for number in range(12)]

    found = list(spread(square_or_die_once, work, workers=2))

    assert Counter(found) == Counter(number**2 for number in range(12))
    assert (tmp_path / "died").exists()


@pytest.mark.slow
def test_a_call_that_always_kills_is_told_after_all_others_are_done() -> None:
    found: list[int] = []

    with pytest.raises(WorkersDied) as died:
        found.extend(spread(square_or_always_die, range(12), workers=2))

    assert sorted(found) == [number**2 for number in range(12) if number != 3]
    assert died.value.facts == {"deaths": 3, "left": 1}


def test_a_cluster_answers_everything_once(scheduler: str) -> None:
    found = list(spread(square, range(20), scheduler=scheduler))

    assert sorted(found) == [n**2 for n in range(20)]


def test_a_killed_worker_of_a_cluster_loses_nothing(scheduler: str, tmp_path: Path) -> None:
    work = [(tmp_path, number) for number in range(12)]

    found = list(spread(square_or_die_once, work, scheduler=scheduler))

    assert Counter(found) == Counter(number**2 for number in range(12))
    assert (tmp_path / "died").exists()


def test_an_absent_scheduler_is_one_line_that_says_how_to_start_one(monkeypatch) -> None:
    monkeypatch.setattr("models.workers.PATIENCE", 0.5)

    with pytest.raises(SchedulerUnreachable, match="dask scheduler"):
        list(spread(square, [1], scheduler="tcp://127.0.0.1:9"))


def test_a_scheduler_without_workers_says_so(monkeypatch) -> None:
    monkeypatch.setattr("models.workers.PATIENCE", 0.5)
    with (
        distributed.LocalCluster(
            n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs="CRITICAL"
        ) as cluster,
        pytest.raises(NoWorkers, match="dask worker"),
    ):
        list(spread(square, [1], scheduler=cluster.scheduler_address))
