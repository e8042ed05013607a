"""Where many calls run: in this process, in processes of this machine, or on machines (Dask)."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from typing import Any

from joblib import Parallel, delayed
from joblib.externals.loky.process_executor import TerminatedWorkerError

from forecasts.errors import (
    ClusterNotInstalled,
    NoWorkers,
    SchedulerUnreachable,
    WorkersDied,
)

#: A call alone at work whose worker died so often is itself what kills.
MOST_DEATHS = 3
#: Seconds until a scheduler that does not answer, or has no worker, counts as absent.
PATIENCE = 10.0
#: Calls a thread of a cluster that are sent ahead: enough that none idles, few enough that the
#: data of 10^4 calls never lie on the scheduler together.
_AHEAD = 2


def spread[T, R](
    function: Callable[[T], R],
    items: Sequence[T],
    workers: int = 1,
    scheduler: str | None = None,
) -> Iterator[R]:
    """Call a function on every item and give the results as they come, in any order.

    Only items and results travel, by pickle. What a dead worker had at hand is called again.

    Args:
        workers: processes of this machine; 1 is this very process.
        scheduler: address of a Dask scheduler, such as tcp://host:8786; then `workers` is unused.

    Raises:
        ClusterNotInstalled, SchedulerUnreachable, NoWorkers: a scheduler was asked for in vain.
        WorkersDied: some calls kill whoever does them. In processes it comes after all others.
    """
    if scheduler is not None:
        return _on_cluster(function, items, scheduler)
    return _in_processes(function, items, workers) if workers > 1 else map(function, items)


def _in_processes[T, R](
    function: Callable[[T], R], items: Sequence[T], workers: int
) -> Iterator[R]:
    """Call in processes; a death breaks their whole pool, so what it had goes to a new one.

    A call that kills is found by trying fewer at once, each time after all the others.
    """
    left, size, lost = dict.fromkeys(range(len(items))), len(items), 0
    deaths = Counter[int]()
    while left:
        group = list(left)[:size]
        calls = [delayed(_numbered)(function, number, items[number]) for number in group]
        pool = Parallel(workers, batch_size=1, max_nbytes=None, return_as="generator_unordered")
        try:
            for number, result in pool(calls):
                del left[number]
                yield result
            size = len(left)
        except TerminatedWorkerError:
            undone = [number for number in group if number in left]
            for number in undone:
                left[number] = left.pop(number)
            size = max(1, len(undone) // 4)
            if len(group) == 1:
                deaths.update(undone)
                if deaths[group[0]] == MOST_DEATHS:
                    del left[group[0]]
                    lost += 1
    if lost:
        raise WorkersDied(deaths=MOST_DEATHS, left=lost)


def _numbered[T, R](function: Callable[[T], R], number: int, item: T) -> tuple[int, R]:
    """Call, and tell which call it was."""
    return number, function(item)


def _on_cluster[T, R](function: Callable[[T], R], items: Sequence[T], url: str) -> Iterator[R]:
    """Call on a Dask cluster, which itself repeats what a dead worker had at hand."""
    distributed = _distributed()
    with _client(distributed, url) as client:
        waiting, left = iter(items), len(items)

        def submitted(count: int) -> list[Any]:
            return [client.submit(function, item, pure=False) for item in islice(waiting, count)]

        ahead = _AHEAD * sum(client.nthreads().values())
        calls = distributed.as_completed(submitted(ahead), loop=client.loop)
        try:
            for call in calls:
                result = call.result()
                left -= 1
                calls.update(submitted(1))
                yield result
        except distributed.KilledWorker:
            raise WorkersDied(deaths=MOST_DEATHS, left=left) from None


def _distributed() -> Any:
    """Give Dask, which is an extra."""
    try:
        return import_module("distributed")
    except ModuleNotFoundError:
        raise ClusterNotInstalled from None


def _client(distributed: Any, url: str) -> Any:
    """Give a client of a scheduler that has workers."""
    try:
        client = distributed.Client(url, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError):
        raise SchedulerUnreachable(url=url) from None
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        client.close()
        raise NoWorkers(url=url) from None
    return client
