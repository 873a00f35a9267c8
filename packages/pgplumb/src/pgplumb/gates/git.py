"""What git knows of the project's files: where this branch left the main one, and what it had."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.gates.tools import Finished, run_tool
from pgplumb.settings import Settings

_MAIN_BRANCHES: Final = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
# What a pull or merge request is for: GitHub's name of it, and GitLab's.
_TARGETS: Final = ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
# Another git command may be running; and no hook's index is to be written to.
_OPTIONS: Final = ("--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.quotePath=off")


@dataclass(frozen=True, slots=True)
class Base:
    """What the working tree is compared with.

    commit: where this branch left the main one; on the main branch itself the last commit, or the
    one before where nothing has been changed since.
    main: the main branch as it is now. name: for people.
    is_whole: whether the commit is known to be behind us, so that what it has and we have not is
    deleted.
    is_past: whether it is a past state of the main branch itself, and so no branch's beginning.
    note: what can't be seen, for people.
    """

    commit: str
    main: str
    name: str
    is_whole: bool = True
    is_past: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NoBase:
    """Why there is nothing to compare with."""

    reason: str


def find_base(settings: Settings, folder: Path, asked: str | None = None) -> Base | NoBase:
    """What to compare a folder with: the commit `asked` for, or else the main branch.

    Raises PlumbError when the commit that was asked for is not there.
    """
    reason = _why_not(settings)
    if reason is not None:
        if asked is not None:
            raise PlumbError(f"{asked} can't be compared with: {reason}.")
        return NoBase(reason)
    head = commit_of(settings, "HEAD")
    if asked is not None:
        return _asked(settings, asked)
    if head is None:
        return NoBase("nothing is committed yet")
    for name in _main_branches():
        main = commit_of(settings, name)
        if main is None:
            continue
        merge_base = _ask(settings, "merge-base", "HEAD", main)
        if merge_base is None:
            note = f"the commit at which this branch left {name} is not here"
            return Base(main, main, name, is_whole=False, note=_deepen(settings, note))
        if merge_base == head:
            return _on_main(settings, folder, main, name)
        return Base(merge_base, main, name)
    return NoBase(_deepen(settings, "there is no main branch here to compare with"))


def commit_of(settings: Settings, name: str) -> str | None:
    """The hash of the commit that a branch, tag or hash names; None when it is not there."""
    return _ask(
        settings, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"
    )


def prefix(settings: Settings) -> str:
    """The project's folder in its repository, with a slash at its end; "" where they are one."""
    try:
        return _ask(settings, "rev-parse", "--show-prefix") or ""
    except PlumbError:
        return ""


def files_at(settings: Settings, commit: str, folder: Path) -> set[str]:
    """The names of a folder's files in a commit."""
    listed = _git(settings, "ls-tree", "-z", "--name-only", commit, f"{_path(settings, folder)}/")
    return {Path(name).name for name in listed.output.split("\0") if name}


def changed_since(settings: Settings, commit: str, folder: Path) -> dict[str, str]:
    """Of the files that a commit has in a folder, those that are others now.

    Gives git's letter for the change by name: M for other content, D for gone. Files that are not
    in git are as new as those that were added since, and both are left out.
    """
    compared = _git(
        settings, "diff", "--name-status", "-z", "--no-renames", "--no-ext-diff", "--relative",
        commit, "--", _path(settings, folder),
    )  # fmt: skip
    fields = compared.output.split("\0")
    found = {
        Path(name).name: letter for letter, name in zip(fields[::2], fields[1::2], strict=False)
    }
    return {
        name: "M" if (folder / name).is_file() else "D"
        for name, letter in found.items()
        if letter != "A"
    }


def text_at(settings: Settings, commit: str, file: Path) -> str:
    """What a file was in a commit; "" when it was not there."""
    shown = _git(settings, "cat-file", "blob", f"{commit}:./{_path(settings, file)}", may_fail=True)
    return shown.output if shown.code == 0 else ""


def tracked_files(settings: Settings, commit: str) -> list[str]:
    """The project's files in a commit, relative to its folder."""
    listed = _git(settings, "ls-tree", "-r", "-z", "--name-only", commit)
    return [name for name in listed.output.split("\0") if name]


def archive(settings: Settings, commit: str, names: Sequence[str], file: Path) -> None:
    """Write files of a commit, given relative to the project's folder, to a tar file."""
    arguments = ["archive", "--format=tar", f"--output={file}", commit, "--", *names]
    _git(settings, "--literal-pathspecs", *arguments)


def _asked(settings: Settings, asked: str) -> Base:
    commit = commit_of(settings, asked)
    if commit is None:
        raise PlumbError(
            f"There is no commit {asked!r} in this repository.",
            hint="A shallow clone lacks most: `git fetch --unshallow`, in CI fetch-depth: 0.",
        )
    merge_base = _ask(settings, "merge-base", "HEAD", commit)
    return Base(merge_base or commit, commit, asked, is_whole=merge_base is not None)


def _on_main(settings: Settings, folder: Path, main: str, name: str) -> Base:
    """Everything here is on the main branch: what is not committed is new, or the last commit."""
    changed = _ask(settings, "status", "--porcelain", "-uall", "--", _path(settings, folder))
    if changed is not None:
        return Base("HEAD", main, name)
    parent = commit_of(settings, "HEAD^1")
    if parent is not None:
        return Base(parent, parent, "the commit before this one", is_past=True)
    note = _deepen(settings, "only what is not committed was compared")
    return Base("HEAD", main, name, is_past=True, note=note if _is_shallow(settings) else None)


def _main_branches() -> list[str]:
    targets = [os.environ.get(variable) for variable in _TARGETS]
    return [f"origin/{target}" for target in targets if target] + list(_MAIN_BRANCHES)


def _why_not(settings: Settings) -> str | None:
    try:
        inside = _git(settings, "rev-parse", "--is-inside-work-tree", may_fail=True)
    except PlumbError:
        return "there is no git"
    if inside.code == 0 and inside.output.strip() == "true":
        return None
    said = (inside.errors.strip().splitlines() or ["this is no working tree"])[0]
    if "not a git repository" in said:
        return "this is no git repository"
    return said.removeprefix("fatal: ")


def _deepen(settings: Settings, reason: str) -> str:
    if not _is_shallow(settings):
        return reason
    return f"{reason}: this clone is shallow (`git fetch --unshallow`, in CI fetch-depth: 0)"


def _is_shallow(settings: Settings) -> bool:
    return _ask(settings, "rev-parse", "--is-shallow-repository") == "true"


def _path(settings: Settings, path: Path) -> str:
    """A path as git takes it: relative to the folder it runs in."""
    return Path(os.path.relpath(path, settings.root)).as_posix()


def _ask(settings: Settings, *arguments: str) -> str | None:
    """A line that git answers; None when it has no answer."""
    finished = _git(settings, *arguments, may_fail=True)
    return finished.output.strip() or None if finished.code == 0 else None


def _git(settings: Settings, *arguments: str, may_fail: bool = False) -> Finished:
    finished = run_tool("git", [*_OPTIONS, *arguments], settings)
    if finished.code != 0 and not may_fail:
        raise PlumbError(f"`git {arguments[0]}` failed: {finished.errors.strip()}")
    return finished
