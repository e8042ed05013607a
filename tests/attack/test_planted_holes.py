"""A hole in a rule of access makes the attack fail: so its silence elsewhere means something."""

import pytest

from api.access import OPERATOR, get_actor, get_forecaster, get_resolver
from api.app import create_app
from tests.api.answering import answering
from tests.attack.attacking import attack

pytestmark = pytest.mark.slow
#: The rule that is taken away, an operation behind it, and what gets through then.
HOLES = {
    "forecaster": (get_forecaster, "submit_forecast"),
    "resolver": (get_resolver, "resolve_question"),
    "any key": (get_actor, "list_keys"),
}


@pytest.mark.parametrize("rule", HOLES)
def test_a_rule_that_is_not_asked_is_found(instance, tmp_path, rule):
    dependency, operation = HOLES[rule]
    app = create_app(instance)
    app.dependency_overrides[dependency] = lambda: OPERATOR

    with answering(app) as url:
        run = attack(
            url, tmp_path, None, "--include-operation-id", operation,
            "--phases", "examples,coverage", "--max-time", "20",
        )  # fmt: skip

    assert any("uthenti" in failure for failure in run.failures), run.output[-5_000:]
