"""Models written by hand: pyproject.toml says of which tables they are, a gate compares them."""

from pydantic import BaseModel


class Location(BaseModel):
    """A room or a place that holds one event at a time."""

    id: int
    name: str
    capacity: int
