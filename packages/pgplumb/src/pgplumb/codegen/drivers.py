"""What drivers can't do of what queries ask for."""

from collections.abc import Sequence

from pgplumb.codegen.described import DescribedQuery
from pgplumb.codegen.model import Driver, Package
from pgplumb.codegen.render.codecs import refusal
from pgplumb.sqlc_plugin.request import QueryError

_WITHOUT = "Select or take its parts, or a cast of it: column::text. Or use the driver psycopg."


def check_driver(
    package: Package, queries: Sequence[DescribedQuery], driver: Driver
) -> list[QueryError]:
    """What the driver can't do of what the queries ask for."""
    if driver is Driver.PSYCOPG:
        return []
    models = {model.class_name: model for model in package.models}
    requests = {query.request.name: query.request for query in queries}
    reasons = {
        query.name: refusal(query, models) for module in package.modules for query in module.queries
    }
    return [
        QueryError(requests[name], reason, hint=_WITHOUT)
        for name, reason in reasons.items()
        if reason is not None
    ]
