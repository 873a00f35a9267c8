"""What is committed below db/models and db/queries is what the schema and the SQL say."""

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent


def test_generated_code_is_up_to_date(server_url: str) -> None:
    binaries = str(Path(sys.executable).parent)
    path = os.pathsep.join([binaries, os.environ["PATH"]])
    done = subprocess.run(
        [f"{binaries}/plumb", "check", "generated"],
        cwd=FOLDER,
        env=os.environ | {"DATABASE_URL": server_url, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
