"""The pauses between attempts."""

import pytest

from app.retries import pause_before


@pytest.mark.parametrize(("attempt", "longest"), [(1, 0.02), (3, 0.08), (10, 1.0), (100_000, 1.0)])
def test_pauses_are_chosen_at_random_and_grow_to_a_second(attempt: int, longest: float) -> None:
    pauses = [pause_before(attempt) for _ in range(1000)]

    assert longest * 0.9 < max(pauses) <= longest
    assert 0 <= min(pauses) < longest * 0.1
