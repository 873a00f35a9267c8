"""Formats generated text with ruff, as the project itself is formatted."""

import ast
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from pgplumb.codegen.render import GeneratedFile
from pgplumb.errors import PlumbError
from pgplumb.programs import find_program, how_to_get

_CONFIGURATION_FILES = (".ruff.toml", "ruff.toml", "pyproject.toml")

# ruff breaks a line inside of brackets, and before an operator: this finds all that `_bracketed`
# can find, and little more. Few modules have any, and to parse one takes longer than the rest.
_MAY_WANT_BRACKETS = re.compile(
    rb"^ *(?:\||\]+ \||else (?!.*:$)|[)\]}].* (?:if|else) |(?!if |elif )\S.* (?:if|else) .*[(\[{]$)"
    rb"|\|[^()\n]*\[$",
    re.MULTILINE,
)


def format_files(
    files: Sequence[GeneratedFile], directory: Path, line_length: int | None = None
) -> list[GeneratedFile]:
    """Format the files as `ruff format` would in `directory`, where they are to be written.

    So the project's formatter finds nothing to change, whatever line length it has chosen.
    `line_length` is for a project whose formatter is another.
    Raises PlumbError when ruff is missing or refuses its configuration.
    """
    configuration = _configuration(directory)
    # The project's excludes are about its own folders, and often name the generated one.
    chosen = (
        ["--isolated"]
        if configuration is None
        else ["--config", "exclude=[]", "--config", str(configuration)]
    )
    if line_length is not None:
        chosen += ["--line-length", str(line_length)]
    with tempfile.TemporaryDirectory(prefix="pgplumb-") as folder:
        scratch = Path(folder)
        paths = [scratch / file.name for file in files]
        for path, file in zip(paths, files, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8", newline="\n")
        _run_ruff(chosen, [scratch])
        changed = [path for path in paths if path.suffix == ".py" and _bracket(path)]
        if changed:
            _run_ruff(chosen, changed)
        return [
            GeneratedFile(file.name, path.read_text(encoding="utf-8"))
            for path, file in zip(paths, files, strict=True)
        ]


def _run_ruff(chosen: Sequence[str], paths: Sequence[Path]) -> None:
    done = subprocess.run(  # noqa: S603  the command is ours, its paths are absolute
        [_ruff(), "format", "--quiet", "--no-cache", *chosen, *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PlumbError(f"ruff format failed: {done.stderr.strip() or done.stdout.strip()}")


def _bracket(path: Path) -> bool:
    """Put brackets where black wants them: ruff leaves them there, and does not put them.

    Around a union that annotates an argument and around `x if y else z`, where they take several
    lines. Returns whether there was one.
    """
    text = path.read_bytes()
    if _MAY_WANT_BRACKETS.search(text) is None:
        return False
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    places: list[tuple[int, bytes]] = []
    for node in filter(None, map(_bracketed, _of_several_lines(ast.parse(text)))):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        has_brackets = text[:start].rstrip().endswith(b"(") and text[end:].lstrip().startswith(b")")
        if node.lineno != node.end_lineno and not has_brackets:
            places += [(start, b"("), (end, b")")]
    for place, bracket in sorted(places, reverse=True):
        text = text[:place] + bracket + text[place:]
    path.write_bytes(text)
    return bool(places)


def _of_several_lines(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below `node` that take several lines; what takes one has none of them in it."""
    for child in ast.iter_child_nodes(node):
        first = getattr(child, "lineno", None)
        if first is None or first != getattr(child, "end_lineno", None):
            yield child
            yield from _of_several_lines(child)


def _bracketed(node: ast.AST) -> ast.expr | None:
    match node:
        case ast.arg(annotation=ast.BinOp() as union):
            return union
        case ast.IfExp():
            return node
        case _:
            return None


def _ruff() -> str:
    found = find_program("ruff")
    if found is None:
        raise PlumbError(
            "ruff, which formats the generated code, is not installed.", hint=how_to_get("ruff")
        )
    return str(found)


def _configuration(directory: Path) -> Path | None:
    """The configuration file that ruff would take for a file in `directory`."""
    for folder in (directory, *directory.parents):
        for name in _CONFIGURATION_FILES:
            path = folder / name
            if path.is_file() and (name != "pyproject.toml" or "[tool.ruff" in path.read_text()):
                return path
    return None
