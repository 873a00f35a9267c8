"""What fills a new column in small transactions, for a person to complete."""

from string import Template
from typing import Final

_LOOP: Final = Template("""\
-- Rows that are there already have no $name yet, and the validation of NOT NULL fails on them.
-- To fill them in, say with what, and take the "-- " away:
-- DO $$$$
-- BEGIN
--     LOOP
--         UPDATE $table SET $name = $value
--         WHERE $name IS NULL
--             AND ctid = ANY (ARRAY(SELECT ctid FROM $table WHERE $name IS NULL LIMIT 10000));
--         EXIT WHEN NOT FOUND;
--         COMMIT;
--     END LOOP;
-- END
-- $$$$;""")


def backfill(table: str, name: str, *, has_default: bool) -> str:
    """The statement as a comment, in names as SQL writes them.

    has_default: whether the column's default is what existing rows get; else a person has to say.
    """
    return _LOOP.substitute(table=table, name=name, value="DEFAULT" if has_default else "...")
