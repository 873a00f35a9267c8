"""What several gates want to know and only one of them has to find out."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Finds something out when it is first asked; an error is the answer for all. Thread-safe."""

    def __init__(self, find: Callable[[], T]) -> None:
        self._find = find
        self._lock = Lock()
        self._found: list[T] = []
        self._error: Exception | None = None

    def get(self) -> T:
        """What was found. Raises what finding it has raised."""
        with self._lock:
            if self._error is not None:
                raise self._error
            if not self._found:
                try:
                    self._found.append(self._find())
                except Exception as error:
                    self._error = error
                    raise
            return self._found[0]
