"""Metrics for Prometheus: what requests cost, what the writer does, how good the draws are."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from api.instance import Instance
from data.ledger import read_checkpoint
from forecasts.particles import effective_sample
from forecasts.timeline import Timeline

disable_created_metrics()  # type: ignore[no-untyped-call]  # series that nobody reads

#: Seconds: goals are 150 ms for a forecast, 500 ms for evidence.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0)
#: Changes that share a COMMIT, at most 256.
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics(Collector):
    """All metrics of one application; what is not counted as it happens is read when asked for."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self.registry = CollectorRegistry(auto_describe=False)
        self._requests = Counter(
            "kizashi_requests",
            "Requests answered",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "kizashi_request_seconds",
            "Time to the end of the answer",
            ("route", "method"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._watched: list[tuple[str, str, Callable[[], float]]] = []
        self.registry.register(self)
        ProcessCollector(registry=self.registry)

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        key = (route, method, status // 100)
        known = self._known.get(key)
        if known is None:
            counter = self._requests.labels(route, method, f"{status // 100}xx")
            known = self._known[key] = (counter, self._seconds.labels(route, method))
        known[0].inc()
        known[1].observe(seconds)

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Add a gauge that is read when the metrics are asked for."""
        self._watched.append((name, text, value))

    def write(self) -> bytes:
        """Write all metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def collect(self) -> Iterable[Metric]:
        """Give what is read when it is asked for."""
        yield from _of_the_writer(self._instance)
        yield from _of_the_worlds(self._instance.writer.timelines)
        with self._instance.database.read() as connection:
            entries = read_checkpoint(connection).entries
        yield GaugeMetricFamily("kizashi_ledger_entries", "Entries of the ledger", entries)
        for name, text, value in self._watched:
            yield GaugeMetricFamily(name, text, value())


def _of_the_writer(instance: Instance) -> Iterator[Metric]:
    """Give the writer's queue, and what it has done."""
    writer = instance.writer
    yield GaugeMetricFamily("kizashi_writer_queue", "Changes that wait", writer.waiting)
    yield CounterMetricFamily(
        "kizashi_writer_failures", "Batches that could not be stored", writer.counts.failures
    )
    sizes = dict(writer.counts.batches)
    per_bucket = [
        sum(n for size, n in sizes.items() if low < size <= high)
        for low, high in zip((0, *_BATCHES), _BATCHES, strict=False)
    ]
    buckets = [
        (str(high), float(n)) for high, n in zip(_BATCHES, accumulate(per_bucket), strict=True)
    ]
    yield CounterMetricFamily("kizashi_writer_commits", "Commits", sum(sizes.values()))
    yield HistogramMetricFamily(
        "kizashi_writer_batch_size",
        "Changes that shared a COMMIT",
        buckets=[*buckets, ("+Inf", float(sum(sizes.values())))],
        sum_value=float(sum(size * n for size, n in sizes.items())),
    )


def _of_the_worlds(timelines: Mapping[str, Timeline]) -> Iterator[Metric]:
    """Give how good the draws of each world are, and the worst k-hat of what stands."""
    effective = GaugeMetricFamily(
        "kizashi_effective_draws", "Effective number of draws", labels=["world"]
    )
    worst = GaugeMetricFamily(
        "kizashi_worst_pareto_shape", "Largest k-hat of the standing forecasts", labels=["world"]
    )
    for world, timeline in timelines.items():
        effective.add_metric([world], effective_sample(timeline.world.weights))
        shapes = [forecast.pareto_shape for forecast in timeline.standing.values()]
        if shapes:
            worst.add_metric([world], max(shapes))
    yield effective
    yield worst
