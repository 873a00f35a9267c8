"""The OpenAPI description: what is in it, and that the generated models are in it."""

from typing import Any

import httpx
import pytest

from db.contact import FindContactsRow
from db.event import DescribeEventRow


def test_the_generated_models_are_the_apis(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]

    for model in (FindContactsRow, DescribeEventRow):
        assert schemas[model.__name__].keys() >= {"properties", "required"}
        assert schemas[model.__name__]["properties"].keys() == model.model_fields.keys()
    assert schemas["FindContactsRow"]["properties"]["public_id"]["format"] == "uuid"
    assert "id" not in schemas["Contact"]["properties"]
    assert schemas["Contact"]["properties"]["kind"] == {"$ref": "#/components/schemas/ContactKind"}
    assert "HTTPValidationError" not in schemas


def test_every_error_is_described_as_a_problem(described: dict[str, Any]) -> None:
    for path, operations in described["paths"].items():
        if path.startswith(("/contacts", "/events")):
            for operation in operations.values():
                for status in ("422", "503"):
                    assert operation["responses"][status]["content"].keys() == {
                        "application/problem+json"
                    }
    create = described["paths"]["/contacts"]["post"]["responses"]
    assert create.keys() == {"201", "409", "422", "503"}


def test_bodies_that_are_not_json_are_described(described: dict[str, Any]) -> None:
    paths = described["paths"]
    body = paths["/contacts/imports/{import_id}"]["put"]["requestBody"]
    assert body["content"].keys() == {"text/csv"}
    export = paths["/contacts/export"]["get"]["responses"]["200"]
    assert export["content"].keys() == {"text/csv"}
    live = paths["/live"]["get"]["responses"]["200"]
    assert live["content"].keys() == {"text/event-stream"}


@pytest.mark.anyio
async def test_it_is_served(service_url: str, described: dict[str, Any]) -> None:
    async with httpx.AsyncClient(base_url=service_url) as client:
        assert (await client.get("/openapi.json")).json() == described
