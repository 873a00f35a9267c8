"""Putting steps into an order that keeps every dependency, or finding the circle in them."""

import heapq
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

Step = TypeVar("Step")


def ordered(
    steps: Collection[Step],
    edges: Collection[tuple[Step, Step]],
    priority: Callable[[Step], Any],
) -> tuple[list[Step], list[Step]]:
    """The steps in order, the most urgent of those that are free first, and an empty list.

    Where the edges (earlier, later) hold a circle, its steps are the second answer: each of them
    has to come before the next, and the last before the first.
    """
    after: dict[Step, list[Step]] = {}
    before: dict[Step, int] = dict.fromkeys(steps, 0)
    for earlier, later in edges:
        after.setdefault(earlier, []).append(later)
        before[later] += 1
    free = [(priority(step), number, step) for number, step in enumerate(steps) if not before[step]]
    heapq.heapify(free)
    order: list[Step] = []
    number = len(free) + len(steps)
    while free:
        _, _, step = heapq.heappop(free)
        order.append(step)
        for later in after.get(step, ()):
            before[later] -= 1
            if not before[later]:
                number += 1
                heapq.heappush(free, (priority(later), number, later))
    if len(order) == len(steps):
        return order, []
    done = set(order)
    return order, _circle(after, {step: None for step in steps if step not in done})


def _circle(after: Mapping[Step, list[Step]], left: Mapping[Step, None]) -> list[Step]:
    """A circle among the steps that are left: each of them waits for another one of them."""
    waits_for: dict[Step, Step] = {}
    for step in left:
        for later in after.get(step, ()):
            if later in left:
                waits_for[later] = step
    step = next(iter(waits_for))
    path: dict[Step, int] = {}
    trail: list[Step] = []
    while step not in path:
        path[step] = len(trail)
        trail.append(step)
        step = waits_for[step]
    return list(reversed(trail[path[step] :]))
