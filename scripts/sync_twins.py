"""Writes src/app/sync from the asynchronous modules: `python scripts/sync_twins.py [--check]`.

With --check nothing is written, and the exit status is 1 where something differs; a test runs it.
A project that needs only one kind of functions deletes the other, and this.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).parent.parent / "src" / "app"
TWINS: Final = ("copy.py", "database.py", "locks.py")
_HEADER: Final = "# Made from app/{} by scripts/sync_twins.py: change that one.\n"
_REPLACEMENTS: Final = (
    (r"`app\.sync\.(\w+)` is the same, synchronous\.", r"`app.\1` is the same, asynchronous."),
    (r"\bawait \b", ""),
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bAwaitable\[(\w+)\]", r"\1"),
    (r"^from collections\.abc import (.*)\bAwaitable, ", r"from collections.abc import \1"),
    (r"\b(?:Async)(Generator|Iterable|Connection|ConnectionPool)\b", r"\1"),
    (r"\basynccontextmanager\b", "contextmanager"),
    (r"\b__a(enter|exit)__\b", r"__\1__"),
    (r"\basyncio\b", "time"),
    (r"\bfrom app\.(database|copy|locks) import\b", r"from app.sync.\1 import"),
    (r"\bfrom db import\b", "from db.sync import"),
)


def sync_twin(name: str) -> str:
    """The synchronous text of a module of src/app. Raises CalledProcessError when ruff fails."""
    text = (SOURCE / name).read_text(encoding="utf-8")
    for pattern, replacement in _REPLACEMENTS:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    text = _HEADER.format(name) + text
    for command in (("check", "--fix", "--select=I", "--quiet"), ("format", "--quiet")):
        text = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "ruff", *command, f"--stdin-filename={SOURCE / 'sync' / name}"],
            input=text,
            capture_output=True,
            check=True,
            text=True,
            cwd=SOURCE.parent.parent,
        ).stdout
    return text


def main() -> int:
    """Write every twin, or compare it; give the exit status."""
    stale = False
    for name in TWINS:
        path, text = SOURCE / "sync" / name, sync_twin(name)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text:
            stale = True
            print(f"{path} is out of date: run `python scripts/sync_twins.py`", file=sys.stderr)
    return int(stale)


if __name__ == "__main__":
    sys.exit(main())
