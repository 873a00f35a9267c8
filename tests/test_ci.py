"""The files for CI have the form that GitHub and GitLab ask for, and pin what they use."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
ACTIONS = sorted(ROOT.glob(".github/actions/*/action.yml"))
GITLAB = ROOT / "docs" / "ci" / "gitlab-ci.yml"
SCHEMAS = (
    ("vendor.github-workflows", WORKFLOWS, ()),
    ("custom.github-workflows-require-timeout", WORKFLOWS, ()),
    ("vendor.github-actions", ACTIONS, ()),
    ("vendor.gitlab-ci", [GITLAB], ("--data-transform", "gitlab-ci")),
)


@pytest.mark.parametrize(("schema", "files", "options"), SCHEMAS, ids=[each[0] for each in SCHEMAS])
def test_form(schema: str, files: list[Path], options: tuple[str, ...]) -> None:
    assert files
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *options, *files],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", [*WORKFLOWS, *ACTIONS], ids=lambda file: file.parent.name)
def test_actions_are_pinned_by_commit(file: Path) -> None:
    used = re.findall(r"uses: (\S+)", file.read_text())
    assert used
    for each in used:
        assert (
            re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", each) or (ROOT / each / "action.yml").is_file()
        )


def test_the_action_hands_its_inputs_to_plumb(tmp_path: Path) -> None:
    [action] = ACTIONS
    script = yaml.safe_load(action.read_text())["runs"]["steps"][-1]["run"]

    def arguments(**given: str) -> str:
        values = {"PLUMB": "echo run plumb", "GATES": "", "BASE": "", "SARIF": ""}
        return subprocess.run(
            # As GitHub runs `shell: bash`.
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            check=True,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=os.environ | values | given,
        ).stdout

    assert arguments() == "run plumb check\n"
    # One value is one argument, whatever is in it.
    odd = "a b; touch injected $(touch injected)"
    assert arguments(GATES="schema  lint", BASE=odd, SARIF="x.sarif") == (
        f"run plumb check schema lint --base {odd} --sarif x.sarif\n"
    )
    assert list(tmp_path.iterdir()) == []
