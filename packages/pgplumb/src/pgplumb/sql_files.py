"""Reading files of SQL."""

from pathlib import Path

from pgplumb.errors import PlumbError


def read_sql(path: Path) -> str:
    r"""A file's text with its line ends as they are.

    They are part of the constants and function bodies in it: read as text, "\r\n" would be "\n",
    and the database that `psql` or `atlas` makes of the file another one. Raises PlumbError when
    it can't be read as UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlumbError(f"{path}: can't be read as UTF-8 text: {error}") from error
