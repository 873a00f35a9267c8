"""Commands that run in a small project, in this process."""

import io
import signal
import sys
from collections.abc import Callable

import pytest

from pgplumb.cli.main import main
from pgplumb.settings import Settings

from .small import ATLAS_HCL, Done, Project


@pytest.fixture
def plumb_here(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """A function that runs `plumb ...` in the current folder and in this process.

    A process of its own takes half a second to begin.
    """
    # The command line takes signals as a process of its own would.
    monkeypatch.setattr(signal, "signal", _ignore)

    def plumb(*arguments: str, stdin: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["plumb", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as caught:
            main()
        captured = capfd.readouterr()
        assert "Traceback" not in captured.err
        code = caught.value.code
        number = code if isinstance(code, int) else int(code is not None)
        return Done(number, captured.out, captured.err)

    return plumb


@pytest.fixture
def small(
    make_settings: Callable[..., Settings],
    server_url: str,
    monkeypatch: pytest.MonkeyPatch,
    plumb_here: Callable[..., Done],
) -> Project:
    """A small project on the private server; commands run in this process."""
    root = make_settings("small", url=server_url).root
    (root / "atlas.hcl").write_text(ATLAS_HCL)
    monkeypatch.chdir(root)
    return Project(root, plumb_here)


def _ignore(*arguments: object) -> None:
    """What signal.signal() does here."""
    del arguments
