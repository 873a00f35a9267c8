"""Never both layers in one transaction: whoever tries it gets an error, not a deadlock.

A SQLAlchemy session and an asyncpg connection are two transactions to PostgreSQL, also inside one
request: neither sees what the other has not committed, and one can wait for the other's locks for
ever. What is open is known by task, and tasks that a task starts inherit it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum


class Layer(Enum):
    """One of the two ways to the database."""

    ORM = "the ORM"
    RAW = "raw SQL"


class MixedLayersError(RuntimeError):
    """A use case has begun with one layer and reached for the other."""


_open: ContextVar[Layer | None] = ContextVar("open_layer", default=None)


def open_layer() -> Layer | None:
    """The layer that the running task has open."""
    return _open.get()


@contextmanager
def using(layer: Layer) -> Generator[None]:
    """The layer is open for the block. Raises MixedLayersError where the other one is."""
    other = _open.get()
    if other is not None and other is not layer:
        raise MixedLayersError(
            f"{layer.value} was called inside a transaction of {other.value}: they would be two"
            " transactions. A use case takes one layer; end the first before the second begins."
        )
    token = _open.set(layer)
    try:
        yield
    finally:
        _open.reset(token)
