"""`python -m app.web`: serves on HOST (127.0.0.1) and PORT (8000)."""

import os
import sys

import psycopg
import uvicorn

from app.settings import ConfigurationError, load_settings
from app.sync.database import DatabaseClient
from app.web.application import create_app
from app.web.logs import log_as_json

if __name__ == "__main__":
    log_as_json()
    try:
        settings = load_settings()
        # What is wrong is told here in one line; once it serves, a lost database is waited for.
        DatabaseClient.create(settings).close()
    except ConfigurationError as error:
        sys.exit(str(error))
    except psycopg.OperationalError as error:
        sys.exit(f"The database can't be reached: {error}")
    uvicorn.run(
        create_app(settings),
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8000")),
        log_config=None,
        access_log=False,
        # A live feed never ends by itself.
        timeout_graceful_shutdown=5,
    )
