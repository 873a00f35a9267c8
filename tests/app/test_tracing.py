"""Spans named after the queries, through generated code."""

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app import tracing
from app.database import DatabaseClient
from app.settings import DatabaseSettings
from app.sync.database import DatabaseClient as SyncDatabaseClient
from app.tracing import TracedConnection, TracedSyncConnection
from db import contact, event
from db.sync import contact as sync_contact


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


@pytest.fixture
async def traced(database_settings: DatabaseSettings) -> AsyncIterator[DatabaseClient]:
    async with await DatabaseClient.create(
        database_settings, connection_class=TracedConnection
    ) as client:
        yield client


@pytest.mark.anyio
async def test_each_query_is_a_span_of_its_name(
    traced: DatabaseClient, spans: InMemorySpanExporter
) -> None:
    queries = contact.ContactQueries(traced)
    await queries.upsert_people(given_names=["A"], family_names=[None], emails=["a@b"])
    await queries.import_people([contact.ImportPeopleRow("B", None, None)])
    assert len([row async for row in queries.stream_export_contacts()]) == 2
    await event.EventQueries(traced).check_in([])
    async with traced.transaction() as conn:
        await contact.count_contacts_by_kind(conn)

    ended = spans.get_finished_spans()
    assert [span.name for span in ended] == [
        "UpsertPeople",
        "ImportPeople",
        "ExportContacts",
        "CheckIn",
        "CountContactsByKind",
    ]
    attributes = ended[0].attributes or {}
    assert attributes["db.system.name"] == "postgresql"
    assert attributes["db.query.summary"] == "UpsertPeople"
    assert attributes["db.namespace"]
    assert {span.kind for span in ended} == {trace.SpanKind.CLIENT}


@pytest.mark.anyio
async def test_a_failure_is_in_the_span_but_not_its_data(
    traced: DatabaseClient, spans: InMemorySpanExporter
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        await contact.ContactQueries(traced).upsert_people(
            given_names=["A"], family_names=[None], emails=["s3cret"]
        )

    [span] = spans.get_finished_spans()
    attributes = span.attributes or {}
    assert span.status.status_code is trace.StatusCode.ERROR
    assert attributes["db.response.status_code"] == "23514"
    assert attributes["error.type"] == "CheckViolation"
    assert "s3cret" not in span.to_json()


def test_synchronous_queries_are_spans_too(
    database_settings: DatabaseSettings, spans: InMemorySpanExporter
) -> None:
    with SyncDatabaseClient.create(
        database_settings, connection_class=TracedSyncConnection
    ) as client:
        sync_contact.ContactQueries(client).count_contacts_by_kind()

    assert [span.name for span in spans.get_finished_spans()] == ["CountContactsByKind"]
