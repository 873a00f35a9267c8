"""The gates, in the order in which they are shown."""

from collections.abc import Iterable, Sequence
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.gates import compat, drift, generated, lint, migrations, models, queries, schema
from pgplumb.gates.model import Gate

GATES: Final = (
    Gate(generated.NAME, "the committed code is what the SQL says", generated.examine),
    Gate(
        migrations.NAME,
        "the migrations are whole, only ever grow at their end, and run on an empty database",
        migrations.examine,
    ),
    Gate(
        schema.NAME,
        "the migrations give what the schema files say",
        schema.examine,
        needs=(migrations.NAME,),
    ),
    Gate(
        lint.NAME,
        "new migrations destroy nothing and lock no table for long",
        lint.examine,
        needs=(migrations.NAME,),
    ),
    Gate(
        queries.NAME,
        "every query prepares on the migrated database and keeps to the rules",
        queries.examine,
        needs=(migrations.NAME,),
    ),
    Gate(
        models.NAME,
        "the models, as imported, are those of the database",
        models.examine,
        needs=(migrations.NAME,),
    ),
    Gate(
        compat.NAME,
        "queries of the main branch run on the new schema",
        compat.examine,
        needs=(migrations.NAME,),
    ),
    Gate(
        drift.NAME,
        "a live database is what the migrations that it has run make of an empty one",
        drift.examine,
        needs=(migrations.NAME,),
        watches_live=True,
    ),
)


def choose(names: Iterable[str], *, live: bool, gates: Sequence[Gate] = GATES) -> list[Gate]:
    """The gates of these names, in order; without names all, those for `live` databases if so.

    Raises PlumbError naming those that exist.
    """
    wanted = set(names)
    unknown = sorted(wanted - {gate.name for gate in gates})
    if unknown:
        raise PlumbError(
            f"There is no gate {unknown[0]!r}.",
            hint=f"Gates: {', '.join(gate.name for gate in gates)}.",
        )
    return [
        gate for gate in gates if (gate.name in wanted if wanted else live or not gate.watches_live)
    ]
