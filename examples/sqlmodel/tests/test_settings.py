"""URLs as Railway, Heroku and others give them."""

import ssl

import pytest

from sqlmodel_app.settings import ConfigurationError, load_settings


@pytest.fixture(autouse=True)
def _no_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_a_server_elsewhere_is_reached_by_tls(scheme: str) -> None:
    settings = load_settings(f"{scheme}://u:p%40ss@db.railway.example:6543/railway")
    assert settings.connect == {
        "user": "u",
        "password": "p@ss",
        "host": "db.railway.example",
        "port": 6543,
        "database": "railway",
        "ssl": "require",
        "server_settings": {},
    }
    assert "p@ss" not in repr(settings)


def test_a_url_may_say_otherwise() -> None:
    assert "ssl" not in load_settings("postgres://u@localhost/d").connect
    url = "postgres://u@db.internal/d?sslmode=disable&application_name=web"
    connect = load_settings(url).connect
    assert (connect["ssl"], connect["server_settings"]) == ("disable", {"application_name": "web"})
    url = "postgres://u@db.example/d?sslmode=verify-full&sslrootcert=system"
    context = load_settings(url).connect["ssl"]
    assert isinstance(context, ssl.SSLContext)
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://h", "not a PostgreSQL URL"),
        ("postgres://u:s3cr@t@h/d", "has to be escaped"),
        ("postgres://u@h/d?gssencmode=disable", "knows no parameter 'gssencmode'"),
    ],
)
def test_what_can_t_be_used_is_explained(url: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        load_settings(url)
    assert "s3cr" not in str(caught.value)
