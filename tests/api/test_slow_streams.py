"""Clients that take no bytes: they hold up nobody, cost little, and are dropped."""

import time
import tracemalloc
from itertools import islice

import httpx2
import pytest

from api.app import create_app
from api.pages.drawing import warm_up
from api.settings import Settings
from tests.api.listening import Listener, serving, stuck

BINARY = "coding-arena-parity-2028"
STUCK, ENTRIES = 24, 220
#: What a stuck client may hold: what Uvicorn takes before it says stop, and a piece of the stream.
#: All that he asked for is four times as much.
LARGEST_HELD = 250_000


@pytest.mark.slow
def test_who_never_reads_holds_up_nobody_costs_little_and_is_dropped(instance, key):
    settings = Settings(stream_seconds=4.0)
    app = create_app(instance, settings)
    warm_up()  # else it loads the charts' libraries while memory is counted
    headers, streams = key("forecaster"), app.state.streams
    with serving(app, sent_ahead=4_096) as place:
        first = Listener(place, "?last_event_id=0&follow=false")
        assert len(list(first.events())) == ENTRIES
        first.close()
        quick = Listener(place)
        next(quick.blocks())
        tracemalloc.start()
        never = [stuck(place, "?last_event_id=0") for _ in range(STUCK)]
        wait_until(lambda: streams.open + streams.dropped == STUCK + 1)
        url = f"http://{place[0]}:{place[1]}/api/v1/forecasts"
        with httpx2.Client(headers=headers) as client:
            for i in range(20):
                body = {"question": BINARY, "probability": (i + 1) / 100}
                assert client.post(url, json=body).status_code == 201
        heard = list(islice(quick.events(), 20))
        stuck_then = streams.open - 1
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        wait_until(lambda: streams.open == 1)
        back = Listener(place, "?last_event_id=0&follow=false")
        entries = [int(event.id) for event in back.events()]
        for client in (*never, quick, back):
            client.close()

    assert [event.event for event in heard] == ["forecast"] * 20
    assert stuck_then > STUCK / 2
    assert held < STUCK * LARGEST_HELD
    assert streams.dropped == STUCK
    assert entries == list(range(1, ENTRIES + 21))


def wait_until(is_so) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
