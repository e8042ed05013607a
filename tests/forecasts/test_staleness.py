"""When a forecast has gone stale."""

import pytest

from forecasts.staleness import Since, stale_because


@pytest.mark.parametrize(
    ("since", "reasons"),
    [
        (Since(days=0), ()),
        (Since(days=29.9, bits=0.49), ()),
        (Since(days=30), ("old",)),
        (Since(days=1, bits=0.5), ("moved",)),
        (Since(days=1, bits=-2.0), ("moved",)),
        (Since(days=1, records=1), ("evidence",)),
        (Since(days=1, amendments=1), ("amended",)),
        (Since(40, 1.0, 3, 1), ("amended", "moved", "evidence", "old")),
    ],
)
def test_each_reason_counts_for_itself(since, reasons):
    assert stale_because(since) == reasons
