"""How a server that is thrown away is known, in whichever process it was started."""

from contextlib import closing
from typing import Final

from pgplumb.postgres.databases import connect_for_maintenance
from pgplumb.urls import DatabaseUrl

SETTING: Final = "pgplumb.temporary"


def is_temporary(url: DatabaseUrl) -> bool:
    """Whether a TemporaryServer is behind a URL. Raises ServerDownError, PlumbError."""
    with closing(connect_for_maintenance(url)) as connection:
        row = connection.execute("select current_setting(%s, true)", [SETTING]).fetchone()
    return row is not None and row[0] == "on"
