"""What to say about the rules of atlas's analyzers and of squawk: why, and what to write instead.

The rules are theirs (atlas 1.2.3: sql/sqlcheck; squawk 2.70: squawkhq.com/docs/rules), and so are
the messages. Squawk says itself what to write instead of most of what it objects to.
"""

from dataclasses import dataclass
from typing import Final

_DATA: Final = "What is dropped is gone: going back to the previous version brings no row back."
_CLIENTS: Final = (
    "Programs of the previous version still run while a migration is applied, and what they use "
    "has to be there until the last of them is gone."
)
_FAILS: Final = (
    "The migration depends on the rows that happen to be there: it runs on an empty test database "
    "and fails in production."
)
_LOCK: Final = (
    "Whoever wants to use the table waits until the statement has ended, and while the statement "
    "waits for its lock, everybody behind it waits, too."
)
_TYPE: Final = "The type is easy to choose now and needs a rewrite of the table to change later."
_RERUN: Final = "A migration that stops half way has to be run again from its beginning."
_EXPAND: Final = (
    "In steps: add the new one beside it, have programs use that, and drop the old one in a later "
    "migration, when no program uses it any more."
)
_DROP: Final = (
    "Stop using it first; drop it in a later migration, when no program uses it any more."
)
_IN_TWO: Final = (
    "ADD CONSTRAINT ... NOT VALID in one migration, VALIDATE CONSTRAINT in the next "
    "(`plumb diff NAME --online` writes it so)."
)
_OUTSIDE: Final = (
    "Begin the migration with the line `-- atlas:txmode none`, with nothing else in it."
)


@dataclass(frozen=True, slots=True)
class Advice:
    """Why a rule matters and what to write instead; None where the linter says it."""

    why: str
    instead: str | None = None


ATLAS: Final = {
    "CD101": Advice(
        "Without the foreign key, rows that point nowhere can be written.",
        "Drop it only with the column, or when it is replaced in the same migration.",
    ),
    "DS101": Advice(_DATA, _DROP),
    "DS102": Advice(_DATA, _DROP),
    "DS103": Advice(_DATA, _DROP),
    "MF101": Advice(_FAILS, "Look for duplicates and remove them in a migration before this one."),
    "MF102": Advice(_FAILS, "Look for duplicates and remove them in a migration before this one."),
    "MF103": Advice(
        _FAILS,
        "Give the column a DEFAULT; or add it nullable, fill it, and SET NOT NULL in a later "
        "migration.",
    ),
    "MF104": Advice(_FAILS, "Fill the column (UPDATE ... WHERE it IS NULL) before SET NOT NULL."),
    "BC101": Advice(_CLIENTS, _EXPAND),
    "BC102": Advice(_CLIENTS, _EXPAND),
}

SQUAWK: Final = {
    "adding-field-with-default": Advice(_LOCK),
    "adding-foreign-key-constraint": Advice(_LOCK, _IN_TWO),
    "adding-not-nullable-field": Advice(
        _LOCK,
        "ADD CONSTRAINT ... CHECK (column IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT in the next "
        "migration, then SET NOT NULL, which then needs no scan "
        "(`plumb diff NAME --online` writes it so).",
    ),
    "adding-required-field": Advice(
        _FAILS,
        "Give the column a DEFAULT; or add it nullable, fill it, and SET NOT NULL in a later "
        "migration.",
    ),
    "adding-serial-primary-key-field": Advice(
        _LOCK,
        "Make a unique index CONCURRENTLY, then ADD PRIMARY KEY USING INDEX.",
    ),
    "ban-alter-domain-with-add-constraint": Advice(
        "Every column of the domain is scanned while its tables are locked.",
        "Write the check at the tables' columns, NOT VALID first.",
    ),
    "ban-char-field": Advice(
        "character(n) is padded with blanks, which count in some comparisons and not in others.",
        "Use text, with a CHECK of its length where that matters.",
    ),
    "ban-concurrent-index-creation-in-transaction": Advice(
        "PostgreSQL refuses CONCURRENTLY inside a transaction.", _OUTSIDE
    ),
    "ban-create-domain-with-constraint": Advice(
        "The check can only be changed later with every table of the domain locked.",
        "Write the check at the tables' columns.",
    ),
    "ban-drop-column": Advice(_CLIENTS, _DROP),
    "ban-drop-constraint": Advice(
        "Programs rely on what the constraint keeps out.",
        "Make sure that none does; add what replaces it in the same migration.",
    ),
    "ban-drop-database": Advice(_DATA, "Drop databases by hand, never in a migration."),
    "ban-drop-function": Advice(_CLIENTS, _DROP),
    "ban-drop-not-null": Advice(
        "Programs of the previous version do not expect NULL there.",
        "Have every program take NULL first; drop NOT NULL in a later migration.",
    ),
    "ban-drop-schema": Advice(_CLIENTS, _DROP),
    "ban-drop-table": Advice(_CLIENTS, _DROP),
    "ban-drop-trigger": Advice(
        "What the trigger did is silently left undone.",
        "Do it elsewhere first; drop the trigger in a later migration.",
    ),
    "ban-drop-view": Advice(_CLIENTS, _DROP),
    "ban-truncate-cascade": Advice(_DATA),
    "ban-uncommitted-transaction": Advice("What is not committed is undone."),
    "changing-column-type": Advice(_LOCK, _EXPAND),
    "constraint-missing-not-valid": Advice(_LOCK, _IN_TWO),
    "disallowed-unique-constraint": Advice(
        _LOCK,
        "CREATE UNIQUE INDEX CONCURRENTLY in one migration (-- atlas:txmode none), ADD CONSTRAINT "
        "... UNIQUE USING INDEX in the next.",
    ),
    "identifier-too-long": Advice(
        "PostgreSQL cuts names at 63 bytes, and another name may be cut to the same.",
        "Use a shorter name.",
    ),
    "prefer-bigint-over-int": Advice(_TYPE),
    "prefer-bigint-over-smallint": Advice(_TYPE),
    "prefer-identity": Advice(_TYPE),
    "prefer-robust-stmts": Advice(
        _RERUN, "Write IF NOT EXISTS, or IF EXISTS; or run the file in a transaction."
    ),
    "prefer-text-field": Advice(_TYPE),
    "prefer-timestamp-tz": Advice(_TYPE),
    "renaming-column": Advice(_CLIENTS, _EXPAND),
    "renaming-object": Advice(_CLIENTS, _EXPAND),
    "renaming-table": Advice(
        _CLIENTS,
        "In one transaction, rename the table and make a view that has its old name; drop the "
        "view in a later migration, when no program uses it any more.",
    ),
    "require-concurrent-index-creation": Advice(
        _LOCK,
        f"CREATE INDEX CONCURRENTLY. {_OUTSIDE} (`plumb diff NAME --online` writes it so.)",
    ),
    "require-concurrent-index-deletion": Advice(_LOCK, f"DROP INDEX CONCURRENTLY. {_OUTSIDE}"),
    "require-concurrent-partition-detach": Advice(
        _LOCK, f"DETACH PARTITION ... CONCURRENTLY. {_OUTSIDE}"
    ),
    "require-concurrent-reindex": Advice(_LOCK, f"REINDEX ... CONCURRENTLY. {_OUTSIDE}"),
    "require-enum-value-ordering": Advice(
        "The order of an enum's values is that of ORDER BY, and can't be changed later."
    ),
    "require-lock-timeout": Advice(
        _LOCK,
        "SET lock_timeout = '5s'; before it; or for the role that migrates, once: "
        "ALTER ROLE migrator SET lock_timeout = '5s'.",
    ),
    "require-statement-timeout": Advice(
        "A statement that takes longer than anybody thought holds its locks all that time.",
        "SET statement_timeout before it; or for the role that migrates, once.",
    ),
    "require-table-schema": Advice(
        "Without its schema, a name means another table under another search_path.",
        "Write schema.table.",
    ),
    "syntax-error": Advice("What can't be read can't be checked.", "Correct the statement."),
    "transaction-nesting": Advice(
        "Atlas runs each file in a transaction of its own; a COMMIT in the file ends that one.",
        "Leave BEGIN and COMMIT out; -- atlas:txmode none where there is to be no transaction.",
    ),
    "unused-ignore": Advice(
        "An ignore that ignores nothing hides the next mistake.",
        "Take it out; a reason stands behind two dashes: -- squawk-ignore RULE -- why",
    ),
}
