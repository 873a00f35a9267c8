"""Where in their files models, fields and members of enums are written."""

import ast
from dataclasses import dataclass, field
from pathlib import Path

from pgplumb.gates.findings import Place, relative


@dataclass(slots=True)
class Places:
    """Looks classes up in Python files, each read once."""

    root: Path
    _read: dict[Path, dict[str, ast.ClassDef]] = field(
        default_factory=dict[Path, dict[str, ast.ClassDef]]
    )

    def place_of(self, file: Path, class_name: str | None, field_name: str | None = None) -> Place:
        """The place of a field, else of its class, else the file."""
        shown = relative(file, self.root)
        found = self._classes(file).get(class_name or "")
        if found is None:
            return Place(shown)
        for statement in found.body:
            target = statement.target if isinstance(statement, ast.AnnAssign) else None
            if isinstance(target, ast.Name) and target.id == field_name:
                return Place(shown, statement.lineno, statement.col_offset + 1)
        return Place(shown, found.lineno, found.col_offset + 1)

    def _classes(self, file: Path) -> dict[str, ast.ClassDef]:
        if file not in self._read:
            try:
                tree = ast.parse(file.read_text(encoding="utf-8"))
            except (OSError, SyntaxError, ValueError):
                tree = ast.Module([], [])
            self._read[file] = {
                node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
            }
        return self._read[file]
