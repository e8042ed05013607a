"""How long the page of what-ifs takes on the shipped bank, from request to answer."""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from starlette.testclient import TestClient

from api.app import create_app
from api.instance import open_instance
from api.settings import Settings
from api.workflows.loading import load_bank
from data.banks import bank_directory
from data.banks import load_bank as read_bank

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
MADE = "/what-if?make=chip_access:-1.5"
ADDRESSES = {
    "a driver is made so": MADE,
    "an outcome is learned": "/what-if?learn=entity-list-deepseek-2026:yes",
    "both": f"{MADE}&learn=entity-list-deepseek-2026:yes",
    "both, a target and a table": f"{MADE}&learn=entity-list-deepseek-2026:yes"
    "&target=deepseek-v5-release-date&together=coding-arena-parity-2028,lmarena-top-cn-2028",
}
_TIMES = 40


def main() -> None:
    """Measure and print: wall time at the median and the least, and the processor's own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_instance(f"sqlite:///{Path(folder)}/b.db", lambda: NOW) as instance,
    ):
        bank = read_bank(bank_directory())
        instance.writer.do(lambda transaction: load_bank(transaction, bank, NOW))
        settings = Settings.model_construct(rate_strangers=0, rate_per_minute=0)
        client = TestClient(create_app(instance, settings))
        for name, address in ADDRESSES.items():
            taken, worked = [], []
            for _ in range(_TIMES):
                start, begun = time.perf_counter(), time.process_time()
                client.get(address, headers={"HX-Request": "true"}).raise_for_status()
                taken.append(time.perf_counter() - start)
                worked.append(time.process_time() - begun)
            told = [1e3 * amount for amount in (median(taken), min(taken), median(worked))]
            print(f"{name}: {told[0]:.0f} ms (least {told[1]:.0f}), processor {told[2]:.0f} ms")


if __name__ == "__main__":
    main()
