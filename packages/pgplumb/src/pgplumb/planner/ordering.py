"""Putting steps into an order that keeps every dependency, or finding the circle in them."""

import heapq
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Generic, TypeVar

Step = TypeVar("Step")
Priority = Callable[[Step], tuple[Any, ...]]
_Entry = tuple[tuple[Any, ...], int, Step]


def ordered(
    steps: Collection[Step],
    edges: Collection[tuple[Step, Step]],
    priority: Priority[Step],
    group: Callable[[Step], Any],
) -> tuple[list[Step], list[Step]]:
    """The steps in order, the most urgent of those that are free first, and an empty list.

    Those of the same group follow one another where they can, as far as the first part of their
    priority is the same. Where the edges (earlier, later) hold a circle, its steps are the second
    answer: each of them has to come before the next, and the last before the first.
    """
    after: dict[Step, list[Step]] = {}
    before: dict[Step, int] = dict.fromkeys(steps, 0)
    for earlier, later in edges:
        after.setdefault(earlier, []).append(later)
        before[later] += 1
    free = _Free(priority, group)
    for step in steps:
        if not before[step]:
            free.add(step)
    order: list[Step] = []
    while (taken := free.take()) is not None:
        order.append(taken)
        for later in after.get(taken, ()):
            before[later] -= 1
            if not before[later]:
                free.add(later)
    if len(order) == len(steps):
        return order, []
    done = set(order)
    return order, _circle(after, {step: None for step in steps if step not in done})


class _Free(Generic[Step]):
    """The steps that wait for nothing any more."""

    def __init__(self, priority: Priority[Step], group: Callable[[Step], Any]) -> None:
        self._priority = priority
        self._group = group
        self._all: list[_Entry[Step]] = []
        self._groups: dict[Any, list[_Entry[Step]]] = {}
        self._taken: set[Step] = set()
        self._last: Any = None
        self._count = 0

    def add(self, step: Step) -> None:
        """Put a step to the others."""
        self._count += 1
        entry = self._priority(step), self._count, step
        heapq.heappush(self._all, entry)
        heapq.heappush(self._groups.setdefault(self._group(step), []), entry)

    def take(self) -> Step | None:
        """The most urgent one of the last one's group, else of all; None when there is none."""
        first = self._first(self._all)
        if first is None:
            return None
        related = self._first(self._groups.get(self._last, []))
        if related is not None and related[0][0] == first[0][0]:
            first = related
        step = first[2]
        self._taken.add(step)
        self._last = self._group(step)
        return step

    def _first(self, heap: list[_Entry[Step]]) -> _Entry[Step] | None:
        while heap and heap[0][2] in self._taken:
            heapq.heappop(heap)
        return heap[0] if heap else None


def close_to(
    order: Sequence[Step], edges: Collection[tuple[Step, Step]], followers: Mapping[Step, Step]
) -> list[Step]:
    """The order with each step that has a follower right before it.

    One stays where it is when something in between waits for it.
    """
    after: dict[Step, set[Step]] = {step: set() for step in followers}
    for earlier, later in edges:
        if earlier in after:
            after[earlier].add(later)
    result = list(order)
    for step in reversed(order):
        if step in followers:
            start, end = result.index(step), result.index(followers[step])
            between = result[start + 1 : end]
            if after[step].isdisjoint(between):
                result[start:end] = [*between, step]
    return result


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
