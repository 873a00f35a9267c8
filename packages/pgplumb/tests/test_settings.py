"""Settings and URLs."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from pgplumb.errors import PlumbError
from pgplumb.settings import DEFAULT_URL, load_settings
from pgplumb.urls import DatabaseUrl, parse_url, redact

# Anything a person may choose; NUL ends strings in libpq.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
HOSTS = st.from_regex(r"[a-z][a-z0-9.-]{0,20}", fullmatch=True) | st.just("::1")
URLS = st.builds(
    DatabaseUrl,
    host=HOSTS,
    port=st.integers(1, 65535),
    user=TEXT,
    password=st.none() | TEXT,
    database=st.none() | TEXT,
    parameters=st.lists(st.tuples(st.just("application_name"), TEXT), max_size=1).map(tuple),
)


@given(URLS)
def test_a_url_survives_being_written_and_read(url: DatabaseUrl) -> None:
    assert parse_url(str(url)) == url


@given(URLS)
def test_libpq_reads_the_same(url: DatabaseUrl) -> None:
    read = conninfo_to_dict(str(url))
    assert read["host"] == url.host
    assert read.get("user") == url.user
    assert read.get("password") == url.password
    assert read.get("dbname") == url.database
    assert int(str(read.get("port", 5432))) == url.port


@given(URLS)
def test_a_shown_url_has_no_password(url: DatabaseUrl) -> None:
    secret = "s3cret-s3cret"  # noqa: S105
    known = replace(url, password=secret, parameters=(("sslpassword", secret),))
    for text in (known.redacted, repr(known), redact(str(known)), redact(f"x {known} y")):
        assert secret not in text
    assert parse_url(known.redacted).server == known.server


@given(st.text(st.sampled_from("ab12@:/?#%&= '[]"), max_size=8), st.text("@:/?#%1", max_size=4))
def test_a_password_that_is_not_escaped_is_never_shown(before: str, after: str) -> None:
    # "Ω" is what must not be seen, whatever stands around it in the password.
    text = f"postgres://user:{before}Ω{after}@host:5432/database"
    assert "Ω" not in redact(text)
    refusal = None
    try:
        url = parse_url(text)
    except PlumbError as error:
        refusal = str(error)
    else:
        assert url.password is not None
        assert "Ω" in url.password
        assert url.host == "host"
    assert "Ω" not in (refusal or "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql+psycopg://u:p@h/d", "postgres://u:p@h/d"),
        ("postgresql+asyncpg://u:p@h:5433/d", "postgres://u:p@h:5433/d"),
        ("POSTGRES://u:p@h:5432/d?sslmode=disable", "postgres://u:p@h/d?sslmode=disable"),
        ("postgres://u:p%40ss@[::1]:5433/d", "postgres://u:p%40ss@[::1]:5433/d"),
        ("  postgres://h\n", "postgres://h"),
    ],
)
def test_normal_form(text: str, expected: str) -> None:
    assert str(parse_url(text)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not a PostgreSQL URL"),
        ("host=localhost password=Ω", "is not a PostgreSQL URL"),
        ("mysql://u:Ω@h/d", "is not a PostgreSQL URL"),
        ("postgres://u:p@Ω@h/d", "%40"),
        ("postgres://u:p/Ω@h/d", "%2F"),
        ("postgres://u:p?Ω@h/d", "%3F"),
        ("postgres://u:p#Ω@h/d", "%23"),
        ("postgres://u:p:Ω@h/d", "%3A"),
        ("postgres://u:p%Ω@h/d", "%25"),
        ("postgres://u:p Ω@h/d", "%20"),
        ("postgres://u:Ω@/d", "names no host"),
        ("postgres:///d?host=/run/postgresql", "not a unix socket"),
        ("postgres://u:Ω@h:port/d", "no readable host and port"),
        ("postgres://u:Ω@h:70000/d", "no readable host and port"),
        ("postgres://u:Ω@h1,h2/d", "several servers"),
        ("postgres://u:Ω@h/d/e", "more than one /"),
        ("postgres://user:Ω", "no readable host and port"),
    ],
)
def test_malformed(text: str, message: str) -> None:
    with pytest.raises(PlumbError) as raised:
        parse_url(text, source="DATABASE_URL")
    assert message in str(raised.value)
    assert "DATABASE_URL" in str(raised.value)
    assert "Ω" not in str(raised.value)


def test_parameters_that_libpq_does_not_know() -> None:
    url = parse_url(
        "postgres://h/d?search_path=a b,c&pgbouncer=true&sslmode=disable".replace(" ", "%20")
    )
    read = conninfo_to_dict(url.for_libpq())
    assert read["options"] == r"-csearch_path=a\ b,c"
    assert read["sslmode"] == "disable"
    assert "search_path=a%20b%2Cc" in str(url)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "atlas.hcl").touch()
    return tmp_path


def test_defaults(root: Path) -> None:
    below = root / "a" / "b"
    below.mkdir(parents=True)
    settings = load_settings(below, {})
    assert settings.root == root
    assert settings.database_url == DEFAULT_URL
    assert not settings.is_override
    assert settings.data_directory == root / ".plumb" / "postgres"
    assert (settings.pg_bin, settings.atlas) == (None, None)


def test_environment_over_env_file(root: Path) -> None:
    (root / ".env").write_text('DATABASE_URL="postgres://u:p@file/d"\nPLUMB_PG_BIN=bin\n')
    (root / "bin").mkdir()
    from_file = load_settings(root, {})
    assert from_file.database_url == "postgres://u:p@file/d"
    assert from_file.is_override
    assert from_file.pg_bin == root / "bin"
    assert load_settings(root, {"DATABASE_URL": "postgres://env/d"}).url.host == "env"
    assert load_settings(root, {"DATABASE_URL": ""}).url.host == "file"


def test_same_server_by_another_name_or_database_is_no_override(root: Path) -> None:
    for url in ("postgres://me:p@localhost:54329/mine", "postgresql+psycopg://x:y@127.0.0.1:54329"):
        assert not load_settings(root, {"DATABASE_URL": url}).is_override
    for url in ("postgres://plumb:plumb@127.0.0.1:5432/plumb", "postgres://plumb@db:54329/plumb"):
        assert load_settings(root, {"DATABASE_URL": url}).is_override


@pytest.mark.parametrize(
    ("yaml", "port"),
    [
        ('servers:\n  - engine: postgresql\n    uri: "postgres://a:b@127.0.0.1:6001/c"\n', 6001),
        ("servers: [{engine: postgresql, uri: postgres://a:b@127.0.0.1:6002/c}]\n", 6002),
        ("servers:\n- uri: 'postgresql://a:b@localhost:6003/c?sslmode=disable' # ours\n", 6003),
        ("servers:\n# - uri: postgres://a:b@127.0.0.1:6004/c\n", 54329),
        ("servers:\n- uri: ${DATABASE_URL}\n", 54329),
        ("servers:\n- uri: postgres://a:b@${HOST}/c\n", 54329),
        ("servers:\n- uri: postgres://a:b@db.example.com:5432/c\n", 54329),
    ],
)
def test_the_projects_own_server_is_the_one_in_sqlc_yaml(root: Path, yaml: str, port: int) -> None:
    (root / "sqlc.yaml").write_text(yaml)
    settings = load_settings(root, {})
    assert settings.url.port == port
    assert not settings.is_override
    assert load_settings(root, {"PLUMB_PORT": "7000"}).url.port == 7000


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"PLUMB_PORT": "many"}, "PLUMB_PORT is not a port number"),
        ({"PLUMB_PORT": "0"}, "PLUMB_PORT is not a port number"),
        ({"PLUMB_PG_BIN": "/no/such/bin"}, "PLUMB_PG_BIN names a path that does not exist"),
        ({"PLUMB_ATLAS": "/no/atlas"}, "PLUMB_ATLAS names a path that does not exist"),
    ],
)
def test_bad_settings(root: Path, environ: dict[str, str], message: str) -> None:
    with pytest.raises(PlumbError, match=message):
        load_settings(root, environ)


def test_no_project(tmp_path: Path) -> None:
    with pytest.raises(PlumbError, match=r"No sqlc\.yaml or atlas\.hcl"):
        load_settings(tmp_path, {})


def test_importing_the_settings_is_cheap() -> None:
    # The sqlc plugin imports them on every run.
    code = "import sys, pgplumb.settings; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    costly = {"psycopg", "typer", "rich", "pydantic", "yaml", "subprocess", "asyncio", "dotenv"}
    assert costly.isdisjoint(done.stdout.split())
