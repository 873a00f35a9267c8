"""The example service's tests, through PgBouncer in transaction mode and with a replica.

Of test_problems two stay out: the pool that is used up has settings of its own, and of a table that
is locked on the primary the replica, which is read, hears sooner or later.
"""

from ..web.test_contacts import *  # noqa: F403
from ..web.test_events import *  # noqa: F403
from ..web.test_live import *  # noqa: F403
from ..web.test_problems import (
    test_a_mistake_of_ours_tells_nothing,
    test_every_answer_is_a_problem,
    test_when_every_attempt_fails_it_is_not_the_clients_fault,
)

__all__ = [
    "test_a_mistake_of_ours_tells_nothing",
    "test_every_answer_is_a_problem",
    "test_when_every_attempt_fails_it_is_not_the_clients_fault",
]
