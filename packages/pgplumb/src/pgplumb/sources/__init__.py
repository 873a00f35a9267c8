"""What a schema is taken from: SQL files, folders of them, migrations, a live database."""

from pgplumb.sources.build import Built, build
from pgplumb.sources.model import Script, Server, Source
from pgplumb.sources.parse import parse_source

__all__ = ["Built", "Script", "Server", "Source", "build", "parse_source"]
