"""atlas.hcl: environments, variables, functions, what goes before what."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, LiteralString

import pytest

Atlas = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, str], Path]
Sql = Callable[[LiteralString], list[tuple[Any, ...]]]
Migrations = Callable[..., None]

CONFIG = """\
variable "which" {
  type    = string
  default = "app"
}
variable "needed" {
  type    = string
  default = getenv("NEEDED")
}
locals {
  url = var.which == "app" ? file("url.txt") : "postgres://nobody@127.0.0.1:1/x"
}
lint {
  latest = 1
}
env "main" {
  url = local.url
  dev = local.url
  src = ["file://s/a.sql", "file://s/b.sql"]
  migration {
    dir              = "file://migrations"
    exec_order       = LINEAR_SKIP
    lock_timeout     = "3s"
    revisions_schema = "history"
  }
  format {
    migrate {
      apply  = "applied {{ len .Applied }}"
      status = "status {{ .Status }} ${var.needed}"
    }
  }
}
env {
  name = atlas.env
  url  = local.url
}
env "lacks" {
  url = var.undefined
}
"""


@pytest.fixture
def config(write: Write, migrations: Migrations, app: str) -> Write:
    write("atlas.hcl", CONFIG)
    write("url.txt", app)
    write("s/a.sql", "create table a (id int primary key);")
    write("s/b.sql", "create table b (id int references a);")
    migrations(v1="create table a (id int primary key);")
    return write


@pytest.mark.usefixtures("config")
def test_settings_are_used(atlas: Atlas, sql: Sql, folder: Path) -> None:
    assert atlas("migrate", "apply", "--env", "main").stdout == "applied 1"
    assert sql("select version from history.atlas_schema_revisions") == [("1",)]
    assert (
        atlas("migrate", "status", "--env", "main", env={"NEEDED": "yes"}).stdout == "status OK yes"
    )
    atlas("migrate", "diff", "b", "--env", "main")
    (new,) = (folder / "migrations").glob("*_b.sql")
    assert 'CREATE TABLE "public"."b"' in new.read_text()
    assert "1 schema change" in atlas("migrate", "lint", "--env", "main").stdout


@pytest.mark.usefixtures("config")
def test_flags_go_first(atlas: Atlas, app: str) -> None:
    assert atlas("migrate", "status", "--env", "main", "--format", "{{ .Next }}").stdout == "1"
    other = atlas(
        "migrate", "status", "--env", "main", "--url", "postgres://x@127.0.0.1:1/x", code=1
    )
    assert "127.0.0.1:1 does not answer" in other.stderr
    other = atlas("migrate", "status", "--env", "main", "--var", "which=other", code=1)
    assert "127.0.0.1:1 does not answer" in other.stderr
    assert "No migration applied yet" in atlas("migrate", "status", "--env", "anything").stdout
    assert "PENDING" in atlas("migrate", "status", "--url", app).stdout


def test_mistakes(config: Write, atlas: Atlas) -> None:
    for arguments, message in (
        (("--env", "main", "-c", "file://none.hcl"), 'config file "none.hcl" was not found'),
        (("--env", "main", "-c", "atlas.hcl"), "Did you mean file://atlas.hcl?"),
        (("--env", "main", "--var", "which"), "name=value"),
        (("--env", "lacks"), "atlas.hcl:"),
    ):
        assert message in atlas("migrate", "status", *arguments, code=1).stderr
    config("atlas.hcl", 'env "a" {\n  url = "x"\n}\n')
    assert atlas("migrate", "status", "--env", "b", code=1).stderr == (
        'Error: env "b" not defined in config file\n'
    )
    config("atlas.hcl", 'env "a" {\n  src = 3\n}\n')
    assert "src must be a string or a list" in atlas("migrate", "diff", "--env", "a", code=1).stderr
    config(
        "atlas.hcl",
        'data "external" "x" {\n  program = ["x"]\n}\nenv "a" {\n  url = data.external.x\n}\n',
    )
    assert "PLUMB_ATLAS" in atlas("migrate", "status", "--env", "a", code=1).stderr


def test_skipped_changes(config: Write, atlas: Atlas, app: str) -> None:
    config("s.sql", "")
    text = "diff {\n  skip {\n    drop_table = true\n  }\n}\n"
    text += f'env "e" {{\n  src = "file://s.sql"\n  dev = "{app}"\n}}\n'
    config("atlas.hcl", text)
    assert "synced" in atlas("migrate", "diff", "--env", "e").stdout


def test_several_environments_of_one_name(config: Write, atlas: Atlas, app: str, sql: Sql) -> None:
    config("migrations/1.sql", "select 1;")
    atlas("migrate", "hash")
    config(
        "atlas.hcl",
        'env "many" {\n  for_each = toset(["one", "two"])\n'
        f'  url = "{app}"\n  migration {{\n    dir = "file://migrations"\n'
        "    revisions_schema = each.value\n  }\n}\n",
    )
    atlas("migrate", "apply", "--env", "many", "--allow-dirty")
    assert sql(
        "select version from one.atlas_schema_revisions"
        " union all select version from two.atlas_schema_revisions"
    ) == [("1",), ("1",)]
    assert "multiple envs found" in atlas("migrate", "status", "--env", "many", code=1).stderr


def test_hcl_schemas(atlas: Atlas, write: Write, app: str, folder: Path) -> None:
    write(
        "s.hcl",
        'schema "public" {}\ntable "t" {\n  schema = schema.public\n'
        '  column "id" {\n    type = int\n    null = false\n  }\n}\n',
    )
    diff = (
        "migrate",
        "diff",
        "x",
        "--to",
        "file://s.hcl",
        "--dev-url",
        f"{app}&search_path=public",
    )
    atlas(*diff)
    (new,) = (folder / "migrations").glob("*_x.sql")
    assert 'CREATE TABLE "t" ("id" integer NOT NULL)' in new.read_text()
    assert "synced" in atlas(*diff).stdout


def test_the_desired_state_of_a_database(
    atlas: Atlas, app: str, sql: Sql, folder: Path, dev: str
) -> None:
    sql("create table t (id int)")
    atlas("migrate", "diff", "x", "--to", app, "--dev-url", dev)
    (new,) = (folder / "migrations").glob("*_x.sql")
    assert 'CREATE TABLE "public"."t"' in new.read_text()
