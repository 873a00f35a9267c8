"""OpenTelemetry spans named after the queries. It needs opentelemetry-api.

client = await DatabaseClient.create(connection_class=TracedConnection)
"""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import psycopg
from opentelemetry import trace
from psycopg.rows import TupleRow

_tracer: Final = trace.get_tracer(__name__)


class TracedConnection(psycopg.AsyncConnection[TupleRow]):
    """An asynchronous connection that makes a span of each generated query."""

    @asynccontextmanager
    async def observe(self, query: str) -> AsyncGenerator[None]:
        """Generated code calls it around the query of that name."""
        with _span(query, self.info):
            yield


class TracedSyncConnection(psycopg.Connection[TupleRow]):
    """A synchronous connection that makes a span of each generated query."""

    @contextmanager
    def observe(self, query: str) -> Generator[None]:
        """Generated code calls it around the query of that name."""
        with _span(query, self.info):
            yield


@contextmanager
def _span(query: str, info: psycopg.ConnectionInfo) -> Generator[None]:
    attributes: dict[str, str | int] = {
        "db.system.name": "postgresql",
        "db.namespace": info.dbname,
        "db.query.summary": query,
        "server.address": info.host,
        "server.port": info.port,
    }
    # It is not made the current one: a stream may end in another context than it began in.
    span = _tracer.start_span(query, kind=trace.SpanKind.CLIENT, attributes=attributes)
    try:
        yield
    except Exception as error:
        # Not the message: it may quote what is nobody's business.
        span.set_attribute("error.type", type(error).__qualname__)
        if isinstance(error, psycopg.Error) and error.sqlstate is not None:
            span.set_attribute("db.response.status_code", error.sqlstate)
        span.set_status(trace.StatusCode.ERROR)
        raise
    finally:
        span.end()
