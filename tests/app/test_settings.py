"""Settings: what each URL becomes, what is refused, and what is never shown."""

import traceback
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from app.settings import ConfigurationError, DatabaseSettings, conninfo_from_url, load_settings

SECRET = "s3cr3t"  # noqa: S105


@pytest.mark.parametrize(
    "scheme",
    ["postgres", "postgresql", "postgresql+psycopg", "postgresql+asyncpg", "POSTGRES"],
)
def test_every_usual_scheme_is_postgresqls(scheme: str) -> None:
    normalised = conninfo_from_url(f"{scheme}://me:p%40ss@localhost:5433/shop")

    assert conninfo_to_dict(normalised) == {
        "user": "me",
        "password": "p@ss",
        "host": "localhost",
        "port": "5433",
        "dbname": "shop",
    }


@pytest.mark.parametrize(
    ("url", "sslmode"),
    [
        ("postgres://u@db.example.org/d", "require"),
        ("postgres://u@10.0.0.5/d", "require"),
        ("postgres://u@localhost,db.example.org/d", "require"),
        ("postgres://u@localhost.example.org/d", "require"),
        ("postgres://u@db.example.org/d?sslmode=verify-full", "verify-full"),
        ("postgres://u@db.example.org/d?sslmode=disable", "disable"),
        ("postgres://u@localhost/d", None),
        ("postgres://u@127.0.0.1/d", None),
        ("postgres://u@[::1]/d", None),
        ("postgres://u@%2Fvar%2Frun%2Fpostgresql/d", None),
        ("postgres:///d", None),
    ],
)
def test_tls_is_asked_for_unless_the_server_is_local(url: str, sslmode: str | None) -> None:
    assert conninfo_to_dict(conninfo_from_url(url)).get("sslmode") == sslmode


def test_libpqs_own_variable_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "prefer")
    assert "sslmode" not in conninfo_to_dict(conninfo_from_url("postgres://u@db.example.org/d"))


def test_a_host_from_libpqs_own_variable_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.example.org")
    assert conninfo_to_dict(conninfo_from_url("postgres:///d"))["sslmode"] == "require"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"postgres://u:{SECRET}@x@localhost/d", "write @ as %40"),
        (f"postgres://u:a/{SECRET}@localhost/d", "/ as %2F"),
        (f"postgres://u:a?{SECRET}@localhost/d", "? as %3F"),
        (f"postgres://u:{SECRET}%zz@localhost/d", "can't be read"),
        (f"postgres://u:{SECRET}@localhost:port/d", "can't be read"),
        (f"postgres://u:{SECRET}", "can't be read"),
        (f"mysql://u:{SECRET}@localhost/d", "not a PostgreSQL URL"),
        (f"host=localhost password={SECRET}", "not a PostgreSQL URL"),
        (f"postgres://u:{SECRET}@localhost/d?pgbouncer=true", "no parameter 'pgbouncer'"),
    ],
)
def test_a_mistake_is_one_clear_message_without_the_password(
    url: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(ConfigurationError) as caught:
        load_settings()

    assert str(caught.value).startswith("DATABASE_URL: ")
    assert message in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_missing_url_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"^DATABASE_URL is not set"):
        load_settings()


def test_every_mistake_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_POOL_MAX_SIZE", "many")
    monkeypatch.setenv("DATABASE_LOCK_TIMEOUT", "-1")

    with pytest.raises(ConfigurationError) as caught:
        load_settings()

    assert [line.partition(":")[0].split()[0] for line in str(caught.value).splitlines()] == [
        "DATABASE_URL",
        "DATABASE_POOL_MAX_SIZE",
        "DATABASE_LOCK_TIMEOUT",
    ]


def test_the_environment_comes_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(
        "DATABASE_URL=postgres://file@localhost/d\nDATABASE_POOL_MAX_SIZE=3\nPLUMB_PORT=1\n"
    )
    monkeypatch.setenv("DATABASE_URL", "postgres://environment@localhost/d")

    settings = load_settings()

    assert conninfo_to_dict(settings.primary)["user"] == "environment"
    assert settings.pool_max_size == 3


def test_no_secret_is_shown() -> None:
    settings = DatabaseSettings(
        url=SecretStr(f"postgres://u:{SECRET}@localhost/d"),
        replica_url=SecretStr(f"postgres://u:{SECRET}@localhost/d"),
    )

    assert SECRET not in f"{settings!r} {settings} {settings.model_dump_json()}"
    assert SECRET in settings.primary


def test_the_session_is_set_up_by_the_connection() -> None:
    settings = DatabaseSettings(
        url=SecretStr("postgres://u@localhost/d?options=-c%20lock_timeout%3D1&application_name=x"),
        replica_url=SecretStr("postgres://u@localhost/d"),
        statement_timeout=2.5,
        lock_timeout=0,
    )

    primary = conninfo_to_dict(settings.primary)
    assert settings.replica is not None
    replica = conninfo_to_dict(settings.replica)

    assert (primary["application_name"], replica["application_name"]) == ("x", "app")
    assert primary["options"] == (
        "-c statement_timeout=2500 -c lock_timeout=0"
        " -c idle_in_transaction_session_timeout=60000 -c lock_timeout=1"
    )
    assert str(replica["options"]).endswith("-c default_transaction_read_only=on")


def test_pgbouncer_is_not_sent_what_it_refuses() -> None:
    settings = DatabaseSettings(
        url=SecretStr("postgres://u@localhost:6432/d"),
        direct_url=SecretStr("postgres://u@localhost:5432/d"),
        pgbouncer=True,
    )

    assert "options" not in conninfo_to_dict(settings.primary)
    assert conninfo_to_dict(settings.direct)["port"] == "5432"
    assert "statement_timeout" in str(conninfo_to_dict(settings.direct)["options"])
