"""Random queries: no column that is proven non-null is ever NULL in what they return."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .random_queries import Generator
from .states import States

QUERIES = int(os.environ.get("PLUMB_RANDOM_QUERIES", "2500"))
SEED = int(os.environ.get("PLUMB_RANDOM_SEED", "1"))
BATCH = 250
UNREADABLE = "a part of the query can't be read"


@pytest.fixture(scope="module")
def states(database: str) -> Iterator[States]:
    made = States(database)
    yield made
    made.close()


def test_many_random_queries(
    states: States, record_property: Callable[[str, object], None]
) -> None:
    generator = Generator(random.Random(SEED).randrange)  # noqa: S311
    counts: Counter[str] = Counter()
    for _ in range(0, QUERIES, BATCH):
        texts = [generator.statement() for _ in range(BATCH)]
        for text, verdicts in zip(texts, states.explain(texts), strict=True):
            counts["queries"] += 1
            if verdicts is None:
                continue
            observed = states.observe(text)
            counts["returned rows"] += observed.rows > 0
            assert UNREADABLE not in {verdict.reason for verdict in verdicts}, text
            for column, verdict in enumerate(verdicts):
                assert not (verdict.non_null and column in observed.null), (
                    f"column {column + 1} is NULL, though {verdict.reason}:\n{text}"
                )
                if observed.rows:
                    counts["never NULL"] += column not in observed.null
                    counts["proven"] += verdict.non_null
    for name, count in counts.items():
        record_property(name, str(count))  # what workers can send
    # The queries are worth running: most return rows, and much is claimed of them.
    assert counts["returned rows"] > 0.5 * counts["queries"]
    assert counts["proven"] > 0.6 * counts["never NULL"]
    print(dict(counts))


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
@given(data=st.data())
def test_a_random_query(states: States, data: st.DataObject) -> None:
    generator = Generator(lambda n: data.draw(st.integers(0, n - 1)) if n > 1 else 0)
    text = generator.statement()
    [verdicts] = states.explain([text])
    observed = states.observe(text)
    for column, verdict in enumerate(verdicts or ()):
        assert not (verdict.non_null and column in observed.null), (text, column, verdict.reason)
