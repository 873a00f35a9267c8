"""What may be tried again, and when: shared by both kinds of clients."""

import random
from typing import Final

from psycopg import errors

# PostgreSQL has rolled back these transactions for the sake of others; run anew they may pass.
RETRYABLE: Final = (errors.SerializationFailure, errors.DeadlockDetected)

_FIRST_PAUSE: Final = 0.01
_LONGEST_PAUSE: Final = 1.0


def pause_before(attempt: int) -> float:
    """Seconds to wait before attempt 1, 2, ...: chosen at random, longer and longer."""
    # Attempts are many where a server is down for long, and 2**attempt has no bounds.
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(attempt, 10))
    # Those who collided would collide again if they waited equally long.
    return random.uniform(0, longest)  # noqa: S311
